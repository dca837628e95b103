"""What /metrics tells: the names that dashboards know, and how far each database lags."""

import shutil
import subprocess

import pytest

from estate import Estate, follower_database
from harness import wait_until

LABELS_OF_LAG = {"namespace", "name", "database", "follower", "leader"}


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("reporting")
    world = new_world(estate, operator={"probe_interval": "500ms"})
    # Spans in an object have a floor of ten seconds; what is tested here is that the lag shows, not how soon.
    world.space.apply(follower_database("sales", syncLag={"objective": "1h", "probeInterval": "10s"}))
    world.space.wait_ready("sales")
    return world


@pytest.mark.parametrize("name", [
    "controller_runtime_reconcile_total", "controller_runtime_reconcile_errors_total", "controller_runtime_reconcile_time_seconds",
    "controller_runtime_max_concurrent_reconciles", "controller_runtime_active_workers", "workqueue_depth", "workqueue_adds_total",
    "workqueue_retries_total", "workqueue_queue_duration_seconds", "workqueue_work_duration_seconds",
    "workqueue_unfinished_work_seconds", "workqueue_longest_running_processor_seconds", "rest_client_requests_total",
    "process_resident_memory_bytes", "adxfollower_attached_databases", "adxfollower_object_condition", "adxfollower_sync_lag_seconds",
    "adxfollower_azure_requests_total",
    "adxfollower_kusto_commands_total",
])
def test_a_metric_is_served_under_its_known_name(world, name):
    wait_until(lambda: name in world.operator.metrics().names, f"{name} is served")


def test_every_series_of_the_controller_is_there_from_the_start(world):
    results = {labels["result"] for labels, _ in world.operator.metrics().all("controller_runtime_reconcile_total")}

    assert results == {"success", "error", "requeue", "requeue_after"}


def test_conditions_and_databases_of_an_object_are_counted(world):
    metrics = world.operator.metrics()
    mine = {"namespace": world.space.name, "name": "sales"}

    assert metrics.total("adxfollower_attached_databases", **mine) == 1
    assert metrics.total("adxfollower_object_condition", type="Ready", status="True", **mine) == 1
    assert metrics.total("adxfollower_object_condition", type="Ready", status="False", **mine) == 0


def lag(world):
    samples = world.operator.metrics().all("adxfollower_sync_lag_seconds", namespace=world.space.name, name="sales")
    return samples[0][1] if samples else None


def test_lag_rises_while_the_follower_is_behind_and_falls_when_it_caught_up(world):
    wait_until(lambda: lag(world) == 0, "the follower shows what the leader has")
    world.emulator.settings(lagMs=3_600_000)

    world.emulator.ingest("corp", "Sales", "Events", rows=5)

    first = wait_until(lambda: lag(world), "the lag has risen")
    wait_until(lambda: lag(world) > first, "the lag keeps rising")
    world.emulator.settings(lagMs=0)
    wait_until(lambda: lag(world) == 0, "the lag has fallen")


def test_lag_carries_the_names_of_both_sides(world):
    wait_until(lambda: lag(world) is not None, "there is a sample")
    labels, _ = world.operator.metrics().all("adxfollower_sync_lag_seconds", name="sales")[0]

    assert LABELS_OF_LAG <= set(labels)
    assert labels["database"] == "Sales"


def test_promtool_finds_nothing_to_complain_about(world):
    if not shutil.which("promtool"):
        pytest.skip("promtool is not installed (Debian package prometheus)")
    checked = subprocess.run(["promtool", "check", "metrics"], input=world.operator.metrics_text(), capture_output=True, text=True)
    # controller-runtime's own names break two of promtool's rules of taste; those are not ours to change.
    complaints = [line for line in (checked.stdout + checked.stderr).splitlines() if line.startswith("adxfollower_")]

    assert complaints == []


def test_series_of_an_object_go_with_it(world):
    world.space.delete("sales")

    def is_gone():
        metrics = world.operator.metrics()
        return not any(metrics.all(name, name="sales") for name in ("adxfollower_object_condition", "adxfollower_sync_lag_seconds",
                                                                    "adxfollower_attached_databases"))

    wait_until(is_gone, "no series of the deleted object is left")
