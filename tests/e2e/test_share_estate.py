"""A share that somebody made with Azure's own Python client, with an invitation that was accepted long ago, is taken over by name and revoked."""

import pytest
from azure.identity import ClientSecretCredential
from azure.mgmt.datashare import DataShareManagementClient

from cloud import Azure
from estate import GROUP, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, Estate, Identity, account_id, cluster_id, data_share, invitation
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


def test_what_the_official_client_made_is_adopted_by_name_and_revoked(world):
    credential = ClientSecretCredential(OUTSIDER.tenant, OUTSIDER.client_id, OUTSIDER.secret, authority=world.emulator.authority_host,
                                        disable_instance_discovery=True, connection_verify=world.emulator.ca_file)
    client = DataShareManagementClient(credential, SUBSCRIPTION, base_url=world.emulator.arm_endpoint, polling_interval=0.2,
                                       connection_verify=world.emulator.ca_file,
                                       credential_scopes=[f"{world.emulator.management_resource}/.default"])
    client.shares.create(GROUP, "provider", "estate", {"share_kind": "InPlace", "description": "as it was", "terms": "Be kind."})
    client.data_sets.create(GROUP, "provider", "estate", "sales", {
        "kind": "KustoDatabase", "kusto_database_resource_id": f"{cluster_id('corp')}/databases/Sales"})
    sent = client.invitations.create(GROUP, "provider", "estate", "old", {
        "target_active_directory_id": PARTNER.tenant, "target_object_id": PARTNER.object_id})
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, THEIR_CLUSTER)
    partner.accept(THEIRS, "estate", sent.invitation_id)
    partner.map_all(THEIRS, "estate", THEIR_CLUSTER)
    wait_until(lambda: "Sales" in partner.databases(THEIR_CLUSTER), "the partner follows")
    since = world.emulator.last_call()

    world.space.apply(
        data_share("estate", {"sales": "Sales"}, description="as it was", termsOfUse="Be kind.", adoption="IfIdentical"),
        invitation("estate", PARTNER, share="estate", invitationName="old"))
    world.space.wait_ready("estate", kind="dshare")
    told = world.space.wait_ready("estate", kind="dinv")["status"]

    assert (told["state"], told["invitationId"]) == ("Accepted", sent.invitation_id)
    assert [call for call in world.writes(since) if "/shares/estate" in call["path"]] == []
    world.space.merge("estate", kind="dinv", access="Revoked")
    wait_until(lambda: world.space.find("estate", "dinv")["status"]["state"] == "Revoked", "revoked")
    assert "Sales" not in partner.databases(THEIR_CLUSTER)
