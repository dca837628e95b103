"""Starts the emulator for tests that talk to it with the vendor's own clients."""

import json
import os
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

TOP = Path(__file__).resolve().parents[2]
START_SECONDS = 60
TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"


def build_folder() -> Path:
    folder = Path(os.environ.get("ADXF_BUILD_DIR") or os.environ.get("ADX_BUILD_DIR") or "build/dev")
    return folder if folder.is_absolute() else TOP / folder


@dataclass
class Emulator:
    """A running adx-emulator: its endpoints, and its side door."""

    arm: str
    ca_file: str
    clusters: dict
    exchanges: Path

    def door(self, method: str, path: str, /, **body) -> dict:
        answer = requests.request(method, f"{self.arm}/_emulator/{path}", json=body or None, verify=self.ca_file, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def token(self, client_id: str, secret: str, scope: str = "https://management.azure.com/.default", tenant: str = TENANT):
        form = {"client_id": client_id, "client_secret": secret, "scope": scope, "grant_type": "client_credentials"}
        return requests.post(f"{self.arm}/{tenant}/oauth2/v2.0/token", data=form, verify=self.ca_file, timeout=30)

    def call(self, method: str, path: str, token: str = "", body=None, version: str = "2025-02-14", headers=None):
        headers = dict(headers or {})
        if token:
            headers["Authorization"] = f"Bearer {token}"
        joiner = "&" if "?" in path else "?"
        return requests.request(method, f"{self.arm}{path}{joiner}api-version={version}", json=body, headers=headers, verify=self.ca_file, timeout=30)


def wait_for(file: Path, process: subprocess.Popen) -> dict:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if file.exists():
            return json.loads(file.read_text())
        if process.poll() is not None:
            pytest.fail(f"adx-emulator ended with {process.returncode} before it was ready")
        time.sleep(0.05)
    pytest.fail(f"adx-emulator was not ready within {START_SECONDS} s")


@pytest.fixture(scope="session")
def emulator(tmp_path_factory):
    program = build_folder() / "emulator" / "adx-emulator"
    if not program.exists():
        pytest.fail(f"{program} is missing: build it first, or set ADXF_BUILD_DIR")
    folder = tmp_path_factory.mktemp("emulator")
    exchanges = folder / "exchanges.jsonl"
    ready_file = folder / "ready.json"
    process = subprocess.Popen(
        [program, "--seed", TOP / "emulator/seeds/contoso.yaml", "--ca-dir", folder, "--ready-file", ready_file,
         "--log-exchanges", exchanges, "--operation-duration", "300", "--schema-refresh", "100"],
        stdout=subprocess.DEVNULL)
    try:
        ready = wait_for(ready_file, process)
        yield Emulator(arm=ready["armEndpoint"], ca_file=ready["caFile"], clusters=ready["clusters"], exchanges=exchanges)
    finally:
        process.terminate()
        assert process.wait(timeout=30) == 0


@pytest.fixture(scope="session")
def operator_token(emulator) -> str:
    return emulator.token("bbbbbbbb-0000-0000-0000-000000000001", "emulator-only-secret").json()["access_token"]
