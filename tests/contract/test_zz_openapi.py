"""Runs last: every ARM exchange of the tests before it, held against Azure's own OpenAPI files."""

import os
import subprocess
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]


def test_every_exchange_fits_the_openapi_files(emulator):
    specs = Path(os.environ.get("ADXF_AZURE_SPECS", TOP.parent / "shared" / "azure-specs"))
    node = os.environ.get("ADXF_NODE_DIR", "")
    modules = Path(os.environ.get("ADX_NODE_MODULES") or f"{node}/node_modules")
    if not specs.is_dir():
        pytest.skip(f"Azure's OpenAPI files are not at {specs}; set ADXF_AZURE_SPECS")
    if not (modules / "oav").is_dir():
        pytest.skip("oav is not installed; run `scripts/setup node` and set ADX_NODE_MODULES")

    extra = os.environ.get("ADXF_EXCHANGES", "")
    for file in [emulator.exchanges, *filter(None, extra.split(":"))]:
        done = subprocess.run(["node", HERE / "validate_exchanges.js", file, specs], env={**os.environ, "NODE_PATH": str(modules)},
                              capture_output=True, text=True, timeout=300)
        print("\n".join(line for line in done.stdout.splitlines() if line != "error"))
        assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
