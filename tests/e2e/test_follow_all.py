"""All databases of a leader, present and future: what is applied and told follows them, and reads stay few however many there are."""

import collections
import re
import time

import pytest

from estate import ALICE, ANALYSTS, Estate, cluster_id, follower_database, guid
from harness import wait_until

DATABASES = 50
READ_IN_FORCE = 20  # of how many databases of one object is read what is in force
TICK = 1.0
JITTER = 0.10  # a tick may come this much early
SHORTEST_TICK = 0.2 * (1 - JITTER)  # while operations run; see programs.py
HOURS_OF_A_DAY = 24
BAD_REQUEST = 400
ONCE_A_LOOK = ("cluster", "attachments", "databases", ".show follower databases")


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", *(f"Db{i:03}" for i in range(DATABASES)))
    estate.leader("small", "Sales")
    estate.follower("whole")
    estate.follower("bare")
    return new_world(estate, operator={"tick": f"{TICK:.0f}s"}, emulator={"operation_duration_ms": 50})


def kind_of_call(call):
    """The name of a call of ours, without what it is about."""
    path = call["path"].lower().split("?")[0]
    if call["service"] == "kusto":
        words = (call.get("command") or "").split()
        quiet = [word for word in words if not word.startswith(("[", "(", "'"))]
        return " ".join(quiet[:5] if quiet[0] == ".alter" else quiet[:4])
    if call["service"] != "arm":
        return None
    what = re.search(r"/clusters/[^/]+(?:/(\w+))?(/[^/]+)?$", path)
    if not what:
        return "operation" if call["method"] == "GET" else None
    name = {None: "cluster", "attacheddatabaseconfigurations": "attachments"}.get(what[1], what[1])
    return name if call["method"] == "GET" and not what[2] else f"{call['method']} {name}"


def calls_by_kind(world, since, cluster, accepted=False):
    """Calls, or only those that were answered with success: a database is known to ARM a little before Kusto knows it, and refuses meanwhile."""
    calls = (call for call in world.emulator.calls(since) if call["cluster"] == cluster)
    kinds = (kind_of_call(call) for call in calls if not accepted or call["status"] < BAD_REQUEST)
    return collections.Counter(kind for kind in kinds if kind)


def show(title, counted):
    print(f"\n{title}: " + ", ".join(f"{kind} {count}" for kind, count in sorted(counted.items())))


def policies():
    return {
        "caching": {"modificationKind": "Union", "database": {"hot": "2d"}},
        "permissions": {"modificationKind": "Union", "grants": [
            {"role": "Viewer", "principal": f"aadgroup={ANALYSTS}"}, {"role": "Admin", "principal": f"aaduser={ALICE}"},
        ]},
    }


def has_policies(world, database):
    overrides = world.azure.overrides("whole", database)
    assert overrides and overrides.hot == 2 * HOURS_OF_A_DAY, overrides
    assert all(any(guid(who) in principal for principal in overrides.principals) for who in ("analysts", "alice")), overrides
    return True


def told_databases(world):
    return {pair["follower"] for pair in world.space.find("all")["status"]["attachment"]["databases"]}


def told_in_force(world):
    """Databases of which status tells the hot cache, and those of which it tells principals."""
    policy = world.space.find("all")["status"]["effectivePolicy"]
    return {entry["database"] for entry in policy["caching"]}, {entry["database"] for entry in policy["principals"]}


def test_fifty_databases_get_their_policies_with_few_reads(world):
    since, started = world.emulator.last_call(), time.monotonic()
    world.space.apply(follower_database("all", follower="whole", database="*", **policies()))
    world.space.wait_ready("all", timeout=240)
    elapsed = time.monotonic() - started

    assert all(has_policies(world, f"Db{i:03}") for i in range(DATABASES))
    status = world.space.find("all")["status"]
    assert len(status["attachment"]["databases"]) == DATABASES
    caching, principals = status["effectivePolicy"]["caching"], status["effectivePolicy"]["principals"]
    assert {(entry["hot"], entry["origin"]) for entry in caching} == {("2.00:00:00", "Follower")} and len(caching) == DATABASES
    assert len(principals) == 2 * DATABASES and {entry["origin"] for entry in principals} == {"Follower"}

    counted, accepted = (calls_by_kind(world, since, "whole", accepted=only) for only in (False, True))
    show(f"until Ready, {elapsed:.0f} s", counted)
    assert len(world.accepted_puts(since)) == 1
    for command in (".alter follower database policy caching", ".add follower database viewers", ".add follower database admins"):
        assert accepted[command] == DATABASES, command
    looks = elapsed / SHORTEST_TICK + 2
    assert {kind: counted[kind] for kind in ONCE_A_LOOK if counted[kind] > looks} == {}
    # Once when a database appears, and again when its overrides have changed: at each of three commands at the worst.
    assert accepted[".show database principals"] <= 4 * READ_IN_FORCE
    assert counted[".show tables details"] == counted[".show materialized-views"] == 0


