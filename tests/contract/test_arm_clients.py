"""The official management client against the emulator: what it accepts is what Azure would have said."""

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.kusto import KustoManagementClient

from conftest import SUBSCRIPTION, TENANT

GROUP = "data"
CORP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Kusto/clusters/corp"


def client_of(emulator, client_id="bbbbbbbb-0000-0000-0000-000000000001", secret="emulator-only-secret"):
    credential = ClientSecretCredential(TENANT, client_id, secret, authority=emulator.arm, disable_instance_discovery=True,
                                        connection_verify=emulator.ca_file)
    return KustoManagementClient(credential, SUBSCRIPTION, base_url=emulator.arm, polling_interval=0.2, connection_verify=emulator.ca_file,
                                 credential_scopes=["https://management.azure.com/.default"])


@pytest.fixture(scope="module")
def kusto(emulator):
    return client_of(emulator)


def attachment(database="Sales", leader=CORP, location="westus2", **more):
    return {"location": location, "properties": {"databaseName": database, "clusterResourceId": leader,
                                                 "defaultPrincipalsModificationKind": "Union", **more}}


def test_a_cluster_shows_its_state_and_display_location(kusto, emulator):
    corp = kusto.clusters.get(GROUP, "corp")

    assert corp.state == "Running"
    assert corp.location == "West US 2"
    assert corp.uri == emulator.clusters["corp"]


def test_an_attachment_is_created_polled_listed_and_deleted(kusto):
    created = kusto.attached_database_configurations.begin_create_or_update(GROUP, "reporting", "adc1", attachment()).result()
    assert created.name == "reporting/adc1"
    assert created.provisioning_state == "Succeeded"
    assert created.attached_database_names == ["Sales"]

    names = [item.name for item in kusto.attached_database_configurations.list_by_cluster(GROUP, "reporting")]
    assert names == ["reporting/adc1"]

    database = kusto.databases.get(GROUP, "reporting", "Sales")
    assert database.kind == "ReadOnlyFollowing"
    assert database.original_database_name == "Sales"

    kusto.attached_database_configurations.begin_delete(GROUP, "reporting", "adc1").result()
    with pytest.raises(ResourceNotFoundError):
        kusto.attached_database_configurations.get(GROUP, "reporting", "adc1")


def test_a_leader_lists_its_followers_and_detaches_them(kusto):
    body = attachment("Finance", databaseNameOverride="Money")
    kusto.attached_database_configurations.begin_create_or_update(GROUP, "dashboards", "money", body).result()

    followers = [f for f in kusto.clusters.list_follower_databases(GROUP, "corp") if f.attached_database_configuration_name == "money"]
    assert [f.database_name for f in followers] == ["Finance"]

    kusto.clusters.begin_detach_follower_databases(
        GROUP, "corp", {"clusterResourceId": followers[0].cluster_resource_id, "attachedDatabaseConfigurationName": "money"}).result()
    assert "dashboards/money" not in [a.name for a in kusto.attached_database_configurations.list_by_cluster(GROUP, "dashboards")]


def test_another_leader_for_an_existing_attachment_fails_inside_a_200(kusto):
    kusto.attached_database_configurations.begin_create_or_update(GROUP, "dashboards", "fixed", attachment("Marketing")).result()

    with pytest.raises(HttpResponseError) as refused:
        kusto.attached_database_configurations.begin_create_or_update(GROUP, "dashboards", "fixed", attachment("Sales")).result()

    assert refused.value.error.code == "CannotAlterFollowerDatabase"
    kusto.attached_database_configurations.begin_delete(GROUP, "dashboards", "fixed").result()


def test_hot_cache_of_a_follower_database_is_patched(kusto, emulator):
    kusto.attached_database_configurations.begin_create_or_update(GROUP, "reporting", "hot", attachment("Marketing")).result()

    kusto.databases.begin_update(GROUP, "reporting", "Marketing",
                                 {"kind": "ReadOnlyFollowing", "location": "westus2", "properties": {"hotCachePeriod": "P1D"}}).result()

    emulator.door("POST", "clock", advanceSeconds=1)  # past the schema refresh
    database = kusto.databases.get(GROUP, "reporting", "Marketing")
    assert str(database.hot_cache_period) in ("1 day, 0:00:00", "P1D")
    kusto.attached_database_configurations.begin_delete(GROUP, "reporting", "hot").result()


def test_names_are_checked(kusto):
    answer = kusto.databases.check_name_availability(GROUP, "corp", {"name": "Sales", "type": "Microsoft.Kusto/clusters/databases"})

    assert answer.name_available is False
    assert answer.reason == "AlreadyExists"


def test_a_wrong_secret_is_refused_by_the_authority(emulator):
    with pytest.raises(ClientAuthenticationError, match="AADSTS7000215"):
        client_of(emulator, secret="wrong").clusters.get(GROUP, "corp")


def test_an_attachment_needs_a_right_on_the_leader_too(emulator):
    follower_only = client_of(emulator, "bbbbbbbb-0000-0000-0000-000000000002", "emulator-follower-only-secret")

    with pytest.raises(HttpResponseError) as refused:
        follower_only.attached_database_configurations.begin_create_or_update(GROUP, "reporting", "no", attachment()).result()

    assert refused.value.status_code == 403
    assert refused.value.error.code == "LinkedAuthorizationFailed"
