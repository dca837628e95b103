"""The reference workload: attach, change caching, grant, share, accept, revoke, detach, delete all. One operator serves both sides.

It leaves nothing behind, so that it can be played again in the same world. Users act by plain requests: kubectl would take longer than
the operator.
"""

import collections
import json
import time
from dataclasses import dataclass
from typing import Callable

from canonical import Canon
from cloud import Azure
from crashing import MOMENTS, Plan, Point, changes_kubernetes, name_of, name_of_call
from estate import (
    ALICE, OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share,
    follower_database, invitation, shared_database,
)
from fault_world import FaultWorld
from harness import wait_until
from kube import GROUP, PLURALS, brief, conditions_of, is_ready

MAIL = "data@fabrikam.com"
RECIPIENT = Identity("recipient", tenant=PARTNER_TENANT)  # the consumer's objects use it; it signs in as MAIL
PARTNER = Identity("partner", tenant=PARTNER_TENANT)
KINDS = {"FollowerDatabase": "followerdb", "DataShare": "dshare", "Invitation": "dinv"}
QUIET = 1.0  # seconds without a write after which a phase of an undisturbed run is over
UNLIMITED = {"capacity": 1e9, "perSecond": 1e9}


class Users:
    """What people do to the objects of a namespace."""

    def __init__(self, space):
        self.space, self.kube = space, space.kube

    def _ask(self, method, kind, name="", body=None, content_type="application/json"):
        url = f"{self.kube.server}{GROUP}/namespaces/{self.space.name}/{PLURALS[kind]}" + (f"/{name}" if name else "")
        answer = self.kube.http.request(method, url, data=body and json.dumps(body), headers={"Content-Type": content_type}, timeout=60)
        assert answer.ok, f"{method} {url}: {answer.status_code} {answer.text[:500]}"

    def create(self, *objects):
        for item in objects:
            self._ask("POST", KINDS[item["kind"]], body=item)

    def merge(self, kind, name, **spec):
        self._ask("PATCH", kind, name, {"spec": spec}, "application/merge-patch+json")

    def delete(self, kind, name):
        self._ask("DELETE", kind, name)


@dataclass(frozen=True)
class Phase:
    name: str
    act: Callable  # of Users
    is_over: Callable  # of a namespace; an AssertionError counts as "not yet"


def ready(name, kind="followerdb"):
    def check(space):
        item = space.find(name, kind)
        assert is_ready(item), brief(item)
        return True

    return check


def tells(name, reason):
    return lambda space: any(c["reason"] == reason for c in conditions_of(space.find(name)).values())


def every(*checks):
    return lambda space: all(check(space) for check in checks)


def gone(*things):
    return lambda space: all(space.find(name, kind) is None for kind, name in things)


def revoked(space):
    item = space.find("mailed", "dinv")
    return item["status"].get("state") == "Revoked" and is_ready(item)


def deleting_all(users):
    for kind, name in (("followerdb", "taken"), ("dinv", "mailed"), ("dshare", "offer")):
        users.delete(kind, name)


PHASES = (
    Phase("attach", lambda users: users.create(follower_database("direct")), ready("direct")),
    Phase("change caching", lambda users: users.merge("followerdb", "direct", caching={
        "modificationKind": "Union", "database": {"hot": "2d"}, "tables": [{"name": "Events", "hot": "4d"}]}), ready("direct")),
    Phase("grant", lambda users: users.merge("followerdb", "direct", permissions={
        "modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}", "notes": "asked for"}]}), ready("direct")),
    Phase("share", lambda users: users.create(data_share("offer", {"stock": "Stock"}), invitation("mailed", MAIL, share="offer")),
          every(ready("offer", "dshare"), ready("mailed", "dinv"))),
    Phase("accept", lambda users: users.create(shared_database("taken", {"invitationRef": {"name": "mailed"}}, "fabrikam", deletionPolicy="Leave",
          caching={"modificationKind": "Union", "database": {"hot": "1d"}})), every(ready("taken"), ready("mailed", "dinv"))),
    Phase("revoke", lambda users: users.merge("dinv", "mailed", access="Revoked"), every(revoked, tells("taken", "Revoked"))),
    Phase("detach", lambda users: users.delete("followerdb", "direct"), gone(("followerdb", "direct"))),
    Phase("delete all", deleting_all, gone(("followerdb", "taken"), ("dinv", "mailed"), ("dshare", "offer"))),
)