def test_one_added_and_one_removed_on_the_leader_are_followed(world):
    wait_until(lambda: told_in_force(world)[0] == {f"Db{i:03}" for i in range(DATABASES)}, "status has settled")
    wait_until(lambda: nothing_is_read(world), "what is in force has been read")
    since, started = world.emulator.last_call(), time.monotonic()
    world.azure.arm("PUT", f"{cluster_id('corp')}/databases/Aa-late", {"kind": "ReadWrite", "location": "westus2", "properties": {}})
    world.emulator.remove_database("corp", "Db010")

    def followed():
        databases, (cached, principals) = told_databases(world), told_in_force(world)
        assert "Aa-late" in databases and "Aa-late" in cached and "Aa-late" in principals, databases
        assert "Db010" not in databases | cached | principals
        return has_policies(world, "Aa-late")

    wait_until(followed, "policies and status follow the leader")
    world.space.wait_ready("all")
    elapsed = time.monotonic() - started
    seen_by = calls_by_kind(world, since, "whole", accepted=True)
    show(f"one added, one removed, {elapsed:.1f} s", seen_by)
    assert seen_by[".alter follower database policy caching"] == 1
    assert seen_by[".add follower database viewers"] == seen_by[".add follower database admins"] == 1
    assert [kind for kind in seen_by if kind.startswith(("PUT", "DELETE", ".drop", ".delete"))] == []
    # The new one at each change of its overrides, and the one that became the twentieth.
    assert seen_by[".show database principals"] <= 5
    # Found at the first tick, applied at once, and seen to hold at the quick looks that follow a write.
    looks_before_the_write = looks_until(world, since, ".alter follower database")
    print(f"looks until the new database was given its policies: {looks_before_the_write}")
    assert looks_before_the_write <= 2


def looks_until(world, since, command):
    """How often the databases of the follower were listed before the first such command."""
    looks = 0
    for call in world.emulator.calls(since):
        if call["cluster"] != "whole":
            continue
        if (call.get("command") or "").startswith(command):
            return looks
        looks += kind_of_call(call) == "databases" and call["isWrite"] is False
    raise AssertionError(f"{command} was never sent")


def nothing_is_read(world):
    """Ticks went by in which nothing of what is in force was read, for there is nothing left to read."""
    since = world.emulator.last_call()
    wait_until(lambda: calls_by_kind(world, since, "whole")["attachments"] >= 3, "ticks went by")
    return all_is_read(world) and calls_by_kind(world, since, "whole")[".show database principals"] == 0


def all_is_read(world):
    """What is in force on each of the first databases was read; a database that Kusto did not know at first is tried again later."""
    last = {call["command"]: call["status"] for call in world.emulator.calls() if call["cluster"] == "whole" and call["command"]}
    unread = [name for name in sorted(told_databases(world))[:READ_IN_FORCE] if last.get(f".show database ['{name}'] principals") != 200]
    assert unread == []
    return True


def test_at_rest_nothing_more_is_read_of_what_is_in_force(world):
    wait_until(lambda: nothing_is_read(world), "what is in force has been read")
    world.wait_at_rest("whole")
    since = world.emulator.last_call()
    versions = world.versions()

    wait_until(lambda: calls_by_kind(world, since, "whole")["attachments"] >= 10, "ten ticks went by", every=0.5)

    assert world.versions() == versions
    assert [call for call in world.writes(since) if call["cluster"] == "whole"] == []
    assert calls_by_kind(world, since, "whole")[".show database principals"] == 0


def test_a_growing_leader_is_no_reason_to_write(world):
    since = world.emulator.last_call()
    versions = world.versions()

    def grown():
        world.emulator.ingest("corp", "Db000", "Events", rows=10)
        return calls_by_kind(world, since, "whole")[".show databases"] >= 5

    wait_until(grown, "five probes went by", every=0.5)

    assert world.versions() == versions
    assert calls_by_kind(world, since, "whole")[".show database principals"] == 0, "not before ten minutes are over"


def test_grants_converge_where_overrides_tell_neither_role_nor_note(world):
    world.emulator.settings(barePrincipals=True)
    since = world.emulator.last_call()
    world.space.apply(follower_database("bare", follower="bare", leader="small", **policies()))
    world.space.wait_ready("bare")

    granted = [(entry["role"], entry["principal"]) for entry in world.space.find("bare")["status"]["grants"]]
    assert sorted(granted) == [("Admin", f"aaduser={ALICE}"), ("Viewer", f"aadgroup={ANALYSTS}")]
    world.space.merge("bare", permissions={"modificationKind": "Union", "grants": [
        {"role": "User", "principal": f"aaduser={ALICE}"}, {"role": "Viewer", "principal": f"aadgroup={ANALYSTS}"},
    ]})
    world.space.wait_ready("bare")

    roles = {(row["Role"], row["PrincipalFQN"]) for row in world.azure.kusto("bare", ".show database Sales principals")}
    assert any(role == "Database Sales User" and guid("alice") in who for role, who in roles), roles
    assert not any(role == "Database Sales Admin" and guid("alice") in who for role, who in roles), roles
    settled = world.emulator.last_call()
    wait_until(lambda: calls_by_kind(world, settled, "bare")["attachments"] >= 5, "five ticks went by")
    commands = calls_by_kind(world, since, "bare")
    show("grants without roles in the overrides", commands)
    assert {kind: count for kind, count in commands.items() if kind.startswith((".add", ".drop"))} == {
        ".add follower database viewers": 1, ".add follower database admins": 1, ".add follower database users": 1,
        ".drop follower database admins": 1,
    }
