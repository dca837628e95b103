"""What /metrics tells: the names that dashboards know, how far each database lags, and nothing that the reference lacks."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import requests

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
    "rest_client_request_duration_seconds", "adxfollower_ready_reason", "adxfollower_drifted_fields", "adxfollower_azure_ratelimit_remaining",
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
    assert metrics.all("adxfollower_ready_reason", **mine) == [({"kind": "FollowerDatabase", "reason": "Ready", **mine}, 1)]
    assert metrics.total("adxfollower_drifted_fields", **mine) == 0


def documented():
    """{name: (type, labels)} of docs/metrics.md."""
    page = (Path(__file__).parents[2] / "docs/metrics.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \| (\w+) \| (.*?) \| .* \|$", page, re.MULTILINE)
    return {name: (kind, frozenset(re.findall(r"`(\w+)`", labels))) for name, kind, labels in rows}


def served(text):
    """The same of a scrape; labels of each series, so that one that differs shows."""
    types = dict(re.findall(r"^# TYPE (\w+) (\w+)$", text, re.MULTILINE))
    families = set()
    for line in text.splitlines():
        if line.startswith("#"):
            continue
        name, labels = re.match(r"(\w+)(\{.*\})? ", line).groups()
        whole = re.sub(r"_(bucket|sum|count)$", "", name)
        family = whole if types.get(whole) == "histogram" else name
        families.add((family, types.get(family), frozenset(re.findall(r'(\w+)="(?:\\.|[^"\\])*"', labels or "")) - {"le"}))
    return families


def test_every_series_is_in_the_reference_with_its_type_and_labels(world):
    reference = {(name, kind, labels) for name, (kind, labels) in documented().items()}

    assert len(reference) > 40
    assert served(world.operator.metrics_text()) - reference == set()


def test_what_azure_says_of_its_limits_is_kept(world):
    metrics = world.operator.metrics()

    assert metrics.total("adxfollower_azure_ratelimit_remaining", kind="reads") > 0
    assert metrics.total("adxfollower_azure_ratelimit_remaining", kind="resource-writes") > 0


def test_an_answer_is_compressed_for_who_takes_gzip(world):
    def encoding(accepted):
        reply = requests.get(f"http://127.0.0.1:{world.operator.port}/metrics", headers={"Accept-Encoding": accepted}, timeout=30,
                             proxies={"http": ""})
        assert "adxfollower_build_info" in reply.text
        return reply.headers.get("Content-Encoding")

    assert encoding("gzip") == "gzip"
    assert encoding("identity") is None


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
    # Two of controller-runtime's own names break promtool's rules of taste; those are not ours to change.
    theirs = ("controller_runtime_", "workqueue_")
    complaints = [line for line in (checked.stdout + checked.stderr).splitlines() if not line.startswith(theirs)]

    assert complaints == []


def test_series_of_an_object_go_with_it(world):
    world.space.delete("sales")

    def is_gone():
        metrics = world.operator.metrics()
        return not any(metrics.all(name, name="sales") for name in ("adxfollower_object_condition", "adxfollower_sync_lag_seconds",
                                                                    "adxfollower_attached_databases"))

    wait_until(is_gone, "no series of the deleted object is left")
