"""Makes an image of one static program: usage: single_image.py PROGRAM NAME ARCHIVE (for ctr images import and the like)."""

import hashlib
import io
import json
import pathlib
import sys
import tarfile


def add(archive, name, content, mode=0o644):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(content), mode
    archive.addfile(entry, io.BytesIO(content))


def layer_of(program):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as layer:
        add(layer, program.name, program.read_bytes(), 0o755)
    return buffer.getvalue()


def main(program, name, target):
    layer = layer_of(pathlib.Path(program))
    configuration = json.dumps({
        "architecture": "amd64", "os": "linux", "config": {"Entrypoint": ["/" + pathlib.Path(program).name], "User": "65535:65535"},
        "rootfs": {"type": "layers", "diff_ids": ["sha256:" + hashlib.sha256(layer).hexdigest()]},
    }).encode()
    named = hashlib.sha256(configuration).hexdigest() + ".json"
    with tarfile.open(target, "w") as archive:
        add(archive, "layer.tar", layer)
        add(archive, named, configuration)
        add(archive, "manifest.json", json.dumps([{"Config": named, "RepoTags": [name], "Layers": ["layer.tar"]}]).encode())


if __name__ == "__main__":
    main(*sys.argv[1:])
