"""Runs last, or alone after the others: every ARM exchange of the operator in their course, held against Azure's own OpenAPI
files."""

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from openapi import expect_valid  # noqa: E402  (found by the line above)
from harness import RECORDS  # noqa: E402


def test_every_exchange_of_the_operator_fits_the_openapi_files(tmp_path):
    recorded = sorted(RECORDS.glob("exchanges-*.jsonl"))
    if not recorded:
        pytest.skip("no test with an emulator ran before this one")
    together = tmp_path / "exchanges.jsonl"
    together.write_text("".join(file.read_text() for file in recorded))
    expect_valid(together)
