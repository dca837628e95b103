"""What cannot work is told in a condition, with a reason and what to do, and works once its cause is mended."""

import pytest

from estate import OPERATOR, Estate, Identity, cluster_id, follower_database
from harness import wait_until

ON_FOLLOWER_ONLY = Identity("on-follower-only")
ON_LEADER_ONLY = Identity("on-leader-only")
ARM_ONLY = Identity("arm-only")
EXPIRED = Identity("expired")


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales", "Stock", "Spare")
    estate.leader("abroad", "Sales", location="eastus")
    estate.follower("stopped", state="Stopped")
    estate.follower("taken", "Sales")
    for name in ("unknown", "distant", "conflict", "exists", "claimed", "followed", "whole", "roles", "kusto", "secrets", "broken"):
        estate.follower(name)
    estate.identity(ON_FOLLOWER_ONLY, arm_scope=cluster_id("roles"))
    estate.identity(ON_LEADER_ONLY, arm_scope=cluster_id("corp"))
    estate.identity(ARM_ONLY)
    estate.identity(EXPIRED, expires="2020-01-01T00:00:00Z")
    for identity in (ON_FOLLOWER_ONLY, ON_LEADER_ONLY):
        estate.clusters["roles"]["admins"].append(identity)
    world = new_world(estate)
    for identity in (ON_FOLLOWER_ONLY, ON_LEADER_ONLY, ARM_ONLY, EXPIRED):
        world.space.put_credentials(identity.name, identity)
    return world


def refused(world, name, reason, *words, **what):
    """Applies an object, waits for its reason, and checks that it is not Ready and that the message helps."""
    world.space.apply(follower_database(name, **what))
    condition = world.space.wait_reason(name, reason)
    assert condition["status"] != "True"
    assert len(condition["message"]) > 20, condition
    for word in words:
        assert word.lower() in condition["message"].lower(), condition
    assert world.space.conditions(name)["Ready"]["status"] == "False"
    return condition


def no_attachment(world, follower):
    return world.accepted_puts(cluster=follower) == []


def test_an_unknown_follower_cluster(world):
    refused(world, "unknown-follower", "FollowerNotFound", "nowhere", follower="nowhere")


def test_an_unknown_leader_cluster(world):
    refused(world, "unknown-leader", "LeaderNotFound", "nobody", follower="unknown", leader="nobody")
    assert no_attachment(world, "unknown")


def test_an_unknown_leader_database_is_followed_once_it_exists(world):
    refused(world, "unknown-database", "LeaderNotFound", "Future", follower="unknown", database="Future")

    world.azure.arm("PUT", f"{cluster_id('corp')}/databases/Future", {"kind": "ReadWrite", "location": "westus2", "properties": {}})

    world.space.wait_ready("unknown-database")


def test_a_leader_in_another_region(world):
    refused(world, "far", "RegionMismatch", "eastus", "westus2", follower="distant", leader="abroad")
    assert no_attachment(world, "distant")


def test_a_stopped_cluster_is_used_once_it_runs(world):
    refused(world, "stopped", "ClusterNotRunning", "stopped", "start", follower="stopped")
    assert no_attachment(world, "stopped")

    world.azure.arm("POST", f"{cluster_id('stopped')}/start")

    world.space.wait_ready("stopped")


def test_a_name_that_a_local_database_has_is_used_once_it_is_free(world):
    refused(world, "taken", "NameConflict", "Sales", follower="taken")
    assert no_attachment(world, "taken")

    world.azure.arm("DELETE", f"{cluster_id('taken')}/databases/Sales")

    world.space.wait_ready("taken")


def test_an_attachment_that_follows_another_leader(world):
    world.azure.attach(cluster_id("conflict"), "shared", cluster_id("corp"), "Stock")
    refused(world, "conflict", "AttachmentConflict", "shared", follower="conflict", attachmentName="shared", adoption="IfIdentical")

    world.azure.detach(cluster_id("conflict"), "shared")

    world.space.wait_ready("conflict")


def test_an_attachment_of_somebody_else_is_adopted_only_when_told_so(world):
    world.azure.attach(cluster_id("exists"), "theirs", cluster_id("corp"), "Sales")
    refused(world, "exists", "AttachmentExists", "adoption", follower="exists", attachmentName="theirs")

    world.space.merge("exists", adoption="IfIdentical")

    world.space.wait_ready("exists")
    assert no_attachment(world, "exists")


