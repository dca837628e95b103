"""Fixtures of the end-to-end tests. Run them by `scripts/testbed run NAME -- python3 -m pytest tests/e2e`, or `make test`."""

import os
import shutil
import sys

import pytest

sys.path.insert(0, os.path.dirname(__file__))

from estate import Estate  # noqa: E402  (found by the line above)
from harness import EMULATOR, OPERATOR, SESSION, Process  # noqa: E402
from kube import Kube  # noqa: E402
from programs import World  # noqa: E402

# The files that take longest: begun first, so that none is left to one worker when the others have ended.
LONGEST = ["test_lag", "test_scale", "test_deletion_orders", "test_share_orders", "test_bench", "test_data_share", "test_dashboards", "test_rotation", "test_every_field"]


def begin_with(files, items):
    rank = {name: place for place, name in enumerate(files)}
    items.sort(key=lambda item: rank.get(item.path.stem, len(files)))


def pytest_collection_modifyitems(items):
    begin_with(LONGEST, items)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """A failed test shows the end of the log of every program that ran with it."""
    report = (yield).get_result()
    if not report.failed:
        return
    worlds = [value for value in getattr(item, "funcargs", {}).values() if isinstance(value, World)]
    programs = [run for world in worlds for run in _programs_of(world)] or list(Process.running)
    for process in programs:
        report.sections.append((f"{process.name} ({process.log_path})", process.log()[-6000:]))


def _programs_of(world):
    return ([world.emulator.process] if world.emulator else []) + (world.operator.runs if world.operator else [])


def pytest_sessionfinish(session, exitstatus):
    for process in list(Process.running):
        process.kill()
    if hasattr(session.config, "workerinput"):
        return  # the folder is everybody's
    if exitstatus == 0:
        shutil.rmtree(SESSION, ignore_errors=True)
    else:
        print(f"\nlogs of the programs: {SESSION}")


@pytest.fixture(scope="session")
def kube():
    if "KUBECONFIG" not in os.environ:
        pytest.skip("no API server: KUBECONFIG is not set; run this by scripts/testbed run")
    kube = Kube(os.environ["KUBECONFIG"])
    kube.install_crds()
    return kube


@pytest.fixture(scope="session")
def operator_kubeconfig():
    return os.environ["ADX_OPERATOR_KUBECONFIG"]


@pytest.fixture(scope="module")
def new_world(kube, operator_kubeconfig):
    """Makes a World from an Estate; all of a module's worlds end with it."""
    for program in (EMULATOR, OPERATOR):
        if not program.exists():
            pytest.fail(f"{program} is not there; build it first (make build)")
    worlds = []

    def make(estate: Estate, **options):
        worlds.append(World(kube, operator_kubeconfig, estate, **options))
        return worlds[-1]

    yield make
    for world in reversed(worlds):
        world.close()
