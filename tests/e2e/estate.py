"""The Azure that a test starts with: names, ids, identities, and the seed of the emulator made from them."""

import dataclasses
import uuid

TENANT = "0a0a0a0a-0000-4000-8000-000000000001"
SUBSCRIPTION = "5b5b5b5b-0000-4000-8000-000000000001"
GROUP = "data"
DOMAIN = "contoso.com"
PARTNER_TENANT = "0a0a0a0a-0000-4000-8000-000000000002"
PARTNER_SUBSCRIPTION = "5b5b5b5b-0000-4000-8000-000000000002"
PARTNER_DOMAIN = "fabrikam.com"
DOMAINS = {TENANT: DOMAIN, PARTNER_TENANT: PARTNER_DOMAIN}


def guid(name):
    return str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}.adxfollower.test"))


def account_id(name, subscription=SUBSCRIPTION):
    return f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.DataShare/accounts/{name}"


def cluster_id(name, subscription=SUBSCRIPTION):
    return f"/subscriptions/{subscription}/resourceGroups/{GROUP}/providers/Microsoft.Kusto/clusters/{name}"


@dataclasses.dataclass(frozen=True)
class Identity:
    """An application that can ask for tokens."""

    name: str
    secret: str = ""
    tenant: str = TENANT

    def __post_init__(self):
        if not self.secret:
            object.__setattr__(self, "secret", f"s3cret~{self.name}~{guid(self.name)[:13]}")

    @property
    def client_id(self):
        return guid(f"app-{self.name}")

    @property
    def object_id(self):
        return guid(f"object-{self.name}")


OPERATOR = Identity("operator")  # what the FollowerDatabases use
OUTSIDER = Identity("outsider")  # what tests use to look, and to interfere
ANALYSTS = "analysts@contoso.com"  # a group
ALICE = "alice@contoso.com"  # a user


class Estate:
    """Clusters, databases and rights; `seed()` is what the emulator reads."""

    outsider = OUTSIDER

    def __init__(self):
        self.clusters = {}
        self.identities = {}
        self.roles = []
        self.identity(OPERATOR)
        self.identity(OUTSIDER)

    def identity(self, identity, arm_scope=f"/subscriptions/{SUBSCRIPTION}", expires=None, role="Contributor", **application):
        """Knows the application; `arm_scope`: where it has the role, None for nowhere; `application`: what else the seed tells of it."""
        self.identities[identity.name] = (identity, expires, application)
        for scope in [arm_scope] if isinstance(arm_scope, str) else arm_scope or []:
            self.roles.append((identity, scope, role))
        return identity

    def cluster(self, name, databases=(), admins=(OPERATOR, OUTSIDER), subscription=SUBSCRIPTION, **properties):
        properties["subscription"] = subscription
        self.clusters[name] = {"databases": list(databases), "admins": list(admins), "properties": properties}
        return cluster_id(name, subscription)

    def leader(self, name, *databases, **properties):
        return self.cluster(name, databases, **properties)

    def follower(self, name, *own_databases, **properties):
        return self.cluster(name, own_databases, **properties)

    def seed(self):
        return {
            # One leader is followed by everybody here; Azure's limit on followers is not what these tests are about.
            "settings": {"maxFollowers": 1000},
            "tenants": [
                {"id": TENANT, "domain": DOMAIN, "displayName": "Contoso"},
                {"id": PARTNER_TENANT, "domain": PARTNER_DOMAIN, "displayName": "Fabrikam"},
            ],
            "directory": [
                {"kind": "user", "tenant": DOMAIN, "objectId": guid("alice"), "displayName": "Alice", "mail": ALICE, "upn": ALICE},
                {"kind": "group", "tenant": DOMAIN, "objectId": guid("analysts"), "displayName": "Analysts", "mail": ANALYSTS},
            ],
            "applications": [self._application(*known) for known in self.identities.values()],
            "subscriptions": [
                {"id": SUBSCRIPTION, "tenant": DOMAIN, "resourceGroups": {GROUP: "westus2"}},
                {"id": PARTNER_SUBSCRIPTION, "tenant": PARTNER_DOMAIN, "resourceGroups": {GROUP: "westus2"}},
            ],
            "roleAssignments": [
                {"principal": identity.object_id, "role": role, "scope": scope} for identity, scope, role in self.roles
            ],
            "clusters": [self._cluster(name, **entry) for name, entry in self.clusters.items()],
        }

    @staticmethod
    def _application(identity, expires, more):
        secret = {"value": identity.secret, **({"expires": expires} if expires else {})}
        return {
            "name": identity.name, "tenant": DOMAINS[identity.tenant], "clientId": identity.client_id, "objectId": identity.object_id,
            "secrets": [secret], **more,
        }

    @staticmethod
    def _cluster(name, databases, admins, properties):
        return {
            "name": name, "resourceGroup": GROUP, "location": "westus2", **properties,
            "grants": [{"role": "AllDatabasesAdmin", "principal": admin.client_id} for admin in admins],
            "databases": [database(d) if isinstance(d, str) else d for d in databases],
        }


def database(name):
    return {
        "name": name,
        "tables": [{"name": table, "columns": {"Text": "string"}, "rows": 10} for table in ("Events", "Logs")],
        "materializedViews": [{"name": "Daily", "source": "Events", "query": "Events | summarize count()"}],
    }


def follower_database(name, follower="reporting", leader="corp", database="Sales", **spec):
    """The object a user would write; fields of `spec` are added or replace what is here. `leader`: a name or an id."""
    return {
        "apiVersion": "adxfollower.io/v1alpha1", "kind": "FollowerDatabase", "metadata": {"name": name},
        "spec": {
            "credentialsSecretRef": {"name": "azure"},
            "followerCluster": {"resourceId": cluster_id(follower)},
            "source": {"leader": {"clusterResourceId": leader if "/" in leader else cluster_id(leader), "database": database}},
            **spec,
        },
    }


def shared_database(name, share, follower, **spec):
    """What a consumer would write, who is `PARTNER_TENANT` here with a Secret "partner"; `share`: fields of spec.source.share beside the account."""
    return {
        "apiVersion": "adxfollower.io/v1alpha1", "kind": "FollowerDatabase", "metadata": {"name": name},
        "spec": {
            "credentialsSecretRef": {"name": "partner"},
            "followerCluster": {"resourceId": cluster_id(follower, PARTNER_SUBSCRIPTION)},
            "source": {"share": {"accountResourceId": account_id("consumer", PARTNER_SUBSCRIPTION), **share}},
            **spec,
        },
    }


def data_share(name, data_sets=None, **spec):
    """What a provider would write; `data_sets`: by name a database of "corp", or all fields."""
    sets = data_sets or {name: "Sales"}
    return {
        "apiVersion": "adxfollower.io/v1alpha1", "kind": "DataShare", "metadata": {"name": name},
        "spec": {
            "credentialsSecretRef": {"name": "azure"}, "account": {"resourceId": account_id("provider")},
            "dataSets": [{"name": key, **(value if isinstance(value, dict) else {"clusterResourceId": cluster_id("corp"), "database": value})}
                         for key, value in sets.items()],
            **spec,
        },
    }


def invitation(name, recipient, share="sales", **spec):
    """`recipient`: an address, or an Identity."""
    to = {"email": recipient} if isinstance(recipient, str) else {"tenantId": recipient.tenant, "objectId": recipient.object_id}
    return {
        "apiVersion": "adxfollower.io/v1alpha1", "kind": "Invitation", "metadata": {"name": name},
        "spec": {"dataShareRef": {"name": share}, "recipient": to, **spec},
    }
