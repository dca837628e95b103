"""The consumer's side of Data Share: a FollowerDatabase that takes what a provider in another tenant offers, from the offer to the end."""

import pytest

from estate import PARTNER_TENANT, SUBSCRIPTION, cluster_id, shared_database
from harness import wait_until
from sharing import (
    DATABASES, OTHER, PROVIDER, RECIPIENT, THEIRS, by_ref, clear, follow, offer, partner, subscription, theirs, world, writes_about,
)

READER = f"aadapp={OTHER.client_id};{PARTNER_TENANT}"
SIX_LISTS = {
    "tables": {"include": ["Events"], "exclude": ["Logs"]}, "externalTables": {"include": ["*"], "exclude": ["Old*"]},
    "materializedViews": {"include": ["Daily"], "exclude": ["Weekly"]},
}


@pytest.fixture(autouse=True)
def cleared(world, request):
    yield
    if request.node.name != "test_the_whole_story_across_tenants":  # the next test looks on
        clear(world)


# -- the story --------------------------------------------------------------------------------------------------------


def policies():
    return {
        "caching": {"modificationKind": "Union", "database": {"hot": "2d"}, "tables": [{"name": "Events", "hot": "5d"}]},
        "permissions": {"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": READER}]},
    }


def has_policies(partner):
    overrides = partner.overrides("fabrikam", "Sales")
    assert overrides and overrides.hot == 48 and overrides.table_hot.get("Events") == 120, overrides
    assert any(OTHER.client_id in principal for principal in overrides.principals), overrides
    return True


def test_the_whole_story_across_tenants(world, partner):
    """Offered and taken in one namespace; revoked, and gone; given back, and there again with its policies."""
    offer(world, "sales", "Sales")
    since = world.emulator.last_call()
    world.space.apply(shared_database("sales", by_ref("sales"), "fabrikam", **policies()))
    status = world.space.wait_ready("sales")["status"]

    assert has_policies(partner)
    assert status["attachment"]["origin"] == "DataShare"
    assert status["attachment"]["databases"] == [{"leader": "Sales", "follower": "Sales"}]
    assert (status["share"]["status"], status["share"]["mappings"][0]["state"], status["share"]["mappings"][0]["dataSet"]) == ("Active", "Ok", "sales")
    assert writes_about(world, since, "attachedDatabaseConfigurations") == [], "what Data Share attached is never edited"
    assert len([call for call in writes_about(world, since, "/shareSubscriptions/") if "dataSetMappings" not in call["path"]]) == 1
    wait_until(lambda: world.space.find("sales", "dinv")["status"]["state"] == "Accepted", "the provider sees it")

    world.space.merge("sales", kind="dinv", access="Revoked")
    condition = world.space.wait_reason("sales", "Revoked")
    assert "revoked" in condition["message"] and "Contoso" in condition["message"]
    assert "Sales" not in partner.databases(theirs("fabrikam"))
    conditions = world.space.conditions("sales")
    assert {conditions[kind]["status"] for kind in ("Ready", "Attached", "PoliciesApplied")} == {"False"}
    wait_until(lambda: world.space.events_of("sales", "Revoked") == 1, "it is told in an event, once")
    wait_until(lambda: world.space.find("sales", "dinv")["status"]["state"] == "Revoked", "the provider tells it")
    wait_until(lambda: world.operator.metrics().total("adxfollower_time_to_revoke_seconds_count") == 1, "how long that took is counted")
    took = world.operator.metrics().total("adxfollower_time_to_revoke_seconds_sum")
    print(f"from kubectl to seen over in Azure: {took:.2f} s")
    assert took > 0

    world.space.merge("sales", kind="dinv", access="Active", expiresAt="2031-01-01T00:00:00Z")
    world.space.wait_ready("sales")
    assert has_policies(partner)
    assert world.operator.metrics().total("adxfollower_drift_corrections_total") == 0, "a revocation is nobody's drift"


def test_at_rest_nothing_is_written(world, partner):
    world.space.wait_ready("sales")
    world.wait_at_rest("fabrikam")
    since, versions = world.emulator.last_call(), world.versions()

    wait_until(lambda: world.looks("fabrikam", since) >= 3, "three ticks went by")

    assert world.writes(since) == [] and world.versions() == versions


def take_away(partner, world, name):
    """Somebody removes the mapping by hand."""
    path = world.space.find(name)["status"]["share"]["subscription"]
    for mapping in partner.listed(f"{path}/dataSetMappings"):
        partner.arm("DELETE", f"{path}/dataSetMappings/{mapping}")


def test_what_others_take_away_comes_back_once(world, partner):
    follow(world, "lost", "Lost")
    take_away(partner, world, "lost")
    wait_until(lambda: world.space.events_of("lost", "AttachmentVanished") == 1, "the loss is told")
    world.space.wait_ready("lost")
    wait_until(lambda: "Lost" in partner.databases(theirs("fabrikam")), "the database is there again")

    take_away(partner, world, "lost")
    world.space.wait_reason("lost", "DetachedByOthers")
    assert "Lost" not in partner.databases(theirs("fabrikam"))
    world.space.look_again("lost")
    world.space.wait_ready("lost")


# -- levels -----------------------------------------------------------------------------------------------------------


