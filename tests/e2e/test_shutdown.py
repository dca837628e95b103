"""SIGTERM ends the operator soon, whatever it is waiting for, and starting it again changes nothing."""

import datetime
import json

import pytest

from estate import ALICE, OUTSIDER, Estate, account_id, cluster_id, data_share, follower_database, invitation
from harness import wait_until

GRACE = 10  # seconds: what the operator promises


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.leader("corp", "Sales", "Stock")
    for name in ("reporting", "hanging", "slow"):
        estate.follower(name)
    return new_world(estate)


def test_sigterm_at_rest_ends_it_with_success(world):
    world.space.apply(follower_database("sales"))
    world.space.wait_ready("sales")

    assert world.operator.stop(timeout=GRACE) == 0

    world.operator.start().wait_until_ready()


def test_a_second_start_writes_nothing(world):
    world.wait_at_rest("reporting")
    world.operator.stop()
    since, versions = world.emulator.last_call(), world.versions()

    world.operator.start().wait_until_ready()

    def looked_again():
        commands = [c.get("command") or "" for c in world.emulator.calls(since) if c["cluster"] == "reporting"]
        return sum(command.startswith(".show follower database") for command in commands) >= 2

    wait_until(looked_again, "the new process has looked at the follower twice")
    assert world.writes(since) == []
    assert world.versions() == versions


def test_two_at_once_are_harmless(world):
    """Nobody should run two; if somebody does, Azure still ends as declared."""
    second = world.new_operator()
    try:
        world.space.apply(follower_database("stock", database="Stock"))
        world.space.wait_ready("stock")
        assert world.space.find("sales") is not None
    finally:
        second.stop(timeout=GRACE)
    world.space.wait_ready("stock")
    world.operator.process.assert_alive()


def test_sigterm_ends_it_during_a_call_that_hangs(world):
    world.emulator.add_fault(id="hang", service="arm", cluster="hanging", action="delay", delayMs=60_000)
    world.space.apply(follower_database("hanging", follower="hanging"))
    wait_until(lambda: hangs(world), "a call to Azure hangs")

    assert world.operator.stop(timeout=GRACE) == 0

    world.emulator.clear_faults()
    world.operator.start().wait_until_ready()
    world.space.wait_ready("hanging")


def hangs(world):
    return any(fault["acted"] > 0 for fault in world.emulator.faults())


SLOW = {"followerdatabase": "/attacheddatabaseconfigurations/", "datashare": "/shares/second", "invitation": "/invitations/"}


def test_all_kinds_share_one_grace(world):
    """Each has a pass that outlasts it; the operator's own log tells how long it is. Spent by one kind after the other, it would be three."""
    world.azure.make_account(account_id("provider"), cluster_id("corp"))
    world.space.apply(data_share("first"))
    world.space.wait_ready("first", kind="dshare")
    for controller, path in SLOW.items():
        world.emulator.add_fault(id=controller, service="arm", method="PUT", path=path, action="delay", delayMs=60_000)
    world.space.apply(
        follower_database("slow", follower="slow"), data_share("second", {"stock": "Stock"}), invitation("slow", ALICE, share="first"))
    wait_until(lambda: acted(world) == SLOW.keys(), "a write of each kind hangs")

    process = world.operator.process
    assert world.operator.stop() == 0

    said = [json.loads(line) for line in process.log().splitlines() if line.startswith("{")]
    begun, ended = (at(line) for line in said if line["msg"] in ("stopping", "stopped"))
    cut = [line for line in said if line["msg"].startswith("passes outlast the grace")]
    assert {line["controller"] for line in cut} == SLOW.keys(), "nobody was left in peace"
    [grace] = {datetime.timedelta(milliseconds=line["grace_ms"]) for line in cut}
    print(f"grace {grace}, cut after {[str(at(line) - begun) for line in cut]}, ended after {ended - begun}")
    first, last = min(map(at, cut)), max(map(at, cut))
    assert first - begun > grace / 2, "passes were given time"
    assert last - first < grace, "and all of them the same time"
    assert ended - begun < len(cut) * grace

    world.emulator.clear_faults()
    world.operator.start().wait_until_ready()
    for name, kind in (("slow", "followerdb"), ("second", "dshare"), ("slow", "dinv")):
        world.space.wait_ready(name, kind=kind)


def acted(world):
    return {fault["id"] for fault in world.emulator.faults() if fault["acted"] > 0}


def at(line):
    return datetime.datetime.fromisoformat(line["ts"])
