"""Who follows a guide gets where it leads: its manifests and commands in their order, on the emulated Azure. What needs `az` or Terraform is
done by hand, in another identity's name."""

import os
import re
import subprocess

import pytest
import yaml

from cloud import Azure
from estate import (
    ALICE, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, Estate, Identity, account_id, cluster_id,
)
from harness import TOP, wait_until
from pages import GUID, BLOCK, filled_in

CONSUMER = Identity("consumer", tenant=PARTNER_TENANT)
PARTNER = Identity("partner", tenant=PARTNER_TENANT)
THEIR_CLUSTER = cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(CONSUMER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales", "Stock")
    for name in ("reporting", "dashboards", "audit"):
        estate.follower(name)
    estate.follower("fabrikamdata", admins=(CONSUMER, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.space.put_credentials("consumer", CONSUMER)
    world.azure.make_account(account_id("contoso"), cluster_id("corp"))
    Azure(world.emulator, PARTNER).make_account(account_id("fabrikam", PARTNER_SUBSCRIPTION), THEIR_CLUSTER)
    return world


@pytest.fixture(autouse=True)
def empty(world):
    yield
    world.space.kubectl("delete", "followerdb,dinv,dshare", "--all", "--timeout", "120s")


class Guide:
    """A page, step by step: `play` takes blocks until one that holds the word."""

    def __init__(self, world, page):
        self.world = world
        self.blocks = [(language, text) for _, language, text in BLOCK.findall((TOP / "docs" / "guides" / page).read_text())]

    def play(self, until=None):
        """Does what the blocks say that are left, or those up to and with the first that holds this text."""
        while self.blocks:
            language, text = self.blocks.pop(0)
            if language == "yaml":
                self.apply(text)
            elif language == "sh" and not re.search(r"^\s*(az|terraform) ", text, re.M):
                self.run(text)
            if until and until in text:
                return
        assert until is None, f"there is no {until}"

    def apply(self, text):
        text = text.replace("auditor@contoso.com", ALICE).replace("fred@fabrikam.com", ALICE)
        theirs = "fabrikamdata" in text
        items = list(yaml.safe_load_all(filled_in(text, PARTNER_SUBSCRIPTION if theirs else SUBSCRIPTION)))
        for item in items:
            if theirs:
                item["spec"]["credentialsSecretRef"]["name"] = "consumer"
            if "recipient" in item["spec"]:
                assert item["spec"]["recipient"] == {"tenantId": GUID, "objectId": GUID}
                item["spec"]["recipient"] = {"tenantId": CONSUMER.tenant, "objectId": CONSUMER.object_id}
        self.world.space.apply(*items)

    def run(self, commands):
        kube = self.world.kube
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands.replace("-n team", f"-n {self.world.space.name}")],
            capture_output=True, text=True, timeout=300,
            env={**os.environ, "KUBECONFIG": kube.kubeconfig, "KUBECACHEDIR": str(kube.discovery), "no_proxy": "127.0.0.1"})
        assert done.returncode == 0, f"{commands}\n{done.stdout}\n{done.stderr}"


def test_the_object_of_the_quick_start(world):
    page = (TOP / "docs" / "quickstart.md").read_text().split("## On AKS and Azure")[1]
    item = yaml.safe_load(filled_in(re.search(r"kubectl apply -f - <<END\n(.*?)^END$", page, re.M | re.S)[1], SUBSCRIPTION))
    item["spec"]["credentialsSecretRef"] = {"name": "azure"}  # the page installs with an identity of the operator's own

    world.space.apply(item)

    world.space.wait_ready("sales")
    assert world.azure.overrides("reporting", "Sales").hot == 7 * 24


def test_attach(world):
    Guide(world, "attach.md").play()

    for name in ("sales", "sales-part", "sales-hot"):
        world.space.wait_ready(name)
    assert "Sales" in world.azure.shown_databases("reporting") and "SalesRO" in world.azure.shown_databases("dashboards")
    overrides = world.azure.overrides("audit", "Sales")
    assert (overrides.hot, overrides.table_hot, overrides.windows) == (7 * 24, {"Events": 30 * 24}, 1)


def test_follow_a_cluster(world):
    Guide(world, "follow-a-cluster.md").play()

    world.space.wait_ready("everything")
    assert {"corp_Sales", "corp_Stock"} <= set(world.azure.shown_databases("dashboards"))


def test_grant_with_an_end(world):
    Guide(world, "grant-with-expiry.md").play()

    world.space.wait_ready("sales")


def test_revoke_a_reader(world):
    guide = Guide(world, "revoke.md")
    guide.apply(next(text for language, text in guide.blocks if language == "yaml"))
    world.space.wait_ready("sales")
    assert world.azure.overrides("reporting", "Sales").principals_kind == "Replace"


def test_share_across_tenants_and_revoke(world):
    guide = Guide(world, "share-across-tenants.md")
    guide.play(until="status.invitationId")
    guide.play()
    world.space.wait_ready("contoso")

    revoke = Guide(world, "revoke.md")
    world.space.look_again("fabrikam", kind="dinv")
    wait_until(lambda: world.space.find("fabrikam", "dinv")["status"]["state"] == "Accepted", "the provider sees that it was accepted")
    revoke.play(until="revokedAt")

    assert "Sales" not in Azure(world.emulator, PARTNER).databases(THEIR_CLUSTER)
    world.space.merge("contoso", deletionPolicy="Leave")


def test_adopt(world):
    world.azure.attach(cluster_id("reporting"), "sales-for-reporting", cluster_id("corp"), "Sales")
    since = world.emulator.last_call()

    Guide(world, "adopt.md").play()

    item = world.space.wait_ready("sales")
    assert item["status"]["attachment"]["resourceId"].endswith("/sales-for-reporting")
    assert world.accepted_puts(since) == []


def test_from_terraform(world):
    world.azure.attach(cluster_id("reporting"), "configuration1", cluster_id("corp"), "Sales", defaultPrincipalsModificationKind="None")
    since = world.emulator.last_call()

    Guide(world, "from-terraform.md").play()
    world.space.wait_reason("sales", "InSync")
    world.space.merge("sales", mode="Manage")

    world.space.wait_ready("sales")
    assert world.writes(since) == []
