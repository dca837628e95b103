"""Data Share across two tenants by the official client: what is shared here appears there, and vanishes when revoked."""

import uuid

import pytest
import requests
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.datashare import DataShareManagementClient
from azure.mgmt.kusto import KustoManagementClient

from conftest import SUBSCRIPTION, TENANT

GROUP = "data"
OTHER_TENANT = "aaaaaaaa-0000-0000-0000-000000000002"
OTHER_SUBSCRIPTION = "22222222-2222-2222-2222-222222222222"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"
TABLES_VERSION = "2021-08-01"
ROLES_VERSION = "2022-04-01"


def cluster_id(name, subscription=SUBSCRIPTION):
    return f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Kusto/clusters/{name}"


class Side:
    """One organisation: its administrator's clients, and its Data Share account."""

    def __init__(self, emulator, tenant, subscription, client_id, secret, account):
        self.emulator, self.tenant, self.subscription, self.account = emulator, tenant, subscription, account
        credential = ClientSecretCredential(tenant, client_id, secret, authority=emulator.arm, disable_instance_discovery=True,
                                            connection_verify=emulator.ca_file)
        settings = {"base_url": emulator.arm, "polling_interval": 0.2, "connection_verify": emulator.ca_file,
                    "credential_scopes": ["https://management.azure.com/.default"]}
        self.shares = DataShareManagementClient(credential, subscription, **settings)
        self.kusto = KustoManagementClient(credential, subscription, **settings)
        self.token = emulator.token(client_id, secret, tenant=tenant).json()["access_token"]

    @property
    def account_id(self):
        return f"/subscriptions/{self.subscription}/resourceGroups/{GROUP}/providers/Microsoft.DataShare/accounts/{self.account}"

    def call(self, method, path, body=None, version=TABLES_VERSION):
        return self.emulator.call(method, path, self.token, body, version)

    def give_role(self, principal, scope):
        role = {"properties": {"principalId": principal, "principalType": "ServicePrincipal",
                               "roleDefinitionId": f"/subscriptions/{self.subscription}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}"}}
        return self.call("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}", role, ROLES_VERSION)

    def settle(self):
        """Past whatever operation holds a cluster."""
        self.emulator.door("POST", "clock", advanceSeconds=5)

    def databases(self, cluster):
        return {item.name.split("/")[1]: item for item in self.kusto.databases.list_by_cluster(GROUP, cluster)}

    def mapped(self, subscription, mapping, kind, cluster, data_set_id):
        body = {"kind": kind, "properties": {"kustoClusterResourceId": cluster, "dataSetId": data_set_id}}
        path = f"{self.account_id}/shareSubscriptions/{subscription}/dataSetMappings/{mapping}"
        answer = self.call("PUT", path, body)
        self.settle()
        return answer


@pytest.fixture(scope="module")
def provider(emulator):
    return Side(emulator, TENANT, SUBSCRIPTION, "bbbbbbbb-0000-0000-0000-000000000004", "emulator-administrator-secret", "given")


@pytest.fixture(scope="module")
def consumer(emulator):
    return Side(emulator, OTHER_TENANT, OTHER_SUBSCRIPTION, "bbbbbbbb-0000-0000-0000-000000000012", "emulator-fabrikam-administrator-secret", "taken")


@pytest.fixture(scope="module")
def accounts(provider, consumer):
    """An account on either side whose identity may use that side's cluster."""
    for side, cluster in ((provider, "corp"), (consumer, "fabrikamdata")):
        made = side.shares.accounts.begin_create(GROUP, side.account, {"location": "westus2", "identity": {"type": "SystemAssigned"}}).result()
        assert made.provisioning_state == "Succeeded"
        assert made.identity.tenant_id == side.tenant
        assert side.give_role(made.identity.principal_id, cluster_id(cluster, side.subscription)).status_code == 201
    yield
    for side in (provider, consumer):
        side.shares.accounts.begin_delete(GROUP, side.account).result()
        with pytest.raises(ResourceNotFoundError):
            side.shares.accounts.get(GROUP, side.account)


