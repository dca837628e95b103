"""What the API server refuses by the schema and its CEL rules, each with a sentence that names the field and what to do.

Needs no operator: every case is one request, and the creations are dry runs.
"""

import pytest
import requests
import yaml

from crd_cases import ACCEPTED, ACCOUNT, CHANGEABLE, REFUSED, UNCHANGEABLE, changed, direct, share
from harness import TOP
from kube import GROUP


class Api:
    """The FollowerDatabases of one namespace over one connection."""

    def __init__(self, kube, namespace):
        self.http = kube.http
        self.url = f"{kube.server}{GROUP}/namespaces/{namespace}/followerdatabases"

    def try_create(self, item) -> requests.Response:
        return self.http.post(self.url, json=item, params={"dryRun": "All", "fieldValidation": "Strict"}, timeout=30)

    def create(self, item):
        answer = self.http.post(self.url, json={**item, "metadata": {"generateName": "case-"}}, timeout=30)
        assert answer.status_code == 201, answer.text
        return answer.json()

    def replace(self, item, part=""):
        return self.http.put(f"{self.url}/{item['metadata']['name']}{part}", json=item, timeout=30)


@pytest.fixture(scope="module")
def api(kube):
    space = kube.new_namespace()
    yield Api(kube, space.name)
    space.wipe()


def ids(cases):
    return [case[0] for case in cases]


@pytest.mark.parametrize("item", ACCEPTED.values(), ids=ACCEPTED.keys())
def test_what_is_right_is_accepted(api, item):
    answer = api.try_create(item)

    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("item,sentence", [case[1:] for case in REFUSED], ids=ids(REFUSED))
def test_what_is_wrong_is_refused_with_a_sentence(api, item, sentence):
    answer = api.try_create(item)

    assert answer.status_code == 422, answer.text
    assert sentence in answer.json()["message"]
    assert "evaluation error" not in answer.json()["message"]


@pytest.mark.parametrize("item,change,sentence", [case[1:] for case in UNCHANGEABLE], ids=ids(UNCHANGEABLE))
def test_what_is_immutable_stays(api, item, change, sentence):
    stored = api.create(item)

    answer = api.replace(changed(stored, change))

    assert answer.status_code == 422, answer.text
    assert sentence in answer.json()["message"]
    assert "create it anew" in answer.json()["message"]


@pytest.mark.parametrize("item,change", [case[1:] for case in CHANGEABLE], ids=ids(CHANGEABLE))
def test_what_is_mutable_changes(api, item, change):
    stored = api.create(item)

    answer = api.replace(changed(stored, change))

    assert answer.status_code == 200, answer.text
    assert answer.json()["metadata"]["generation"] == 2


def test_the_invitation_is_fixed_once_there_is_a_subscription(api):
    stored = api.create(share())
    stored["status"] = {"observedGeneration": 1, "share": {"subscription": f"{ACCOUNT}/shareSubscriptions/sales"}}
    subscribed = api.replace(stored, "/status").json()

    answer = api.replace(changed(subscribed, {"source__share__invitationRef": {"name": "other"}}))

    assert answer.status_code == 422, answer.text
    assert "share cannot change its invitationRef, invitation or match" in answer.json()["message"]


def test_a_new_object_never_looks_done(api):
    stored = api.create(direct())

    answer = api.http.get(f"{api.url}/{stored['metadata']['name']}", timeout=30)

    assert answer.json()["status"] == {"observedGeneration": -1}


def test_an_unknown_field_is_named(api):
    answer = api.try_create(direct(cacheing={}))

    assert answer.status_code == 400
    assert 'unknown field "spec.cacheing"' in answer.json()["message"]


@pytest.mark.parametrize("path", sorted((TOP / "docs" / "samples").glob("followerdatabase-*.yaml")), ids=lambda path: path.name)
def test_the_samples_are_accepted(api, path):
    for item in yaml.safe_load_all(path.read_text()):
        item["metadata"].pop("namespace")

        answer = api.try_create(item)

        assert answer.status_code == 201, answer.text


def test_kubectl_shows_the_columns(kube, api):
    stored = api.create(direct())
    stored["status"] = {
        "observedGeneration": 1,
        "source": "Sales",
        "followerCluster": {"name": "reporting"},
        "conditions": [condition("Ready", "False", "Progressing", "wait a moment"), condition("Attached", "False", "Attaching", "x")],
    }
    assert api.replace(stored, "/status").status_code == 200
    namespace, name = stored["metadata"]["namespace"], stored["metadata"]["name"]

    narrow = kube.kubectl("--namespace", namespace, "get", "followerdb", name).splitlines()
    wide = kube.kubectl("--namespace", namespace, "get", "followerdb", name, "-o", "wide").splitlines()

    assert narrow[0].split() == ["NAME", "READY", "SOURCE", "FOLLOWER", "STATE", "AGE"]
    assert narrow[1].split()[1:5] == ["False", "Sales", "reporting", "Progressing"]
    assert wide[0].split()[-2:] == ["REASON", "MESSAGE"]
    assert wide[1].endswith("wait a moment")


def condition(kind, status, reason, message):
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": "2026-01-01T00:00:00Z"}


def test_every_rule_has_a_case():
    """A rule that no case above breaks is not proved."""
    definition = yaml.safe_load((TOP / "crds" / "adxfollower.io_followerdatabases.yaml").read_text())
    sentences = [case[-1] for case in REFUSED + UNCHANGEABLE] + ["share cannot change its invitationRef"]

    unproved = [m for m in set(messages_in(definition)) if not any(sentence in m for sentence in sentences)]

    assert unproved == []


def messages_in(node):
    if isinstance(node, list):
        return [message for item in node for message in messages_in(item)]
    if not isinstance(node, dict):
        return []
    own = [rule["message"] for rule in node.get("x-kubernetes-validations", [])]
    return own + [message for value in node.values() for message in messages_in(value)]
