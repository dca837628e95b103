"""Azure as its own Python clients use it: somebody who made an estate before there was an operator."""

import pytest
from azure.identity import ClientSecretCredential
from azure.kusto.data import KustoClient, KustoConnectionStringBuilder
from azure.mgmt.kusto import KustoManagementClient

from estate import GROUP, SUBSCRIPTION
from harness import wait_until


class Official:
    def __init__(self, emulator, identity):
        self.emulator = emulator
        self.credential = ClientSecretCredential(
            identity.tenant, identity.client_id, identity.secret, authority=emulator.authority_host, disable_instance_discovery=True,
            connection_verify=emulator.ca_file)
        self.arm = KustoManagementClient(
            self.credential, SUBSCRIPTION, base_url=emulator.arm_endpoint, polling_interval=0.1, connection_verify=emulator.ca_file,
            credential_scopes=[f"{emulator.management_resource}/.default"])
        self.clients = {}

    def attach(self, cluster, name, leader_id, database, kind="Union", **properties):
        body = {"location": "westus2", "properties": {
            "clusterResourceId": leader_id, "databaseName": database, "defaultPrincipalsModificationKind": kind, **properties}}
        made = self.arm.attached_database_configurations.begin_create_or_update(GROUP, cluster, name, body).result()
        assert made.provisioning_state == "Succeeded"

    def run(self, cluster, database, *commands):
        if cluster not in self.clients:
            address = KustoConnectionStringBuilder.with_azure_token_credential(self.emulator.clusters[cluster], self.credential)
            self.clients[cluster] = KustoClient(address)
        # An attached database shows on the data plane only after the cluster's next schema refresh.
        wait_until(lambda: database in self.shown_databases(cluster), f"{cluster} shows {database}")
        for command in commands:
            self.clients[cluster].execute_mgmt(database, f".{command.replace('DB', f'follower database {database}', 1)}")

    def shown_databases(self, cluster):
        return {row["DatabaseName"] for row in self.clients[cluster].execute_mgmt("NetDefaultDB", ".show databases").primary_results[0]}


@pytest.fixture(scope="module")
def official():
    """Makes an Official for a world; its data client takes authorities from the environment only."""
    with pytest.MonkeyPatch.context() as patch:

        def make(world, identity):
            patch.setenv("REQUESTS_CA_BUNDLE", str(world.emulator.ca_file))
            return Official(world.emulator, identity)

        yield make
