"""Holds recorded ARM exchanges against Azure's own OpenAPI files, by oav."""

import os
import subprocess
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]


def expect_valid(file):
    """Prints each operation with what was validated; fails on a violation. Skips where files or validator are absent."""
    specs = Path(os.environ.get("ADXF_AZURE_SPECS", TOP.parent / "shared" / "azure-specs"))
    modules = Path(os.environ.get("ADX_NODE_MODULES", "node_modules"))
    if not specs.is_dir():
        pytest.skip(f"Azure's OpenAPI files are not at {specs}; set ADXF_AZURE_SPECS")
    if not (modules / "oav").is_dir():
        pytest.skip("oav is not installed; run `scripts/setup node` and set ADX_NODE_MODULES")
    done = subprocess.run(
        ["node", TOP / "tests" / "contract" / "validate_exchanges.js", file, specs],
        env={**os.environ, "NODE_PATH": str(modules)}, capture_output=True, text=True, timeout=300,
    )
    print("\n".join(line for line in done.stdout.splitlines() if line != "error"))
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