def test_a_whole_cluster_comes_with_all_its_databases_present_and_future(world, partner):
    offer(world, "cluster", {"everything": {"clusterResourceId": cluster_id("corp")}})
    world.space.apply(shared_database("cluster", by_ref("cluster"), "fabrikamall", caching={
        "modificationKind": "Union", "tables": [{"name": "Events", "hot": "5d"}]}))
    condition = world.space.wait_reason("cluster", "NotForClusterShare")
    assert "caching.database" in condition["message"]

    world.space.merge("cluster", caching={"modificationKind": "Union", "database": {"hot": "3d"}, "tables": None})
    status = world.space.wait_ready("cluster")["status"]
    assert {pair["follower"] for pair in status["attachment"]["databases"]} == set(DATABASES)
    world.azure.arm("PUT", f"{cluster_id('corp')}/databases/Afterwards", {"kind": "ReadWrite", "location": "westus2", "properties": {}})

    wait_until(lambda: getattr(partner.overrides("fabrikamall", "Afterwards"), "hot", None) == 72, "the new database has its hot cache")


def test_some_tables_come_with_all_six_lists(world, partner):
    offer(world, "tables", {"part": {"clusterResourceId": cluster_id("corp"), "database": "Plans", "sharing": SIX_LISTS}})

    world.space.apply(shared_database("tables", by_ref("tables"), "fabrikamtables", caching={
        "modificationKind": "Union", "tables": [{"name": "Events", "hot": "5d"}]}))

    world.space.wait_ready("tables")
    [attached] = partner.attachments(theirs("fabrikamtables")).values()
    assert attached["tableLevelSharingProperties"] == {
        "tablesToInclude": ["Events"], "tablesToExclude": ["Logs"], "externalTablesToInclude": ["*"], "externalTablesToExclude": ["Old*"],
        "materializedViewsToInclude": ["Daily"], "materializedViewsToExclude": ["Weekly"]}
    assert partner.overrides("fabrikamtables", "Plans").table_hot == {"Events": 120}
    assert "Logs" not in partner.tables("fabrikamtables", "Plans")


def test_of_a_share_only_what_is_wanted_is_mapped(world, partner):
    offer(world, "some", {"stock": "Stock", "late": "Late"})
    world.space.apply(shared_database("some", by_ref("some", dataSets=["stock", "nothing"]), "fabrikam"))
    condition = world.space.wait_reason("some", "DataSetNotFound")
    assert "nothing" in condition["message"] and "late, stock" in condition["message"]

    world.space.merge("some", source={"share": by_ref("some", dataSets=["stock", "late"])})
    world.space.wait_ready("some")
    assert {"Stock", "Late"} <= set(partner.databases(theirs("fabrikam")))
    world.space.merge("some", source={"share": by_ref("some", dataSets=["stock"])})
    wait_until(lambda: "Late" not in partner.databases(theirs("fabrikam")), "what is not wanted any more is gone")
    world.space.wait_ready("some")
    assert "Stock" in partner.databases(theirs("fabrikam"))


# -- the end ----------------------------------------------------------------------------------------------------------


def test_a_deletion_leaves_the_subscription_and_a_new_object_uses_it(world, partner):
    follow(world, "left", "Left")
    [name] = [name for name in partner.listed(f"{THEIRS}/shareSubscriptions") if "_left_" in name]
    world.space.delete("left")
    assert "Left" not in partner.databases(theirs("fabrikam")) and subscription(partner, name)
    assert partner.listed(f"{THEIRS}/shareSubscriptions/{name}/dataSetMappings") == {}

    world.space.apply(shared_database("again", by_ref("left"), "fabrikam", deletionPolicy="Leave"))
    world.space.wait_ready("again")
    assert "Left" in partner.databases(theirs("fabrikam"))
    world.space.delete("again")
    assert "Left" not in partner.databases(theirs("fabrikam")) and not subscription(partner, name)


def test_the_provider_deletes_while_a_consumer_lives(world, partner):
    follow(world, "ends", "Plans")
    world.space.delete("ends", kind="dshare")

    reason = wait_until(lambda: world.space.conditions("ends")["Ready"]["reason"] in ("SourceDeleted", "Revoked"), "the end is told")

    assert reason
    world.space.merge("ends", deletionPolicy="Leave")
    world.space.delete("ends")
    assert [name for name in partner.listed(f"{THEIRS}/shareSubscriptions") if "_ends_" in name] == []


def test_the_consumers_cluster_is_deleted_while_mapped(world, partner):
    offer(world, "brief", {"brief": {"clusterResourceId": cluster_id("twin"), "database": "Twice"}})
    world.space.apply(shared_database("brief", by_ref("brief"), "brief"))
    world.space.wait_ready("brief")
    partner.arm("DELETE", theirs("brief"))

    world.space.wait_reason("brief", "FollowerNotFound")
    world.space.merge("brief", deletionPolicy="Leave")
    world.space.delete("brief")
    assert [name for name in partner.listed(f"{THEIRS}/shareSubscriptions") if "_brief_" in name] == []


def test_an_orphan_stays(world, partner):
    follow(world, "orphan", "Named", deletionPolicy="Orphan")
    world.space.delete("orphan")

    assert "Named" in partner.databases(theirs("fabrikam"))


def test_nobody_needs_a_right_in_the_others_tenant(world, partner):
    """The emulator refuses what crosses tenants, so whatever worked here needed none; and nothing was even tried."""
    crossing = [call for call in world.emulator.calls() if SUBSCRIPTION in call["path"] and call["appId"] == RECIPIENT.client_id]
    assert crossing == []
    with pytest.raises(Exception, match="40[134]"):
        partner.arm("GET", PROVIDER)
