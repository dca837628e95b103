"""What the API server refuses of DataShares and Invitations, each with a sentence that names the field and what to do; and what may change.

Needs no operator: every case is one request, and the creations are dry runs.
"""

import pytest
import yaml

from crd_cases import ABSENT, ACCOUNT, CLUSTERS, GUID, TENANT, changed
from harness import TOP
from kube import GROUP
from test_crd_validation import Api, messages_in

CORP = {"clusterResourceId": f"{CLUSTERS}/corp"}
SALES = {"name": "sales", **CORP, "database": "Sales"}


def offer(*data_sets, **changes):
    item = {"apiVersion": "adxfollower.io/v1alpha1", "kind": "DataShare", "metadata": {"name": "sales"},
            "spec": {"account": {"resourceId": ACCOUNT}, "dataSets": list(data_sets) or [SALES]}}
    return changed(item, changes)


def part(**lists):
    return {**SALES, "sharing": lists}


def invite(**changes):
    item = {"apiVersion": "adxfollower.io/v1alpha1", "kind": "Invitation", "metadata": {"name": "ana"},
            "spec": {"dataShareRef": {"name": "sales"}, "recipient": {"email": "ana@contoso.com"}}}
    return changed(item, changes)


ACCEPTED = {
    "a database": offer(),
    "a cluster": offer({"name": "all", **CORP}),
    "all six lists": offer(part(tables={"include": ["Events"], "exclude": ["Logs*"]}, externalTables={"include": ["*"], "exclude": ["Old"]},
                                materializedViews={"include": ["Daily"], "exclude": ["Weekly"]})),
    "every field": offer(shareName="sales-2", adoption="IfIdentical", description="d", termsOfUse="t", allowBreakingConsumers=True,
                         deletionPolicy="Orphan", mode="Observe", suspend=True, credentialsSecretRef={"name": "azure"},
                         account={"resourceId": ACCOUNT, "location": "westus2"}),
    "an address": invite(),
    "an application": invite(recipient={"tenantId": TENANT, "objectId": GUID}),
    "every field of an invitation": invite(invitationName="a.b-c", expiresAt="2030-01-01T00:00:00Z", access="Revoked", consumerSubscriptionId=GUID,
                                           deletionPolicy="Orphan"),
}

REFUSED = [
    ("an account that is none", offer(account={"resourceId": "/subscriptions/x"}), "resourceId must be the ARM id of a Data Share account"),
    ("no data sets", offer(dataSets=[]), "spec.dataSets"),
    ("a cluster that is none", offer({**SALES, "clusterResourceId": "corp"}), "clusterResourceId must be the ARM id of a cluster"),
    ("a data set's name", offer({**SALES, "name": "a b"}), "name may hold only letters, digits, _ and -"),
    ("a database with quotes", offer({**SALES, "database": "Sal'es"}), "database may hold only letters, digits, _, space, . and -"),
    ("a database with edges", offer({**SALES, "database": " Sales"}), "database may not begin or end with a space"),
    ("parts of a cluster", offer({"name": "all", **CORP, "sharing": {"tables": {"include": ["A"]}}}), "sharing is for one named database"),
    ("no parts", offer(part()), "sharing is empty"),
    ("too many parts", offer(part(tables={"include": [f"T{i}" for i in range(60)]}, externalTables={"exclude": [f"E{i}" for i in range(41)]})),
     "sharing may have at most 100 entries"),
    ("a wildcard inside", offer(part(tables={"include": ["A*b"]})), "the wildcard * may stand only at the end"),
    ("an entry with quotes", offer(part(tables={"include": ["A'"]})), "an entry may hold only letters"),
    ("an entry with edges", offer(part(tables={"include": ["__A"]})), "an entry may not begin or end with a space"),
    ("a share's name", offer(shareName="a/b"), "shareName may hold only letters, digits, _, . and -"),
    ("a secret's name", offer(credentialsSecretRef={"name": "A_b"}), "name must be the name of a Secret in this namespace"),
    ("nobody", invite(recipient={}), "recipient needs either email, or tenantId with objectId"),
    ("an address and a directory", invite(recipient={"email": "a@b.c", "tenantId": TENANT, "objectId": GUID}),
     "recipient needs either email, or tenantId with objectId"),
    ("half a directory", invite(recipient={"tenantId": TENANT}), "recipient by directory needs both tenantId and objectId"),
    ("no address", invite(recipient={"email": "ana"}), "email must be an address"),
    ("a tenant by name", invite(recipient={"tenantId": "contoso", "objectId": GUID}), "tenantId must be a GUID"),
    ("an object by name", invite(recipient={"tenantId": TENANT, "objectId": "ana"}), "objectId must be a GUID"),
    ("an invitation's name", invite(invitationName="a/b"), "invitationName may hold only letters, digits, _, . and -"),
]

