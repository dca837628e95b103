"""The operator dies at every call that changes something, on either side: before it is forwarded, before its answer, after its answer.

Two runs that nobody disturbs tell which calls there are, how each phase ends, and what differs between runs anyway. Then, plan by plan,
the operator is killed at exactly that point and started again. Each phase must end as in the clean runs, in Azure and in Kubernetes, with
the same creates and deletes. One thing cannot be had back: status.lastChange, which tells what the operator itself did last, is lost with
the process that did it and did not come to store it; it then tells of an earlier change, or is absent. A pass through the workload takes
one plan in each phase: as every phase must end in the state in which the next one begins in a clean run, they do not touch each other.
"""

import collections
import concurrent.futures
import itertools
import queue

import report
from canonical import Reference
from crashing import ANSWERED, BEFORE, MOMENTS, UNANSWERED, Crash, changes_kubernetes
from harness import wait_until
from kube import Kube
from workload import PHASES, Run, Users, new_reference_world, plans_of, play_undisturbed, wait_until_quiet

WORLDS = 3 if report.LONG else 2  # side by side
ENOUGH = 8  # failures after which the rest says nothing new
AGAIN = 2  # further tries of plans whose call did not come

# Of the short form: in each of these phases one call whose name has that in it, and a moment.
SHORT = (
    ("attach", "attacheddatabaseconfigurations", UNANSWERED),
    ("change caching", "tables (['Events'])", BEFORE),
    ("grant", "/status", BEFORE),
    ("share", "invitations/<namespace>", UNANSWERED),
    ("accept", "datasetmappings", ANSWERED),
    ("revoke", "/revoke", UNANSWERED),
    ("detach", "PATCH", BEFORE),
    ("delete all", "datasets", ANSWERED),
)


class Clean:
    """What the undisturbed runs have in common, phase by phase."""

    def __init__(self, runs):
        self.references = {phase.name: Reference([run[phase.name].fields for run in runs]) for phase in PHASES}
        self.writes = {phase.name: runs[0][phase.name].writes for phase in PHASES}
        seen = [{point for phase in PHASES for point in run[phase.name].points} for run in runs]
        self.always, self.sometimes = set.intersection(*seen), set.union(*seen) - set.intersection(*seen)
        self.points = [point for phase in PHASES for point in sorted(self.always | self.sometimes, key=str) if point.phase == phase.name]
        for phase in PHASES:
            assert all(run[phase.name].writes == self.writes[phase.name] for run in runs), f"clean runs differ in what they write: {phase.name}"


    def __str__(self):
        fields = [(len(reference.want), len(reference.masked)) for reference in self.references.values()]
        return (f"{len(self.points)} calls change something, {len(self.sometimes)} of them not in every run; "
                f"{sum(want for want, _ in fields)} fields are compared, {sum(masked for _, masked in fields)} differ anyway")


def unlike(clean, phase, plan, writes):
    """How the writes of a phase differ from a clean run's. What neither creates nor deletes may come once more after a crash: where its
    answer, or what was remembered of it, was lost. That it changes nothing shows in the end state."""
    told, want = [], clean.writes[phase.name]
    for name, status in sorted(want.keys() | writes.keys()):
        more = writes[name, status] - want[name, status]
        is_strict = status == 201 or (name.startswith("DELETE ") and status != 204)
        if more > (0 if is_strict or not plan else 1) or (is_strict and more < 0):
            told.append(f"{name} ({status}): {writes[name, status]} times instead of {want[name, status]}")
    return told


class Outcome:
    """Of all worlds together."""

    def __init__(self):
        self.hit, self.missed, self.failed, self.repeated = [], [], [], collections.Counter()

    def fail(self, plan, phase, why):
        self.failed.append(f"{phase.name}, after the crash at [{plan or 'none'}]: {why}")
        print("FAILED", self.failed[-1], flush=True)


