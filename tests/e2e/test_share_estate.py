"""A share that somebody made with Azure's own Python client, with an invitation that was accepted and mapped with it long ago, is taken over by
name on both sides, and revoked."""

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.datashare import DataShareManagementClient

from cloud import Azure
from estate import (
    GROUP, OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, Estate, Identity, account_id, cluster_id, data_share, invitation,
    shared_database,
)
from harness import wait_until

PARTNER = Identity("partner", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
THEIR_CLUSTER = cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales")
    estate.follower("fabrikamdata", admins=(PARTNER,), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.azure.make_account(account_id("provider"), cluster_id("corp"))
    return world


def official(world, identity, subscription):
    credential = ClientSecretCredential(identity.tenant, identity.client_id, identity.secret, authority=world.emulator.authority_host,
                                        disable_instance_discovery=True, connection_verify=world.emulator.ca_file)
    return DataShareManagementClient(credential, subscription, base_url=world.emulator.arm_endpoint, polling_interval=0.2,
                                     connection_verify=world.emulator.ca_file,
                                     credential_scopes=[f"{world.emulator.management_resource}/.default"])


def test_what_the_official_client_made_is_adopted_by_name_and_revoked(world):
    provider, consumer = official(world, OUTSIDER, SUBSCRIPTION), official(world, PARTNER, PARTNER_SUBSCRIPTION)
    provider.shares.create(GROUP, "provider", "estate", {"share_kind": "InPlace", "description": "as it was", "terms": "Be kind."})
    provider.data_sets.create(GROUP, "provider", "estate", "sales", {
        "kind": "KustoDatabase", "kusto_database_resource_id": f"{cluster_id('corp')}/databases/Sales"})
    sent = provider.invitations.create(GROUP, "provider", "estate", "old", {
        "target_active_directory_id": PARTNER.tenant, "target_object_id": PARTNER.object_id})
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, THEIR_CLUSTER)
    [offered] = list(consumer.consumer_invitations.list_invitations())
    consumer.share_subscriptions.create(GROUP, "consumer", "theirs", {
        "invitation_id": offered.invitation_id, "source_share_location": offered.location})
    for source in consumer.consumer_source_data_sets.list_by_share_subscription(GROUP, "consumer", "theirs"):
        consumer.data_set_mappings.create(GROUP, "consumer", "theirs", "by-hand", {
            "kind": "KustoDatabase", "kusto_cluster_resource_id": THEIR_CLUSTER, "data_set_id": source.data_set_id})
    wait_until(lambda: "Sales" in partner.databases(THEIR_CLUSTER), "the partner follows")
    world.emulator.operators = (OPERATOR, PARTNER)
    world.space.put_credentials("partner", PARTNER)
    since = world.emulator.last_call()

    world.space.apply(
        data_share("estate", {"sales": "Sales"}, description="as it was", termsOfUse="Be kind.", adoption="IfIdentical"),
        invitation("estate", PARTNER, share="estate", invitationName="old"),
        shared_database("estate", {"invitation": {"id": sent.invitation_id, "location": "westus2"}, "subscriptionName": "theirs"}, "fabrikamdata"))
    world.space.wait_ready("estate", kind="dshare")
    told = world.space.wait_ready("estate", kind="dinv")["status"]
    taken = world.space.wait_ready("estate")["status"]

    assert (told["state"], told["invitationId"]) == ("Accepted", sent.invitation_id)
    assert taken["share"]["mappings"] == [{"dataSet": "sales", "database": "Sales", "state": "Ok"}]
    assert world.writes(since) == []
    world.space.merge("estate", kind="dinv", access="Revoked")
    wait_until(lambda: world.space.find("estate", "dinv")["status"]["state"] == "Revoked", "revoked")
    assert "Sales" not in partner.databases(THEIR_CLUSTER)
    world.space.wait_reason("estate", "Revoked")