def share(provider, name, **more):
    return provider.shares.shares.create(GROUP, provider.account, name, {"properties": {"shareKind": "InPlace", **more}})


def share_database(provider, name, data_set, database):
    body = {"kind": "KustoDatabase", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/{database}"}}
    return provider.shares.data_sets.create(GROUP, provider.account, name, data_set, body)


def invite(provider, name, invitation, **target):
    return provider.shares.invitations.create(GROUP, provider.account, name, invitation, {"properties": target})


def accept(consumer, subscription, invitation):
    return consumer.shares.share_subscriptions.create(
        GROUP, consumer.account, subscription, {"properties": {"invitationId": invitation.invitation_id, "sourceShareLocation": "westus2"}})


def test_an_account_is_listed_tagged_and_needs_an_identity(provider, accounts):
    assert provider.account in [item.name for item in provider.shares.accounts.list_by_subscription()]
    assert provider.account in [item.name for item in provider.shares.accounts.list_by_resource_group(GROUP)]
    assert provider.shares.accounts.get(GROUP, provider.account).location == "West US 2"
    assert provider.shares.accounts.update(GROUP, provider.account, {"tags": {"team": "data"}}).tags == {"team": "data"}

    refused = provider.call("PUT", f"{provider.account_id}2", {"location": "westus2"})
    assert refused.status_code == 400


def test_a_database_goes_there_and_back(provider, consumer, accounts):
    made = share(provider, "sales", description="Sales", terms="Keep it.")
    assert (made.share_kind, made.terms) == ("InPlace", "Keep it.")
    data_set = share_database(provider, "sales", "sales", "Sales")
    assert data_set.location == "West US 2"
    invitation = invite(provider, "sales", "fabrikam", targetEmail="shares@fabrikam.com")
    assert invitation.invitation_status == "Pending"
    mails = [mail for mail in provider.emulator.door("GET", "mails")["mails"] if mail["invitationId"] == invitation.invitation_id]
    assert [mail["to"] for mail in mails] == ["shares@fabrikam.com"]

    seen = {item.invitation_id: item for item in consumer.shares.consumer_invitations.list_invitations()}
    assert seen[invitation.invitation_id].share_name == "sales"
    assert seen[invitation.invitation_id].terms_of_use == "Keep it."
    assert consumer.shares.consumer_invitations.get("westus2", invitation.invitation_id).provider_tenant_name == "Contoso"
    assert accept(consumer, "from-contoso", invitation).share_subscription_status == "Active"
    assert provider.shares.invitations.get(GROUP, provider.account, "sales", "fabrikam").invitation_status == "Accepted"
    [source] = consumer.shares.consumer_source_data_sets.list_by_share_subscription(GROUP, consumer.account, "from-contoso")
    assert (source.data_set_type, source.data_set_name, source.data_set_id) == ("KustoDatabase", "sales", data_set.data_set_id)

    target = cluster_id("fabrikamdata", OTHER_SUBSCRIPTION)
    body = {"kind": "KustoDatabase", "properties": {"kustoClusterResourceId": target, "dataSetId": source.data_set_id}}
    consumer.shares.data_set_mappings.create(GROUP, consumer.account, "from-contoso", "sales", body)
    consumer.settle()
    mapping = consumer.shares.data_set_mappings.get(GROUP, consumer.account, "from-contoso", "sales")
    assert (mapping.data_set_mapping_status, mapping.provisioning_state) == ("Ok", "Succeeded")
    database = consumer.databases("fabrikamdata")["Sales"]
    assert (database.kind, database.leader_cluster_resource_id.lower()) == ("ReadOnlyFollowing", cluster_id("corp").lower())
    followers = provider.kusto.clusters.list_follower_databases(GROUP, "corp")
    assert [item.database_share_origin for item in followers if item.database_name == "Sales"] == ["DataShare"]

    name = database.attached_database_configuration_name
    with pytest.raises(HttpResponseError, match="managed by Azure Data Share"):
        consumer.kusto.attached_database_configurations.begin_delete(GROUP, "fabrikamdata", name).result()

    [subscription] = provider.shares.provider_share_subscriptions.list_by_share(GROUP, provider.account, "sales")
    assert (subscription.consumer_email, subscription.share_subscription_status) == ("shares@fabrikam.com", "Active")
    provider.shares.provider_share_subscriptions.begin_revoke(GROUP, provider.account, "sales", subscription.name).result()
    assert provider.shares.provider_share_subscriptions.get_by_share(
        GROUP, provider.account, "sales", subscription.name).share_subscription_status == "Revoked"
    assert "Sales" not in consumer.databases("fabrikamdata")
    assert consumer.shares.share_subscriptions.get(GROUP, consumer.account, "from-contoso").share_subscription_status == "Revoked"
    [mapping] = consumer.shares.data_set_mappings.list_by_share_subscription(GROUP, consumer.account, "from-contoso")
    assert mapping.data_set_mapping_status == "Broken"

    again = provider.shares.provider_share_subscriptions.reinstate(
        GROUP, provider.account, "sales", subscription.name, {"properties": {"expirationDate": "2099-01-01T00:00:00Z"}})
    assert again.share_subscription_status == "Active"
    assert "Sales" not in consumer.databases("fabrikamdata")
    consumer.shares.data_set_mappings.create(GROUP, consumer.account, "from-contoso", "sales", body)
    consumer.settle()
    assert "Sales" in consumer.databases("fabrikamdata")
    adjusted = provider.shares.provider_share_subscriptions.adjust(
        GROUP, provider.account, "sales", subscription.name, {"properties": {"expirationDate": "2098-01-01T00:00:00Z"}})
    assert adjusted.expiration_date.year == 2098

    consumer.shares.data_set_mappings.delete(GROUP, consumer.account, "from-contoso", "sales")
    assert "Sales" not in consumer.databases("fabrikamdata")
    consumer.shares.share_subscriptions.begin_delete(GROUP, consumer.account, "from-contoso").result()
    assert list(consumer.shares.share_subscriptions.list_by_account(GROUP, consumer.account)) == []
    provider.shares.invitations.delete(GROUP, provider.account, "sales", "fabrikam")
    provider.shares.data_sets.begin_delete(GROUP, provider.account, "sales", "sales").result()
    provider.shares.shares.begin_delete(GROUP, provider.account, "sales").result()
    assert "sales" not in [item.name for item in provider.shares.shares.list_by_account(GROUP, provider.account)]


def test_an_application_of_another_tenant_takes_a_whole_cluster(provider, consumer, accounts):
    share(provider, "everything")
    body = {"kind": "KustoCluster", "properties": {"kustoClusterResourceId": cluster_id("corp")}}
    provider.shares.data_sets.create(GROUP, provider.account, "everything", "all", body)
    assert [item.name for item in provider.shares.data_sets.list_by_share(GROUP, provider.account, "everything")] == ["all"]
    assert provider.shares.data_sets.get(GROUP, provider.account, "everything", "all").kind == "KustoCluster"
    invitation = invite(provider, "everything", "app", targetActiveDirectoryId=OTHER_TENANT,
                        targetObjectId="bbbbbbbb-0000-0000-0000-000000000112")
    assert [item.name for item in provider.shares.invitations.list_by_share(GROUP, provider.account, "everything")] == ["app"]
    accept(consumer, "everything", invitation)
    [source] = consumer.shares.consumer_source_data_sets.list_by_share_subscription(GROUP, consumer.account, "everything")

    assert consumer.mapped("everything", "all", "KustoCluster", cluster_id("fabrikamdata", OTHER_SUBSCRIPTION), source.data_set_id).status_code == 201

    assert {"Sales", "Marketing", "Finance"} <= set(consumer.databases("fabrikamdata"))
    provider.shares.shares.begin_delete(GROUP, provider.account, "everything").result()
    assert "Finance" not in consumer.databases("fabrikamdata")
    assert consumer.shares.share_subscriptions.get(GROUP, consumer.account, "everything").share_subscription_status == "SourceDeleted"
    consumer.shares.share_subscriptions.begin_delete(GROUP, consumer.account, "everything").result()


def test_some_tables_are_shared_and_others_taken_in_place(provider, consumer, accounts):
    share(provider, "part")
    path = f"{provider.account_id}/shares/part/dataSets/part"

    def tables(*names):
        return {"kind": "KustoTable", "properties": {"kustoDatabaseResourceId": f"{cluster_id('corp')}/databases/Sales",
                                                     "tableLevelSharingProperties": {"tablesToInclude": list(names)}}}

    assert provider.call("PUT", path, tables("Events"), version="2020-09-01").status_code == 400
    made = provider.call("PUT", path, tables("Events"))
    assert made.status_code == 201
    invitation = invite(provider, "part", "fabrikam", targetEmail="shares@fabrikam.com")
    accept(consumer, "part", invitation)
    data_set_id = made.json()["properties"]["dataSetId"]
    assert consumer.mapped("part", "part", "KustoTable", cluster_id("fabrikamdata", OTHER_SUBSCRIPTION), data_set_id).status_code == 201
    assert consumer.databases("fabrikamdata")["Sales"].table_level_sharing_properties.tables_to_include == ["Events"]

    changed = provider.call("PUT", path, tables("Events", "Orders"))

    assert (changed.status_code, changed.json()["properties"]["dataSetId"]) == (200, data_set_id)
    assert consumer.databases("fabrikamdata")["Sales"].table_level_sharing_properties.tables_to_include == ["Events", "Orders"]
    consumer.shares.share_subscriptions.begin_delete(GROUP, consumer.account, "part").result()
    provider.shares.shares.begin_delete(GROUP, provider.account, "part").result()


def test_an_invitation_is_rejected_and_others_do_not_see_it(provider, consumer, accounts):
    share(provider, "unwanted")
    invitation = invite(provider, "unwanted", "fabrikam", targetEmail="shares@fabrikam.com")
    with pytest.raises(ResourceNotFoundError):
        provider.shares.consumer_invitations.get("westus2", invitation.invitation_id)

    rejected = consumer.shares.consumer_invitations.reject_invitation("westus2", {"properties": {"invitationId": invitation.invitation_id}})

    assert rejected.invitation_status == "Rejected"
    with pytest.raises(HttpResponseError) as refused:
        accept(consumer, "unwanted", invitation)
    assert refused.value.status_code == 409
    provider.shares.shares.begin_delete(GROUP, provider.account, "unwanted").result()


def test_the_accounts_identity_needs_the_role_and_is_named_without_it(provider, consumer, accounts):
    share(provider, "elsewhere")
    body = {"kind": "KustoCluster", "properties": {"kustoClusterResourceId": cluster_id("reporting")}}

    with pytest.raises(HttpResponseError) as refused:
        provider.shares.data_sets.create(GROUP, provider.account, "elsewhere", "all", body)

    principal = provider.shares.accounts.get(GROUP, provider.account).identity.principal_id
    assert (refused.value.status_code, refused.value.error.code) == (403, "AuthorizationFailed")
    assert principal in refused.value.error.message
    provider.shares.shares.begin_delete(GROUP, provider.account, "elsewhere").result()


def test_snapshots_are_not_for_what_is_shared_in_place(provider, consumer, accounts):
    share(provider, "still")
    settings = {"kind": "ScheduleBased", "properties": {"recurrenceInterval": "Day", "synchronizationTime": "2030-01-01T00:00:00Z"}}

    with pytest.raises(HttpResponseError) as refused:
        provider.shares.synchronization_settings.create(GROUP, provider.account, "still", "daily", settings)

    assert refused.value.status_code == 400
    assert list(provider.shares.synchronization_settings.list_by_share(GROUP, provider.account, "still")) == []
    assert list(provider.shares.shares.list_synchronizations(GROUP, provider.account, "still")) == []
    provider.shares.shares.begin_delete(GROUP, provider.account, "still").result()


def test_an_address_is_registered_and_activated(consumer):
    assert consumer.shares.email_registrations.register_email("westus2").registration_status == "ActivationPending"
    code = [mail["code"] for mail in consumer.emulator.door("GET", "mails")["mails"] if mail["kind"] == "activation"][-1]

    assert consumer.shares.email_registrations.activate_email("westus2", {"activationCode": "wrong"}).registration_status == "ActivationPending"
    assert consumer.shares.email_registrations.activate_email("westus2", {"activationCode": code}).registration_status == "Activated"


def test_an_operation_passes_through_a_failure_that_is_none(provider, accounts):
    share(provider, "shaky")
    share_database(provider, "shaky", "sales", "Sales")
    provider.emulator.door("POST", "settings", transientFailures=True)
    try:
        gone = provider.call("DELETE", f"{provider.account_id}/shares/shaky/dataSets/sales")
        assert (gone.status_code, gone.headers["x-ms-long-running-operation"], gone.headers["Server"]) == (202, "true", "Kestrel")
        poll = gone.headers["Azure-AsyncOperation"].removeprefix(provider.emulator.arm).split("?")[0]
        assert f"{provider.account_id}/shares/shaky/operationResults/" in poll
        assert provider.call("GET", poll).json()["status"] == "TransientFailure"
        provider.settle()
        assert provider.call("GET", poll).json()["status"] == "Succeeded"

        # The end of a share is told at a location alone, as recorded.
        gone = provider.call("DELETE", f"{provider.account_id}/shares/shaky")
        assert (gone.status_code, "Azure-AsyncOperation" in gone.headers) == (202, False)
        poll = gone.headers["Location"].removeprefix(provider.emulator.arm).split("?")[0]
        assert "/providers/Microsoft.DataShare/locations/westus2/operationResults/" in poll
        assert provider.call("GET", poll).status_code == 202
        provider.settle()
        assert provider.call("GET", poll).json() == {"startTime": None, "endTime": None, "status": "Succeeded", "error": None}
    finally:
        provider.emulator.door("POST", "settings", transientFailures=False)


def test_lists_come_in_pages(provider, accounts):
    for name in ("one", "two", "three"):
        share(provider, name)
    provider.emulator.door("POST", "settings", dataSharePageSize=2)
    try:
        assert {"one", "two", "three"} <= {item.name for item in provider.shares.shares.list_by_account(GROUP, provider.account)}
    finally:
        provider.emulator.door("POST", "settings", dataSharePageSize=100)
    for name in ("one", "two", "three"):
        provider.shares.shares.begin_delete(GROUP, provider.account, name).result()


def test_calls_and_faults_go_by_the_services_name(provider, accounts):
    door = provider.emulator.door
    last = door("GET", "calls")["last"]
    door("POST", "faults", service="datashare", method="PUT", path="/shares/faulty", action="dropAfter", count=1)
    body = {"properties": {"shareKind": "InPlace"}}

    with pytest.raises(requests.exceptions.ConnectionError):
        provider.call("PUT", f"{provider.account_id}/shares/faulty", body)

    [call] = [item for item in door("GET", f"calls?since={last}")["calls"] if item["service"] == "datashare"]
    assert (call["operation"], call["isWrite"], call["accepted"], call["status"]) == ("PUT accounts/shares", True, True, 0)
    held = {key.lower(): value for key, value in door("GET", "state")["dataShare"]["accounts"].items()}
    assert held[provider.account_id.lower()]["shares"]["faulty"]["kind"] == "InPlace"
    provider.shares.shares.begin_delete(GROUP, provider.account, "faulty").result()


def test_a_blocked_account_and_an_unregistered_subscription_change_nothing(provider, accounts):
    door = provider.emulator.door
    door("POST", "accounts", id=provider.account_id, softBlocked=True)
    with pytest.raises(HttpResponseError, match="blocked"):
        share(provider, "never")
    door("POST", "accounts", id=provider.account_id, softBlocked=False)

    door("POST", f"subscriptions/{SUBSCRIPTION}", unregistered=["Microsoft.DataShare"])
    with pytest.raises(HttpResponseError) as refused:
        share(provider, "never")
    assert (refused.value.status_code, refused.value.error.code) == (409, "MissingSubscriptionRegistration")
    registered = provider.call("POST", f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.DataShare/register", version="2022-12-01")
    assert registered.json()["registrationState"] == "Registered"
    assert provider.shares.accounts.get(GROUP, provider.account).name == provider.account
