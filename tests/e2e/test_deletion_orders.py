"""Whatever is deleted, in whatever order: all of it goes, or it stands in a condition that says what a person must do.

Each of the 120 orders of {namespace, Secret, leader cluster, follower cluster, object} is played with five things of its own, and an
identity of its own with rights on its two clusters only, in one emulator and by one operator. After them come the ways out of a
deletion that is blocked. See docs/deletion.md.
"""

import collections
import concurrent.futures
import itertools
import json
import time

import pytest
import requests

from cloud import Refused
from estate import Estate, Identity, cluster_id, follower_database
from harness import wait_until
from kube import GROUP, Namespace, brief, conditions_of

THINGS = ("namespace", "secret", "leader", "follower", "object")
ORDERS = list(itertools.permutations(THINGS))
LIMIT = 60  # seconds for the operator, after the last of the five was asked to go
SLOW = 300  # seconds for Kubernetes to reach an object in a namespace that goes, and to end the namespace: nothing of ours, and slow in numbers
AT_ONCE = 16  # orders that are played at the same time
EXTRAS = ("orphan", "forced", "rights", "restart", "leaderonly", "ending")
ROLE = f"order-{int(time.time()):x}"  # namespaces of an earlier run may still be going


def names_of(name):
    """Leader cluster, follower cluster and namespace of one story."""
    return f"{name}l", f"{name}f", f"{ROLE}-{name}"


STORIES = [f"o{number:03}" for number in range(len(ORDERS))] + list(EXTRAS)


@pytest.fixture(scope="module")
def world(new_world, kube):
    estate = Estate()
    for name in STORIES:
        leader, follower, _ = names_of(name)
        estate.identity(Identity(name), arm_scope=[cluster_id(leader), cluster_id(follower)])
        estate.leader(leader, "Sales", admins=(Identity(name), estate.outsider))
        estate.follower(follower, admins=(Identity(name), estate.outsider))
        estate.identity(Identity(f"{name}-leader"), arm_scope=[cluster_id(leader)])
    spaces = ",".join(names_of(name)[2] for name in STORIES)
    made = new_world(
        estate,
        operator={"namespaces": spaces, "tick": "10s", "probe_interval": "5m", "secret_refresh": "4s", "workers": "8", "log_level": "info"},
    )
    unlimited = {"capacity": 1e9, "perSecond": 1e9}  # the actors of the tests share one identity, which is not what is tested
    made.emulator.settings(throttle={"reads": unlimited, "writes": unlimited, "deletes": unlimited})
    yield made
    for name in STORIES:
        space = Namespace(kube, names_of(name)[2])
        if space.list():
            space.wipe()


