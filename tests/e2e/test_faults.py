"""Azure at its worst: whatever it answers, the end state is right, nothing is done twice, and nothing falls over."""

import dataclasses

import pytest

from estate import Estate, cluster_id, follower_database
from harness import wait_until

ATTACHMENT = "/attachedDatabaseConfigurations/"


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    faults: list
    accepted: int = 1  # attachment PUTs that Azure takes

    @property
    def cluster(self):
        return "f" + self.name.replace("-", "")[:20]


def on_put(**fault):
    return {"service": "arm", "method": "PUT", "path": ATTACHMENT, "count": 2, **fault}


def on_command(**fault):
    return {"service": "kusto", "command": "alter follower database", "count": 2, **fault}


def on_read(**fault):
    return {"service": "arm", "method": "GET", "count": 3, **fault}


def answer(status, **headers):
    return {"action": "status", "status": status, "headers": headers}


# Each on a follower cluster of its own, so that all can happen at once.
CASES = [
    Case("told-when-to-retry", [on_put(**answer(429, **{"Retry-After": "1"})), on_read(**answer(429, **{"Retry-After": "1"}))]),
    Case("throttled-only", [on_put(**answer(429)), on_command(**answer(429))]),
    Case("server-error", [on_put(**answer(500)), on_command(**answer(500)), on_read(**answer(500))]),
    Case("unavailable", [on_put(**answer(503)), on_command(**answer(503)), on_read(**answer(503))]),
    Case("slow", [on_put(action="delay", delayMs=3000, count=1), on_command(action="delay", delayMs=3000, count=1)]),
    Case("cut-before-a-write", [on_put(action="dropBefore"), on_command(action="dropBefore")]),
    Case("cut-after-a-write", [on_put(action="dropAfter", count=1), on_command(action="dropAfter")]),
    Case("cut-reads", [on_read(action="dropBefore"), {"service": "kusto", "command": "show", "action": "dropBefore", "count": 2}]),
    Case("half-an-answer", [on_put(action="malformed", count=1), on_read(action="malformed")]),
    Case("half-a-command-answer", [on_command(action="malformed")]),
]


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales", "Stock")
    for case in CASES:
        estate.follower(case.cluster)
    estate.follower("busy")
    world = new_world(estate)
    for case in CASES:
        for fault in case.faults:
            world.emulator.add_fault(cluster=case.cluster, **fault)
    world.space.apply(*(
        follower_database(case.name, follower=case.cluster, caching={"modificationKind": "Replace", "database": {"hot": "1d"}})
        for case in CASES
    ))
    return world


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_end_state_is_right_and_nothing_was_done_twice(world, case):
    world.space.wait_ready(case.name)

    assert list(world.azure.attachments(cluster_id(case.cluster))) != []
    overrides = world.azure.overrides(case.cluster, "Sales")
    assert (overrides.caching_kind, overrides.hot) == ("Replace", 24)
    assert len(world.accepted_puts(cluster=case.cluster)) == case.accepted
    world.operator.process.assert_alive()


def test_every_fault_was_met(world):
    unmet = [fault for fault in world.emulator.faults() if fault["acted"] == 0]

    assert unmet == []


def test_a_write_that_is_refused_in_the_middle_of_its_operation_is_tried_again(world):
    """Azure takes the PUT, and the operation says later that the cluster was busy with somebody else's."""
    world.emulator.settings(maintenance="failOperation", operationDurationMs=3000)
    put = f"{cluster_id('busy')}/attachedDatabaseConfigurations/theirs"
    world.azure.arm("PUT", put, {"location": "westus2", "properties": {
        "clusterResourceId": cluster_id("corp"), "databaseName": "Stock", "defaultPrincipalsModificationKind": "Union",
    }})

    world.space.apply(follower_database("busy", follower="busy"))
    wait_until(lambda: world.accepted_puts(cluster="busy"), "the operator's write was taken while the other one ran")
    world.emulator.settings(maintenance="conflict", operationDurationMs=200)

    world.space.wait_ready("busy")
    ours = [name for name in world.azure.attachments(cluster_id("busy")) if name != "theirs"]
    assert len(ours) == 1
