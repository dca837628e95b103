# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # common.sh sets the variables, and set -e
# A Go that is new enough, and programs built from the Go modules of tests/testbed. Sourced after common.sh.

go_wanted=1.26.3 # what is fetched where Go is missing or older than the modules ask for

go_arch() {
  case $(uname -m) in
  x86_64) echo amd64 ;;
  aarch64) echo arm64 ;;
  *) die "the test bed can be built on x86_64 and aarch64, not on $(uname -m): point KUBEBUILDER_ASSETS to binaries" ;;
  esac
}

go_is_new_enough() {
  local version
  version=$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null) || return 1
  version=${version#go}
  [ "$(printf '%s\n' 1.26.0 "${version%% *}" | sort -V | head -1)" = 1.26.0 ]
}

# find_go: prints the path of a Go >= 1.26. An older one is only used to fetch the newer toolchain, which is a Go module
# like any other, so that no download site but the module proxy is needed.
find_go() {
  local found kept
  kept=$cache/go/$go_wanted-$(go_arch)
  if found=$(command -v go) && go_is_new_enough "$found"; then
    echo "$found"
    return
  fi
  if [ -x "$kept/bin/go" ]; then
    echo "$kept/bin/go"
    return
  fi
  for found in "$found" /usr/local/go/bin/go /usr/lib/go-*/bin/go ''; do
    [ ! -x "$found" ] || break
  done
  [ -n "$found" ] || die "Go is missing (any version will do to fetch the right one): run scripts/setup testbed"
  fetch_go "$found" "$kept"
  echo "$kept/bin/go"
}

fetch_go() (
  bootstrap=$1 kept=$2
  say "fetching Go $go_wanted as a module, with $("$bootstrap" version | cut -d' ' -f3)"
  mkdir -p "$cache/go"
  scratch=$(mktemp -d "$cache/go/.new.XXXXXX")
  trap 'rm -rf "$scratch"' EXIT
  cd "$scratch"
  answer=$(GO111MODULE=on GOTOOLCHAIN=local GOFLAGS=-mod=mod \
    "$bootstrap" mod download -json "golang.org/toolchain@v0.0.1-go$go_wanted.linux-$(go_arch)") ||
    die "Go $go_wanted could not be fetched from the module proxy: $answer"
  mkdir go
  cp -r "$(jq -r .Dir <<<"$answer")/." go/
  chmod -R u+w go
  chmod +x go/bin/* go/pkg/tool/*/*
  mv -T go "$kept" 2>/dev/null || [ -x "$kept/bin/go" ] # another run may have been faster
)

# go_run ARGUMENT...: the found Go, untouched by a GOROOT or a workspace of the user, and needing no C compiler.
go_run() {
  local go
  go=$(find_go) || return 1
  env -u GOROOT CGO_ENABLED=0 GO111MODULE=on GOTOOLCHAIN=local GOWORK=off "$go" "$@"
}

# module_key FOLDER VERSION FLAGS: names a build by everything that goes into it.
module_key() {
  local folder=$1 version=$2 files
  mapfile -t files < <(find "$folder" -name go.mod -o -name go.sum -o -name '*.go' | sort)
  echo "$version-$({ cat -- "${files[@]}"; echo "$3 $(uname -m)"; } | sha256sum | cut -c1-12)"
}

# build_module FOLDER TARGET FLAGS PACKAGE...: builds the packages into TARGET, whole or not at all, once at a time.
build_module() {
  local folder=$1 target=$2 flags=$3 scratch start=$SECONDS lock
  shift 3
  mkdir -p "$(dirname "$target")"
  exec {lock}>"$target.lock"
  flock -n "$lock" || {
    say "another run builds ${target##*/}: waiting for it"
    flock "$lock"
  }
  if [ ! -d "$target" ]; then
    say "building $* (the first time this takes minutes; then it is kept in $target)"
    rm -rf "$target".new.* # of a run that was interrupted
    scratch=$(mktemp -d "$target.new.XXXXXX")
    chmod 755 "$scratch"
    if ! (cd "$folder" && go_run build -trimpath -ldflags "-s -w $flags" -o "$scratch/" "$@" {lock}>&-); then
      rm -rf "$scratch"
      die "the build in ${folder#"$top/"} failed; its messages are above"
    fi
    mv -T "$scratch" "$target"
    note "built in $(elapsed "$start")"
  fi
  exec {lock}>&-
}

# fetch_module MODULE@VERSION SUM TARGET FILE...: copies these files of a Go module into TARGET, whole or not at all.
fetch_module() {
  local module=$1 sum=$2 target=$3 answer scratch file
  shift 3
  [ ! -d "$target" ] || return 0
  say "fetching $module from the module proxy"
  mkdir -p "$(dirname "$target")"
  scratch=$(mktemp -d "$target.new.XXXXXX")
  answer=$(cd "$scratch" && go_run mod download -json "$module") || die "$module could not be fetched from the module proxy: $answer"
  [ "$(jq -r .Sum <<<"$answer")" = "$sum" ] || die "$module is not what it was when it was chosen: $(jq -r .Sum <<<"$answer")"
  for file; do cp --no-preserve=mode "$(jq -r .Dir <<<"$answer")/$file" "$scratch/"; done
  chmod 755 "$scratch"
  mv -T "$scratch" "$target" 2>/dev/null || [ -d "$target" ] # another run may have been faster
}
