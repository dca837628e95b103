"""From `kubectl apply` to deletion, and everything a user may change on the way."""

import pytest

from estate import ALICE, ANALYSTS, Estate, cluster_id, follower_database, guid
from harness import wait_until

SALES = "Sales"
HOURS_OF_A_DAY = 24


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", SALES, "Stock")
    for name in ("single", "whole", "part", "gone", "kept", "idle", "edited", "bare", "meddled", "lost", "shown", "slow"):
        estate.follower(name)
    return new_world(estate)


def grant(principal, role="Viewer"):
    return {"role": role, "principal": principal}


def shows(world, follower, expectation, what, database=SALES):
    """Waits until the follower's overrides satisfy the expectation, as Azure tells them."""

    def look():
        overrides = world.azure.overrides(follower, database)
        assert overrides and expectation(overrides), overrides
        return overrides

    return wait_until(look, f"{follower}: {what}")


def has(who):
    return lambda overrides: any(guid(who) in principal for principal in overrides.principals)


def test_one_database_is_attached_with_its_hot_cache_and_grants(world):
    world.space.apply(follower_database(
        "one", follower="single",
        caching={
            "modificationKind": "Replace", "database": {"hot": "7d"}, "tables": [{"name": "Events", "hot": "30d"}],
            "materializedViews": [{"name": "Daily", "hot": "90d"}],
        },
        permissions={"modificationKind": "Union", "grants": [grant(f"aadgroup={ANALYSTS}"), grant(f"aaduser={ALICE}", "Admin")]},
    ))

    item = world.space.wait_ready("one")

    assert world.azure.shown_databases("single")[SALES]["DatabaseAccessMode"] == "ReadOnlyFollowing"
    overrides = world.azure.overrides("single", SALES)
    assert overrides.caching_kind == "Replace" and overrides.hot == 7 * HOURS_OF_A_DAY
    assert overrides.table_hot == {"Events": 30 * HOURS_OF_A_DAY, "Daily": 90 * HOURS_OF_A_DAY}
    assert has("analysts")(overrides) and has("alice")(overrides)
    assert item["status"]["attachment"]["provisioningState"] == "Succeeded"
    assert item["status"]["attachment"]["databases"] == [{"leader": SALES, "follower": SALES}]
    assert [key for key in item["status"]["conditions"] if key["type"] in ("Reconciling", "Stalled")] == []
    assert len(world.accepted_puts(cluster="single")) == 1


def test_all_databases_are_followed_and_a_new_one_joins_them(world):
    world.space.apply(follower_database("all", follower="whole", database="*", databaseName={"prefix": "corp_"},
                                        caching={"modificationKind": "Union", "database": {"hot": "2d"}}))
    world.space.wait_ready("all")
    assert {"corp_Sales", "corp_Stock"} <= set(world.azure.shown_databases("whole"))

    world.azure.arm("PUT", f"{cluster_id('corp')}/databases/Late", {"kind": "ReadWrite", "location": "westus2", "properties": {}})

    shows(world, "whole", lambda seen: seen.hot == 2 * HOURS_OF_A_DAY, "the new database has the hot cache too", "corp_Late")
    wait_until(
        lambda: {"leader": "Late", "follower": "corp_Late"} in world.space.find("all")["status"]["attachment"]["databases"],
        "status names the new database",
    )


def test_only_the_shared_tables_are_seen(world):
    sharing = {"tables": {"include": ["Ev*"]}, "materializedViews": {"exclude": ["*"]}}
    world.space.apply(follower_database("part", follower="part", sharing=sharing))

    world.space.wait_ready("part")

    assert world.azure.tables("part", SALES) == {"Events"}


def test_ready_means_that_the_follower_serves_the_database(world):
    world.emulator.settings(schemaRefreshMs=5000)
    try:
        world.space.apply(follower_database("slow", follower="slow"))
        world.space.wait_ready("slow")

        assert world.azure.tables("slow", SALES), "what is Ready can be queried"
    finally:
        world.emulator.settings(schemaRefreshMs=100)


def test_deletion_detaches_and_then_lets_go(world):
    world.space.apply(follower_database("gone", follower="gone"))
    world.space.wait_ready("gone")

    world.space.delete("gone")

    assert world.azure.attachments(cluster_id("gone")) == {}
    assert world.space.find("gone") is None


def test_an_orphan_stays_attached(world):
    world.space.apply(follower_database("kept", follower="kept", deletionPolicy="Orphan"))
    world.space.wait_ready("kept")

    world.space.delete("kept")

    assert len(world.azure.attachments(cluster_id("kept"))) == 1


