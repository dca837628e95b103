"""Runs last: every ARM exchange of the official client, held against Azure's own OpenAPI files."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from openapi import expect_valid  # noqa: E402  (found by the line above)


def test_every_exchange_fits_the_openapi_files(emulator):
    expect_valid(emulator.exchanges)
