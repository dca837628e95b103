"""What dpkg knows of files: which package brought one, in which version, from which source."""

import pathlib
import subprocess


class Packages:
    """Answers of dpkg, each asked once."""

    def __init__(self):
        self._owners = {}
        self._facts = {}

    def owner(self, path):
        """The package that brought the file (a path without links), or the one that makes it when it is installed."""
        self.find_owners([path])
        return self._owners[str(path)]

    def find_owners(self, paths):
        """Asks for many files at once; a file of no package ends the program."""
        wanted = [str(path) for path in paths if str(path) not in self._owners]
        if wanted:
            self._owners.update(_owners_of(wanted))
        missing = [path for path in wanted if path not in self._owners]
        if missing:
            raise SystemExit(f"no package brought {', '.join(missing)}")
        return {self._owners[str(path)] for path in paths}

    def fact(self, package, field):
        key = package, field
        if key not in self._facts:
            asked = ["dpkg-query", "--show", f"--showformat=${{{field}}}\n", package]
            self._facts[key] = subprocess.run(asked, check=True, capture_output=True, text=True).stdout.splitlines()[0]
        return self._facts[key]

    def version(self, package):
        return self.fact(package, "Version")


def _owners_of(paths):
    """dpkg knows a file of /usr/lib by the name under which its package lists it, which may be /lib."""
    names = {}
    for path in paths:
        names[path] = path
        if path.startswith("/usr/lib"):
            names[path.removeprefix("/usr")] = path
    if "/etc/ssl/certs/ca-certificates.crt" in names or "/etc/ssl/openssl.cnf" in names:
        names["/usr/sbin/update-ca-certificates"] = "/etc/ssl/certs/ca-certificates.crt"
        names["/etc/ssl/openssl.cnf"] = "/etc/ssl/openssl.cnf"
    answer = subprocess.run(["dpkg-query", "--search", *names], capture_output=True, text=True).stdout
    owners = {}
    for line in answer.splitlines():
        owner, _, file = line.rpartition(": ")
        if file in names:
            owners[names[file]] = owner.split(",")[0].split(":")[0].strip()
    return owners


def compiled_from(build, program, packages):
    """The packages whose headers went into the program, by the dependency list of the build: inlined and header-only code is shipped too."""
    folder = build.resolve()
    inputs = _ninja(folder, "inputs", program).split("\n")
    objects = {line for line in inputs if line.endswith(".o")}
    if not objects:
        raise SystemExit(f"{folder} has no objects of {program}")
    headers, is_ours = set(), False
    for line in _ninja(folder, "deps", "").split("\n"):
        if line and not line.startswith(" "):
            is_ours = line.partition(":")[0] in objects
        elif is_ours and line.strip().startswith("/usr/"):
            headers.add(line.strip())
    archives = {line for line in inputs if line.startswith("/usr/") and line.endswith(".a")}
    files = {str(pathlib.Path(file).resolve()) for file in headers | archives}
    if not files:
        raise SystemExit(f"the build in {folder} kept no list of headers")
    return packages.find_owners(sorted(files))


def _ninja(folder, tool, target):
    return subprocess.run(["ninja", "-C", folder, "-t", tool, *([target] if target else [])], check=True, capture_output=True, text=True).stdout
