#!/usr/bin/env bash
# scripts/lib/image_tests.sh on|off [JOBS]: the unit tests, within the build of the image.
#
# They are those of the preset dev: the compiler and the libraries are what ships, and link-time optimisation of each test program
# would take several times as long as the rest of the image.
# shellcheck source=scripts/lib/common.sh
. "$(dirname "${BASH_SOURCE[0]}")/common.sh"
# shellcheck source=scripts/lib/build.sh
. "$top/scripts/lib/build.sh"

jobs=${2:-$(nproc)}
note "$("$top/build/release/operator/adx-operator" --version)"
[ "$1" = on ] || {
  note "the unit tests are left out: TESTS=$1"
  exit 0
}
configure dev
mapfile -t programs < <(test_programs dev unit)
[ ${#programs[@]} -gt 0 ] || die "there are no unit tests in build/dev"
timed "building the unit tests" build dev "${programs[@]}"
timed "running the unit tests" ctest --test-dir "$top/build/dev" -L '^unit$' --no-tests=error --output-on-failure \
  --parallel "$jobs" --progress