class Actor:
    """One person with kubectl and az, and a story to play. Has connections of its own, so that many can act at once."""

    def __init__(self, world, name):
        self.world, self.name = world, name
        self.leader, self.follower, self.space = names_of(name)
        self.identity = Identity(name)
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify, self.http.cert = world.kube.http.verify, world.kube.http.cert
        self.http.headers.update(world.kube.http.headers)
        self.azure = type(world.azure)(world.emulator, world.estate.outsider)
        self.refused = 0  # deletions of a cluster that Azure refused

    # -- Kubernetes ------------------------------------------------------------------------------------------------

    def ask(self, method, path, body=None, expected=(200, 201, 202), kind="application/json"):
        answer = self.http.request(method, self.world.kube.server + path, data=body and json.dumps(body), timeout=30,
                                   headers={"Content-Type": kind})
        assert answer.status_code in expected, f"{method} {path}: {answer.status_code} {answer.text[:400]}"
        return answer.json()

    @property
    def object_path(self):
        return f"{GROUP}/namespaces/{self.space}/followerdatabases/{self.name}"

    def make_space(self):
        self.ask("POST", "/api/v1/namespaces", {"metadata": {"name": self.space}})
        self.make_secret("azure", self.identity)

    def make_secret(self, name, identity):
        self.ask("POST", f"/api/v1/namespaces/{self.space}/secrets", {
            "metadata": {"name": name}, "type": "adxfollower.io/azure-credentials",
            "stringData": {"tenantId": identity.tenant, "clientId": identity.client_id, "clientSecret": identity.secret},
        })

    def make_object(self, **spec):
        body = follower_database(self.name, follower=self.follower, leader=self.leader, **spec)
        self.ask("POST", f"{GROUP}/namespaces/{self.space}/followerdatabases", body)

    def make(self, **spec):
        """Everything, until the object is Ready."""
        self.make_space()
        self.make_object(**spec)
        self.wait(lambda: self.condition("Ready")["status"] == "True", "Ready")

    def find(self):
        item = self.ask("GET", self.object_path, expected=(200, 404))
        return item if item.get("kind") == "FollowerDatabase" else None

    def condition(self, kind):
        item = self.find()
        assert item, "the object is gone"
        assert kind in conditions_of(item), brief(item)
        return conditions_of(item)[kind]

    def annotate(self, key, value):
        self.ask("PATCH", self.object_path, {"metadata": {"annotations": {key: value}}}, kind="application/merge-patch+json")

    def has_space(self):
        return self.ask("GET", f"/api/v1/namespaces/{self.space}", expected=(200, 404)).get("kind") == "Namespace"

    def notes(self, reason):
        items = self.ask("GET", f"/api/v1/namespaces/{self.space}/events")["items"]
        return [item["message"] for item in items if item["reason"] == reason]

    # -- Azure -----------------------------------------------------------------------------------------------------

    def arm(self, method, cluster):
        token = self.azure._token(self.world.emulator.management_resource)
        url = f"{self.world.emulator.arm_endpoint}{cluster_id(cluster)}"
        return self.azure.http.request(method, url, params={"api-version": "2025-02-14"}, timeout=30,
                                       headers={"Authorization": f"Bearer {token}"})

    def has_cluster(self, cluster):
        return self.arm("GET", cluster).status_code == 200

    def delete_cluster(self, cluster):
        """Whether Azure takes it; a person comes back later with what is refused."""
        answer = self.arm("DELETE", cluster)
        assert answer.status_code in (202, 204, 409), answer.text[:400]
        self.refused += answer.status_code == 409 and "ClusterIsFollowed" in answer.text
        return answer.status_code != 409

    def attachments(self):
        try:
            return self.azure.attachments(cluster_id(self.follower))
        except Refused as refused:
            if refused.status != 404:
                raise
            return {}  # gone with its cluster

    def calls(self, part):
        """Calls of this story's identities whose path holds the part."""
        apps = {self.identity.client_id, Identity(f"{self.name}-leader").client_id}
        return [c for c in self.world.emulator.calls(app=None) if c.get("appId") in apps and part in c["path"].lower()]

    # -- the play --------------------------------------------------------------------------------------------------

    def wait(self, probe, what, timeout=LIMIT):
        return wait_until(probe, f"{self.name}: {what}", timeout, every=0.4)

    def delete(self, thing):
        """Asks for it; whether it need not be asked for again."""
        if thing == "namespace":
            self.ask("DELETE", f"/api/v1/namespaces/{self.space}", expected=(200, 202, 404, 409))
        elif thing == "secret":
            self.ask("DELETE", f"/api/v1/namespaces/{self.space}/secrets/azure", expected=(200, 404))
        elif thing == "object":
            self.ask("DELETE", self.object_path, expected=(200, 202, 404))
        else:
            return self.delete_cluster(self.leader if thing == "leader" else self.follower)
        return True

    def look_after(self, thing):
        """What a patient person waits for before going on."""
        if thing == "secret" and (item := self.find()) and "deletionTimestamp" not in item["metadata"]:
            self.wait(lambda: self.condition("Ready")["reason"] in ("CredentialsMissing", "FollowerNotFound"), "the Secret is missed")
        if thing in ("object", "namespace"):
            self.wait(self.is_object_going, "the object is asked to go", SLOW)
            self.wait(lambda: self.find() is None, "the object is gone")
        if thing == "follower":
            self.wait(lambda: not self.has_cluster(self.follower), "the follower cluster is gone")

    def is_object_going(self):
        item = self.find()
        return item is None or "deletionTimestamp" in item["metadata"]

    def left(self):
        """What is still there, in words."""
        stands = {"object": self.find() is not None, "leader cluster": self.has_cluster(self.leader),
                  "follower cluster": self.has_cluster(self.follower), "attachment": bool(self.attachments())}
        return [thing for thing, is_there in stands.items() if is_there]

    def play(self, order, is_patient):
        self.make()
        pending = []
        for thing in order:
            if not self.delete(thing):
                pending.append(thing)
            elif is_patient:
                self.look_after(thing)
        self.wait(self.is_object_going, "the object is asked to go", SLOW)
        began = time.monotonic()

        def finished():
            pending[:] = [thing for thing in pending if not self.delete(thing)]
            left = self.left()
            assert not left and not pending, f"left: {left}; refused: {pending}; {brief(self.find())}"
            return True

        wait_until(finished, f"{self.name}: nothing is left of {' > '.join(order)}", LIMIT, every=0.7)
        took = time.monotonic() - began
        self.wait(lambda: not self.has_space(), "the namespace is gone", SLOW)
        return took


