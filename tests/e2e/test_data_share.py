"""The provider's side of Data Share: what is shared, who is invited, who takes it, and the end of it. The consumer is played by hand, in
another tenant, with an identity that has no right at all in the provider's."""

import datetime

import pytest

from cloud import Azure
from estate import (
    ALICE, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, Estate, Identity, account_id, cluster_id, data_share, invitation,
)
from harness import wait_until

PARTNER = Identity("partner", tenant=PARTNER_TENANT)
STRANGER = Identity("stranger", tenant=PARTNER_TENANT)
REFUSER, SILENT, LATE = (Identity(name, tenant=PARTNER_TENANT) for name in ("refuser", "silent", "late"))
LIMITED = Identity("limited")  # knows the account's subscription, and may do nothing there
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
THEIR_CLUSTER = cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    for identity in (STRANGER, REFUSER, SILENT, LATE):
        estate.identity(identity, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.identity(LIMITED, arm_scope=f"/subscriptions/{SUBSCRIPTION}", role="Reader")
    estate.leader("corp", "Sales", "Stock", "Plans")
    estate.follower("fabrikamdata", admins=(PARTNER,), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.space.put_credentials("limited", LIMITED)
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    return world


@pytest.fixture(scope="module")
def partner(world):
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, THEIR_CLUSTER)
    return partner


@pytest.fixture(scope="module")
def sales(world):
    """A share of one database, Ready."""
    world.space.apply(data_share("sales"))
    return world.space.wait_ready("sales", kind="dshare")


def share_path(name):
    return f"{PROVIDER}/shares/{name}"


def invited(world, name):
    return world.space.find(name, "dinv")["status"]


def wait_state(world, name, state):
    wait_until(lambda: invited(world, name).get("state") == state, f"{name} is {state}")


def consumers(world, share):
    return [item["properties"]["shareSubscriptionStatus"] for item in world.azure.listed(f"{share_path(share)}/providerShareSubscriptions").values()]


# -- the share ---------------------------------------------------------------------------------------------------------


def test_a_share_is_made_with_all_three_levels(world):
    world.space.apply(data_share("levels", {
        "everything": {"clusterResourceId": cluster_id("corp")},
        "whole": "Stock",
        "part": {"clusterResourceId": cluster_id("corp"), "database": "Plans", "sharing": {
            "tables": {"include": ["Events"], "exclude": ["Logs"]}, "externalTables": {"include": ["*"], "exclude": ["Old*"]},
            "materializedViews": {"include": ["Daily"], "exclude": ["Weekly"]}}},
    }, description="All of it", termsOfUse="Be kind."))

    shown = world.space.wait_ready("levels", kind="dshare")

    made = world.azure.listed(f"{share_path('levels')}/dataSets")
    assert {name: item["kind"] for name, item in made.items()} == {"everything": "KustoCluster", "whole": "KustoDatabase", "part": "KustoTable"}
    assert made["part"]["properties"]["tableLevelSharingProperties"] == {
        "tablesToInclude": ["Events"], "tablesToExclude": ["Logs"], "externalTablesToInclude": ["*"], "externalTablesToExclude": ["Old*"],
        "materializedViewsToInclude": ["Daily"], "materializedViewsToExclude": ["Weekly"]}
    share = world.azure.arm("GET", share_path("levels"))["properties"]
    assert (share["shareKind"], share["description"], share["terms"]) == ("InPlace", "All of it", "Be kind.")
    assert {item["name"] for item in shown["status"]["dataSets"]} == {"everything", "whole", "part"}
    assert shown["status"]["account"]["principalId"] != ""


def test_what_others_change_in_a_share_is_put_right(world, sales):
    world.azure.arm("PUT", share_path("sales"), {"properties": {"shareKind": "InPlace", "description": "Not ours"}})
    world.azure.arm("PUT", f"{share_path('sales')}/dataSets/more", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Plans"}})

    wait_until(lambda: list(world.azure.listed(f"{share_path('sales')}/dataSets")) == ["sales"], "the stranger's data set is gone")
    wait_until(lambda: world.azure.arm("GET", share_path("sales"))["properties"].get("description", "") == "", "the description is as declared")


def test_an_account_is_made_where_a_location_is_given_and_says_which_role_it_lacks(world):
    elsewhere = account_id("second")
    world.space.apply(data_share("second", {"stock": "Stock"}, account={"resourceId": elsewhere}))
    condition = world.space.wait_reason("second", "AccountNotFound", kind="dshare")
    assert "spec.account.location" in condition["message"]

    world.space.merge("second", kind="dshare", account={"location": "westus2"})
    condition = world.space.wait_reason("second", "AccountRoleMissing", kind="dshare")

    principal = world.azure.arm("GET", elsewhere)["identity"]["principalId"]
    assert (f"az role assignment create --assignee-object-id {principal} --assignee-principal-type ServicePrincipal --role Contributor "
            f"--scope {cluster_id('corp')}") in condition["message"]
    world.azure.give_role(principal, cluster_id("corp"))
    world.space.look_again("second", kind="dshare")
    world.space.wait_ready("second", kind="dshare")


def test_an_identity_without_rights_is_told_which_role_it_lacks(world):
    world.space.apply(data_share("limited", {"stock": "Stock"}, credentialsSecretRef={"name": "limited"}))

    condition = world.space.wait_reason("limited", "MissingRole", kind="dshare")

    assert "Contributor" in condition["message"] and PROVIDER in condition["message"]


def test_a_share_of_others_is_left_alone_until_it_may_be_adopted(world):
    world.azure.arm("PUT", share_path("theirs"), {"properties": {"shareKind": "InPlace"}})
    world.azure.arm("PUT", f"{share_path('theirs')}/dataSets/stock", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Stock"}})
    since = world.emulator.last_call()
    world.space.apply(data_share("theirs", {"stock": "Stock"}))
    world.space.wait_reason("theirs", "ShareExists", kind="dshare")
    assert [call for call in world.writes(since) if "/shares/theirs" in call["path"]] == []

    world.space.merge("theirs", kind="dshare", adoption="IfIdentical")

    world.space.wait_ready("theirs", kind="dshare")
    assert [call for call in world.writes(since) if "/shares/theirs" in call["path"]] == []


def test_a_data_set_is_never_replaced_and_never_taken_from_consumers(world, partner):
    world.azure.arm("PUT", share_path("careful"), {"properties": {"shareKind": "InPlace"}})
    world.azure.arm("PUT", f"{share_path('careful')}/dataSets/stock", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Stock"}})
    world.space.apply(data_share("careful", {"stock": "Stock", "plans": "Plans"}))
    world.space.wait_reason("careful", "ShareExists", kind="dshare")
    world.azure.arm("PUT", f"{share_path('careful')}/dataSets/plans", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Plans"}})
    world.space.merge("careful", kind="dshare", adoption="IfIdentical")
    world.space.wait_ready("careful", kind="dshare")
    world.space.apply(invitation("careful", PARTNER, share="careful"))
    world.space.wait_ready("careful", kind="dinv")
    partner.accept(THEIRS, "careful", invited(world, "careful")["invitationId"])
    wait_state(world, "careful", "Accepted")

    world.space.kubectl("patch", "dshare", "careful", "--type", "json", "-p", '[{"op": "remove", "path": "/spec/dataSets/1"}]')
    world.space.wait_reason("careful", "ConsumersActive", kind="dshare")
    assert "plans" in world.azure.listed(f"{share_path('careful')}/dataSets")
    world.space.merge("careful", kind="dshare", allowBreakingConsumers=True)
    world.space.wait_ready("careful", kind="dshare")
    assert list(world.azure.listed(f"{share_path('careful')}/dataSets")) == ["stock"]

    world.azure.arm("DELETE", f"{share_path('careful')}/dataSets/stock")
    world.space.kubectl("patch", "dshare", "careful", "--type", "merge", "-p", '{"spec": {"suspend": true}}')
    wait_until(lambda: "stock" not in world.azure.listed(f"{share_path('careful')}/dataSets"), "the data set is gone")
    world.azure.arm("PUT", f"{share_path('careful')}/dataSets/stock", {
        "kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Sales"}})
    world.space.kubectl("patch", "dshare", "careful", "--type", "merge", "-p", '{"spec": {"suspend": false}}')
    world.space.wait_reason("careful", "DataSetReplaceNeeded", kind="dshare")


def test_observing_writes_nothing_and_tells_the_plan(world):
    since = world.emulator.last_call()
    world.space.apply(data_share("watched", {"stock": "Stock"}, mode="Observe"))

    world.space.wait_reason("watched", "Drifted", kind="dshare")

    assert [entry["action"] for entry in world.space.find("watched", "dshare")["status"]["plan"]] == ["CreateShare", "AddDataSet"]
    assert [call for call in world.writes(since) if "/shares/watched" in call["path"]] == []


# -- invitations -------------------------------------------------------------------------------------------------------


def test_the_whole_story_across_tenants(world, sales, partner):
    """Invited, accepted, mapped, revoked and gone, given back. Nobody needs a right in the other's tenant."""
    world.space.apply(invitation("partner", PARTNER))
    world.space.wait_ready("partner", kind="dinv")
    told = invited(world, "partner")
    assert (told["state"], told["location"]) == ("Pending", "westus2")
    assert told["invitationId"] in partner.received()
    assert told["invitationId"] not in Azure(world.emulator, STRANGER).received()

    partner.accept(THEIRS, "sales", told["invitationId"])
    wait_state(world, "partner", "Accepted")
    partner.map_all(THEIRS, "sales", THEIR_CLUSTER)
    wait_until(lambda: "Sales" in partner.databases(THEIR_CLUSTER), "the database is on the partner's cluster")
    wait_until(lambda: world.space.find("sales", "dshare")["status"].get("consumers", [{}])[0].get("state") == "Active", "the share tells its consumer")

    world.space.merge("partner", kind="dinv", access="Revoked")
    wait_state(world, "partner", "Revoked")
    assert "Sales" not in partner.databases(THEIR_CLUSTER)
    assert partner.arm("GET", f"{THEIRS}/shareSubscriptions/sales")["properties"]["shareSubscriptionStatus"] == "Revoked"
    condition = world.space.conditions("partner", "dinv")["AccessRevoked"]
    assert (condition["status"], condition["reason"]) == ("True", "Revoked") and invited(world, "partner")["revokedAt"]

    world.space.merge("partner", kind="dinv", access="Active")
    world.space.wait_reason("partner", "ReinstateNeedsExpiry", kind="dinv")
    world.space.merge("partner", kind="dinv", expiresAt="2031-01-01T00:00:00Z")
    wait_state(world, "partner", "Accepted")
    world.space.wait_ready("partner", kind="dinv")
    assert consumers(world, "sales") == ["Active"]


def test_one_mail_is_sent_also_when_its_answer_is_lost(world, sales):
    world.emulator.add_fault(service="datashare", method="PUT", path="/invitations/", action="dropAfter", count=1)

    world.space.apply(invitation("alice", ALICE))
    world.space.wait_ready("alice", kind="dinv")

    assert [mail["to"] for mail in world.emulator.mails()] == [ALICE]
    world.space.merge("alice", kind="dinv", access="Revoked")
    wait_state(world, "alice", "Withdrawn")
    assert all(item["properties"].get("targetEmail") != ALICE for item in world.azure.listed(f"{share_path('sales')}/invitations").values())


def test_what_becomes_of_an_invitation_is_told_and_never_mended_by_sending_again(world, sales):
    world.space.apply(invitation("rejected", REFUSER), invitation("gone", SILENT), invitation("late", LATE, expiresAt="2020-01-01T00:00:00Z"))
    world.space.wait_reason("late", "InvitationExpired", kind="dinv")
    for name in ("rejected", "gone"):
        world.space.wait_ready(name, kind="dinv")
    sent = len([call for call in world.writes() if "/invitations/" in call["path"] and call["method"] == "PUT"])

    Azure(world.emulator, REFUSER).reject(invited(world, "rejected")["invitationId"])
    world.azure.arm("DELETE", invited(world, "gone")["resourceId"])

    world.space.wait_reason("rejected", "InvitationRejected", kind="dinv")
    world.space.wait_reason("gone", "InvitationGone", kind="dinv")
    assert len([call for call in world.writes() if "/invitations/" in call["path"] and call["method"] == "PUT"]) == sent


def test_what_others_revoked_is_not_given_back_by_itself(world, partner):
    world.space.apply(data_share("closed", {"stock": "Stock"}))
    world.space.wait_ready("closed", kind="dshare")
    world.space.apply(invitation("closed", PARTNER, share="closed", expiresAt="2031-01-01T00:00:00Z"))
    world.space.wait_ready("closed", kind="dinv")
    partner.accept(THEIRS, "closed", invited(world, "closed")["invitationId"])
    wait_state(world, "closed", "Accepted")
    since, theirs = world.emulator.last_call(), invited(world, "closed")["consumer"]["subscriptionId"]

    world.azure.arm("POST", f"{share_path('closed')}/providerShareSubscriptions/{theirs}/revoke")

    world.space.wait_reason("closed", "RevokedByOthers", kind="dinv")
    assert [call for call in world.writes(since) if "/shares/closed" in call["path"]] == []


def test_an_invitation_of_others_is_left_alone(world, sales):
    world.azure.arm("PUT", f"{share_path('sales')}/invitations/mine", {"properties": {"targetEmail": "someone@fabrikam.com"}})

    world.space.apply(invitation("mine", STRANGER, invitationName="mine"), invitation("lost", PARTNER, share="nothing"))

    world.space.wait_reason("mine", "InvitationExists", kind="dinv")
    world.space.wait_reason("lost", "DataShareNotFound", kind="dinv")


def test_nobody_loses_access_where_azure_does_not_tell_whose_it_is(world, partner):
    """Two recipients who accept within minutes of each other cannot be told apart by what Azure shows."""
    world.space.apply(data_share("twins", {"plans": "Plans"}))
    world.space.wait_ready("twins", kind="dshare")
    world.space.apply(invitation("one", PARTNER, share="twins"), invitation("two", STRANGER, share="twins"))
    for name in ("one", "two"):
        world.space.wait_ready(name, kind="dinv")
    since = world.emulator.last_call()
    stranger = Azure(world.emulator, STRANGER)
    partner.accept(THEIRS, "one", invited(world, "one")["invitationId"])
    stranger.accept(THEIRS, "two", invited(world, "two")["invitationId"])
    wait_until(lambda: len(consumers(world, "twins")) == 2, "both have accepted")

    world.space.merge("two", kind="dinv", access="Revoked")
    bound = wait_until(lambda: invited(world, "two").get("consumer") or "ambiguous" if _tells(world, "two") else None, "two is judged")

    if bound == "ambiguous":
        assert [call for call in world.writes(since) if call["path"].split("?")[0].endswith("/revoke")] == []
        mine = _subscription_of(world, "twins", stranger, "two")
        world.space.merge("two", kind="dinv", consumerSubscriptionId=mine)
    wait_state(world, "two", "Revoked")
    assert sorted(consumers(world, "twins")) == ["Active", "Revoked"]


def _tells(world, name):
    reasons = {c["reason"] for c in world.space.conditions(name, "dinv").values()}
    return "AmbiguousConsumer" in reasons or "Revoked" in reasons


def _subscription_of(world, share, consumer, name):
    """The provider's id of a consumer's subscription: the one made when that consumer's was."""
    made = consumer.arm("GET", f"{THEIRS}/shareSubscriptions/{name}")["properties"]["createdAt"]
    listed = world.azure.listed(f"{share_path(share)}/providerShareSubscriptions")
    return min(listed, key=lambda key: abs(_time(listed[key]["properties"]["createdAt"]) - _time(made)))


def _time(text):
    return datetime.datetime.fromisoformat(text[:26]).timestamp()


# -- the end -----------------------------------------------------------------------------------------------------------


def test_an_invitation_ends_the_access_before_it_goes(world, partner):
    world.space.apply(data_share("short", {"stock": "Stock"}))
    world.space.wait_ready("short", kind="dshare")
    world.space.apply(invitation("short", PARTNER, share="short"))
    world.space.wait_ready("short", kind="dinv")
    partner.accept(THEIRS, "short", invited(world, "short")["invitationId"])
    wait_state(world, "short", "Accepted")

    world.space.delete("short", kind="dinv")

    assert consumers(world, "short") == ["Revoked"]
    assert world.azure.listed(f"{share_path('short')}/invitations") == {}


def test_an_access_that_went_with_its_share_is_told(world, partner):
    world.space.apply(data_share("brief", {"stock": "Stock"}))
    world.space.wait_ready("brief", kind="dshare")
    world.space.apply(invitation("brief", PARTNER, share="brief"))
    world.space.wait_ready("brief", kind="dinv")
    partner.accept(THEIRS, "brief", invited(world, "brief")["invitationId"])
    wait_state(world, "brief", "Accepted")

    world.azure.arm("DELETE", share_path("brief"))

    world.space.wait_reason("brief", "SourceDeleted", kind="dinv")


def test_a_share_goes_with_its_invitations_and_leaves_nothing(world, partner):
    world.space.apply(data_share("all", {"sales": "Sales", "stock": "Stock"}))
    world.space.wait_ready("all", kind="dshare")
    world.space.apply(invitation("accepted", PARTNER, share="all"), invitation("pending", STRANGER, share="all"))
    for name in ("accepted", "pending"):
        world.space.wait_ready(name, kind="dinv")
    partner.accept(THEIRS, "all", invited(world, "accepted")["invitationId"])
    partner.map_all(THEIRS, "all", THEIR_CLUSTER)
    wait_state(world, "accepted", "Accepted")

    world.space.kubectl("delete", "dshare/all", "dinv/accepted", "dinv/pending", "--timeout", "90s")

    assert "all" not in world.azure.listed(f"{PROVIDER}/shares")
    wait_until(lambda: "Stock" not in partner.databases(THEIR_CLUSTER), "the partner has nothing left of it")
    assert partner.arm("GET", f"{THEIRS}/shareSubscriptions/all")["properties"]["shareSubscriptionStatus"] in ("Revoked", "SourceDeleted")
    assert world.azure.arm("GET", PROVIDER)["properties"]["provisioningState"] == "Succeeded"
