"""A watch goes wrong in every way it can, at rest, under load, and while everything is read: the operator ends up with what the API
server holds, without a restart, and without asking for everything again and again."""

import time

import pytest

import report
import watch_faults as faults
from harness import wait_until
from slots import BASE, Policy, Ward, end, event, is_list, make_slots

NOTICED_WITHIN = 20.0  # seconds: a dead link
SHORT = (
    lambda: faults.GoneAsStatus("initial list", times=2), lambda: faults.SilentInLine("relist"), lambda: faults.GoneAsEvent("busy"),
    lambda: faults.EndsInCharacter("busy", orderly=True), lambda: faults.VersionGoesBack("busy"), lambda: faults.Duplicates("busy"),
    lambda: faults.Garbage("relist"), lambda: faults.HugeEvent("relist"),
)
BATCHES = faults.all_batches() if report.LONG else {"short": [make() for make in SHORT]}
POLICY = Policy()


@pytest.fixture(scope="module")
def slots(new_world):
    made = make_slots(new_world, max(map(len, BATCHES.values())), tick="5s")
    for slot in made:
        for name in BASE:
            slot.create(name)
    yield made
    end(made)


def prepare(slots, plans):
    """The operator is down: what happens meanwhile is for its first list."""
    ward = Ward()
    for slot, plan in zip(slots, plans):
        ward.faults[slot.watcher()] = plan
        listed = slot.listed()
        plan.old_version = listed["metadata"]["resourceVersion"]
        slot.change_all()
        plan.sample = event("MODIFIED", slot.listed()["items"][0])
    return ward


def run(slots, plans):
    """All plans at once, each in its namespace; (plan, what went wrong) of those that failed."""
    world, pairs = slots[0].world, list(zip(slots, plans))
    world.operator.stop()
    world.kubernetes.let_go()
    world.tamper(prepare(slots, plans))
    started = time.monotonic()
    world.operator.start().wait_until_ready()
    runs = len(world.operator.runs)
    for slot, plan in pairs:
        if plan.place != "initial list":
            slot.wait_converged(f"before {plan}")
    for slot, plan in pairs:
        plan.sample = event("MODIFIED", slot.listed()["items"][0])
        plan.armed = True
        if plan.place == "relist":
            slot.touch("one")
    strike_and_change(pairs)
    slowness = max(slot.turnaround(started) for slot in slots)
    failed = [(str(plan), wrong) for slot, plan in pairs if (wrong := complaint(slot, plan, started, slowness))]
    world.operator.process.assert_alive()
    assert len(world.operator.runs) == runs and world.operator.metrics().total("controller_runtime_reconcile_panics_total") == 0
    return failed


def strike_and_change(pairs):
    """Until each fault was done to its watch, and something changed after it that the operator must still hear of."""
    changed = set()

    def struck():
        for slot, plan in pairs:
            if plan.place == "busy":
                slot.step()
            if plan.fired_at and plan not in changed:
                slot.change_all()
                changed.add(plan)
            elif isinstance(plan, (faults.BookmarksOnly, faults.OrderChanged, faults.Duplicates)) and plan not in changed:
                slot.change_all()  # it is done to events, of which there must be some
        assert len(changed) == len(pairs), [str(plan) for _, plan in pairs if plan not in changed]
        return True

    wait_until(struck, "each fault was done", every=0.5)


def complaint(slot, plan, started, slowness):
    try:
        slot.wait_converged(f"after {plan}")
        check_requests(slot, plan, started, slowness)
    except AssertionError as error:
        return str(error)
    return None


def check_requests(slot, plan, started, slowness):
    lists = [exchange for exchange in slot.requests(started) if is_list(exchange)]
    assert len(lists) <= plan.allowed_lists, f"{len(lists)} lists; {plan.allowed_lists} would do"
    gaps = [later.began - earlier.began for earlier, later in zip(lists, lists[1:])]
    # The first failure may be answered by a list at once; each further one only after its back-off.
    early = [(number, gap) for number, gap in enumerate(gaps, 1) if number > 1 and gap < POLICY.shortest_wait(number)]
    assert early == [], f"lists before their back-off was over: {early}"
    if plan.silent_since:
        noticed = next((exchange.began for exchange in slot.requests(plan.silent_since)), None)
        assert noticed, "nobody noticed that the link is dead"
        took = noticed - plan.silent_since
        # Until the head arrived, and until the next request did: each as slow as a watch that nobody hurts.
        assert took <= NOTICED_WITHIN + 2 * slowness, f"noticed after {took:.1f} s, where a watch takes {slowness:.1f} s to begin anew"


def memory(world, what):
    """KiB of the operator, from the kernel: VmHWM is the most that it ever had, VmRSS what it has."""
    lines = open(f"/proc/{world.operator.process.pid}/status", encoding="ascii").read().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(what + ":"))


def test_a_dead_link_can_be_noticed_in_time_by_the_operators_own_settings():
    assert POLICY.dead_after < NOTICED_WITHIN


@pytest.mark.parametrize("place", BATCHES)
def test_watches_recover(slots, place):
    plans = BATCHES[place]

    failed = run(slots, plans)

    report.plans(f"watch faults, {place}", len(plans), len(failed))
    peak = memory(slots[0].world, "VmHWM")
    noticed = {str(plan): round(slot.requests(plan.silent_since)[0].began - plan.silent_since, 1)
               for slot, plan in zip(slots, plans) if plan.silent_since}
    print(f"peak of the operator's memory: {peak // 1024} MiB; dead links were noticed after (s): {noticed}")
    print(*failed, sep="\n")
    assert failed == []
    if any(isinstance(plan, faults.HugeEvent) for plan in plans):
        assert f"a line of the stream is longer than {POLICY.longest_line} bytes" in slots[0].world.operator.process.log()
    assert peak * 1024 < faults.HUGE, "an event was kept that is longer than any may be"