class Player:
    """Plays passes in a world of its own; after a failure in a new one."""

    def __init__(self, kube, operator_kubeconfig, number):
        self.kube, self.kubeconfig, self.world = Kube(kube.kubeconfig, f"faults-{number}"), operator_kubeconfig, None

    def enter(self):
        if not self.world:
            self.world = new_reference_world(self.kube, self.kubeconfig)
            self.crash = Crash(self.world)
            self.world.tamper(self.crash)
        return self.world

    def leave(self):
        if self.world:
            self.world.close()
        self.world = None

    def clean(self):
        return play_undisturbed(self.enter())

    def play(self, clean, plans, outcome):
        """`plans`: by phase. Ends at the first phase that fails; the plans that were not come to are given back."""
        world = self.enter()
        run, users, plans, self.has_crashed = Run(world), Users(world.space), dict(plans), False
        for phase in PHASES:
            plan = plans.pop(phase.name, None)
            try:
                self._phase(clean, run, users, phase, plan, outcome)
            except Exception as error:  # whatever it is, the world is spoilt and the other plans are worth their run
                outcome.fail(plan, phase, error)
                self.leave()
                return plans
        return {}

    def _phase(self, clean, run, users, phase, plan, outcome):
        reference, since = clean.references[phase.name], self.world.emulator.last_call()
        self.has_crashed |= plan is not None

        def forgiven(path):
            return self.has_crashed and "lastChange" in path

        self.crash.aim(plan)
        phase.act(users)
        if plan:
            self._die(phase, plan, outcome)
        wait_until(lambda: phase.is_over(self.world.space), f"the phase {phase.name} is over", every=0.2)

        def ended_alike():
            differences = reference.differences(run.seen(), forgiven)
            assert not differences, "\n  " + "\n  ".join(differences[:12])
            return True

        wait_until(ended_alike, f"the phase {phase.name} ended as in a clean run", timeout=60, every=0.5)
        writes = run.writes(since)
        told = unlike(clean, phase, plan, writes)
        assert not told, "\n  " + "\n  ".join(told)
        outcome.repeated.update({name: count for (name, _), count in (writes - clean.writes[phase.name]).items()})

    def _die(self, phase, plan, outcome):
        def is_there():
            return self.crash.fired.wait(0.2) or self._is_over(phase)

        wait_until(is_there, f"the call of [{plan}] comes", every=0)
        self.crash.stop_aiming()
        if self.crash.fired.is_set():
            hit = self.crash.hit
            print(f"killed at call {hit.number} of the run, {hit.method} on {hit.side}: {plan}", flush=True)
            outcome.hit.append(plan)
            self.crash.revive()
        else:
            print(f"did not come: {plan}", flush=True)
            outcome.missed.append(plan)

    def _is_over(self, phase):
        try:
            if not phase.is_over(self.world.space):
                return False
        except AssertionError:
            return False
        wait_until_quiet(self.world, changes_kubernetes)
        return True


def passes_of(plans):
    """One plan of each phase in each."""
    by_phase = [[plan for plan in plans if plan.point.phase == phase.name] for phase in PHASES]
    return [{plan.point.phase: plan for plan in row if plan} for row in itertools.zip_longest(*by_phase)]


def chosen(clean):
    """The plans of the short form."""
    plans = []
    for phase, part, moment in SHORT:
        points = [point for point in clean.points if point in clean.always and point.phase == phase and part in point.name]
        found = [plan for plan in plans_of(points) if plan.moment == moment]
        assert found, f"no call of the phase {phase} has {part} in its name"
        plans.append(found[0])
    return plans


def play_all(pool, players, clean, plans, outcome):
    waiting = queue.SimpleQueue()
    for row in passes_of(plans):
        waiting.put(row)

    def work(player):
        while len(outcome.failed) < ENOUGH:
            try:
                row = waiting.get_nowait()
            except queue.Empty:
                return
            rest = player.play(clean, row, outcome)
            if rest:
                waiting.put(rest)

    list(pool.map(work, players))


def test_a_crash_at_every_call_that_changes_something_leaves_no_trace(kube, operator_kubeconfig):
    players = [Player(kube, operator_kubeconfig, number) for number in range(WORLDS)]
    outcome = Outcome()
    # One pool all along: a program ends with the thread that started it (see harness.py).
    with concurrent.futures.ThreadPoolExecutor(WORLDS) as pool:
        try:
            clean = Clean(list(pool.map(Player.clean, players)))
            plans = plans_of(clean.points) if report.LONG else chosen(clean)
            print(clean)
            play_all(pool, players, clean, plans, outcome)
            for _ in range(AGAIN):
                play_all(pool, players, clean, [plan for plan in dict.fromkeys(outcome.missed) if plan not in outcome.hit], outcome)
        finally:
            list(pool.map(Player.leave, players))

    # In how many steps a status is written is a matter of time: after some seconds of work it says that work is done.
    expected = {plan for plan in plans if plan.point in clean.always and not plan.point.name.endswith("/status")}
    report.plans("crash points", len(outcome.hit), len(outcome.failed))
    print(f"calls that came once more and changed nothing: {dict(outcome.repeated)}")
    print(f"never came: {[str(plan) for plan in plans if plan not in outcome.hit]}")
    assert not outcome.failed, "\n".join(outcome.failed)
    assert expected <= set(outcome.hit), [str(plan) for plan in expected - set(outcome.hit)]
    assert {plan.moment for plan in outcome.hit} == set(MOMENTS)
    assert {plan.point.phase for plan in outcome.hit} == {phase.name for phase in PHASES}
