"""Whatever of a provider's things is deleted, in whatever order: the accesses end, and nothing is left in Azure or Kubernetes.

Each of the 24 orders of {namespace, Secret, DataShare, Invitation} is played with a share of its own, half of them with an invitation that
was accepted and mapped by a partner in another tenant.
"""

import concurrent.futures
import itertools
import time

import pytest

from cloud import Azure
from estate import OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share, invitation
from harness import wait_until
from kube import Namespace

PARTNER = Identity("partner", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")
ORDERS = list(itertools.permutations(("namespace", "secret", "share", "invitation")))
ROLE = f"sharing-{int(time.time()):x}"  # namespaces of an earlier run may still be going
SLOW = 300  # seconds for Kubernetes to end a namespace: nothing of ours


def name_of(number):
    return f"s{number:02}"


@pytest.fixture(scope="module")
def world(new_world, kube):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales")
    estate.follower("fabrikamdata", admins=(PARTNER,), subscription=PARTNER_SUBSCRIPTION)
    spaces = [f"{ROLE}-{name_of(number)}" for number in range(len(ORDERS))]
    made = new_world(estate, operator={"namespaces": ",".join(spaces), "log_level": "info"})
    unlimited = {"capacity": 1e9, "perSecond": 1e9}  # one identity plays everybody here, which is not what is tested
    made.emulator.settings(throttle={"reads": unlimited, "writes": unlimited, "deletes": unlimited})
    made.azure.make_account(PROVIDER, cluster_id("corp"))
    Azure(made.emulator, PARTNER).make_account(THEIRS, cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION))
    yield made
    for space in spaces:
        if Namespace(kube, space).list("dinv") or Namespace(kube, space).list("dshare"):
            Namespace(kube, space).wipe()


class Story:
    def __init__(self, world, number):
        self.name, self.is_accepted = name_of(number), number % 2 == 1
        self.azure, self.partner = Azure(world.emulator, OUTSIDER), Azure(world.emulator, PARTNER)
        self.kube = world.kube
        self.space = Namespace(world.kube, f"{ROLE}-{self.name}")

    def make(self):
        self.kube.kubectl("create", "namespace", self.space.name)
        self.space.put_credentials("azure", OPERATOR)
        self.space.apply(data_share(self.name, {"sales": "Sales"}), invitation(self.name, PARTNER, share=self.name))
        self.space.wait_ready(self.name, kind="dshare")
        told = self.space.wait_ready(self.name, kind="dinv")["status"]
        if not self.is_accepted:
            return
        self.partner.accept(THEIRS, self.name, told["invitationId"])
        self.space.look_again(self.name, kind="dinv")
        wait_until(lambda: self.space.find(self.name, "dinv")["status"].get("state") == "Accepted", f"{self.name} is accepted")

    def delete(self, thing):
        command = {"namespace": ("namespace", self.space.name), "secret": ("secret", "azure"), "share": ("dshare", self.name),
                   "invitation": ("dinv", self.name)}[thing]
        self.space.kubectl("delete", *command, "--wait=false", "--ignore-not-found")

    def has_space(self):
        return self.kube.http.get(f"{self.kube.server}/api/v1/namespaces/{self.space.name}", timeout=30).status_code == 200

    def left(self):
        shares = self.azure.listed(f"{PROVIDER}/shares")
        objects = [kind for kind in ("dshare", "dinv") if self.space.find(self.name, kind)]
        return objects + (["share"] if self.name in shares else [])

    def play(self, order):
        self.make()
        for thing in order:
            self.delete(thing)

        def is_empty():
            left = self.left()
            assert not left, f"{' > '.join(order)} leaves {left}"
            return True

        wait_until(is_empty, f"nothing is left of {self.name}", SLOW, every=0.5)
        wait_until(lambda: not self.has_space(), f"the namespace of {self.name} is gone", SLOW, every=0.5)
        if self.is_accepted:
            status = self.partner.arm("GET", f"{THEIRS}/shareSubscriptions/{self.name}")["properties"]["shareSubscriptionStatus"]
            assert status in ("Revoked", "SourceDeleted"), status


def test_each_of_the_24_orders_ends_every_access_and_leaves_nothing(world):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        tasks = [pool.submit(Story(world, number).play, order) for number, order in enumerate(ORDERS)]
        failures = [str(task.exception()) for task in tasks if task.exception()]

    assert not failures, f"{len(failures)} of {len(ORDERS)} orders:\n" + "\n".join(failures[:10])