def test_a_suspended_object_is_left_alone_until_resumed(world):
    world.space.apply(follower_database("idle", follower="idle", caching={"modificationKind": "Union", "database": {"hot": "1d"}}))
    world.space.wait_ready("idle")
    world.space.merge("idle", suspend=True)
    world.space.wait_reason("idle", "Suspended")
    before = world.emulator.last_call()

    world.space.merge("idle", caching={"database": {"hot": "3d"}})
    world.space.wait_reason("idle", "Suspended")

    assert [call for call in world.writes(before) if call["cluster"] == "idle"] == []
    world.space.merge("idle", suspend=False)
    shows(world, "idle", lambda seen: seen.hot == 3 * HOURS_OF_A_DAY, "what was changed while suspended is applied")


WINDOW = {"from": "2026-01-01T00:00:00Z", "to": "2026-02-01T00:00:00Z"}

# In order, on one object: the change a user makes, and what Azure must show then.
CHANGES = [
    ("database hot cache", {"caching": {"modificationKind": "Union", "database": {"hot": "12h"}}}, lambda s: s.hot == 12),
    ("longer hot cache", {"caching": {"database": {"hot": "1.06:00:00"}}}, lambda s: s.hot == 30),
    ("hot window", {"caching": {"database": {"hot": "30h", "hotWindows": [WINDOW]}}}, lambda s: s.windows == 1),
    ("no hot window", {"caching": {"database": {"hotWindows": None}}}, lambda s: s.windows == 0 and s.hot == 30),
    ("caching kind", {"caching": {"modificationKind": "Replace"}}, lambda s: s.caching_kind == "Replace"),
    ("prefetch", {"caching": {"prefetchExtents": True}}, lambda s: s.prefetch),
    ("table hot cache", {"caching": {"tables": [{"name": "Events", "hot": "2d"}]}}, lambda s: s.table_hot == {"Events": 48}),
    ("another table", {"caching": {"tables": [{"name": "Logs", "hot": "3d"}]}}, lambda s: s.table_hot == {"Logs": 72}),
    ("view hot cache", {"caching": {"tables": None, "materializedViews": [{"name": "Daily", "hot": "1d"}]}},
     lambda s: s.table_hot == {"Daily": 24}),
    ("grant", {"permissions": {"modificationKind": "Union", "grants": [grant(f"aaduser={ALICE}")]}}, has("alice")),
    ("other grant", {"permissions": {"grants": [grant(f"aadgroup={ANALYSTS}", "Monitor")]}},
     lambda s: has("analysts")(s) and not has("alice")(s)),
    ("principals kind", {"permissions": {"modificationKind": "Replace"}}, lambda s: s.principals_kind == "Replace"),
]


def test_a_change_of_each_policy_field_shows_in_azure(world):
    world.space.apply(follower_database("edited", follower="edited"))
    world.space.wait_ready("edited")

    for what, change, expectation in CHANGES:
        world.space.merge("edited", **change)
        shows(world, "edited", expectation, what)

    world.space.wait_ready("edited")


def test_a_change_of_sharing_shows_in_azure(world):
    for sharing, tables in (
        ({"tables": {"include": ["Events"]}}, {"Events"}),
        ({"tables": {"include": None, "exclude": ["Events"]}}, {"Logs"}),
        (None, {"Events", "Logs"}),
    ):
        world.space.merge("edited", sharing=sharing)
        wait_until(lambda wanted=tables: world.azure.tables("edited", SALES) == wanted, f"the follower sees {tables}")

    world.space.wait_ready("edited")


def test_what_is_removed_from_the_spec_returns_to_its_default(world):
    world.space.apply(follower_database(
        "bare", follower="bare",
        caching={
            "modificationKind": "Replace", "prefetchExtents": True, "database": {"hot": "1d"},
            "tables": [{"name": "Events", "hot": "2d"}],
        },
        permissions={"modificationKind": "Replace", "grants": [grant(f"aaduser={ALICE}", "Admin")]},
    ))
    world.space.wait_ready("bare")

    world.space.merge("bare", caching=None, permissions=None)

    shows(world, "bare", lambda s: (s.caching_kind, s.prefetch, s.hot, s.table_hot) == ("Union", False, None, {}), "caching is Azure's default")
    shows(world, "bare", lambda s: s.principals_kind == "Union" and not has("alice")(s), "permissions are Azure's default")
    world.space.wait_ready("bare")


