"""Azure as somebody else uses it: ARM and Kusto over the wire, with an identity that is not the operator's.

What a test asserts about Azure it reads through here, from the protocols, not from the emulator's inside. Tests also use it to
change things behind the operator's back.
"""

import json
import re
import uuid

import requests

from harness import wait_until

API = "2025-02-14"
SHARES_API = "2021-08-01"
ROLES_API = "2022-04-01"
CONTRIBUTOR = "b24988ac-6180-42a0-ab88-20f7382dd24c"


class Refused(Exception):
    def __init__(self, answer):
        super().__init__(f"{answer.request.method} {answer.url}: {answer.status_code} {answer.text[:600]}")
        self.status = answer.status_code
        self.text = answer.text


class Azure:
    def __init__(self, emulator, identity):
        self.emulator = emulator
        self.identity = identity
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = emulator.ca_file
        self.tokens = {}

    def _token(self, resource):
        if resource not in self.tokens:
            answer = self.http.post(
                f"{self.emulator.authority_host.rstrip('/')}/{self.identity.tenant}/oauth2/v2.0/token",
                data={
                    "grant_type": "client_credentials", "client_id": self.identity.client_id,
                    "client_secret": self.identity.secret, "scope": f"{resource}/.default",
                }, timeout=30,
            )
            self.tokens[resource] = self._checked(answer).json()["access_token"]
        return self.tokens[resource]

    @staticmethod
    def _checked(answer):
        if not answer.ok:
            raise Refused(answer)
        return answer

    # -- resource manager ------------------------------------------------------------------------------------------

    def arm(self, method, path, body=None, version=None):
        """One call; the parsed answer. Waits while the cluster is busy with somebody else's write."""

        def call():
            answer = self.http.request(
                method, f"{self.emulator.arm_endpoint}{path}", params={"api-version": version or (SHARES_API if "Microsoft.DataShare" in path else API)}, json=body, timeout=30,
                headers={"Authorization": f"Bearer {self._token(self.emulator.management_resource)}"},
            )
            assert answer.status_code not in (409, 429), answer.text[:300]
            return self._checked(answer)

        answer = wait_until(call, f"{method} {path} is taken")
        return answer.json() if answer.content else {}

    def attachments(self, cluster_id):
        """The properties of each attachment, by its name."""
        listed = self.arm("GET", f"{cluster_id}/attachedDatabaseConfigurations")["value"]
        return {item["name"].split("/")[-1]: item["properties"] for item in listed}

    def attach(self, cluster_id, name, leader_id, database, **properties):
        body = {"clusterResourceId": leader_id, "databaseName": database, "defaultPrincipalsModificationKind": "Union"}
        path = f"{cluster_id}/attachedDatabaseConfigurations/{name}"
        self.arm("PUT", path, {"location": "westus2", "properties": {**body, **properties}})
        wait_until(lambda: self.arm("GET", path)["properties"]["provisioningState"] == "Succeeded", f"{name} is attached")

    def detach(self, cluster_id, name):
        self.arm("DELETE", f"{cluster_id}/attachedDatabaseConfigurations/{name}")
        wait_until(lambda: name not in self.attachments(cluster_id), f"{name} is detached")

    def databases(self, cluster_id):
        listed = self.arm("GET", f"{cluster_id}/databases")["value"]
        return {item["name"].split("/")[-1]: item for item in listed}

    # -- data share ------------------------------------------------------------------------------------------------

    def listed(self, path):
        """By name, what a list of Data Share holds."""
        return {item["name"]: item for item in self.arm("GET", path)["value"]}

    def give_role(self, principal_id, scope):
        subscription = scope.split("/")[2]
        self.arm("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{uuid.uuid4()}", {"properties": {
            "principalId": principal_id, "principalType": "ServicePrincipal",
            "roleDefinitionId": f"/subscriptions/{subscription}/providers/Microsoft.Authorization/roleDefinitions/{CONTRIBUTOR}",
        }}, ROLES_API)

    def make_account(self, account_id, cluster_id):
        """An account whose identity may use the cluster."""
        self.arm("PUT", account_id, {"location": "westus2", "identity": {"type": "SystemAssigned"}})
        made = wait_until(lambda: self._succeeded(account_id), f"{account_id} is made")
        self.give_role(made["identity"]["principalId"], cluster_id)

    def _succeeded(self, path):
        found = self.arm("GET", path)
        return found if found["properties"]["provisioningState"] == "Succeeded" else None

    def received(self):
        """The invitations that this identity may accept, by id."""
        return {item["properties"]["invitationId"]: item["properties"]
                for item in self.arm("GET", "/providers/Microsoft.DataShare/listInvitations")["value"]}

    def accept(self, account_id, name, invitation_id, location="westus2"):
        self.arm("PUT", f"{account_id}/shareSubscriptions/{name}", {"properties": {"invitationId": invitation_id, "sourceShareLocation": location}})

    def reject(self, invitation_id, location="westus2"):
        self.arm("POST", f"/providers/Microsoft.DataShare/locations/{location}/rejectInvitation", {"properties": {"invitationId": invitation_id}})

    def map_all(self, account_id, name, cluster_id):
        """Every data set of a subscription onto the cluster."""
        subscription = f"{account_id}/shareSubscriptions/{name}"
        for source in self.arm("GET", f"{subscription}/consumerSourceDataSets")["value"]:
            about = source["properties"]
            self.arm("PUT", f"{subscription}/dataSetMappings/{about['dataSetName']}", {
                "kind": about["dataSetType"], "properties": {"kustoClusterResourceId": cluster_id, "dataSetId": about["dataSetId"]}})

    # -- data plane ------------------------------------------------------------------------------------------------

    def kusto(self, cluster, command, database="NetDefaultDB"):
        """The rows of the first table, as dictionaries."""
        uri = self.emulator.clusters[cluster]
        answer = self.http.post(
            f"{uri}/v1/rest/mgmt", json={"db": database, "csl": command}, timeout=30,
            headers={"Authorization": f"Bearer {self._token(uri)}", "Accept": "application/json"},
        )
        table = self._checked(answer).json()["Tables"][0]
        names = [column["ColumnName"] for column in table["Columns"]]
        return [dict(zip(names, row)) for row in table["Rows"]]

    def shown_databases(self, cluster):
        return {row["DatabaseName"]: row for row in self.kusto(cluster, ".show databases")}

    def overrides(self, cluster, database):
        """What the follower overrides, in plain words; None while the follower does not show the database."""
        rows = {row["DatabaseName"]: row for row in self.kusto(cluster, ".show follower databases")}
        return Overrides(rows[database]) if database in rows else None

    def tables(self, cluster, database):
        return {row["TableName"] for row in self.kusto(cluster, ".show tables", database)}


