"""Whether the objective for sync lag holds, as kubectl tells it: told when it changes, and never lost over a restart.

Probes in an object have a floor of ten seconds, so these tests take a minute of waiting for conditions."""

import pytest

from estate import Estate, cluster_id, database, follower_database
from harness import wait_until

SALES = "Sales"
OBJECTIVE = {"objective": "5s", "probeInterval": "10s"}
LONG = 150  # seconds: ten probes, and a little


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", SALES)
    estate.leader("hidden", SALES, admins=[])  # its versions are nobody's business
    estate.leader("sick", SALES)
    estate.leader("resting", SALES)
    for name in ("steady", "stuck", "blind", "suspended", "idle"):
        estate.follower(name)
    world = new_world(estate, operator={"azure_follower_latency_interval": "1s"})
    world.emulator.settings(metricsDelayMs=86_400_000)  # Azure Monitor has no figure yet
    for name, leader in (("steady", "corp"), ("stuck", "corp"), ("blind", "hidden"), ("suspended", "sick"), ("idle", "resting")):
        world.space.apply(follower_database(name, follower=name, leader=leader, syncLag=OBJECTIVE))
    return world


def judged(world, name, reason, status, timeout=LONG):
    def told():
        conditions = world.space.find(name).get("status", {}).get("conditions", [])
        found = [c for c in conditions if c["type"] == "LagWithinObjective"]
        assert found and (found[0]["reason"], found[0]["status"]) == (reason, status), found
        return found[0]

    return wait_until(told, f"{name}: {reason}", timeout)


def lag(world, name):
    samples = world.operator.metrics().all("adxfollower_sync_lag_seconds", namespace=world.space.name, name=name)
    return samples[0][1] if samples else None


def states(world, name):
    return {labels["state"] for labels, _ in world.operator.metrics().all("adxfollower_sync_lag_state", name=name)}


def test_an_idle_leader_is_no_lag(world):
    condition = judged(world, "steady", "WithinObjective", "True")

    assert "5s" in condition["message"]
    assert states(world, "steady") == {"Synced"}


def test_a_follower_that_takes_nothing_is_beyond_also_after_a_restart(world):
    judged(world, "stuck", "WithinObjective", "True")
    world.emulator.trail("stuck", 3_600_000)
    world.emulator.ingest("corp", SALES, "Events")

    condition = judged(world, "stuck", "BeyondObjective", "False")
    assert "Sales" in condition["message"]
    world.space.wait_ready("stuck")  # it is as declared
    assert wait_until(lambda: world.space.events_of("stuck", "BeyondObjective"), "an event tells it") == 1
    before = world.space.find("stuck")["metadata"]["resourceVersion"]
    behind = lag(world, "stuck")

    world.operator.kill()
    world.operator.start()
    world.operator.wait_until_ready()
    world.emulator.ingest("corp", SALES, "Events")
    wait_until(lambda: lag(world, "steady") == 0, "the other follower is measured again")

    figure = lag(world, "stuck")
    assert figure is None or figure >= behind, "a small lag was invented"
    assert states(world, "stuck") == {"NoSample"}
    found = world.space.find("stuck")
    assert found["metadata"]["resourceVersion"] == before, found["status"]["conditions"]


def test_a_follower_that_counts_its_own_versions_is_not_believed(new_world):
    estate = Estate()
    estate.leader("young", {**database(SALES), "version": "v0.1"})
    estate.follower("counting")
    world = new_world(estate)
    world.emulator.settings(ownVersions=True, metricsDelayMs=86_400_000)

    world.space.apply(follower_database("counting", follower="counting", leader="young", syncLag=OBJECTIVE))

    judged(world, "counting", "VersionsNotComparable", "Unknown")
    assert lag(world, "counting") is None


def test_a_leader_that_cannot_be_read_is_told_and_azures_figure_stands_in(world):
    judged(world, "blind", "LeaderUnreadable", "Unknown")

    world.emulator.settings(metricsDelayMs=0)

    judged(world, "blind", "WithinObjective", "True")
    assert lag(world, "blind") is None, "what Azure tells of a cluster is not the lag of a database"
    assert world.operator.metrics().all("adxfollower_cluster_follower_latency_seconds", cluster=cluster_id("blind").lower())


def test_a_stopped_leader_and_a_suspended_database_are_told_apart_from_lag(world):
    judged(world, "suspended", "WithinObjective", "True")
    judged(world, "idle", "WithinObjective", "True")
    world.emulator.turn("resting", state="Stopped")
    world.emulator.turn("suspended", databases={SALES: {"suspended": True}})

    judged(world, "idle", "ClusterNotRunning", "Unknown")
    judged(world, "suspended", "DatabaseSuspended", "Unknown")
    assert states(world, "idle") == {"ClusterNotRunning"}
    assert states(world, "suspended") == {"DatabaseSuspended"}
    assert lag(world, "suspended") is None