MEDDLING = [
    ("the hot cache", ".alter follower database {} policy caching hot = 99d", lambda s: s.hot == 24),
    ("the hot cache taken away", ".delete follower database {} policy caching", lambda s: s.hot == 24),
    ("a table's hot cache", ".alter follower database {} table Events policy caching hot = 99d", lambda s: s.table_hot == {"Events": 48}),
    ("a stray table's hot cache", ".alter follower database {} table Logs policy caching hot = 99d", lambda s: s.table_hot == {"Events": 48}),
    ("the caching kind", ".alter follower database {} caching-policies-modification-kind = none", lambda s: s.caching_kind == "Union"),
    ("prefetch", ".alter follower database {} prefetch-extents = true", lambda s: not s.prefetch),
    ("the principals kind", ".alter follower database {} principals-modification-kind = none", lambda s: s.principals_kind == "Union"),
    ("a grant", f".drop follower database {{}} viewers ('aaduser={ALICE}')", has("alice")),
]


def test_what_others_change_behind_its_back_is_put_right(world):
    world.space.apply(follower_database(
        "meddled", follower="meddled",
        caching={"modificationKind": "Union", "database": {"hot": "1d"}, "tables": [{"name": "Events", "hot": "2d"}]},
        permissions={"modificationKind": "Union", "grants": [grant(f"aaduser={ALICE}")]},
    ))
    world.space.wait_ready("meddled")

    for what, command, expectation in MEDDLING:
        world.azure.kusto("meddled", command.format(SALES), SALES)
        # The meddling must have shown once, or the test would pass by looking too early.
        since = world.emulator.last_call()
        wait_until(lambda: any(c["cluster"] == "meddled" for c in world.writes(since)), f"the operator answers: {what}")
        shows(world, "meddled", expectation, what)


def test_sharing_that_others_change_is_put_right(world):
    name = world.space.find("part")["status"]["attachment"]["resourceId"].split("/")[-1]

    world.azure.attach(cluster_id("part"), name, cluster_id("corp"), SALES, tableLevelSharingProperties={"tablesToInclude": ["Logs"]})

    wait_until(lambda: world.azure.tables("part", SALES) == {"Events"}, "the follower sees the declared tables again")


def test_an_attachment_that_others_remove_is_made_again_once(world):
    world.space.apply(follower_database("lost", follower="lost"))
    name = world.space.wait_ready("lost")["status"]["attachment"]["resourceId"].split("/")[-1]

    world.azure.detach(cluster_id("lost"), name)
    wait_until(lambda: len(world.accepted_puts(cluster="lost")) == 2, "it is attached again")
    world.space.wait_ready("lost")
    world.azure.detach(cluster_id("lost"), name)

    world.space.wait_reason("lost", "DetachedByOthers")
    assert len(world.accepted_puts(cluster="lost")) == 2
    world.space.look_again("lost")
    world.space.wait_ready("lost")


def test_a_request_is_echoed_once_azure_was_looked_at_since(world):
    world.space.apply(follower_database("asked", follower="shown", database="Stock"))
    world.space.wait_ready("asked")
    since = world.emulator.last_call()
    world.space.look_again("asked")
    stamp = world.space.find("asked")["metadata"]["annotations"]["adxfollower.io/reconcile-at"]

    wait_until(lambda: world.space.find("asked")["status"].get("lastHandledReconcileAt") == stamp, "the request is echoed")

    paths = [call["path"] for call in world.emulator.calls(since) if call["method"] == "GET"]
    for cluster in ("shown", "corp"):
        assert any(f"/clusters/{cluster}/databases" in path for path in paths), cluster


def test_kubectl_shows_what_is_followed_and_whether_it_is_ready(world):
    world.space.apply(follower_database("shown", follower="shown"))
    world.space.wait_ready("shown")

    narrow = world.space.kubectl("get", "adx")
    wide = world.space.kubectl("get", "followerdb", "shown", "-o", "wide")

    assert "READY" in narrow and "AGE" in narrow and "shown" in narrow
    assert "True" in wide and SALES in wide and "REASON" in wide
    world.space.apply(follower_database("blocked", follower="shown", database="Nowhere"))
    world.space.wait_reason("blocked", "LeaderNotFound")
    row = world.space.kubectl("get", "followerdb", "blocked").splitlines()[1].split()
    assert row[:5] == ["blocked", "False", "Nowhere", "shown", "LeaderNotFound"], "what is blocked says so, and what it would follow"
    assert any(event["involvedObject"]["name"] == "shown" for event in world.space.events())