def kind_of(order):
    """The class of an order: what decides how the operator comes to know."""
    before = {thing: order.index(thing) < min(order.index("object"), order.index("namespace")) for thing in THINGS}
    goes = "namespace" if order.index("namespace") < order.index("object") else "object"
    gone = [thing for thing in ("secret", "leader", "follower") if before[thing]]
    return f"{goes} goes", " and ".join(gone) + " before" if gone else "the rest after"


def test_each_of_the_120_orders_leaves_nothing_behind(world):
    began = time.monotonic()
    actors = [Actor(world, f"o{number:03}") for number in range(len(ORDERS))]
    with concurrent.futures.ThreadPoolExecutor(AT_ONCE) as pool:
        tasks = [pool.submit(actor.play, order, number % 2 == 1) for number, (actor, order) in enumerate(zip(actors, ORDERS))]
        failures = [str(task.exception()) for task in tasks if task.exception()]

    assert not failures, f"{len(failures)} of {len(ORDERS)} orders:\n" + "\n".join(failures[:10])
    rows = collections.defaultdict(lambda: [0, 0, 0.0, set()])
    for order, actor, task in zip(ORDERS, actors, tasks):
        row = rows[kind_of(order)]
        row[0], row[1], row[2] = row[0] + 1, row[1] + actor.refused, max(row[2], task.result())
        row[3].update(actor.left())
    print(f"\n{len(ORDERS)} deletion orders in {time.monotonic() - began:.0f} s")
    print(f"{'class':54} {'orders':>6} {'refused*':>8} {'longest':>8}  left in Azure")
    for (goes, first), (count, refused, longest, left) in sorted(rows.items()):
        print(f"{goes + ', ' + first:54} {count:6} {refused:8} {longest:6.1f} s  {', '.join(sorted(left)) or 'nothing'}")
        assert left == set()  # deletionPolicy Detach
    print("* deletions of the leader cluster that Azure refused because it was followed still")
    assert sum(count for count, *_ in rows.values()) == len(ORDERS)
    assert sum(refused for _, refused, *_ in rows.values()) > 0


def test_an_orphan_leaves_attachment_and_grants_and_says_so(world):
    actor = Actor(world, "orphan")
    actor.make(deletionPolicy="Orphan", caching={"modificationKind": "Union", "database": {"hot": "2d"}})
    name = next(iter(actor.attachments()))

    actor.delete("object")

    actor.wait(lambda: actor.find() is None, "let go")
    assert list(actor.attachments()) == [name]
    assert actor.azure.overrides(actor.follower, "Sales").hot == 48
    actor.wait(lambda: any(name in note and "grants" in note for note in actor.notes("Orphaned")), "the event tells what stays")


