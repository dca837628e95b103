# shellcheck shell=bash
# shellcheck disable=SC2154 # common.sh sets the variables
# The Python and Node packages that tests use, kept outside the tree. Sourced after common.sh.

python_requirements=$top/tests/contract/requirements.txt
node_package=$top/tests/contract/package.json
node_lock=$top/tests/contract/package-lock.json

# python_folder: prints where the virtual environment is, or will be.
python_folder() { echo "$cache/python/$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])')-$(content_key "$python_requirements")"; }

# node_folder: prints the folder that holds node_modules.
node_folder() { echo "$cache/node/$(content_key "$node_package" "$node_lock")"; }

# A virtual environment cannot be moved, so a file says that it is complete.
make_python() (
  folder=$(python_folder)
  mkdir -p "$cache/python"
  exec 8>"$folder.lock"
  flock 8
  [ ! -f "$folder/complete" ] || exit 0
  rm -rf "$folder"
  python3 -m venv "$folder" || die "python3 could not make a virtual environment in $folder"
  "$folder/bin/python" -m pip install --quiet --no-input --disable-pip-version-check -r "$python_requirements" ||
    die "pip could not install tests/contract/requirements.txt: is there a network, or an index set for pip?"
  touch "$folder/complete"
)

make_node() (
  folder=$(node_folder)
  mkdir -p "$cache/node"
  exec 8>"$folder.lock"
  flock 8
  [ ! -d "$folder" ] || exit 0
  rm -rf "$folder.new"
  mkdir "$folder.new"
  cp "$node_package" "$node_lock" "$folder.new/"
  # The lock file names no registry, so that any may serve it: whichever npm is set to.
  (cd "$folder.new" && npm ci --omit=dev --no-audit --no-fund --loglevel=error >&2) ||
    die "npm could not install oav (it checks recorded exchanges against Azure's OpenAPI files): is there a network, and a registry in: npm config get registry?"
  mv -T "$folder.new" "$folder" || die "$folder could not be put in place"
)
