"""Mode Observe on an estate that was made with Azure's own Python clients: what matches can be adopted as it is, what does not has a
plan to the word, nothing is written; and mode Manage then does that plan, no more and no less."""

import pytest

import plan_words
from estate import ALICE, ANALYSTS, OPERATOR, OUTSIDER, TENANT, Estate, cluster_id, database, follower_database, guid
from official import official  # noqa: F401  (a fixture)

FOLLOWER, WHOLE = "reporting", "whole"
WINDOW = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}
HOT_WITH_WINDOW = "hot = 7d, hot_window = datetime(2026-01-01) .. datetime(2026-02-01)"
ALICE_BY_ID, ANALYSTS_BY_ID = f"aaduser={guid('alice')};{TENANT}", f"aadgroup={guid('analysts')};{TENANT}"
CACHING = {
    "modificationKind": "Replace", "prefetchExtents": True, "database": {"hot": "7d", "hotWindows": [WINDOW]},
    "tables": [{"name": "Events", "hot": "30d"}], "materializedViews": [{"name": "Daily", "hot": "90d"}],
}
CACHED = (
    f"alter DB policy caching {HOT_WITH_WINDOW}", "alter DB tables (Events) policy caching hot = 30d",
    "alter DB materialized-views (Daily) policy caching hot = 90d", "alter DB caching-policies-modification-kind = replace",
    "alter DB prefetch-extents = true",
)
GRANTS = [{"role": "Viewer", "principal": ALICE_BY_ID}, {"role": "Admin", "principal": ANALYSTS_BY_ID}]
GRANTED = (f"add DB viewers ('{ALICE_BY_ID}') 'by hand'", f"add DB admins ('aadgroup={ANALYSTS}') 'by hand too'")
SHARED = {"tablesToInclude": ["Ev*"], "functionsToInclude": ["Top"], "materializedViewsToExclude": ["*"]}
SHARING = {"tables": {"include": ["Ev*"]}, "functions": {"include": ["Top"]}, "materializedViews": {"exclude": ["*"]}}

# name of the attachment: (cluster, database, properties of the attachment, commands to each of its databases, spec)
MATCHING = {
    "plain": (FOLLOWER, "Plain", {}, (), {}),
    "cached": (FOLLOWER, "Cached", {"databaseNameOverride": "CachedHere"}, CACHED, {"caching": CACHING, "databaseName": {"override": "CachedHere"}}),
    "granted": (FOLLOWER, "Granted", {"kind": "Replace"}, GRANTED, {"permissions": {"modificationKind": "Replace", "grants": GRANTS}}),
    "parts": (FOLLOWER, "Parts", {"tableLevelSharingProperties": SHARED}, (), {"sharing": SHARING}),
    "all": (WHOLE, "*", {"databaseNamePrefix": "corp_"}, ("alter DB policy caching hot = 3d",),
            {"databaseName": {"prefix": "corp_"}, "caching": {"modificationKind": "Union", "database": {"hot": "3d"}}}),
}
DIFFERING = {
    "recached": (
        FOLLOWER, "Recached", {}, (*CACHED, "alter DB tables (Logs) policy caching hot = 5d"),
        {"caching": {"modificationKind": "Union", "database": {"hot": "1.06:00:00", "hotWindows": [{**WINDOW, "to": "2026-03-01T00:00:00Z"}]},
                     "tables": [{"name": "Events", "hot": "2d", "hotWindows": [WINDOW]}], "materializedViews": [{"name": "Daily", "hot": "2d"}]}},
        [("SetDatabaseCache", "hot cache of the database becomes 1.06:00:00 and 2026-01-01T00:00:00Z..2026-03-01T00:00:00Z"),
         ("SetEntityCache", "hot cache of materialized views Daily becomes 2.00:00:00"),
         ("SetEntityCache", "hot cache of tables Events becomes 2.00:00:00 and 2026-01-01T00:00:00Z..2026-02-01T00:00:00Z"),
         ("DropEntityCache", "the hot-cache overrides of tables Logs go"),
         ("SetPrefetch", "caching.prefetchExtents becomes false"),
         ("SetCachingKind", "caching.modificationKind becomes Union")]),
    "uncached": (
        FOLLOWER, "Uncached", {}, CACHED, {},
        [("DropDatabaseCache", "the override of the database's hot cache goes"),
         ("DropEntityCache", "the hot-cache overrides of materialized views Daily go"),
         ("DropEntityCache", "the hot-cache overrides of tables Events go"),
         ("SetPrefetch", "caching.prefetchExtents becomes false"),
         ("SetCachingKind", "caching.modificationKind becomes Union")]),
    "regranted": (
        FOLLOWER, "Regranted", {}, GRANTED[:1],
        {"permissions": {"modificationKind": "Union", "grants": [
            *GRANTS, {"role": "Viewer", "principal": f"aadgroup={ANALYSTS}", "notes": "for the board"}, {"role": "Monitor", "principal": f"aaduser={ALICE}"}]}},
        [("AddPrincipals", f'{ANALYSTS_BY_ID} become Admin, noted as "{{mark}}"'),
         ("AddPrincipals", f'aadgroup={ANALYSTS} become Viewer, noted as "{{mark}} aadgroup={ANALYSTS}: for the board"'),
         ("AddPrincipals", f'aaduser={ALICE} become Monitor, noted as "{{mark}} aaduser={ALICE}"')]),
}


