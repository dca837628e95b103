"""What the operator does not see, and what it sees too late: it may wait, it may do less, but it ends up right and destroys nothing."""

import json
import time

import pytest

import report
from harness import wait_until
from kube import GROUP, conditions_of, is_ready
from slots import Ward, end, event, is_list, make_slots, refusal
from watch_faults import GONE, INITIAL_END

IN_IGNORANCE = 2  # ticks that the operator gets while it does not know
TICK = 1
PLANS = 14 if report.LONG else 6
NAME = "one"


@pytest.fixture(scope="module")
def slots(new_world):
    made = make_slots(new_world, PLANS + 1, tick=f"{TICK}s")
    yield made
    end(made)


def restart(world, slots=(), faults=()):
    """The operator, whose watches of these namespaces these faults befall."""
    world.operator.stop()
    world.kubernetes.let_go()
    ward = Ward()
    ward.faults = {slot.watcher(): fault for slot, fault in zip(slots, faults)}
    world.tamper(ward)
    world.operator.start().wait_until_ready()


def attachment_writes(slot, since=0):
    """PUT and DELETE of attachments that Azure accepted, in order."""
    return [call["method"] for call in slot.writes(since) if call["accepted"] and "/attacheddatabaseconfigurations/" in call["path"].lower()]


def all_writes(slot, since):
    return [(call["method"], call["path"], call.get("command")) for call in slot.writes(since)]


def wait_ticks(slot, count=IN_IGNORANCE):
    since = slot.world.emulator.last_call()
    wait_until(lambda: slot.world.looks(slot.cluster, since) >= count, f"{count} looks at {slot.cluster}")


def end_state(slot):
    """Everything that does not differ from namespace to namespace."""
    item = slot.space.find(NAME)
    return {
        "conditions": {kind: (about["status"], about["reason"]) for kind, about in conditions_of(item).items()},
        "finalizers": item["metadata"]["finalizers"],
        "attached": [(it["clusterResourceId"], it["provisioningState"]) for it in slot.attachments()],
        "hot": slot.world.azure.overrides(slot.cluster, slot.databases[NAME]).hot,
    }


# -- unseen ----------------------------------------------------------------------------------------------------------------


class Hide:
    """The event of that number in a story does not arrive; the next one does. None: all do. A story that has fewer events than that, since
    two statuses became one, does not tell that it has come to its end."""

    def __init__(self, number=None):
        self.number, self.versions = number, []
        self.first = ""  # the object that is deleted and made again
        self.hidden = ""  # its version
        self.hidden_at, self.is_hiding, self.relist = None, False, False
        self.told = set()  # numbers of the lists that are complete

    def before(self, exchange):
        if not (self.relist and exchange.is_watch and not is_list(exchange)):
            return None
        self.relist = False
        return refusal(*GONE)

    def began(self, exchange):
        return []

    def lines(self, exchange, line):
        is_initial = is_list(exchange) and exchange.number not in self.told
        if INITIAL_END in line:
            self.told.add(exchange.number)
            self.is_hiding = False  # everything was told
        if is_initial:
            return [line]
        told = json.loads(line)
        if told["type"] == "BOOKMARK":
            return [] if self.is_hiding else [line]  # it would say that the hidden one was told
        version = told["object"]["metadata"]["resourceVersion"]
        if version not in self.versions:
            self.versions.append(version)
            self.is_hiding = False
            if len(self.versions) == self.number or self._is_end_too_early(told["object"]):
                self.hidden, self.hidden_at, self.is_hiding = version, time.monotonic(), True
        return [] if version == self.hidden else [line]

    def _is_end_too_early(self, item):
        self.first = self.first or item["metadata"]["uid"]
        is_end = item["metadata"]["uid"] != self.first and is_ready(item)
        return is_end and not self.hidden and self.number is not None and len(self.versions) < self.number


class Story:
    """Created, ready, changed, ready, deleted, made again under the same name. A user who does not wait for what will not come: where the
    operator does not know of the last step the next one follows."""

    def __init__(self, slot, hide):
        self.slot, self.hide = slot, hide
        self.steps = [self._create, self._ready, self._change, self._ready, self._delete, self._gone, self._create_again, self._ready]
        self.asked_for_relist = False
        self.stepped_at = time.monotonic()

    def advance(self):
        """Does what can be done now; True at the end."""
        while self.steps and self.steps[0]():
            self.steps.pop(0)
            self.stepped_at = time.monotonic()
        return not self.steps

    def _is_ignorant(self):
        """Nothing more comes of waiting: the operator had time to act on what it knows, and the last step time to be told."""
        since = max(self.hide.hidden_at or 0, self.stepped_at)
        return self.hide.is_hiding and time.monotonic() - since > IN_IGNORANCE * TICK

    def _create(self):
        self.slot.create(NAME)
        return True

    def _ready(self):
        return is_ready(self.slot.space.find(NAME)) or (self._is_ignorant() and len(self.steps) > 1) or self._relisted()

    def _relisted(self):
        """The last event of all was hidden: only a list tells."""
        if len(self.steps) == 1 and self._is_ignorant() and not self.asked_for_relist:
            self.hide.relist = self.asked_for_relist = True
            self.slot.world.kubernetes.end_streams()
        return False

    def _change(self):
        self.slot.set_hot(NAME)
        return True

    def _delete(self):
        self.slot.delete(NAME)
        return True

    def _gone(self):
        if self.slot.space.find(NAME) is None:
            return True
        if self._is_ignorant():
            self.slot.touch(NAME)  # the next event of the object
        return False

    def _create_again(self):
        self.slot.create(NAME, caching={"modificationKind": "Union", "database": {"hot": "9d"}})
        return True


