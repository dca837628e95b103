"""Gathers the root file system of an image that has one program and what it links, and nothing else.

usage: image_root.py --program FILE --build FOLDER --root FOLDER --version VERSION [--extra FROM=TO …]

Runs where the program was built, on Debian: the libraries come from its packages, and dpkg knows their versions and licences. Into the root go the
program (/usr/bin), the shared libraries that ldd finds and the loader, CA certificates, the few files that glibc and OpenSSL read, an unprivileged
user, the licences of all that is shipped, and a bill of materials (image_sbom.py).
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess

import image_sbom
from image_packages import Packages, compiled_from

USER = 65532
LIBRARIES = pathlib.Path("usr/lib/x86_64-linux-gnu")
COMMON_LICENCES = pathlib.Path("/usr/share/common-licenses")

FILES = {
    "etc/passwd": f"root:x:0:0:root:/:/nonexistent\nnonroot:x:{USER}:{USER}:nonroot:/:/nonexistent\n",
    "etc/group": f"root:x:0:\nnonroot:x:{USER}:\n",
    # glibc has both sources built in. Without the file it would ask DNS first for localhost.
    "etc/nsswitch.conf": "passwd: files\ngroup: files\nhosts: files dns\n",
}
# Where the container runtime mounts its own, also on a root that is read-only.
MOUNT_POINTS = ["dev", "proc", "sys", "run", "tmp"]
CERTIFICATES = pathlib.Path("etc/ssl/certs/ca-certificates.crt")
# The places where Debian's OpenSSL looks.
LINKS = {"usr/lib/ssl/cert.pem": "/etc/ssl/certs/ca-certificates.crt", "usr/lib/ssl/certs": "/etc/ssl/certs",
         "usr/lib/ssl/openssl.cnf": "/etc/ssl/openssl.cnf"}


def linked(program):
    """The shared objects that the loader would map, by the name under which it looks for them, and the loader itself."""
    text = subprocess.run(["ldd", program], check=True, capture_output=True, text=True).stdout
    if "not found" in text:
        raise SystemExit(f"{program} lacks libraries:\n{text}")
    named = dict(re.findall(r"^\s*(\S+) => (/\S+)", text, re.MULTILINE))
    loader = re.search(r"^\s*(/lib\S*/ld-\S+)", text, re.MULTILINE)
    return {name: pathlib.Path(path).resolve() for name, path in named.items()}, loader and loader[1]


def put(source, target):
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o755 if os.access(source, os.X_OK) or ".so" in target.name else 0o644)


def put_program(root, program):
    """The program, its libraries and the loader; returns where each file came from."""
    shipped = {root / "usr/bin" / program.name: program}
    libraries, loader = linked(program)
    for name, path in libraries.items():
        shipped[root / LIBRARIES / name] = path
    if loader:
        shipped[root / loader.lstrip("/")] = pathlib.Path(loader).resolve()
    for target, source in shipped.items():
        put(source, target)
    return shipped


def put_system(root):
    """What glibc and OpenSSL read; returns where each file came from, for those that a package brought."""
    for name, text in FILES.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    for name in MOUNT_POINTS:
        (root / name).mkdir()
    (root / "tmp").chmod(0o1777)
    (root / "etc/ssl/private").mkdir(parents=True, mode=0o755)
    for name, target in LINKS.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).symlink_to(target)
    copied = {root / CERTIFICATES: pathlib.Path("/") / CERTIFICATES, root / "etc/ssl/openssl.cnf": pathlib.Path("/etc/ssl/openssl.cnf")}
    for target, source in copied.items():
        put(source, target)
    return copied


def put_licences(root, packages, licence, name):
    """The copyright file of each package, and the common licences that these refer to."""
    wanted = set()
    for package in packages:
        source = pathlib.Path("/usr/share/doc") / package / "copyright"
        put(source, root / "usr/share/doc" / package / "copyright")
        text = source.read_text(errors="replace")
        wanted |= set(re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", text))
    for common in sorted(wanted):
        if (COMMON_LICENCES / common).exists():
            put((COMMON_LICENCES / common).resolve(), root / "usr/share/common-licenses" / common)
    put(licence, root / "usr/share/doc" / name / "copyright")


def settle_times(root, moment):
    """One time for all files: an image of the same content is the same image."""
    for path in [*root.rglob("*"), root]:
        os.utime(path, (moment, moment), follow_symlinks=False)


def version_of(program):
    """What the program calls itself: "adx-operator 1.2.3"."""
    return subprocess.run([program, "--version"], check=True, capture_output=True, text=True).stdout.split()[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=pathlib.Path, required=True, help="the program that is shipped")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="the folder in which ninja built it")
    parser.add_argument("--root", type=pathlib.Path, required=True, help="where the files go; must not be there")
    parser.add_argument("--licence", type=pathlib.Path, required=True, help="the project's own licence")
    parser.add_argument("--extra", action="append", default=[], metavar="FROM=TO", help="a file or folder to ship besides")
    asked = parser.parse_args()
    moment = int(os.environ.get("SOURCE_DATE_EPOCH", "0"))
    name = asked.program.name

    asked.root.mkdir(parents=True)
    shipped = put_program(asked.root, asked.program)
    libraries = {target: source for target, source in shipped.items() if source != asked.program}
    system = put_system(asked.root)
    for extra in asked.extra:
        source, _, target = extra.partition("=")
        shutil.copytree(source, asked.root / target.lstrip("/"), dirs_exist_ok=True)

    packages = Packages()
    compiled = compiled_from(asked.build, name, packages)
    runtime = {packages.owner(source) for source in [*libraries.values(), *system.values()]}
    put_licences(asked.root, sorted(runtime | compiled), asked.licence, name)

    links = {packages.owner(source) for source in libraries.values()}
    contents = image_sbom.Contents(name=name, version=version_of(asked.program), program=asked.root / "usr/bin" / name, root=asked.root, moment=moment,
                                   linked=links, beside=runtime - links, compiled=compiled, files={**libraries, **system})
    image_sbom.write(contents, packages, asked.root / "usr/share/sbom" / f"{name}.spdx.json")
    settle_times(asked.root, moment)


if __name__ == "__main__":
    main()