def attachment_of(kind_and_properties):
    properties = dict(kind_and_properties)
    return properties.pop("kind", "Union"), properties


@pytest.fixture(scope="module")
def world(new_world, official):  # noqa: F811
    estate = Estate()
    names = [entry[1] for entry in (*MATCHING.values(), *DIFFERING.values()) if entry[1] != "*"] + ["Absent", "Unlike", "Ours"]
    estate.leader("corp", *({**database(name), "functions": [{"name": "Top", "body": "{ Events }"}]} for name in names))
    estate.leader("small", "One", "Two")
    estate.follower(FOLLOWER)
    estate.follower(WHOLE)
    world = new_world(estate)
    clients = official(world, OUTSIDER)
    for name, (cluster, followed, properties, commands, *_) in {**MATCHING, **DIFFERING}.items():
        kind, properties = attachment_of(properties)
        clients.attach(cluster, name, cluster_id("small" if followed == "*" else "corp"), followed, kind, **properties)
        for shown in [properties["databaseNamePrefix"] + n for n in ("One", "Two")] if followed == "*" else [properties.get("databaseNameOverride", followed)]:
            clients.run(cluster, shown, *commands)
    clients.attach(FOLLOWER, "unlike", cluster_id("corp"), "Unlike", tableLevelSharingProperties=SHARED)
    world.before = world.emulator.last_call()
    return world


def observing(name, entry, **more):
    cluster, followed, _, _, spec, *_ = entry
    return follower_database(name, follower=cluster, leader="small" if followed == "*" else "corp", database=followed, attachmentName=name,
                             mode="Observe", **{**spec, **more})


@pytest.fixture(scope="module")
def observed(world):
    """Every object of the tables above in mode Observe, judged; their plans by name."""
    world.space.apply(*(observing(name, entry) for name, entry in {**MATCHING, **DIFFERING}.items()))
    for name in MATCHING:
        world.space.wait_reason(name, "InSync")
    for name in DIFFERING:
        world.space.wait_reason(name, "Drifted")
    return {item["metadata"]["name"]: plan_of(item) for item in world.space.list()}


def plan_of(item):
    return [(entry["action"], entry["detail"]) for entry in item["status"].get("plan", [])]


def writes_to(world, since, name, follower_databases):
    """What the operator wrote on behalf of one object, in the words of a plan. What Azure refused is no write: a command on a
    database that was attached a moment ago may come before the engine knows the database."""
    bodies = list(plan_words.puts(world.emulator.exchanges))
    mine = [body for put, body in bodies if put == name]
    calls = [call for call in world.writes(since) if call["accepted"]]
    told, before = [], len(mine) - sum(is_put(call, name) for call in calls)
    for call in calls:
        if is_put(call, name):
            told.append(plan_words.of_put(name, mine[before], mine[before - 1]["properties"] if before else None))
            before += 1
        elif any(f"['{shown}']" in (call.get("command") or "") for shown in follower_databases):
            told.append(plan_words.of_command(call["command"]))
    return told


def is_put(call, name):
    return call["method"] == "PUT" and call["path"].split("?")[0].endswith(f"/attachedDatabaseConfigurations/{name}")


# -- what matches ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MATCHING)
def test_what_matches_is_adoptable_as_it_is(world, observed, name):
    conditions = world.space.conditions(name)

    assert observed[name] == []
    assert (conditions["Drifted"]["status"], conditions["Drifted"]["reason"]) == ("False", "InSync")
    assert "IfIdentical" in conditions["Drifted"]["message"]
    assert conditions["Ready"]["status"] == "True"


