"""Fixtures of the tests of the image and of real pods. Run them by `scripts/test-pods`.

ADX_IMAGE_ARCHIVE and ADX_EMULATOR_ARCHIVE name archives as scripts/image writes them; KUBECONFIG leads to a test bed with a node.
"""

import json
import os
import pathlib
import shutil
import subprocess
import sys

import pytest

TOP = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(TOP / "tests" / "e2e"), os.path.dirname(__file__)]

from harness import FOLDER, Process, SESSION  # noqa: E402  (found by the line above)
from kube import Kube  # noqa: E402


def pytest_sessionfinish(session, exitstatus):
    for process in list(Process.running):
        process.kill()
    if exitstatus == 0:
        shutil.rmtree(SESSION, ignore_errors=True)
    else:
        print(f"\nlogs of the programs: {SESSION}")


class Image:
    """An archive, unpacked."""

    def __init__(self, archive, program):
        self.archive, self.program = archive, program
        self.root = FOLDER / f"root-of-{program}"
        subprocess.run([sys.executable, "-B", TOP / "scripts" / "lib" / "image_contents.py", archive, "--unpack", self.root], check=True)
        self.configuration = json.loads(pathlib.Path(f"{self.root}.json").read_text())["config"]
        self.bom = json.loads((self.root / "usr" / "share" / "sbom" / f"{program}.spdx.json").read_text())

    def files(self):
        return [path for path in self.root.rglob("*") if path.is_file() and not path.is_symlink()]

    def run_command(self, user, *arguments):
        return [str(TOP / "scripts" / "lib" / "run_hardened.sh"), str(self.root), str(user), f"/usr/bin/{self.program}", *map(str, arguments)]

    def run(self, user, *arguments, timeout=120, **environment):
        """What the program of the image says to these arguments, as this user, on a root that cannot be written."""
        return subprocess.run(self.run_command(user, *arguments), capture_output=True, text=True, timeout=timeout, env={**os.environ, **environment})


def archive(variable):
    path = os.environ.get(variable)
    assert path and pathlib.Path(path).exists(), f"{variable} names no archive: run this by scripts/test-pods"
    return path


@pytest.fixture(scope="session")
def operator_image():
    return Image(archive("ADX_IMAGE_ARCHIVE"), "adx-operator")


@pytest.fixture(scope="session")
def emulator_image():
    if "ADX_EMULATOR_ARCHIVE" not in os.environ:
        pytest.skip("no image of the emulator: ADX_EMULATOR_ARCHIVE is not set")
    return Image(archive("ADX_EMULATOR_ARCHIVE"), "adx-emulator")


@pytest.fixture(scope="session")
def kube():
    assert "KUBECONFIG" in os.environ, "no API server: run this by scripts/test-pods"
    return Kube(os.environ["KUBECONFIG"])
