# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh sets the variables
# Configuring and building a preset. Sourced after common.sh.

jobs=${ADX_JOBS:-$(nproc)}

# configure PRESET
configure() {
  local log
  log=$(mktemp)
  if ! (cd "$top" && cmake --preset "$1") >"$log" 2>&1; then
    cat "$log" >&2
    rm -f "$log"
    die "cmake could not configure the preset $1; its messages are above"
  fi
  rm -f "$log"
}

# build PRESET [TARGET…]
build() {
  local preset=$1
  shift
  configure "$preset" || return 1
  cmake --build "$top/build/$preset" --parallel "$jobs" ${1:+--target "$@"} >&2
}

# test_programs PRESET PREFIX…: prints the test programs whose names start with one of the prefixes.
test_programs() {
  local folder=$top/build/$1 prefix
  shift
  for prefix; do ninja -C "$folder" -t targets all | sed -nE "s/^(${prefix}_[a-z_]+): phony$/\1/p"; done
}
