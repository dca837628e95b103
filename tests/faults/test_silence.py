"""At rest the operator is silent: it writes nothing to Azure and nothing to Kubernetes, also while others touch its objects all the time."""

import json
import time

import pytest

import report
from estate import OUTSIDER, Estate, account_id, cluster_id, data_share, follower_database, invitation
from harness import PATIENCE, wait_until
from kube import GROUP, PLURALS, brief, is_ready
from slots import is_list
from wire_proxy import MUTATING

TICK = 1  # seconds
TICKS = 300 if report.LONG else 10  # of rest
OBJECTS = 12 if report.LONG else 4  # of each kind
TOUCHES_A_MINUTE = 1000


@pytest.fixture(scope="module")
def world(new_world):
    """Some dozens of objects of all three kinds, converged."""
    names = [f"db{number}" for number in range(OBJECTS)]
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.leader("corp", *names)
    estate.follower("reporting")
    world = new_world(estate, operator={"log_level": "info", "tick": f"{TICK}s"}, emulator={"operation_duration_ms": 50})
    world.azure.make_account(account_id("provider"), cluster_id("corp"))
    caching = {"modificationKind": "Union", "database": {"hot": "3d"}}
    world.space.apply(*(follower_database(name, database=name, caching=caching) for name in names),
                      *(data_share(name, {name: name}) for name in names), *(invitation(name, f"{name}@fabrikam.com", share=name) for name in names))

    def all_ready():
        unready = [brief(item) for item in objects(world).values() if not is_ready(item)]
        assert unready == [] and len(objects(world)) == 3 * OBJECTS
        return True

    wait_until(all_ready, "all are Ready")
    world.wait_at_rest("reporting")
    return world


def objects(world):
    """All objects by (kind, name)."""
    return {(kind, item["metadata"]["name"]): item for kind in PLURALS for item in world.space.list(kind)}


def reads_all(exchange):
    return exchange.method == "GET" and exchange.path.rpartition("/")[2] in PLURALS.values() and is_list(exchange)


def versions_of(items):
    return {key: item["metadata"]["resourceVersion"] for key, item in items.items()}


class Rest:
    """From now on: what the operator did."""

    def __init__(self, world):
        self.world, self.before = world, objects(world)
        self.since, self.number = world.emulator.last_call(), max(exchange.number for exchange in world.exchanges())
        self.events = len(world.space.events())
        self.began = time.monotonic()

    def wait(self, meanwhile=lambda: None):
        def over():
            meanwhile()
            looks = self.world.looks("reporting", self.since)
            assert looks >= TICKS, f"{looks} ticks of {TICKS}"
            return True

        wait_until(over, "the rest is over", timeout=TICKS * TICK * 3 + PATIENCE, every=0.1)

    def noise(self):
        """Writes of the operator to either side, and its lists: there should be none."""
        exchanges = [exchange for exchange in self.world.exchanges() if exchange.number > self.number]
        assert exchanges, "nothing went through the proxies, so that they would have seen no write"
        there = [exchange for exchange in exchanges if exchange.side == "kubernetes"]
        return [(exchange.method, exchange.target) for exchange in there if exchange.method in MUTATING or reads_all(exchange)] + [
            (call["method"], call["path"], call.get("command")) for call in self.world.writes(self.since)]


def test_nothing_is_written_at_rest(world):
    rest = Rest(world)

    rest.wait()

    noise = rest.noise()
    report.plans("silence at rest", 1, int(noise != []))
    assert noise == []
    assert versions_of(objects(world)) == versions_of(rest.before)
    assert len(world.space.events()) == rest.events


def test_nothing_is_written_while_others_touch_everything(world):
    rest, keys, touched = Rest(world), sorted(objects(world)), {}
    count = 0

    def touch():
        nonlocal count
        due = (time.monotonic() - rest.began) * TOUCHES_A_MINUTE / 60
        for _ in range(int(due - count)):  # a slow API server gets what is due later, and the rest ends all the same
            kind, name = key = keys[count % len(keys)]
            count += 1
            url = f"{world.kube.server}{GROUP}/namespaces/{world.space.name}/{PLURALS[kind]}/{name}"
            where = "labels" if count % 2 else "annotations"
            answer = world.kube.http.patch(url, data=json.dumps({"metadata": {where: {"touched": str(count)}}}), timeout=30,
                                           headers={"Content-Type": "application/merge-patch+json"})
            assert answer.ok, answer.text[:500]
            touched[key] = answer.json()["metadata"]["resourceVersion"]

    rest.wait(meanwhile=touch)

    print(f"{count} touches in {time.monotonic() - rest.began:.0f} s")
    noise = rest.noise()
    report.plans("silence while others touch", 1, int(noise != []))
    assert noise == []
    assert versions_of(objects(world)) == touched, "somebody else wrote, too"
    assert len(world.space.events()) == rest.events
    assert {key: item["status"] for key, item in objects(world).items()} == {key: item["status"] for key, item in rest.before.items()}
