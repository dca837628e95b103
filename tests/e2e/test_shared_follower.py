"""The consumer's side of Data Share: a FollowerDatabase that takes what a provider in another tenant offers. One operator serves both here,
each with an identity of its own tenant that has no right at all in the other's."""

import datetime

import pytest

from cloud import Azure
from estate import (
    OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, Estate, Identity, account_id, cluster_id, data_share, guid, invitation, shared_database,
)
from harness import wait_until

RECIPIENT = Identity("recipient", tenant=PARTNER_TENANT)  # what the consumer's objects use
PARTNER = Identity("partner", tenant=PARTNER_TENANT)  # what tests use to look at the consumer's side, and to interfere
OTHER = Identity("other", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")
READER = f"aadapp={OTHER.client_id};{PARTNER_TENANT}"
DATABASES = ("Sales", "Stock", "Plans", "Terms", "Taken", "Left", "Broken", "Twice", "Lost", "Late", "Named", "Watched", "Ends", "Matched", "Own")
FOLLOWERS = ("fabrikam", "fabrikamall", "fabrikamtables", "brief")
SIX_LISTS = {
    "tables": {"include": ["Events"], "exclude": ["Logs"]}, "externalTables": {"include": ["*"], "exclude": ["Old*"]},
    "materializedViews": {"include": ["Daily"], "exclude": ["Weekly"]},
}


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(RECIPIENT, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.identity(OTHER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", *DATABASES)
    estate.leader("twin", "Twice")
    estate.leader("faraway", "Remote", location="northeurope")
    for name in FOLLOWERS:
        databases = ("Own",) if name == "fabrikam" else ()
        estate.follower(name, *databases, admins=(RECIPIENT, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.emulator.operators = (OPERATOR, RECIPIENT)
    world.space.put_credentials("partner", RECIPIENT)
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    principal = world.azure.arm("GET", PROVIDER)["identity"]["principalId"]
    for name in ("twin", "faraway"):
        world.azure.give_role(principal, cluster_id(name))
    return world


@pytest.fixture(scope="module")
def partner(world):
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, theirs(FOLLOWERS[0]))
    principal = partner.arm("GET", THEIRS)["identity"]["principalId"]
    for name in FOLLOWERS[1:]:
        partner.give_role(principal, theirs(name))
    return partner


@pytest.fixture(autouse=True)
def cleared(world, request):
    """What a test leaves behind goes in the background: each object reads on its own, and the operator paces its reads of Azure."""
    yield
    if request.node.name != "test_the_whole_story_across_tenants":  # the next test looks on
        world.space.kubectl("delete", "followerdb,dinv,dshare", "--all", "--wait=false")


def theirs(cluster):
    return cluster_id(cluster, PARTNER_SUBSCRIPTION)


def by_ref(name, **share):
    return {"invitationRef": {"name": name}, **share}


def offer(world, name, database, recipient=RECIPIENT, **spec):
    """A share of one database, and an invitation to it, both of that name and Ready."""
    data_sets = {name: database} if isinstance(database, str) else database
    world.space.apply(data_share(name, data_sets, **spec), invitation(name, recipient, share=name))
    world.space.wait_ready(name, kind="dshare")
    return world.space.wait_ready(name, kind="dinv")["status"]


def follow(world, name, database, follower="fabrikam", **spec):
    """Offered, taken, and there."""
    offer(world, name, database)
    world.space.apply(shared_database(name, by_ref(name), follower, **spec))
    return world.space.wait_ready(name)


def subscription(partner, name):
    return partner.listed(f"{THEIRS}/shareSubscriptions").get(name)


def writes_about(world, since, part):
    return [call for call in world.writes(since) if part.lower() in call["path"].lower()]


# -- the story ---------------------------------------------------------------------------------------------------------


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


# -- levels ------------------------------------------------------------------------------------------------------------


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


# -- how an invitation is found ----------------------------------------------------------------------------------------


def test_an_invitation_by_id_and_one_that_matches(world, partner):
    told = offer(world, "named", "Named")
    offer(world, "matched", "Matched")
    world.space.apply(
        shared_database("by-id", {"invitation": {"id": told["invitationId"], "location": told["location"]}}, "fabrikam"),
        shared_database("by-match", {"match": {"shareName": "matched"}}, "fabrikam"))

    for name, database in (("by-id", "Named"), ("by-match", "Matched")):
        assert world.space.wait_ready(name)["status"]["attachment"]["databases"][0]["leader"] == database


def test_what_cannot_be_accepted_says_why(world, partner):
    terms = offer(world, "terms", "Terms", termsOfUse="Be kind to the data.")
    world.space.apply(
        shared_database("waits", by_ref("terms"), "fabrikam"),
        shared_database("nowhere", by_ref("nothing"), "fabrikam", ),
        shared_database("unknown", {"invitation": {"id": guid("no such"), "location": "westus2"}}, "fabrikam"),
        shared_database("unmatched", {"match": {"shareName": "no-such-share"}}, "fabrikam"))

    assert "Be kind to the data." in world.space.wait_reason("waits", "TermsNotAccepted")["message"]
    for name in ("nowhere", "unknown", "unmatched"):
        world.space.wait_reason(name, "InvitationNotFound")
    world.space.merge("waits", source={"share": {"acceptTermsOfUse": True}})
    world.space.wait_ready("waits")

    # Accepted by now: a second object cannot have it in another account.
    partner.make_account(account_id("second", PARTNER_SUBSCRIPTION), theirs("fabrikam"))
    world.space.apply(shared_database("late", {
        "invitation": {"id": terms["invitationId"], "location": "westus2"}, "accountResourceId": account_id("second", PARTNER_SUBSCRIPTION)}, "fabrikam"))
    world.space.wait_reason("late", "InvitationUsed")


def test_an_invitation_of_another_namespace_cannot_be_named(world, partner):
    """A reference has no namespace, and what it names is looked for in the object's own: no confused deputy."""
    elsewhere = world.kube.new_namespace()
    try:
        item = shared_database("deputy", {"invitationRef": {"name": "sales", "namespace": elsewhere.name}}, "fabrikam")
        with pytest.raises(AssertionError, match="unknown field"):
            world.space.apply(item)
        elsewhere.apply(data_share("theirs", {"taken": "Taken"}), invitation("theirs", RECIPIENT, share="theirs"))
        world.space.apply(shared_database("deputy", by_ref("theirs"), "fabrikam"))
        world.space.wait_reason("deputy", "InvitationNotFound")
    finally:
        elsewhere.wipe()


def test_an_invitation_of_another_recipient_is_not_shown(world, partner):
    told = offer(world, "foreign", "Taken", recipient=OTHER)
    world.space.apply(shared_database("foreign", by_ref("foreign"), "fabrikam"))

    condition = world.space.wait_reason("foreign", "InvitationNotFound")

    assert told["invitationId"] in Azure(world.emulator, OTHER).received() and "recipient" in condition["message"]


def test_a_rejected_and_an_expired_invitation(world, partner):
    told = offer(world, "rejected", "Taken")
    Azure(world.emulator, RECIPIENT).reject(told["invitationId"])
    world.space.apply(shared_database("rejected", {"invitation": {"id": told["invitationId"], "location": "westus2"}}, "fabrikam"))
    world.space.wait_reason("rejected", "InvitationRejected")

    soon = (datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=3)).strftime("%Y-%m-%dT%H:%M:%SZ")
    world.azure.arm("PUT", f"{PROVIDER}/shares/rejected/invitations/old", {"properties": {
        "targetActiveDirectoryId": RECIPIENT.tenant, "targetObjectId": RECIPIENT.object_id, "expirationDate": soon}})
    old = world.azure.arm("GET", f"{PROVIDER}/shares/rejected/invitations/old")["properties"]["invitationId"]
    wait_until(lambda: world.emulator.now() > soon, "the invitation has expired")
    world.space.apply(shared_database("expired", {"invitation": {"id": old, "location": "westus2"}}, "fabrikam"))
    world.space.wait_reason("expired", "InvitationExpired")


def test_of_several_invitations_none_is_guessed(world, partner):
    offer(world, "twice", "Twice")
    second = account_id("provider2")
    world.azure.make_account(second, cluster_id("twin"))
    world.azure.arm("PUT", f"{second}/shares/twice", {"properties": {"shareKind": "InPlace"}})
    world.azure.arm("PUT", f"{second}/shares/twice/dataSets/twice", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('twin')}/databases/Twice"}})
    world.azure.arm("PUT", f"{second}/shares/twice/invitations/twice", {"properties": {
        "targetActiveDirectoryId": RECIPIENT.tenant, "targetObjectId": RECIPIENT.object_id}})

    world.space.apply(shared_database("ambiguous", {"match": {"shareName": "twice"}}, "fabrikam"))

    assert "2 invitations" in world.space.wait_reason("ambiguous", "AmbiguousInvitation")["message"]


# -- what stands in the way ---------------------------------------------------------------------------------------------


def test_an_account_is_made_where_a_location_is_given_and_says_which_role_it_lacks(world, partner):
    elsewhere = account_id("fresh", PARTNER_SUBSCRIPTION)
    offer(world, "fresh", "Ends")
    world.space.apply(shared_database("fresh", by_ref("fresh", accountResourceId=elsewhere), "fabrikam"))
    assert "accountLocation" in world.space.wait_reason("fresh", "AccountNotFound")["message"]

    world.space.merge("fresh", source={"share": {"accountLocation": "westus2"}})
    condition = world.space.wait_reason("fresh", "ConsumerAccountRoleMissing")

    principal = partner.arm("GET", elsewhere)["identity"]["principalId"]
    assert (f"az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --role Contributor "
            f"--scope {theirs('fabrikam')}") in condition["message"]
    partner.give_role(principal, theirs("fabrikam"))
    world.space.look_again("fresh")
    world.space.wait_ready("fresh")


def test_a_cluster_of_another_region_and_a_name_that_is_taken(world, partner):
    offer(world, "remote", {"remote": {"clusterResourceId": cluster_id("faraway"), "database": "Remote"}})
    offer(world, "own", "Own")
    world.space.apply(shared_database("remote", by_ref("remote"), "fabrikam"), shared_database("own", by_ref("own"), "fabrikam"))

    assert "northeurope" in world.space.wait_reason("remote", "RegionMismatch")["message"]
    assert "Own" in world.space.wait_reason("own", "NameConflict")["message"]
    assert "leaderClusterResourceId" not in partner.databases(theirs("fabrikam"))["Own"]["properties"]


def test_a_share_that_another_object_takes_or_another_cluster_has(world, partner):
    follow(world, "taken", "Taken")
    world.space.apply(shared_database("taken-too", by_ref("taken"), "fabrikam"))
    assert "taken" in world.space.wait_reason("taken-too", "DuplicateClaim")["message"]
    world.space.delete("taken-too")

    told = offer(world, "broken", "Broken")
    by_hand = Azure(world.emulator, RECIPIENT)
    by_hand.accept(THEIRS, "mine", told["invitationId"])
    by_hand.map_all(THEIRS, "mine", theirs("fabrikamtables"))
    by_hand.accept(THEIRS, "yours", offer(world, "yours", "Broken")["invitationId"])
    offer(world, "conflict", "Broken")
    world.space.apply(shared_database("broken", by_ref("broken", subscriptionName="mine"), "fabrikam"),
                      shared_database("conflict", by_ref("conflict", subscriptionName="yours"), "fabrikam"))
    assert "fabrikamtables" in world.space.wait_reason("broken", "MappedElsewhere")["message"]
    assert "yours" in world.space.wait_reason("conflict", "SubscriptionConflict")["message"]


def test_an_identity_without_rights_and_an_account_that_is_locked(world, partner):
    offer(world, "denied", "Watched")
    world.emulator.add_fault(id="locked", service="datashare", method="PUT", path="/shareSubscriptions/", action="status", status=403,
                             body={"error": {"code": "AccountSoftBlocked", "message": "The account is blocked for spam."}})
    world.space.apply(shared_database("denied", by_ref("denied"), "fabrikam"))

    condition = world.space.wait_reason("denied", "MissingRole")

    assert "blocked" in condition["message"]
    world.emulator.clear_faults()
    world.space.look_again("denied")
    world.space.wait_ready("denied")


def test_observing_writes_nothing_and_tells_the_plan(world, partner):
    told = offer(world, "watched", {"other": {"clusterResourceId": cluster_id("twin"), "database": "Twice"}})
    since = world.emulator.last_call()
    world.space.apply(shared_database("watched", {"invitation": {"id": told["invitationId"], "location": "westus2"}}, "fabrikam", mode="Observe"))

    wait_until(lambda: world.space.find("watched")["status"].get("plan"), "the plan is told")

    assert [entry["action"] for entry in world.space.find("watched")["status"]["plan"]] == ["AcceptInvitation"]
    assert writes_about(world, since, "watched") == [] and world.space.conditions("watched")["Drifted"]["status"] == "True"


# -- the end -----------------------------------------------------------------------------------------------------------


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
