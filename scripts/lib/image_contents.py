"""Shows what is in an image: usage: image_contents.py ARCHIVE [--unpack FOLDER]

ARCHIVE is what docker save, podman save and buildah push docker-archive: write. Prints the size of each file, the package that brought it by the bill
of materials in the image, and the digests of the programs. --unpack writes the files into a new folder instead, and beside it, in FOLDER.json, the configuration.
"""

import argparse
import hashlib
import json
import pathlib
import tarfile

SMALL = 50_000


def read_json(archive, name):
    return json.load(archive.extractfile(name))


def layers(archive):
    """The layers of the one image in the archive, from the lowest, and its configuration."""
    manifest = read_json(archive, "manifest.json")[0]
    return manifest["Layers"], read_json(archive, manifest["Config"])


def files_of(archive):
    """Path to (size, sha256) of all regular files; images here have one layer, and more are laid one over the other."""
    files, boms = {}, []
    for name in layers(archive)[0]:
        with tarfile.open(fileobj=archive.extractfile(name)) as layer:
            for member in layer:
                if member.isfile():
                    content = layer.extractfile(member).read()
                    path = "/" + member.name.removeprefix("./").lstrip("/")
                    files[path] = (member.size, hashlib.sha256(content).hexdigest())
                    if path.endswith(".spdx.json"):
                        boms.append(json.loads(content))
    return files, boms


def origins(boms):
    """Path to "package version", as the bills of materials tell."""
    told = {}
    for bom in boms:
        paths = {file["SPDXID"]: file["fileName"].removeprefix(".") for file in bom["files"]}
        packages = {package["SPDXID"]: f"{package['name']} {package['versionInfo']}" for package in bom["packages"]}
        for relation in bom["relationships"]:
            if relation["relationshipType"] == "EXPANDED_FROM_ARCHIVE":
                told[paths[relation["spdxElementId"]]] = packages[relation["relatedSpdxElement"]]
    return told


def show(archive):
    files, boms = files_of(archive)
    told = origins(boms)
    large = sorted((item for item in files.items() if item[1][0] >= SMALL), key=lambda item: -item[1][0])
    small = sum(size for size, _ in files.values() if size < SMALL)
    print(f"{'bytes':>12}  file (package and version)")
    for path, (size, _) in large:
        print(f"{size:>12,}  {path}" + (f"  ({told[path]})" if path in told else ""))
    print(f"{small:>12,}  {len(files) - len(large)} smaller files: licences and settings, mostly")
    print(f"{sum(size for size, _ in files.values()):>12,}  in all, unpacked")
    for path, (_, digest) in files.items():
        if path.startswith("/usr/bin/"):
            print(f"sha256 {digest}  {path}")
    for bom in boms:
        linked = sum(relation["relationshipType"] == "DYNAMIC_LINK" for relation in bom["relationships"])
        print(f"bill of materials: {len(bom['packages'])} packages, {linked} of them linked dynamically")


def unpack(archive, folder):
    names, configuration = layers(archive)
    folder.mkdir(parents=True)
    for name in names:
        with tarfile.open(fileobj=archive.extractfile(name)) as layer:
            for member in layer:
                member.name = member.name.lstrip("/")
                layer.extract(member, folder, numeric_owner=True)
    folder.with_name(folder.name + ".json").write_text(json.dumps(configuration, indent=1))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive")
    parser.add_argument("--unpack", type=pathlib.Path, metavar="FOLDER")
    asked = parser.parse_args()
    with tarfile.open(asked.archive) as archive:
        if asked.unpack:
            unpack(archive, asked.unpack)
        else:
            show(archive)


if __name__ == "__main__":
    main()
