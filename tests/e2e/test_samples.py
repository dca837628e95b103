"""The samples in docs/samples work as they are: on the estate that the demo uses they become Ready and show in Azure."""

import pathlib

import pytest
import yaml

from estate import Identity
from harness import TOP, wait_until
from kube import Namespace

SAMPLES = TOP / "docs" / "samples"
SEED = TOP / "emulator" / "seeds" / "contoso.yaml"


def documents(path):
    return [document for document in yaml.safe_load_all(path.read_text()) if document]


def objects():
    return [o for path in sorted(SAMPLES.glob("*.yaml")) for o in documents(path) if o["kind"] == "FollowerDatabase"]


class DemoEstate:
    """The estate of the demo, seen with the identity that the samples bring along."""

    def __init__(self):
        secret = next(o for o in documents(SAMPLES / "namespace-and-secret.yaml") if o["kind"] == "Secret")["stringData"]
        self.outsider = SampleIdentity("samples", secret["clientSecret"], secret["tenantId"], secret["clientId"])

    def seed(self):
        return yaml.load(SEED.read_text(), Loader=yaml.BaseLoader)  # every value stays the text it is


class SampleIdentity(Identity):
    def __init__(self, name, secret, tenant, client_id):
        super().__init__(name, secret, tenant)
        object.__setattr__(self, "given_client_id", client_id)

    @property
    def client_id(self):
        return self.given_client_id


CONSUMER = SAMPLES / "consumer" / "followerdatabase-shared.yaml"


@pytest.fixture(scope="module")
def world(new_world, kube):
    kube.kubectl("apply", "-f", str(SAMPLES / "namespace-and-secret.yaml"))
    name = objects()[0]["metadata"]["namespace"]
    world = new_world(DemoEstate(), space=Namespace(kube, name), operator={"namespaces": f"{name},fabrikam"})
    kube.kubectl("apply", "-f", str(SAMPLES))
    return world


@pytest.mark.parametrize("sample", objects(), ids=lambda sample: sample["metadata"]["name"])
def test_a_sample_becomes_ready_and_its_databases_follow(world, sample):
    item = world.space.wait_ready(sample["metadata"]["name"])

    cluster = pathlib.PurePosixPath(sample["spec"]["followerCluster"]["resourceId"]).name
    databases = [pair["follower"] for pair in item["status"]["attachment"]["databases"]]
    shown = world.azure.shown_databases(cluster)
    assert databases != []
    assert {shown[name]["DatabaseAccessMode"] for name in databases} == {"ReadOnlyFollowing"}


@pytest.mark.parametrize("sample", objects(), ids=lambda sample: sample["metadata"]["name"])
def test_a_sample_says_what_it_is(sample):
    text = next(path.read_text() for path in SAMPLES.glob("*.yaml") if f"name: {sample['metadata']['name']}\n" in path.read_text())

    assert text.startswith("# ")


def sharing():
    return [o for path in sorted(SAMPLES.glob("*.yaml")) for o in documents(path) if o["kind"] in ("DataShare", "Invitation")]


@pytest.mark.parametrize("sample", sharing(), ids=lambda sample: sample["metadata"]["name"])
def test_a_sample_of_sharing_becomes_ready(world, sample):
    kind = {"DataShare": "dshare", "Invitation": "dinv"}[sample["kind"]]

    item = world.space.wait_ready(sample["metadata"]["name"], kind=kind)

    assert item["status"].get("shareId") or item["status"]["invitationId"]


def test_one_command_shows_every_kind(world):
    shown = world.space.kubectl("get", "adx")

    assert [kind for kind in ("followerdatabase", "datashare", "invitation") if f"{kind}.adxfollower.io/" not in shown] == [], shown


def test_every_sample_is_deleted_without_a_trace(world):
    for sample in objects():
        world.space.wait_ready(sample["metadata"]["name"])

    world.space.kubectl("delete", "followerdb", "--all", "--timeout", "90s")

    clusters = {sample["spec"]["followerCluster"]["resourceId"] for sample in objects()}
    wait_until(lambda: all(world.azure.attachments(cluster) == {} for cluster in clusters), "nothing is attached any more")


def test_the_consumers_sample_takes_what_the_providers_offer(world, kube):
    for name in ("fabrikam", "fred"):
        world.space.wait_ready(name, kind="dinv")
    kube.kubectl("apply", "-f", str(CONSUMER))
    theirs = Namespace(kube, "fabrikam")

    status = theirs.wait_ready("contoso")["status"]

    assert [pair["follower"] for pair in status["attachment"]["databases"]] == ["Finance", "Sales"]
    assert [grant["principal"] for grant in status["grants"]] == ["aaduser=fred@fabrikam.com"] * 2
    theirs.wipe()
