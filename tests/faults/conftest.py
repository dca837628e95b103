"""Fixtures of the fault tests, which stand on those of the end-to-end tests. Run them by `make faults`."""

import importlib.util
import pathlib
import sys

import pytest

END_TO_END = pathlib.Path(__file__).resolve().parents[1] / "e2e"
sys.path.insert(0, str(END_TO_END))
sys.path.insert(0, str(pathlib.Path(__file__).parent))

# Both folders call it conftest, so that it cannot be imported by its name.
_spec = importlib.util.spec_from_file_location("end_to_end_conftest", END_TO_END / "conftest.py")
_end_to_end = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_end_to_end)
kube, operator_kubeconfig = _end_to_end.kube, _end_to_end.operator_kubeconfig
plain_world = _end_to_end.new_world  # without proxies that tamper
pytest_runtest_makereport, pytest_sessionfinish = _end_to_end.pytest_runtest_makereport, _end_to_end.pytest_sessionfinish

from fault_world import FaultWorld  # noqa: E402  (found by the lines above)

LONGEST = ["test_silence", "test_stale_state", "test_hostile_uris", "test_outages", "test_watch_faults"]


def pytest_collection_modifyitems(items):
    _end_to_end.begin_with(LONGEST, items)


@pytest.fixture(scope="module")
def new_world(kube, operator_kubeconfig):
    """Makes a FaultWorld from an Estate; all of a module's worlds end with it."""
    worlds = []

    def make(estate, **options):
        worlds.append(FaultWorld(kube, operator_kubeconfig, estate, **options))
        return worlds[-1]

    yield make
    for world in reversed(worlds):
        world.close()
