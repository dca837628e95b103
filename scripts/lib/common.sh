# shellcheck shell=bash
# shellcheck disable=SC2034 # the variables are for those who source this
# What every script here starts with: strict mode, the folders, and how to talk. Sourced, never run.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
# What is expensive to make lives outside the tree, so that a clean checkout starts in seconds.
cache=${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/adx-follower-operator

if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
  bold=$'\e[1m' red=$'\e[31m' green=$'\e[32m' plain=$'\e[0m'
else
  bold='' red='' green='' plain=''
fi

# Messages go to the error output, results to the standard output: $(scripts/testbed bin) must stay clean.
say() { printf '%s%s%s\n' "$bold==> " "$*" "$plain" >&2; }
note() { printf '    %s\n' "$*" >&2; }
warn() { printf '%swarning:%s %s\n' "$red" "$plain" "$*" >&2; }
die() {
  printf '%serror:%s %s\n' "$red" "$plain" "$*" >&2
  exit 1
}

# usage: prints the comment at the head of the running script.
usage() { awk 'NR == 1 { next } /^#/ { sub(/^# ?/, ""); print; next } { exit }' "$0"; }

# content_key FILE...: twelve hex digits that change whenever one of the files does.
content_key() { cat -- "$@" | sha256sum | cut -c1-12; }

# elapsed START: the time since START (a value of $SECONDS), readable.
elapsed() {
  local seconds=$((SECONDS - $1))
  if [ "$seconds" -lt 60 ]; then printf '%d s' "$seconds"; else printf '%d min %02d s' $((seconds / 60)) $((seconds % 60)); fi
}

# timed TITLE COMMAND...: says what is being done, does it, and how long it took.
timed() {
  local title=$1 start=$SECONDS
  shift
  say "$title"
  "$@" || {
    local code=$?
    warn "$title: failed after $(elapsed "$start")"
    return "$code"
  }
  note "done in $(elapsed "$start")"
}
