"""Whatever is down for a while, and wherever that begins: afterwards all is as declared, by the same process, and nothing was done twice."""

import collections
import os
import random
import signal
import subprocess
import time
import uuid

import pytest

import report
from estate import Estate, follower_database
from fault_world import FaultWorld, port_of
from harness import TOP, wait_until
from kube import Kube
from wire_proxy import MUTATING, Tamper
from workload import Users

SECONDS = 60 if report.LONG else 5  # that something is down
OBJECTS = 36 if report.LONG else 12
CLUSTERS = 3
SEED = int(os.environ.get("ADXF_E2E_SEED", time.time_ns() % 1_000_000))
PLACES = 3 if report.LONG else 1  # random points of each kind of outage


def estate_of_clusters(objects, clusters):
    estate = Estate()
    estate.leader("corp", *(f"Db{i:04}" for i in range(objects // clusters + 1)))
    for number in range(clusters):
        estate.follower(f"reader{number}")
    return estate


def objects_on(clusters, count):
    return [follower_database(f"f{i:04}", follower=f"reader{i % clusters}", database=f"Db{i // clusters:04}",
                              caching={"modificationKind": "Union", "database": {"hot": "1d"}}) for i in range(count)]


class Trigger(Tamper):
    """Says when so many exchanges have begun, on both sides together."""

    def __init__(self, enough):
        self.left = enough

    def before(self, exchange):
        self.left -= 1

    def is_due(self):
        return self.left <= 0


def attach_during(world, dice, begin, end, seconds=SECONDS):
    """Dozens of objects are made; at a random point of the work `begin` is called, and after a while `end`."""
    process, since = world.operator.process, world.emulator.last_call()
    trigger = Trigger(dice.randint(1, 4 * OBJECTS))
    world.tamper(trigger)
    Users(world.space).create(*objects_on(CLUSTERS, OBJECTS))
    wait_until(trigger.is_due, "the outage begins", every=0.005)
    begin()
    try:
        ends = time.monotonic() + seconds
        wait_until(lambda: time.monotonic() >= ends, "the outage ends")
        process.assert_alive()
    finally:
        end()
    world.space.wait_all_ready(OBJECTS, timeout=180)
    assert world.operator.process is process and process.is_alive()
    assert_done_once(world, since)


def assert_done_once(world, since):
    puts = world.accepted_puts(since)
    made = collections.Counter(call["path"].partition("?")[0].lower() for call in puts if call["status"] == 201)
    assert len(made) == OBJECTS and set(made.values()) == {1}
    # An answer that was lost may have been asked for once more, which changes nothing.
    unanswered = sum(e.side == "azure" and e.method in MUTATING and e.status in (200, 201, 202) and not e.ended for e in world.exchanges())
    assert len(puts) <= OBJECTS + unanswered
    accepted = [call for call in world.writes(since) if call["service"] == "kusto" and call["status"] == 200]
    commands = collections.Counter((call["cluster"], call["command"]) for call in accepted)
    assert len(commands) == OBJECTS and sum(commands.values()) <= OBJECTS + unanswered
    print(f"lost answers to writes: {unanswered}; PUTs: {len(puts)}, commands: {sum(commands.values())}, for {OBJECTS} objects")


def sides(world):
    """(proxy, ports) by what is down."""
    arm = port_of(world.emulator.arm_endpoint)
    clusters = {port_of(url) for url in world.emulator.clusters.values()}
    return {"the API server": (world.kubernetes, None), "ARM": (world.azure_side, {arm}), "Kusto": (world.azure_side, clusters)}


def attach_without(world, what, dice):
    proxy, ports = sides(world)[what]
    attach_during(world, dice, lambda: proxy.refuse(ports=ports), lambda: proxy.refuse(False, ports=ports))


@pytest.mark.parametrize("place", range(PLACES))
@pytest.mark.parametrize("what", ["the API server", "ARM", "Kusto"])
def test_an_outage_in_the_middle_of_the_work_costs_only_time(new_world, what, place):
    seed = f"{SEED}-{what}-{place}"
    print(f"the moment comes from ADXF_E2E_SEED={SEED}")
    failed = 1
    world = new_world(estate_of_clusters(OBJECTS, CLUSTERS), emulator={"operation_duration_ms": 50})
    try:
        attach_without(world, what, random.Random(seed))
        failed = 0
    finally:
        report.plans("outages", 1, failed)
        world.close()


class OwnControlPlane:
    """A test bed that is this test's alone, so that it may stop parts of it."""

    def __init__(self):
        self.name = f"etcd-{uuid.uuid4().hex[:8]}"
        self._testbed("up", self.name)
        self.folder = self._testbed("folder", self.name)
        self.kube = Kube(self._testbed("kubeconfig", self.name), self.name)
        self.operator_kubeconfig = self._testbed("kubeconfig", self.name, "--operator")
        self.kube.install_crds()

    @staticmethod
    def _testbed(*arguments):
        done = subprocess.run([TOP / "scripts" / "testbed", *arguments], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def signal_etcd(self, how):
        with open(f"{self.folder}/etcd.pid", encoding="ascii") as file:
            os.kill(int(file.read().split()[0]), how)

    def close(self):
        self._testbed("down", self.name)


if report.LONG:
    @pytest.mark.parametrize("place", range(PLACES))
    def test_an_etcd_that_stands_still_costs_only_time(place):
        failed, plane, world = 1, OwnControlPlane(), None
        try:
            world = FaultWorld(plane.kube, plane.operator_kubeconfig, estate_of_clusters(OBJECTS, CLUSTERS), emulator={"operation_duration_ms": 50})
            attach_during(world, random.Random(f"{SEED}-etcd-{place}"),
                          lambda: plane.signal_etcd(signal.SIGSTOP), lambda: plane.signal_etcd(signal.SIGCONT))
            failed = 0
        finally:
            report.plans("outages", 1, failed)
            if world:
                world.close()
            plane.close()
