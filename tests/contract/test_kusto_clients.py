"""The official data client against the emulated clusters: commands of a follower, queries, and who may do what."""

import pytest
from azure.identity import ClientSecretCredential
from azure.kusto.data import ClientRequestProperties, KustoClient, KustoConnectionStringBuilder
from azure.kusto.data.exceptions import KustoApiError, KustoServiceError
from azure.mgmt.kusto import KustoManagementClient

from conftest import SUBSCRIPTION, TENANT

GROUP = "data"
CORP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Kusto/clusters/corp"
DATABASE = "SalesForClients"
OPERATOR = ("bbbbbbbb-0000-0000-0000-000000000001", "emulator-only-secret")
READER = ("bbbbbbbb-0000-0000-0000-000000000003", "emulator-reader-secret")
ANALYSTS = "aadgroup=cccccccc-0000-0000-0000-000000000001;" + TENANT
REFRESH_SECONDS = 1  # More than the emulator's schema refresh.


def credential_of(emulator, identity):
    return ClientSecretCredential(TENANT, *identity, authority=emulator.arm, disable_instance_discovery=True, connection_verify=emulator.ca_file)


def client_of(emulator, cluster, identity=OPERATOR):
    text = KustoConnectionStringBuilder.with_azure_token_credential(emulator.clusters[cluster], credential_of(emulator, identity))
    return KustoClient(text)


@pytest.fixture(scope="module", autouse=True)
def trusted_authority(emulator):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
        yield


@pytest.fixture(scope="module")
def follower(emulator, trusted_authority):
    """A client of `reporting`, which follows Sales of `corp` while these tests run."""
    arm = KustoManagementClient(credential_of(emulator, OPERATOR), SUBSCRIPTION, base_url=emulator.arm, polling_interval=0.2,
                                connection_verify=emulator.ca_file, credential_scopes=["https://management.azure.com/.default"])
    body = {"location": "westus2", "properties": {"databaseName": "Sales", "clusterResourceId": CORP, "defaultPrincipalsModificationKind": "Union",
                                                  "databaseNameOverride": DATABASE}}
    attachments = arm.attached_database_configurations
    attachments.begin_create_or_update(GROUP, "reporting", "for-clients", body).result()
    client = client_of(emulator, "reporting")
    refresh(emulator)
    yield client
    attachments.begin_delete(GROUP, "reporting", "for-clients").result()


def rows(client, command):
    return [row.to_dict() for row in client.execute_mgmt(DATABASE, command).primary_results[0]]


def shown(client):
    return rows(client, f".show follower database {DATABASE}")[0]


def refresh(emulator):
    """Moves the emulator's clock over its next schema refresh, when settings show."""
    emulator.door("POST", "clock", advanceSeconds=REFRESH_SECONDS)


def test_a_followed_database_is_listed_as_such_with_its_leaders_version(emulator, follower):
    followed = next(row for row in rows(follower, ".show databases") if row["DatabaseName"] == DATABASE)
    leader = next(row for row in rows(client_of(emulator, "corp"), ".show databases") if row["DatabaseName"] == "Sales")

    assert followed["DatabaseAccessMode"] == "ReadOnlyFollowing"
    assert followed["Version"] == leader["Version"]


def test_the_hot_cache_is_overridden_and_given_back(emulator, follower):
    follower.execute_mgmt(DATABASE, f".alter follower database {DATABASE} policy caching hot = 7d")
    follower.execute_mgmt(DATABASE, f".alter follower database {DATABASE} tables (Orders, ['Events']) policy caching hot = 3d")
    refresh(emulator)
    assert "7.00:00:00" in shown(follower)["CachingPolicyOverride"]
    assert "Orders" in shown(follower)["TableMetadataOverrides"]
    assert "3.00:00:00" in rows(follower, ".show table Orders details")[0]["CachingPolicy"]

    follower.execute_mgmt(DATABASE, f".delete follower database {DATABASE} policy caching")
    follower.execute_mgmt(DATABASE, f".delete follower database {DATABASE} tables (Orders, Events) policy caching")
    refresh(emulator)
    assert shown(follower)["CachingPolicyOverride"] == "null"
    assert shown(follower)["TableMetadataOverrides"] == "{}"


def test_a_principal_is_granted_under_its_resolved_name_and_dropped(emulator, follower):
    follower.execute_mgmt(DATABASE, f".add follower database {DATABASE} viewers ('aadgroup=analysts@contoso.com') 'from a test'")
    refresh(emulator)
    assert ANALYSTS in shown(follower)["AuthorizedPrincipalsOverride"]

    follower.execute_mgmt(DATABASE, f".drop follower database {DATABASE} viewers ('{ANALYSTS}')")
    refresh(emulator)
    assert ANALYSTS not in shown(follower)["AuthorizedPrincipalsOverride"]


def test_modification_kinds_and_prefetch_are_set(emulator, follower):
    for setting in ("caching-policies-modification-kind = replace", "principals-modification-kind = none", "prefetch-extents = true"):
        follower.execute_mgmt(DATABASE, f".alter follower database {DATABASE} {setting}")

    refresh(emulator)
    assert shown(follower)["IsAutoPrefetchEnabled"] is True
    assert shown(follower)["CachingPoliciesModificationKind"] == "Replace"
    assert shown(follower)["AuthorizedPrincipalsModificationKind"] == "None"


def test_queries_print_and_count(follower):
    assert follower.execute_query(DATABASE, "print x=1").primary_results[0][0]["x"] == 1
    assert follower.execute_query(DATABASE, "Orders | count").primary_results[0][0]["Count"] == 120000


def test_a_result_that_is_too_large_fails_inside_a_200(follower):
    with pytest.raises(KustoServiceError, match="80DA0003"):
        follower.execute_query(DATABASE, "Events")


def test_request_ids_come_back(follower):
    properties = ClientRequestProperties()
    properties.client_request_id = "Tests.ids;1"

    with pytest.raises(KustoApiError) as refused:
        follower.execute_mgmt(DATABASE, ".show wonders", properties)

    assert refused.value.error.code == "BadRequest_SyntaxError"
    assert refused.value.error.context["clientRequestId"] == "Tests.ids;1"


def test_without_a_role_nothing_is_changed_or_read(emulator, follower):
    reader = client_of(emulator, "reporting", READER)
    for attempt in (lambda: reader.execute_mgmt(DATABASE, f".alter follower database {DATABASE} prefetch-extents = false"),
                    lambda: reader.execute_query(DATABASE, "Orders | count")):
        with pytest.raises(KustoApiError) as refused:
            attempt()
        assert refused.value.http_response.status_code == 403
        assert refused.value.error.code == "Forbidden"
        assert refused.value.error.permanent is True


def test_an_unknown_database_and_a_write_are_refused(follower):
    with pytest.raises(KustoApiError) as unknown:
        follower.execute_query("Nowhere", "print 1")
    assert unknown.value.error.code == "BadRequest_DatabaseNotExist"

    with pytest.raises(KustoApiError, match="read-only"):
        follower.execute_mgmt(DATABASE, ".create table Mine (A:string)")