def test_what_is_claimed_already_goes_to_the_older(world):
    world.space.apply(follower_database("older", follower="claimed", attachmentName="mine"))
    world.space.wait_ready("older")

    refused(world, "younger", "DuplicateClaim", "older", follower="claimed", attachmentName="mine", adoption="IfIdentical")
    refused(world, "again", "DuplicateClaim", "older", follower="claimed", databaseName={"override": "Again"})


def test_a_database_that_somebody_else_follows_there_already(world):
    world.azure.attach(cluster_id("followed"), "theirs", cluster_id("corp"), "Sales")

    refused(world, "followed", "AlreadyFollowedAs", "theirs", follower="followed", databaseName={"override": "Again"})


def test_a_database_that_is_followed_there_with_all_others_already(world):
    world.azure.attach(cluster_id("whole"), "everything", cluster_id("corp"), "*", databaseNamePrefix="corp_")

    refused(world, "one-of-all", "AlreadyFollowedAs", "everything", follower="whole", database="Stock")


def test_a_missing_role_on_the_leader(world):
    refused(world, "no-leader", "MissingRoleOnLeader", "Contributor", "corp", follower="roles", database="Sales",
            credentialsSecretRef={"name": ON_FOLLOWER_ONLY.name})

    world.space.merge("no-leader", credentialsSecretRef={"name": "azure"})

    world.space.wait_ready("no-leader")


def test_a_missing_role_on_the_follower(world):
    refused(world, "no-follower", "MissingRoleOnFollower", "roles", follower="roles", database="Stock",
            credentialsSecretRef={"name": ON_LEADER_ONLY.name})

    world.space.merge("no-follower", credentialsSecretRef={"name": "azure"})

    world.space.wait_ready("no-follower")


def test_a_missing_role_in_kusto_is_told_and_noticed_when_granted(world):
    refused(world, "no-kusto", "MissingRoleOnFollower", "AllDatabasesAdmin", follower="kusto",
            credentialsSecretRef={"name": ARM_ONLY.name}, caching={"modificationKind": "Union", "database": {"hot": "1d"}})

    world.azure.arm("PUT", f"{cluster_id('kusto')}/principalAssignments/arm-only", {"properties": {
        "principalId": ARM_ONLY.client_id, "principalType": "App", "role": "AllDatabasesAdmin", "tenantId": ARM_ONLY.tenant,
    }})
    world.space.look_again("no-kusto")

    world.space.wait_ready("no-kusto")
    assert world.azure.overrides("kusto", "Sales").hot == 24


@pytest.mark.parametrize("name, identity, secret", [("wrong-secret", OPERATOR, "not-the-secret"), ("expired-secret", EXPIRED, EXPIRED.secret)])
def test_a_secret_that_entra_refuses_is_read_again_when_replaced(world, name, identity, secret):
    world.space.put_credentials(name, identity, clientSecret=secret)
    refused(world, name, "CredentialsRefused", "AADSTS", follower="secrets",
            database="Sales" if identity is OPERATOR else "Stock", credentialsSecretRef={"name": name})

    world.space.put_credentials(name, OPERATOR)
    world.space.look_again(name)

    world.space.wait_ready(name)


@pytest.mark.parametrize("kind", [None, "Opaque"])
def test_a_secret_that_is_missing_or_of_another_type(world, kind):
    name = f"absent-{kind}".lower()
    if kind:
        world.space.put_credentials(name, OPERATOR, kind=kind)
    refused(world, name, "CredentialsMissing", name, follower="secrets", database="Spare", credentialsSecretRef={"name": name})
    world.space.kubectl("delete", "secret", name, "--ignore-not-found")

    world.space.put_credentials(name, OPERATOR)
    world.space.look_again(name)
    wait_until(lambda: world.space.conditions(name)["Ready"]["reason"] != "CredentialsMissing", "the new Secret is noticed")
    world.space.delete(name)


def test_the_operators_own_identity_is_for_namespaces_that_are_listed(world):
    item = follower_database("own", follower="secrets", database="Spare")
    del item["spec"]["credentialsSecretRef"]
    world.space.apply(item)

    condition = world.space.wait_reason("own", "IdentityNotAllowed")

    assert "credentialsSecretRef" in condition["message"]
    world.space.delete("own")


def test_a_malformed_answer_of_kusto_is_no_reason_to_fall_over(world):
    world.emulator.add_fault(service="kusto", cluster="broken", action="malformed")
    refused(world, "broken", "AzureUnavailable", follower="broken", caching={"modificationKind": "Union", "database": {"hot": "1d"}})

    world.emulator.clear_faults()
    world.space.look_again("broken")

    world.space.wait_ready("broken")
    world.operator.process.assert_alive()
