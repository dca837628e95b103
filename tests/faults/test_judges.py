"""What judges the crash tests sees what it is there for: without this, a judge that sees nothing would pass everything."""

import collections
import time

from canonical import Canon, Reference
from crashing import BEFORE, Plan, Point
from test_crash_points import unlike
from workload import PHASES

PHASE = PHASES[0]
PLAN = Plan(Point(PHASE.name, "PUT attachment", 1), BEFORE)
OLD, NEW, OTHER = ("00000000-0000-4000-8000-00000000000" + digit for digit in "123")


class Clean:
    writes = {PHASE.name: collections.Counter({("PUT attachment", 201): 1, ("DELETE share", 202): 1, (".alter x", 200): 1})}


def told(plan, **changes):
    writes = Clean.writes[PHASE.name] + collections.Counter()
    for name, more in changes.items():
        key = {"create": ("PUT attachment", 201), "delete": ("DELETE share", 202), "command": (".alter x", 200)}[name]
        writes[key] += more
    return unlike(Clean, PHASE, plan, writes)


def test_creates_and_deletes_are_counted_exactly():
    assert told(PLAN) == []
    assert "2 times instead of 1" in told(PLAN, create=1)[0]
    assert "0 times instead of 1" in told(PLAN, create=-1)[0]
    assert "2 times instead of 1" in told(PLAN, delete=1)[0]
    assert "0 times instead of 1" in told(PLAN, delete=-1)[0]


def test_a_command_may_come_once_more_after_a_crash_and_only_then():
    assert told(PLAN, command=1) == []
    assert told(PLAN, command=2) != []
    assert told(None, command=1) != []


def fields(value):
    return Canon(OLD, "space", time.time()).fields(value)


def test_only_what_differs_between_clean_runs_is_not_compared():
    reference = Reference([fields({"a": 1, "b": n, "list": [{"name": "x", "v": 1}]}) for n in (1, 2)])

    assert reference.masked == {"/b"}
    assert reference.differences(fields({"a": 1, "b": 3, "list": [{"name": "x", "v": 1}]})) == []
    assert reference.differences(fields({"a": 2, "b": 1, "list": [{"name": "x", "v": 1}]})) == ["/a: 2 instead of 1"]
    assert "/list/x" in " ".join(reference.differences(fields({"a": 1, "b": 1, "list": []})))
    assert "/list/y" in " ".join(reference.differences(fields({"a": 1, "b": 1, "list": [{"name": "x", "v": 1}, {"name": "y", "v": 1}]})))


def test_what_is_new_in_each_run_is_one_word_and_still_counted():
    one = fields({"links": {NEW: {"state": "Active"}}, "leader": OLD})

    assert one == fields({"links": {OTHER: {"state": "Active"}}, "leader": OLD})
    assert one != fields({"links": {NEW: {"state": "Revoked"}}, "leader": OLD})
    assert one != fields({"links": {NEW: {"state": "Active"}, OTHER: {"state": "Active"}}, "leader": OLD})
    assert one != fields({"links": {NEW: {"state": "Active"}}, "leader": OTHER})


def test_moments_of_the_run_are_alike_and_others_are_not():
    now, before = (time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + shift)) for shift in (5, -3600))

    assert fields({"at": now}) == {"": "dict", "/at": "<in this run>"}
    assert fields({"at": before}) == {"": "dict", "/at": before}