def test_force_delete_gives_up_on_azure_and_says_what_is_left(world):
    actor = Actor(world, "forced")
    actor.make()
    name = next(iter(actor.attachments()))
    refuse(world, actor.follower)
    refuse(world, actor.leader)
    actor.delete("object")
    # Azure's refusal is told first; that neither side can act, and what stays meanwhile, once the leader's has been tried, too.
    actor.wait(lambda: name in condition_message(actor, "Stalled", "MissingRoleOnFollower"), "blocked, and what stays is named")

    actor.annotate("adxfollower.io/force-delete", "true")

    actor.wait(lambda: actor.find() is None, "let go")
    world.emulator.clear_faults()
    assert list(actor.attachments()) == [name]
    actor.wait(lambda: any(name in note for note in actor.notes("ForceDeleted")), "the event names the attachment")
    assert "ForceDeleted" in world.operator.logs()


def test_a_right_on_the_leader_alone_is_enough_to_detach(world):
    actor = Actor(world, "rights")
    actor.make()
    refuse(world, actor.follower)

    actor.delete("object")

    actor.wait(lambda: actor.find() is None, "let go")
    world.emulator.clear_faults()
    assert actor.attachments() == {}
    assert len([c for c in actor.calls("/detachfollowerdatabases") if c["accepted"]]) == 1


def condition_message(actor, kind, reason):
    """The condition's message, empty while its reason is another."""
    condition = actor.condition(kind)
    return condition["message"] if condition["reason"] == reason else ""


def refuse(world, cluster):
    """From now on every identity lacks every right on the cluster."""
    body = {"error": {"code": "AuthorizationFailed", "message": "The client does not have authorization to perform this action."}}
    world.emulator.add_fault(service="arm", cluster=cluster, action="status", status=403, body=body)


def test_a_restart_without_the_secret_waits_for_it_or_goes_by_way_of_the_leader(world):
    plain, with_leader, ending = Actor(world, "restart"), Actor(world, "leaderonly"), Actor(world, "ending")
    plain.make()
    with_leader.make_space()
    with_leader.make_secret("leader", Identity("leaderonly-leader"))
    with_leader.make_object(source={"leader": {
        "clusterResourceId": cluster_id(with_leader.leader), "database": "Sales", "credentialsSecretRef": {"name": "leader"},
    }})
    with_leader.wait(lambda: with_leader.condition("Ready")["status"] == "True", "Ready")
    ending.make()
    ended = next(iter(ending.attachments()))
    world.operator.kill()
    for actor in (plain, with_leader):
        actor.delete("secret")
        actor.delete("object")
    ending.delete("namespace")
    ending.wait(lambda: ending.ask("GET", f"/api/v1/namespaces/{ending.space}/secrets")["items"] == [], "its Secret is gone")

    world.operator.start().wait_until_ready()

    # The leader's side serves where it has a Secret of its own.
    with_leader.wait(lambda: with_leader.find() is None, "let go by way of the leader")
    assert with_leader.attachments() == {}
    assert {c["appId"] for c in with_leader.calls("/detachfollowerdatabases")} == {Identity("leaderonly-leader").client_id}
    # Elsewhere the condition says what to do, and the Secret ends it.
    for actor in (plain, ending):
        actor.wait(lambda: actor.condition("Stalled")["reason"] == "CredentialsMissing", "blocked")
        told = actor.condition("Stalled")["message"]
        assert "azure" in told and "docs/deletion.md" in told, told
    plain.make_secret("azure", plain.identity)
    plain.wait(lambda: plain.find() is None, "the Secret is back, and it is let go")
    assert plain.attachments() == {}
    # A namespace that is going away takes no Secret any more: a person gives up, or detaches by hand first.
    ending.annotate("adxfollower.io/force-delete", "true")
    ending.wait(lambda: not ending.has_space(), "the namespace is gone")
    assert list(ending.attachments()) == [ended]
    assert ended in "".join(line for line in world.operator.logs().splitlines() if "ForceDeleted" in line)