# -- what differs ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", DIFFERING)
def test_what_differs_is_planned_to_the_word(world, observed, name):
    followed, expected = DIFFERING[name][1], DIFFERING[name][-1]
    mark = f"adxfollower:{world.space.name}/{name}"
    conditions = world.space.conditions(name)

    assert observed[name] == [(action, f"database {followed}: {words.replace('{mark}', mark)}") for action, words in expected]
    assert (conditions["Drifted"]["status"], conditions["Ready"]["reason"]) == ("True", "NotManaged")


def test_an_attachment_that_is_not_there_is_planned_with_its_policies(world):
    world.space.apply(follower_database("absent", follower=FOLLOWER, database="Absent", attachmentName="absent", mode="Observe",
                                        sharing=SHARING, caching={"modificationKind": "Replace", "database": {"hot": "1d"}}))

    world.space.wait_reason("absent", "Drifted")

    item = world.space.find("absent")
    assert plan_of(item) == [
        ("Attach", f"attachment absent to Absent of {cluster_id('corp')}: permissions.modificationKind Union; sharing.tables include Ev*; "
                   "sharing.materializedViews exclude *; sharing.functions include Top"),
        ("SetDatabaseCache", "database Absent: hot cache of the database becomes 1.00:00:00"),
        ("SetCachingKind", "database Absent: caching.modificationKind becomes Replace"),
    ]
    assert "attachment" not in item["status"] and item["metadata"].get("finalizers", []) == []


def test_an_attachment_that_could_not_be_adopted_says_in_what_it_differs_and_has_no_plan(world):
    world.space.apply(follower_database("unlike", follower=FOLLOWER, database="Unlike", attachmentName="unlike", mode="Observe"))

    condition = world.space.wait_reason("unlike", "AttachmentExists")

    assert "sharing.tables, sharing.materializedViews, sharing.functions" in condition["message"]
    item = world.space.find("unlike")
    assert plan_of(item) == [] and "Drifted" not in world.space.conditions("unlike")


def test_nothing_was_written_while_observing(world, observed):
    assert [call for call in world.writes(world.before)] == []


# -- from Observe to Manage --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [*MATCHING, *DIFFERING, "absent"])
def test_manage_does_exactly_what_was_planned(world, observed, name):
    item = world.space.find(name)
    planned, since = plan_of(item), world.emulator.last_call()

    world.space.merge(name, mode="Manage", adoption="IfIdentical")

    managed = world.space.wait_ready(name)
    shown = [pair["follower"] for pair in managed["status"]["attachment"]["databases"]]
    assert writes_to(world, since, name, shown) == planned
    assert plan_of(managed) == []


def test_never_still_means_never_after_looking(world, observed):
    """Having looked at an attachment is no claim to it."""
    world.space.merge("unlike", sharing=SHARING)
    world.space.wait_reason("unlike", "InSync")

    world.space.merge("unlike", mode="Manage")

    world.space.wait_reason("unlike", "AttachmentExists")
    assert [call for call in world.writes(world.before) if is_put(call, "unlike") or "['Unlike']" in (call.get("command") or "")] == []


def test_what_the_operator_made_itself_is_planned_and_done_field_by_field(world):
    world.space.apply(follower_database("ours", follower=FOLLOWER, database="Ours", attachmentName="ours",
                                        permissions={"modificationKind": "Union", "grants": GRANTS[:1]}))
    world.space.wait_ready("ours")
    world.space.merge("ours", mode="Observe", sharing={"tables": {"include": ["Events"], "exclude": ["Logs*"]}},
                      permissions={"modificationKind": "Replace", "grants": GRANTS})
    world.space.wait_reason("ours", "Drifted")
    planned, since = plan_of(world.space.find("ours")), world.emulator.last_call()
    mark = f"adxfollower:{world.space.name}/ours"

    assert planned == [
        ("UpdateAttachment", "attachment ours: sharing.tables include Events, exclude Logs*"),
        ("AddPrincipals", f'database Ours: {ANALYSTS_BY_ID} become Admin, noted as "{mark}"'),
        ("SetPrincipalsKind", "database Ours: permissions.modificationKind becomes Replace"),
        ("UpdateAttachment", "attachment ours: permissions.modificationKind Replace"),
    ]
    world.space.merge("ours", mode="Manage")
    world.space.wait_ready("ours")
    assert writes_to(world, since, "ours", ["Ours"]) == planned


def test_the_operator_was_not_asked_to_write_for_others(world):
    """Every write came from the operator's own identity and its objects; the estate's owner wrote nothing since."""
    assert [call for call in world.emulator.calls(world.before, app=OUTSIDER) if call["isWrite"]] == []
    assert world.emulator.calls(world.before, app=OPERATOR) != []
