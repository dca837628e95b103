# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh sets the variables
# Building images with whichever program is there. Sourced after common.sh.

# Not called debian:bookworm, so that it is never taken for the real one.
local_base=localhost/adx-debian:bookworm
builder_trouble=

# is_builder PROGRAM: whether it is there and works; else builder_trouble says why not.
is_builder() {
  case $1 in docker | podman | buildah) ;; *)
    builder_trouble="it is none of docker, podman, buildah"
    return 1
    ;;
  esac
  command -v "$1" >/dev/null || {
    builder_trouble="it is not installed"
    return 1
  }
  builder_trouble=$("$1" info 2>&1 >/dev/null) || {
    builder_trouble=$(tail -n 1 <<<"$builder_trouble")
    return 1
  }
}

# find_builder: prints the first program that works.
find_builder() {
  local program told=''
  for program in docker podman buildah; do
    if is_builder "$program"; then
      echo "$program"
      return
    fi
    told+="; $program: $builder_trouble"
  done
  note "on Debian: apt-get install buildah; and add --local-base where no registry can be reached"
  die "none of docker, podman and buildah works here (${told#; })"
}

# apt_sources: prints the files with this machine's apt sources.
apt_sources() {
  local file
  for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources; do [ ! -s "$file" ] || echo "$file"; done
}

# make_base_archive FILE: a minimal Debian as an archive of its root.
make_base_archive() {
  local sources
  command -v mmdebstrap >/dev/null || die "mmdebstrap is needed to make a base image: apt-get install mmdebstrap"
  mapfile -t sources < <(apt_sources)
  [ ${#sources[@]} -gt 0 ] || die "there are no apt sources in /etc/apt: is this Debian?"
  mkdir -p "$(dirname "$1")"
  # The hook and the package keep perl out, which usrmerge would bring.
  mmdebstrap --quiet --mode=root --variant=minbase --format=tar --hook-dir=/usr/share/mmdebstrap/hooks/merged-usr \
    --include=usr-is-merged bookworm "$1.new" "${sources[@]}" >&2 || die "mmdebstrap failed; its messages are above"
  mv "$1.new" "$1"
}

# make_local_base BUILDER: keeps its archive for a week, then security updates are worth a new one.
make_local_base() {
  local file=$cache/image/debian-bookworm.tar container
  if [ ! -s "$file" ] || [ -n "$(find "$file" -mtime +7)" ]; then make_base_archive "$file"; fi
  case $1 in
  docker | podman) "$1" import --change 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' "$file" "$local_base" >/dev/null ;;
  buildah)
    [ "$(buildah images --filter "label=base=$(stat -c %Y "$file")" --quiet "$local_base" 2>/dev/null)" = "" ] || return 0
    container=$(buildah from scratch)
    buildah add --quiet "$container" "$file" / >/dev/null
    buildah config --cmd bash --label "base=$(stat -c %Y "$file")" \
      --env PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin "$container"
    buildah commit --quiet --rm "$container" "$local_base" >/dev/null
    ;;
  esac
}

# build_image BUILDER TARGET TAG VERSION TESTS BASE
build_image() {
  local builder=$1 options compiled=${CCACHE_DIR:-${XDG_CACHE_HOME:-$HOME/.cache}/ccache}
  options=(--target "$2" --tag "$3" --build-arg "VERSION=$4" --build-arg "TESTS=$5" --build-arg "SOURCE_DATE_EPOCH=$(moment)"
    --build-arg "REVISION=$(revision)" --build-arg "JOBS=${ADX_JOBS:-}")
  [ -z "$6" ] || options+=(--build-arg "BASE=$6")
  case $builder in
  docker) ;; # BuildKit keeps a compiler cache of its own, in the mount that the Dockerfile names
  podman | buildah)
    mkdir -p "$compiled"
    options+=(--layers --volume "$compiled:/ccache-of-machine" --build-arg CCACHE_DIR=/ccache-of-machine)
    [ -z "$6" ] || options+=(--pull-never)
    ;;
  esac
  case $builder in
  # chroot: works also where no container can be started, as within one.
  buildah) buildah bud --isolation chroot --format docker "${options[@]}" . >&2 ;;
  *) "$builder" build "${options[@]}" . >&2 ;;
  esac
}

# moment: when the source was last changed, for whatever would tell the time of the build.
moment() { git -C "$top" log -1 --format=%ct 2>/dev/null || echo 0; }

revision() {
  local commit
  commit=$(git -C "$top" rev-parse HEAD 2>/dev/null) || return 0
  [ -z "$(git -C "$top" status --porcelain 2>/dev/null)" ] || commit+=-changed
  echo "$commit"
}

# save_image BUILDER TAG FILE
save_image() {
  case $1 in
  buildah) buildah push --quiet "$2" "docker-archive:$3:$2" >/dev/null ;;
  *) "$1" save --output "$3" "$2" ;;
  esac
}
