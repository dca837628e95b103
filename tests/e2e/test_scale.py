"""Two hundred objects on ten clusters: reads grow with clusters and ticks, not with objects; at rest nothing is written."""

import collections
import re
import time

import pytest

from estate import Estate, follower_database
from harness import wait_until

CLUSTERS = 10
OBJECTS = 200
TICK = 1.0
TICKS_AT_REST = 50
JITTER = 0.10  # a tick may come this much early


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", *(f"Db{i:03}" for i in range(OBJECTS // CLUSTERS)))
    for number in range(CLUSTERS):
        estate.follower(f"reader{number}")
    # No bucket of Azure stands in the way: what is counted here is what the operator asks for.
    return new_world(estate, operator={"tick": f"{TICK:.0f}s", "log_level": "info"}, emulator={"operation_duration_ms": 50})


def kind_of_read(call):
    """What a call reads, of those that a tick may make once: the list of attachments, and each `.show`."""
    if call["service"] == "arm" and call["method"] == "GET" and re.search(r"/attacheddatabaseconfigurations(\?|$)", call["path"].lower()):
        return "attachments"
    if call["service"] == "kusto" and (call.get("command") or "").startswith(".show"):
        return " ".join(call["command"].split()[:3])
    return None


def reads(world, since):
    """Number of reads by (cluster, kind)."""
    kinds = ((call["cluster"], kind_of_read(call)) for call in world.emulator.calls(since))
    return collections.Counter((cluster, kind) for cluster, kind in kinds if kind)


def test_two_hundred_objects_become_ready_with_one_list_per_cluster_and_tick(world):
    since, started = world.emulator.last_call(), time.monotonic()
    world.space.apply(*(
        follower_database(f"f{i:03}", follower=f"reader{i % CLUSTERS}", database=f"Db{i // CLUSTERS:03}",
                          caching={"modificationKind": "Union", "database": {"hot": "1d"}})
        for i in range(OBJECTS)
    ))

    world.space.wait_all_ready(OBJECTS, timeout=240)

    assert len(world.accepted_puts(since)) == OBJECTS
    # While operations run a tick is as short as the operator was told (see programs.py), never shorter.
    shortest_tick = 0.2 * (1 - JITTER)
    allowed = (time.monotonic() - started) / shortest_tick + 2
    too_often = {what: count for what, count in reads(world, since).items() if what[1] == "attachments" and count > allowed}
    assert too_often == {}


def test_at_rest_nothing_is_written_anywhere_for_fifty_ticks(world):
    world.wait_at_rest("reader0")
    since, started = world.emulator.last_call(), time.monotonic()
    versions, events = world.versions(), len(world.space.events())
    kubernetes_writes = writes_to_kubernetes(world)

    def ticked():
        lists = [reads(world, since)[(f"reader{n}", "attachments")] for n in range(CLUSTERS)]
        assert min(lists) >= TICKS_AT_REST, f"ticks so far: {lists}"
        return True

    wait_until(ticked, f"each cluster had {TICKS_AT_REST} ticks", timeout=TICKS_AT_REST * TICK * 5, every=1)

    assert world.writes(since) == []
    assert world.versions() == versions
    assert len(world.space.events()) == events
    assert writes_to_kubernetes(world) == kubernetes_writes
    allowed = (time.monotonic() - started) / (TICK * (1 - JITTER)) + 2
    assert {what: count for what, count in reads(world, since).items() if count > allowed} == {}


def writes_to_kubernetes(world):
    metrics = world.operator.metrics()
    return sum(metrics.total("rest_client_requests_total", method=method) for method in ("PUT", "POST", "PATCH", "DELETE"))