UNCHANGEABLE = [
    ("account", offer(), {"account__resourceId": ACCOUNT.replace("consumer", "other")}, "resourceId cannot"),
    ("share name", offer(shareName="a"), {"shareName": "b"}, "shareName cannot"),
    ("share name added", offer(), {"shareName": "b"}, "shareName cannot"),
    ("share name removed", offer(shareName="a"), {"shareName": ABSENT}, "shareName cannot"),
    ("a data set's cluster", offer(), {"dataSets": [{**SALES, "clusterResourceId": f"{CLUSTERS}/other"}]}, "clusterResourceId cannot"),
    ("a data set's database", offer(), {"dataSets": [{**SALES, "database": "Stock"}]}, "database cannot"),
    ("a data set's database removed", offer(), {"dataSets": [{"name": "sales", **CORP}]}, "database cannot"),
    ("parts added", offer(), {"dataSets": [part(tables={"include": ["A"]})]}, "sharing cannot be added to a data set or removed from it"),
    ("parts removed", offer(part(tables={"include": ["A"]})), {"dataSets": [SALES]}, "sharing cannot be added to a data set or removed from it"),
    ("the share of an invitation", invite(), {"dataShareRef": {"name": "other"}}, "dataShareRef cannot"),
    ("a recipient", invite(), {"recipient": {"email": "ben@contoso.com"}}, "recipient cannot"),
    ("an invitation's name", invite(), {"invitationName": "x"}, "invitationName cannot"),
]

CHANGEABLE = [
    ("words", offer(), {"description": "d", "termsOfUse": "t"}),
    ("lists", offer(part(tables={"include": ["A"]})), {"dataSets": [part(tables={"include": ["B"]}, externalTables={"exclude": ["C"]})]}),
    ("data sets", offer(), {"dataSets": [{"name": "all", **CORP}]}),
    ("what is done", offer(), {"allowBreakingConsumers": True, "deletionPolicy": "Orphan", "mode": "Observe", "suspend": True, "adoption": "IfIdentical"}),
    ("where the account is", offer(), {"account__location": "westus2"}),
    ("access", invite(), {"access": "Revoked", "expiresAt": "2030-01-01T00:00:00Z", "consumerSubscriptionId": GUID, "deletionPolicy": "Orphan"}),
]


class Both:
    """The DataShares and Invitations of one namespace."""

    def __init__(self, kube, namespace):
        self.apis = {"DataShare": self._api(kube, namespace, "datashares"), "Invitation": self._api(kube, namespace, "invitations")}

    @staticmethod
    def _api(kube, namespace, plural):
        api = Api(kube, namespace)
        api.url = f"{kube.server}{GROUP}/namespaces/{namespace}/{plural}"
        return api

    def of(self, item):
        return self.apis[item["kind"]]


@pytest.fixture(scope="module")
def both(kube):
    space = kube.new_namespace()
    yield Both(kube, space.name)
    space.wipe()


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize("item", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_right_is_accepted(both, item):
    answer = both.of(item).try_create(item)

    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("item,sentence", [case[1:] for case in REFUSED], ids=ids(REFUSED))
def test_what_is_wrong_is_refused_with_a_sentence(both, item, sentence):
    answer = both.of(item).try_create(item)

    assert answer.status_code == 422, answer.text
    assert sentence in answer.json()["message"]
    assert "evaluation error" not in answer.json()["message"]


@pytest.mark.parametrize("item,change,sentence", [case[1:] for case in UNCHANGEABLE], ids=ids(UNCHANGEABLE))
def test_what_is_immutable_stays(both, item, change, sentence):
    api = both.of(item)
    stored = api.create(item)

    answer = api.replace(changed(stored, change))

    assert answer.status_code == 422, answer.text
    assert sentence in answer.json()["message"]


@pytest.mark.parametrize("item,change", [case[1:] for case in CHANGEABLE], ids=ids(CHANGEABLE))
def test_what_is_mutable_changes(both, item, change):
    api = both.of(item)
    stored = api.create(item)

    answer = api.replace(changed(stored, change))

    assert answer.status_code == 200, answer.text
    assert answer.json()["metadata"]["generation"] == 2


def test_the_end_of_a_pending_invitation_is_fixed(both):
    item = invite()
    api = both.of(item)
    stored = api.create(item)
    stored["status"] = {"observedGeneration": 1, "state": "Pending"}
    pending = api.replace(stored, "/status").json()

    answer = api.replace(changed(pending, {"expiresAt": "2030-01-01T00:00:00Z"}))

    assert answer.status_code == 422, answer.text
    assert "expiresAt cannot change while the invitation is pending" in answer.json()["message"]


@pytest.mark.parametrize("item", [offer(), invite()], ids=["DataShare", "Invitation"])
def test_a_new_object_never_looks_done(both, item):
    assert both.of(item).create(item)["status"] == {"observedGeneration": -1}


@pytest.mark.parametrize("kind", ["datashares", "invitations"])
def test_every_rule_has_a_case(kind):
    """A rule that no case above breaks is not proved."""
    definition = yaml.safe_load((TOP / "crds" / f"adxfollower.io_{kind}.yaml").read_text())
    sentences = [case[-1] for case in REFUSED + UNCHANGEABLE] + ["expiresAt cannot change while the invitation is pending"]

    unproved = [m for m in set(messages_in(definition)) if not any(sentence in m for sentence in sentences)]

    assert unproved == []
