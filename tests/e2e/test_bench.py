"""The short form of `make bench`: that it runs, and of what it measures the numbers that no busy machine can change."""

import os
import sys

import pytest

from harness import BUILD, TOP

sys.path.insert(0, str(TOP / "bench"))

import run  # noqa: E402  (found by the line above)
import scenario  # noqa: E402

OBJECTS = 100
EVENTS_OF_A_BURST = 100  # the rest are spaced


@pytest.fixture(scope="module", autouse=True)
def load_generator():
    before, scenario.LOAD = scenario.LOAD, BUILD / "bench" / "adxf-load"
    yield
    scenario.LOAD = before


@pytest.fixture(scope="module")
def figures():
    [figures] = run.measure(OBJECTS, rounds=1, rest_seconds=10)
    return figures


def test_each_object_costs_two_writes_and_one_in_azure(figures):
    print(f"\n{run.table([figures])}")
    assert figures["azure_writes"] == OBJECTS
    assert 2 * OBJECTS <= figures["kubernetes_writes"] <= 2 * OBJECTS + EVENTS_OF_A_BURST + OBJECTS // 10


def test_at_rest_nothing_is_written(figures):
    assert figures["writes_at_rest"] == figures["changed_at_rest"] == 0


def test_an_object_that_comes_with_its_finalizer_costs_one_write():
    count = 20
    figures, _ = scenario.run_operator(count, f"bench-policy-{os.getpid()}", rest_seconds=1, has_finalizer_policy=True)

    assert figures["azure_writes"] == count
    assert count <= figures["kubernetes_writes"] < 2 * count + count // 2, "a status each, an event at most for each, and no finalizer"


def test_what_is_measured_was_measured(figures):
    seconds = ("all_ready_seconds", "replay_seconds", "restart_seconds", "raw_list_seconds", "scrape_seconds", "scraped_peak_mebibytes",
               "operator_cpu_seconds", "idle_to_azure_seconds", "busy_to_azure_seconds")
    assert {name for name in seconds if not figures[name] > 0} == set()
