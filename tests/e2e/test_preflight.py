"""What reading both clusters tells: what would fail is held back, the rest is only warned of, and both pass with their cause."""

import pytest

from estate import (
    ALICE, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, cluster_id, database, follower_database, guid,
)
from harness import timestamp_in, wait_until

THEIRS = Identity("theirs", tenant=PARTNER_TENANT)
READER = guid("reader")  # a managed identity, by its object id
THEIR_LEADER = cluster_id("theirs", PARTNER_SUBSCRIPTION)


def with_external_tables(name, **identities):
    """A database with an external table for each name, read as that managed identity; None: as nobody in particular."""
    tables = [{"name": table, **({"managedIdentity": identity} if identity else {})} for table, identity in identities.items()]
    return {**database(name), "externalTables": tables}


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales", "Stock")
    estate.leader("streaming", "Sales", streamingIngest=True)
    estate.leader("paused", "Sales", state="Stopped")
    estate.leader("middle", "Own", customerManagedKey=True)
    estate.leader("keyed", "Sales", customerManagedKey=True)
    estate.leader("archive", with_external_tables("Sales", Archive=READER, Plain=None))
    estate.leader("systemic", with_external_tables("Sales", Archive="system"))
    estate.leader("closed", with_external_tables("Sales", Archive=READER), admins=(OUTSIDER,))
    for name in ("unstreamed", "last", "upstream", "third", "pair", "single", "full", "bare", "unread", "abroad", "apart", "policies", "locked"):
        estate.follower(name)
    estate.follower("followed", "Local", customerManagedKey=True)
    estate.follower("equipped", userIdentities=[{"id": "/reader", "principalId": READER, "clientId": guid("reader-client")}])
    estate.identity(THEIRS, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.leader("theirs", "Supply", admins=(THEIRS,), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.space.put_credentials(THEIRS.name, THEIRS)
    return world


def held_back(world, name, reason, *words, **what):
    """Applies an object; Preflight is False for that reason, says what to do, and nothing is sent to the follower."""
    world.space.apply(follower_database(name, **what))
    condition = world.space.wait_reason(name, reason)
    told = world.space.conditions(name)
    assert told["Preflight"]["status"] == "False" and told["Ready"]["status"] == "False", told
    mentions(condition, *words)
    assert [call for call in world.writes() if call["cluster"] == what["follower"]] == []
    return told


def warned(world, name, reason, *words):
    """The object becomes Ready; Preflight is True and warns."""
    world.space.wait_ready(name)
    condition = world.space.conditions(name)["Preflight"]
    assert (condition["status"], condition["reason"]) == ("True", reason), condition
    mentions(condition, *words)
    wait_until(lambda: world.space.events_of(name, reason) > 0, "there is an event of the warning")


def passes(world, name):
    world.space.wait_ready(name)
    wait_until(lambda: world.space.conditions(name)["Preflight"]["reason"] == "Passed", f"Preflight of {name} has passed")


def mentions(condition, *words):
    for word in words:
        assert word.lower() in condition["message"].lower(), condition


# -- streaming, states, keys ---------------------------------------------------------------------------------------


def test_a_leader_that_streams_needs_a_follower_that_does(world):
    held_back(world, "streamed", "StreamingIngestionDisabled", "enableStreamingIngest", "unstreamed", follower="unstreamed", leader="streaming")

    world.azure.arm("PATCH", cluster_id("unstreamed"), {"properties": {"enableStreamingIngest": True}})

    passes(world, "streamed")


def test_streaming_that_is_switched_off_later_is_only_warned_of(world):
    world.azure.arm("PATCH", cluster_id("unstreamed"), {"properties": {"enableStreamingIngest": False}})
    wait_until(lambda: world.space.conditions("streamed")["Preflight"]["reason"] != "Passed", "it is noticed")
    warned(world, "streamed", "StreamingIngestionDisabled", "enableStreamingIngest")

    world.azure.arm("PATCH", cluster_id("streaming"), {"properties": {"enableStreamingIngest": False}})

    passes(world, "streamed")


def test_a_leader_that_is_stopped_is_followed_once_it_runs(world):
    told = held_back(world, "paused", "ClusterNotRunning", "leader", "paused", "start", follower="single", leader="paused")
    assert "Stalled" in told

    world.azure.arm("POST", f"{cluster_id('paused')}/start")

    passes(world, "paused")


def test_a_leader_with_a_customers_key_that_follows_others_makes_a_chain(world):
    world.azure.attach(cluster_id("middle"), "up", cluster_id("corp"), "Sales")
    held_back(world, "last", "CustomerManagedKeyChain", "middle", "corp", "keyVaultProperties", follower="last", leader="middle", database="Own")

    world.azure.detach(cluster_id("middle"), "up")

    passes(world, "last")


def test_a_follower_with_a_customers_key_that_is_followed_makes_a_chain(world):
    world.azure.attach(cluster_id("third"), "down", cluster_id("followed"), "Local")
    held_back(world, "followed", "CustomerManagedKeyChain", "followed", "Local", follower="followed")

    world.azure.detach(cluster_id("third"), "down")

    passes(world, "followed")


def test_a_second_leader_beside_a_customers_key_is_only_warned_of(world):
    world.azure.attach(cluster_id("pair"), "first", cluster_id("corp"), "Stock")

    world.space.apply(follower_database("pair", follower="pair", leader="keyed"))

    warned(world, "pair", "CustomerManagedKeyChain", "corp", "one cluster only")


# -- limits --------------------------------------------------------------------------------------------------------


def test_many_attachments_are_warned_of_and_a_limit_that_azure_enforces_is_told_as_one(world):
    world.emulator.settings(operationDurationMs=0)
    for number in range(70):
        world.azure.attach(cluster_id("full"), f"a{number}", cluster_id("corp"), "Stock", databaseNameOverride=f"Stock{number}")
    world.emulator.settings(operationDurationMs=200)

    world.space.apply(follower_database("full", follower="full"))
    condition = world.space.wait_reason("full", "AttachmentLimit")
    told = wait_until(
        lambda: (c := world.space.conditions("full"))["Attached"]["reason"] == "AttachmentLimit" and c, "Azure has refused it")

    mentions(condition, "detach")
    mentions(told["Attached"], "limit of 70", "Azure says")
    assert (told["Attached"]["status"], told["Preflight"]["status"]) == ("False", "True")
    assert told["Preflight"]["reason"] == "AttachmentLimit"
    wait_until(lambda: world.space.events_of("full", "AttachmentLimit") > 0, "there is an event of the refusal")
    assert world.accepted_puts(cluster="full") == []

    world.emulator.settings(maxAttachments=1000)
    world.space.look_again("full")

    warned(world, "full", "AttachmentLimit", "70 other attachments or more")
    world.azure.detach(cluster_id("full"), "a0")
    passes(world, "full")


# -- external tables -----------------------------------------------------------------------------------------------


def test_an_external_table_that_the_follower_cannot_read_is_warned_of_once(world):
    world.space.apply(follower_database("bare", follower="bare", leader="archive"))
    warned(world, "bare", "ExternalTableIdentity", "Sales.Archive", READER, "bare", "externalTables.exclude")
    assert "Plain" not in world.space.conditions("bare")["Preflight"]["message"]

    looks = len(asked(world, "archive", lambda call: call["operation"] == "LIST clusters/databases"))
    wait_until(lambda: len(asked(world, "archive", lambda call: call["operation"] == "LIST clusters/databases")) > looks + 2, "it is looked at again")
    assert world.space.events_of("bare", "ExternalTableIdentity") == 1
    # Ticks last two seconds here, and looks are sometimes asked for in between: never more than one reading for each look.
    for command in (".show databases details", ".show external tables"):
        readings = asked(world, "archive", lambda call, text=command: call["command"] == text)
        assert 0 < len(readings) <= len(asked(world, "archive", lambda call: call["operation"] == "LIST clusters/databases"))

    world.space.merge("bare", sharing={"externalTables": {"exclude": ["Arch*"]}})

    passes(world, "bare")


def test_an_external_table_whose_identity_the_follower_has_needs_no_word(world):
    world.space.apply(follower_database("equipped", follower="equipped", leader="archive"))

    passes(world, "equipped")
    assert world.space.events_of("equipped", "ExternalTableIdentity") == 0


def test_a_system_identity_is_needed_where_the_leader_uses_its_own(world):
    world.space.apply(follower_database("all", follower="equipped", leader="systemic", database="*", databaseName={"prefix": "s_"}))
    warned(world, "all", "ExternalTableIdentity", "managed_identity=system")

    world.azure.arm("PATCH", cluster_id("equipped"), {"identity": {
        "type": "SystemAssigned, UserAssigned", "userAssignedIdentities": {"/reader": {}},
    }})

    passes(world, "all")


def test_a_leader_whose_tables_cannot_be_read_gives_no_warning(world):
    world.space.apply(follower_database("unread", follower="unread", leader="closed"))

    passes(world, "unread")
    assert world.space.events_of("unread", "ExternalTableIdentity") == 0


def asked(world, cluster, which):
    return [call for call in world.emulator.calls() if call["cluster"] == cluster and which(call)]


# -- tenants -------------------------------------------------------------------------------------------------------


def test_a_leader_of_another_tenant_is_for_data_share(world):
    held_back(world, "abroad", "MissingRoleOnLeader", "Data Share", "not possible", THEIR_LEADER, "another tenant",
              follower="abroad", leader=THEIR_LEADER, database="Supply")


def test_a_secret_for_the_leaders_side_does_not_make_an_attachment_across_tenants(world):
    item = follower_database("apart", follower="apart", leader=THEIR_LEADER, database="Supply")
    item["spec"]["source"]["leader"]["credentialsSecretRef"] = {"name": THEIRS.name}
    world.space.apply(item)

    condition = world.space.wait_reason("apart", "MissingRoleOnLeader")

    mentions(condition, "Data Share", "not possible", THEIR_LEADER)
    assert world.space.conditions("apart")["Attached"]["status"] == "False"
    assert world.accepted_puts(cluster="apart") == []
    # Each side is asked with its own identity, and with no other.
    with_secret = world.emulator.calls(app=THEIRS)
    assert {call["cluster"] for call in with_secret if call["service"] != "entra"} == {"theirs"}
    ours = [call for call in world.emulator.calls() if call["cluster"] == "theirs"]
    assert {call["status"] for call in ours} <= {401}, "the object without that Secret asked with its own identity, and was refused"


# -- refusals that Azure alone can tell ----------------------------------------------------------------------------


def test_a_refusal_without_a_reason_of_its_own_says_what_azure_says(world):
    world.emulator.add_fault(id="forbid", service="arm", method="PUT", cluster="upstream", action="status", status=403, body={
        "error": {"code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy 'no-sharing'."},
    })
    world.space.apply(follower_database("forbidden", follower="upstream"))
    condition = world.space.wait_reason("forbidden", "RefusedByAzure")
    mentions(condition, "no-sharing", "RequestDisallowedByPolicy", "reconcile-at")
    wait_until(lambda: world.space.events_of("forbidden", "RefusedByAzure") == 1, "there is one event of the refusal")

    world.emulator.clear_faults()
    world.space.look_again("forbidden")

    passes(world, "forbidden")


def test_access_that_ends_does_not_wait_for_an_attachment_that_azure_keeps_refusing(world):
    grant = {"role": "Viewer", "principal": f"aaduser={ALICE}"}

    def has_access():
        return any(guid("alice") in it for it in world.azure.overrides("locked", "Sales").principals)

    world.space.apply(follower_database("locked", follower="locked", permissions={"modificationKind": "Union", "grants": [grant]}))
    passes(world, "locked")
    assert has_access()
    world.emulator.add_fault(id="lock", service="arm", method="PUT", cluster="locked", action="status", status=403, body={
        "error": {"code": "RequestDisallowedByPolicy", "message": "Resource was disallowed by policy 'no-sharing'."},
    })
    world.space.merge("locked", sharing={"tables": {"include": ["Events"]}})
    world.space.wait_reason("locked", "RefusedByAzure")
    # What Azure refuses rests for a quarter of an hour; the end of the grant comes while it does.
    world.space.merge("locked", permissions={"grants": [{**grant, "expiresAt": timestamp_in(seconds=3)}]})

    wait_until(lambda: not has_access(), "the access has ended")
    assert world.space.wait_reason("locked", "RefusedByAzure")

    world.emulator.clear_faults()
    world.space.look_again("locked")

    passes(world, "locked")
    world.space.delete("locked")


def test_a_table_that_is_not_there_is_told_by_name_and_holds_back_no_grant(world):
    caching = {"modificationKind": "Union", "tables": [{"name": "NoSuchTable", "hot": "1d"}]}
    world.space.apply(follower_database("mistyped", follower="policies", caching=caching))
    condition = world.space.wait_reason("mistyped", "EntityNotFound")
    mentions(condition, "spec.caching.tables", "'NoSuchTable'")

    world.space.merge("mistyped", permissions={"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}]})
    wait_until(lambda: any(guid("alice") in it for it in world.azure.overrides("policies", "Sales").principals),
               "a grant is given all the same")
    assert world.space.wait_reason("mistyped", "EntityNotFound")

    world.space.merge("mistyped", caching={"tables": None, "database": {"hot": "1d"}})

    passes(world, "mistyped")
    world.space.delete("mistyped")


def test_a_policy_that_azure_takes_and_does_not_keep_is_told(world):
    """An answer without the deed: what a service does that ignores a setting on followers."""
    world.emulator.add_fault(service="kusto", cluster="policies", command="policy caching", action="status", status=200,
                             body={"Tables": [{"TableName": "Table_0", "Columns": [{"ColumnName": "A", "DataType": "String"}], "Rows": []}]})
    world.space.apply(follower_database("ignored", follower="policies", caching={"modificationKind": "Union", "database": {"hot": "1d"}}))
    condition = world.space.wait_reason("ignored", "PolicyNotAccepted")
    mentions(condition, "caching.database")
    assert world.space.conditions("ignored")["PoliciesApplied"]["status"] == "False"

    world.emulator.clear_faults()
    world.space.look_again("ignored")

    passes(world, "ignored")
