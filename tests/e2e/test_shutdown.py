"""SIGTERM ends the operator soon, whatever it is waiting for, and starting it again changes nothing."""

import pytest

from estate import Estate, follower_database
from harness import wait_until

GRACE = 10  # seconds: what the operator promises


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales", "Stock")
    for name in ("reporting", "hanging"):
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
