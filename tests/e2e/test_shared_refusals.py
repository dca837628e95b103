"""What keeps a FollowerDatabase from what a provider offers: which invitation is meant, and what stands in the way of it. Each with the
condition that the user sees."""


import pytest

from cloud import Azure
from estate import PARTNER_SUBSCRIPTION, account_id, cluster_id, data_share, guid, invitation, shared_database
from harness import timestamp_in, wait_until
from sharing import OTHER, PROVIDER, RECIPIENT, THEIRS, by_ref, clear, follow, offer, partner, theirs, world, writes_about


@pytest.fixture(autouse=True)
def cleared(world):
    yield
    clear(world)


# -- how an invitation is found ---------------------------------------------------------------------------------------


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

    soon = timestamp_in(seconds=3)
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


# -- what stands in the way -------------------------------------------------------------------------------------------


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


def test_a_mapping_that_stays_broken_is_left_to_a_person(world, partner):
    follow(world, "broken", "Broken")
    path = world.space.find("broken")["status"]["share"]["subscription"]
    world.space.merge("broken", kind="dinv", access="Revoked")
    world.space.wait_reason("broken", "Revoked")
    listed = partner.arm("GET", f"{path}/dataSetMappings")
    for item in listed["value"]:
        item["properties"]["dataSetMappingStatus"] = "Broken"
    world.emulator.add_fault(id="broken", service="datashare", method="GET", path="/dataSetMappings?", action="status", status=200, body=listed)
    since = world.emulator.last_call()
    world.space.merge("broken", kind="dinv", access="Active", expiresAt="2031-01-01T00:00:00Z")

    world.space.wait_reason("broken", "MappingBroken")

    assert len(writes_about(world, since, "/dataSetMappings/")) == 1
    world.emulator.clear_faults()
    world.space.look_again("broken")
    world.space.wait_ready("broken")


def test_what_cannot_be_told_apart_gets_no_policy(world, partner):
    """Databases of one original name from two providers: only a made-up list has them, since Data Share keeps the names."""
    follow(world, "twins", "Plans", follower="fabrikamtables")
    listed = partner.arm("GET", f"{theirs('fabrikamtables')}/databases")
    [item] = [item for item in listed["value"] if item["kind"] == "ReadOnlyFollowing"]
    other = {**item, "name": "fabrikamtables/Other", "properties": {**item["properties"], "attachedDatabaseConfigurationName": "another"}}
    world.emulator.add_fault(id="twins", service="arm", method="GET", cluster="fabrikamtables", path="/databases?", action="status", status=200,
                             body={"value": [*listed["value"], other]})
    world.space.wait_reason("twins", "MappingUnresolved")
    since = world.emulator.last_call()
    world.space.merge("twins", caching={"modificationKind": "Union", "database": {"hot": "2d"}})

    world.space.wait_reason("twins", "MappingUnresolved")

    assert world.space.find("twins")["status"]["share"]["mappings"][0]["state"] == "Unresolved"
    assert [call for call in world.writes(since) if call["cluster"] == "fabrikamtables"] == []
    world.emulator.clear_faults()
    world.space.look_again("twins")
    world.space.wait_ready("twins")