class Overrides:
    """A row of `.show follower databases`."""

    def __init__(self, row):
        self.caching_kind = row["CachingPoliciesModificationKind"]
        self.principals_kind = row["AuthorizedPrincipalsModificationKind"]
        self.prefetch = bool(row["IsAutoPrefetchEnabled"])
        self.hot = hot_of(parsed(row["CachingPolicyOverride"]))
        self.windows = len((parsed(row["CachingPolicyOverride"]) or {}).get("HotWindows") or [])
        tables = parsed(row["TableMetadataOverrides"]) or {}
        self.table_hot = {name: hot_of(entry.get("CachingPolicyOverride")) for name, entry in tables.items()}
        self.principals = [
            entry["Principal"]["FullyQualifiedName"] for entry in parsed(row["AuthorizedPrincipalsOverride"]) or []
        ]
        self.raw = row

    def __repr__(self):
        return json.dumps(self.raw)


def parsed(text):
    return json.loads(text) if isinstance(text, str) and text else text


def hot_of(policy):
    """Whole hours of the hot span, None without a policy."""
    if not policy:
        return None
    span = policy["DataHotSpan"]
    days, hours, minutes = re.fullmatch(r"(?:(\d+)\.)?(\d+):(\d+):\d+(?:\.\d+)?", span["Value"] if isinstance(span, dict) else span).groups()
    return int(days or 0) * 24 + int(hours) + int(minutes) / 60