def estate_of_both_sides():
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(RECIPIENT, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", mail=MAIL)
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales", "Stock")
    estate.follower("reporting")
    estate.follower("fabrikam", admins=(RECIPIENT, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    return estate


def new_reference_world(kube, operator_kubeconfig):
    """Quick: what takes minutes in Azure takes a fraction of a second here."""
    world = FaultWorld(
        kube, operator_kubeconfig, estate_of_both_sides(), emulator={"schema_refresh_ms": 50, "operation_duration_ms": 100},
        operator={"tick": "1s", "azure_operation_tick_min": "100ms", "azure_operation_tick_max": "300ms", "probe_interval": "10s",
                  "secret_refresh": "60s"})
    try:
        world.emulator.operators = (OPERATOR, RECIPIENT)
        world.emulator.settings(throttle={kind: UNLIMITED for kind in ("reads", "writes", "deletes", "clusterReads", "clusterWrites")})
        world.space.put_credentials("partner", RECIPIENT)
        world.azure.make_account(account_id("provider"), cluster_id("corp"))
        Azure(world.emulator, PARTNER).make_account(account_id("consumer", PARTNER_SUBSCRIPTION), cluster_id("fabrikam", PARTNER_SUBSCRIPTION))
    except BaseException:
        world.close()
        raise
    return world


class Run:
    """One time through the workload. Azure is seen by the emulator's dump, Kubernetes by its objects with their status."""

    def __init__(self, world):
        before = world.emulator.state()
        self.world, self.mails = world, len(world.emulator.mails())
        self.earlier = {item["id"] for item in before["dataShare"]["invitations"]}  # Azure remembers what was withdrawn
        self.canon = Canon(world.estate.seed(), world.space.name, time.time())

    def seen(self):
        """All fields of both sides."""
        azure, objects = self.world.emulator.state(), {kind: self.world.space.list(kind) for kind in PLURALS}
        del azure["lastCall"]  # how long the call log is: two runs may have the same by chance
        azure["dataShare"]["invitations"] = [item for item in azure["dataShare"]["invitations"] if item["id"] not in self.earlier]
        return self.canon.fields({
            "azure": azure, "mails": self.world.emulator.mails()[self.mails:],
            "kubernetes": {kind: {item["metadata"]["name"]: item for item in items} for kind, items in objects.items()},
        })

    def writes(self, since):
        """What the operator changed in Azure after that call: how often each (name, status) was accepted."""
        calls = [call for call in self.world.emulator.calls(since) if call["isWrite"] and call["accepted"]]
        return collections.Counter((self._name(call), call["status"]) for call in calls)

    def _name(self, call):
        return name_of_call(call["method"], call["path"], call["command"], self.world.space.name)

    def points(self, phase, since, number):
        """Of both sides, what changed something: in Azure after that call, in Kubernetes after the exchange of that number."""
        azure = collections.Counter(self._name(call) for call in self.world.emulator.calls(since) if call["isWrite"] and call["status"] < 300)
        kubernetes = collections.Counter(
            name_of(exchange, self.world.space.name) for exchange in self.world.exchanges()
            if exchange.number > number and changes_kubernetes(exchange) and exchange.status < 300)
        return [Point(phase, name, nth) for name, count in (azure + kubernetes).items() for nth in range(1, count + 1)]


def wait_until_quiet(world, changes, seconds=QUIET):
    """Nothing was written on either side for so long, and nothing is on its way. `changes`: of an exchange with the API server."""

    def quiet():
        written = [e for e in world.exchanges()[-2000:]
                   if (e.side == "kubernetes" and changes(e)) or (e.side == "azure" and e.method in ("PUT", "PATCH", "DELETE"))]
        return not written or time.monotonic() - max(max(e.began, e.ended) for e in written) > seconds

    wait_until(quiet, "nothing is written any more")


@dataclass
class Clean:
    """A phase of a run that nobody disturbed."""

    fields: dict
    writes: collections.Counter
    points: list


def play_undisturbed(world):
    """By phase, what came of it."""
    run, users, told = Run(world), Users(world.space), {}
    for phase in PHASES:
        since, number = world.emulator.last_call(), max((e.number for e in world.exchanges()), default=0)
        phase.act(users)
        wait_until(lambda: phase.is_over(world.space), f"the phase {phase.name} is over")
        wait_until_quiet(world, changes_kubernetes)
        told[phase.name] = Clean(run.seen(), run.writes(since), run.points(phase.name, since, number))
    return told


def plans_of(points):
    return [Plan(point, moment) for point in points for moment in MOMENTS]