def test_an_event_that_never_comes_changes_nothing_about_the_end(slots):
    world, clean = slots[0].world, Story(slots[0], Hide())
    restart(world, slots, [clean.hide])
    wait_until(clean.advance, "the story ends undisturbed")
    slots[0].wait_converged()
    expected, count = end_state(slots[0]), len(clean.hide.versions)
    assert attachment_writes(slots[0]) == ["PUT", "DELETE", "PUT"]
    chosen = list(range(1, count + 1)) if report.LONG else sorted({1, 2, count // 2, count - 4, count - 2, count})
    stories = [Story(slot, Hide(number)) for slot, number in zip(slots[1:], chosen)]
    assert len(stories) == len(chosen), f"{count} events, and fewer namespaces"
    restart(world, slots[1:], [story.hide for story in stories])

    wait_until(lambda: all([story.advance() for story in stories]), "all stories end")

    failed = []
    for story in stories:
        try:
            story.slot.wait_converged(f"without event {story.hide.number}")
            assert story.hide.hidden, "there was no such event"
            assert attachment_writes(story.slot) == ["PUT", "DELETE", "PUT"]
            wait_until(lambda: end_state(story.slot) == expected, f"as undisturbed: {expected}; seen: {end_state(story.slot)}")
        except AssertionError as error:
            failed.append((story.hide.number, str(error)))
    report.plans("unseen events", len(stories), len(failed))
    assert failed == [] and world.operator.metrics().total("controller_runtime_reconcile_panics_total") == 0


# -- old events of what was made anew --------------------------------------------------------------------------------------


class Withhold:
    """Nothing of what happens is told, until it is released: the first so many events, or all of them."""

    def __init__(self):
        self.withheld, self.released, self.is_on = [], 0, False

    def before(self, exchange):
        return None

    def began(self, exchange):
        return []

    def lines(self, exchange, line):
        if not self.is_on:
            return [line]
        told = json.loads(line)
        if told["type"] == "BOOKMARK":
            return []
        version = told["object"]["metadata"]["resourceVersion"]
        known = [seen for seen, _ in self.withheld]
        if version not in known:
            self.withheld.append((version, line))
            known.append(version)
        return [line] if known.index(version) < self.released else []


def test_old_events_do_nothing_to_an_object_made_anew_under_the_same_name(slots):
    """Somebody takes the finalizer from an object that is being deleted and makes it again; the operator hears of the deletion only."""
    slot, fault = slots[0], Withhold()
    world = slot.world
    restart(world, [slot], [fault])
    slot.create(NAME)
    slot.wait_converged()
    old = slot.space.find(NAME)["metadata"]["uid"]
    since, fault.is_on = world.emulator.last_call(), True
    slot.delete(NAME)
    slot.let_go(NAME)
    slot.space.wait_gone(NAME)
    slot.create(NAME)
    new = slot.space.find(NAME)["metadata"]
    wait_until(lambda: len(fault.withheld) >= 3, "what happened is withheld")

    fault.released = 1  # the deletion
    world.kubernetes.end_streams()
    wait_ticks(slot)
    assert "deletionTimestamp" in json.loads(fault.withheld[0][1])["object"]["metadata"]
    assert all_writes(slot, since) == []

    fault.released, fault.is_on = 10**6, False
    world.kubernetes.end_streams()
    slot.wait_converged()
    assert slot.space.find(NAME)["metadata"]["uid"] == new["uid"] != old
    assert attachment_writes(slot, since) == []
    report.plans("old events of what was made anew", 1, 0)


def test_a_claim_is_known_before_the_watch_brings_it(slots):
    """Whose an attachment of a chosen name is, only the claim in the status tells, and of that status the operator hears late."""
    slot, fault = slots[1], Withhold()
    world = slot.world
    restart(world, [slot], [fault])
    slot.delete(NAME)
    slot.space.wait_gone(NAME)
    fault.is_on, fault.released = True, 2  # the object, and its finalizer
    since = world.emulator.last_call()
    slot.create(NAME, attachmentName=f"{slot.space.name}.chosen")
    wait_until(lambda: attachment_writes(slot, since) == ["PUT"], "the attachment is made")
    wait_until(slot.assert_converged, "all is as declared before the operator hears of its claim")
    wait_ticks(slot)
    assert len(fault.withheld) > fault.released, "nothing was withheld"

    fault.released, fault.is_on = 10**6, False
    world.kubernetes.end_streams()
    slot.wait_converged()
    assert attachment_writes(slot, since) == ["PUT"]
    report.plans("own claims told late", 1, 0)


# -- a watch cache that stands still ---------------------------------------------------------------------------------------


class StandsStill:
    """An API server of which every list and watch tells what was there at one moment, until it catches up; a GET tells what is."""

    def __init__(self, slot):
        listed = slot.listed()
        self.items, self.version, self.is_on, self.lists = listed["items"], listed["metadata"]["resourceVersion"], True, 0

    def before(self, exchange):
        return None

    def began(self, exchange):
        if not (self.is_on and is_list(exchange)):
            return []
        self.lists += 1
        end = {"kind": "FollowerDatabase", "apiVersion": GROUP.removeprefix("/apis/"), "metadata": {
            "resourceVersion": self.version, "annotations": {"k8s.io/initial-events-end": "true"}}}
        return [*(event("ADDED", item) for item in self.items), event("BOOKMARK", end)]

    def lines(self, exchange, line):
        return [] if self.is_on else [line]


class Tale:
    """What was at the moment that the cache shows, and what became of it."""

    before = staticmethod(lambda slot: slot.create(NAME))  # converged, then the operator stops
    moment = staticmethod(lambda slot: None)  # while it is down; then the cache stands still
    after = staticmethod(lambda slot: None)  # while it works; converged, then it starts anew and sees the old state
    converges = staticmethod(lambda slot: slot.wait_converged())
    has_object = True  # at that moment


class DeletedAndMadeAgain(Tale):
    moment = staticmethod(lambda slot: slot.delete(NAME))

    @staticmethod
    def after(slot):
        slot.space.wait_gone(NAME)
        slot.create(NAME)


class Deleted(Tale):
    after = staticmethod(lambda slot: slot.delete(NAME))
    converges = staticmethod(lambda slot: slot.space.wait_gone(NAME))


class Changed(Tale):
    before = staticmethod(lambda slot: (slot.create(NAME), slot.set_hot(NAME)))
    after = staticmethod(lambda slot: slot.set_hot(NAME))


class Made(Tale):
    before = staticmethod(lambda slot: None)
    after = staticmethod(lambda slot: slot.create(NAME))
    has_object = False


class Suspended(Tale):
    """And then changed in Azure by somebody: to the old object that is drift."""

    before = staticmethod(lambda slot: (slot.create(NAME), slot.set_hot(NAME)))

    @staticmethod
    def after(slot):
        slot.merge(NAME, suspend=True)
        slot.space.wait_reason(NAME, "Suspended")
        database = slot.databases[NAME]
        slot.world.azure.kusto(slot.cluster, f".alter follower database {database} policy caching hot = 77d", database)

    @staticmethod
    def converges(slot):
        assert slot.world.azure.overrides(slot.cluster, slot.databases[NAME]).hot == 77 * 24


TALES = (DeletedAndMadeAgain, Deleted, Changed, Made, Suspended)


def test_a_watch_cache_that_stands_still_makes_nothing_undone(slots):
    world, tales = slots[0].world, list(zip(slots, TALES))
    restart(world)
    for slot, tale in tales:
        for item in slot.listed()["items"]:
            slot.delete(item["metadata"]["name"])
    for slot, tale in tales:
        wait_until(lambda it=slot: not it.listed()["items"], "the namespace is empty")
        tale.before(slot)
    for slot, _ in tales:
        slot.wait_converged()
    world.operator.stop()
    for slot, tale in tales:
        tale.moment(slot)
    caches = [StandsStill(slot) for slot, _ in tales]
    restart(world)
    for slot, tale in tales:
        tale.after(slot)
    for slot, tale in tales:
        tale.converges(slot)
    since, uids = world.emulator.last_call(), [uid_of(slot) for slot, _ in tales]

    restart(world, [slot for slot, _ in tales], caches)
    for slot, tale in tales:
        if tale.has_object:
            wait_ticks(slot)
    in_ignorance = {tale.__name__: writes for slot, tale in tales if (writes := all_writes(slot, since))}

    for cache in caches:
        cache.is_on = False
    world.kubernetes.end_streams()
    for slot, tale in tales:
        tale.converges(slot)
        if slot.listed()["items"]:
            wait_ticks(slot)
        tale.converges(slot)
    afterwards = {tale.__name__: writes for slot, tale in tales if (writes := all_writes(slot, since))}
    failed = in_ignorance.keys() | afterwards.keys()
    report.plans("watch cache that stands still", len(tales), len(failed))
    assert in_ignorance == {} and afterwards == {}
    assert min(cache.lists for cache in caches) >= 1
    assert [uid_of(slot) for slot, _ in tales] == uids


def uid_of(slot):
    return (slot.space.find(NAME) or {}).get("metadata", {}).get("uid")
