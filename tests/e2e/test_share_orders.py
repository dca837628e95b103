"""Whatever is deleted of what provider and consumer have, in whatever order: the accesses end, and nothing is left in Azure or Kubernetes.

Of {namespace, Secrets, DataShare, Invitation, FollowerDatabase} the 60 even orders are played, in which any three of them come in every order,
each with a share of its own that a consumer in another tenant has accepted and mapped. Every second consumer leaves the share, too.
"""

import concurrent.futures
import itertools
import time

import pytest

from cloud import Azure
from estate import (
    OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share, invitation, shared_database,
)
from harness import wait_until
from kube import Namespace

THINGS = ("namespace", "secrets", "share", "invitation", "follower")
PARTNER = Identity("partner", tenant=PARTNER_TENANT)
# Azure paces each identity: with one of each everything would wait for that.
PROVIDERS = [Identity(f"provider{number}") for number in range(6)]
RECIPIENTS = [Identity(f"recipient{number}", tenant=PARTNER_TENANT) for number in range(6)]
FOLLOWERS = [f"fabrikam{number}" for number in range(4)]
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")
ROLE = f"sharing-{int(time.time()):x}"  # namespaces of an earlier run may still be going
SLOW = 300  # seconds for Kubernetes to end a namespace: nothing of ours


def is_even(order):
    places = [THINGS.index(thing) for thing in order]
    return sum(a > b for a, b in itertools.combinations(places, 2)) % 2 == 0


ORDERS = [order for order in itertools.permutations(THINGS) if is_even(order)]


def name_of(number):
    return f"Share{number:03}"


@pytest.fixture(scope="module")
def world(new_world, kube):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    for identity in PROVIDERS:
        estate.identity(identity)
    for identity in RECIPIENTS:
        estate.identity(identity, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.leader("corp", *(name_of(number) for number in range(len(ORDERS))))
    for name in FOLLOWERS:
        estate.follower(name, admins=(*RECIPIENTS, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    spaces = [f"{ROLE}-{number}" for number in range(len(ORDERS))]
    made = new_world(estate, operator={"namespaces": ",".join(spaces), "log_level": "info"})
    unlimited = {"capacity": 1e9, "perSecond": 1e9}  # the tests' own look is not what is tested
    made.emulator.settings(throttle={"reads": unlimited, "writes": unlimited, "deletes": unlimited})
    made.azure.make_account(PROVIDER, cluster_id("corp"))
    partner = Azure(made.emulator, PARTNER)
    partner.make_account(THEIRS, cluster_id(FOLLOWERS[0], PARTNER_SUBSCRIPTION))
    principal = partner.arm("GET", THEIRS)["identity"]["principalId"]
    for name in FOLLOWERS[1:]:
        partner.give_role(principal, cluster_id(name, PARTNER_SUBSCRIPTION))
    yield made
    for space in spaces:
        if any(Namespace(kube, space).list(kind) for kind in ("dinv", "dshare", "followerdb")):
            Namespace(kube, space).wipe()


class Story:
    def __init__(self, world, number):
        self.number, self.name, self.follower = number, f"s{number:03}", FOLLOWERS[number % len(FOLLOWERS)]
        self.database, self.leaves = name_of(number), number % 2 == 1
        self.provider, self.recipient = PROVIDERS[number % len(PROVIDERS)], RECIPIENTS[number % len(RECIPIENTS)]
        self.azure, self.partner = Azure(world.emulator, OUTSIDER), Azure(world.emulator, PARTNER)
        self.kube = world.kube
        self.space = Namespace(world.kube, f"{ROLE}-{number}")

    def make(self):
        self.kube.kubectl("create", "namespace", self.space.name)
        self.space.put_credentials("azure", self.provider)
        self.space.put_credentials("partner", self.recipient)
        self.space.apply(
            data_share(self.name, {"data": self.database}), invitation(self.name, self.recipient, share=self.name),
            shared_database(self.name, {"invitationRef": {"name": self.name}, "subscriptionName": self.name}, self.follower,
                            deletionPolicy="Leave" if self.leaves else "Detach"))
        self.space.wait_ready(self.name, kind="dshare")
        self.space.wait_ready(self.name, kind="dinv")
        self.space.wait_ready(self.name)
        self.space.look_again(self.name, kind="dinv")
        wait_until(lambda: self.space.find(self.name, "dinv")["status"].get("consumer"), f"the provider of {self.name} knows its consumer")

    def delete(self, thing):
        command = {"namespace": ("namespace", self.space.name), "secrets": ("secret", "azure", "partner"), "share": ("dshare", self.name),
                   "invitation": ("dinv", self.name), "follower": ("followerdb", self.name)}[thing]
        self.space.kubectl("delete", *command, "--wait=false", "--ignore-not-found")

    def has_space(self):
        return self.kube.http.get(f"{self.kube.server}/api/v1/namespaces/{self.space.name}", timeout=30).status_code == 200

    def subscription(self):
        return self.partner.listed(f"{THEIRS}/shareSubscriptions").get(self.name)

    def left(self):
        """What is still there of the story and should go, on either side."""
        left = [kind for kind in ("dshare", "dinv", "followerdb") if self.space.find(self.name, kind)]
        if self.name in self.azure.listed(f"{PROVIDER}/shares"):
            left.append("share")
        if self.database in self.partner.databases(cluster_id(self.follower, PARTNER_SUBSCRIPTION)):
            left.append("database")
        if self.leaves and self.subscription():
            left.append("subscription")
        return left

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
        if not self.leaves:
            assert self.subscription()["properties"]["shareSubscriptionStatus"] in ("Revoked", "SourceDeleted")
            assert self.partner.listed(f"{THEIRS}/shareSubscriptions/{self.name}/dataSetMappings") == {}


def test_each_of_the_sixty_orders_ends_every_access_and_leaves_nothing(world):
    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        tasks = [pool.submit(Story(world, number).play, order) for number, order in enumerate(ORDERS)]
        failures = [str(task.exception()) for task in tasks if task.exception()]

    assert len(ORDERS) == 60
    assert not failures, f"{len(failures)} of {len(ORDERS)} orders:\n" + "\n".join(failures[:10])
