"""Processes and waiting: what every end-to-end test stands on.

Nothing here sleeps to let something happen. `wait_until` looks at a condition until it holds or its deadline passes, and then
says what it saw last.
"""

import datetime
import json
import os
import pathlib
import signal
import subprocess
import tempfile
import time

TOP = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("ADX_BUILD_DIR", TOP / "build" / "dev"))
EMULATOR = BUILD / "emulator" / "adx-emulator"
OPERATOR = BUILD / "operator" / "adx-operator"

# Logs of one session; kept when a test failed. Workers of pytest-xdist are processes of their own and inherit the variable.
if "ADXF_E2E_SESSION" not in os.environ:
    os.environ["ADXF_E2E_SESSION"] = tempfile.mkdtemp(prefix="adxf-e2e-")
SESSION = pathlib.Path(os.environ["ADXF_E2E_SESSION"])

# What one worker writes.
FOLDER = SESSION / os.environ.get("PYTEST_XDIST_WORKER", "main")
FOLDER.mkdir(exist_ok=True)

# The exchanges of all emulators, for test_zz_openapi.py.
RECORDS = pathlib.Path(os.environ.get("ADXF_E2E_RECORDS", SESSION))

# Deadlines are generous on purpose: a slow machine must not fail a test, a broken program may take its time to show.
PATIENCE = float(os.environ.get("ADXF_E2E_PATIENCE", "90"))


def timestamp_in(seconds):
    """As specs give points of time: UTC, to the second."""
    return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%SZ")


def wait_until(probe, what, timeout=PATIENCE, every=0.1):
    """The first true value that `probe` returns. An AssertionError of the probe counts as "not yet" and is shown at the end."""
    deadline = time.monotonic() + timeout
    while True:
        try:
            seen = probe()
            if seen:
                return seen
        except AssertionError as error:
            seen = error
        if time.monotonic() > deadline:
            raise AssertionError(f"after {timeout:.0f} s still not: {what}; last seen: {seen!r}")
        time.sleep(every)


class Process:
    """A program with its output in a file, which is printed by conftest.py when a test fails."""

    running = []  # of this test run; conftest.py stops what a failed test left behind

    def __init__(self, name, command, folder, environment=None):
        self.name = name
        self.log_path = pathlib.Path(tempfile.mkstemp(prefix=f"{name}-", suffix=".log", dir=folder)[1])
        # The kernel ends it with this test run, should that be killed.
        guarded = ["setpriv", "--pdeathsig", "KILL", "--", *map(str, command)]
        with self.log_path.open("wb") as log:
            self.process = subprocess.Popen(
                guarded, stdout=log, stderr=subprocess.STDOUT, start_new_session=True, env={**os.environ, **(environment or {})}
            )
        Process.running.append(self)

    @property
    def pid(self):
        return self.process.pid

    def log(self):
        return self.log_path.read_text(errors="replace")

    def is_alive(self):
        return self.process.poll() is None

    def assert_alive(self):
        assert self.is_alive(), f"{self.name} ended with {self.process.returncode}:\n{self.log()[-4000:]}"

    def kill(self):
        """As a power cut would: no chance to finish anything."""
        self._end(signal.SIGKILL, timeout=10)

    def stop(self, timeout=30):
        """Asks it to end; returns its exit code."""
        return self._end(signal.SIGTERM, timeout)

    def _end(self, how, timeout):
        if self.is_alive():
            self.process.send_signal(how)
        try:
            return self.process.wait(timeout)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
            raise AssertionError(f"{self.name} did not end within {timeout} s of {how.name}") from None
        finally:
            if self in Process.running:
                Process.running.remove(self)


def wait_for_ready_file(path, process, timeout=PATIENCE):
    """The JSON that a program writes once it serves. Fails at once when the program ends instead."""

    def read():
        if not process.is_alive():
            raise RuntimeError(f"{process.name} ended with {process.process.returncode}:\n{process.log()[-4000:]}")
        return path.exists() and path.stat().st_size > 0 and json.loads(path.read_text())

    return wait_until(read, f"{process.name} is ready", timeout)
