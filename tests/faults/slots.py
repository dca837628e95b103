"""Many small worlds in one: namespaces with databases of their own, which one operator watches by watches of their own.

A fault of one namespace's watch is none of the others', so that many plans run at the same time. What users do here goes straight to
the API server over one connection, since a kubectl for each would cost more than what is tested.
"""

import json
import re

from estate import OPERATOR, Estate, cluster_id, follower_database
from harness import TOP, wait_until
from kube import CREDENTIALS_TYPE, GROUP, PLURALS, Namespace, brief, is_ready
from wire_proxy import Answer, Tamper

BASE = ("one", "two", "three")
NAMES = (*BASE, "four", "five", "six")  # that an object may have
CLUSTERS = 4  # that all share: more of them cost more reads than Azure's limits allow
NOTE = "Größe, naïveté, 大小"  # of every object: characters of two and of three bytes, to be cut in the middle


def cut_points(text):
    """Places inside the characters of an encoded text."""
    return [place for place in range(1, len(text)) if text[place] & 0xC0 == 0x80]


class Policy:
    """What the operator's watches do by themselves, from its source: the tests' times are made of these."""

    def __init__(self):
        text = re.sub(r"//.*", "", (TOP / "src" / "kube" / "watch_machine.hpp").read_text())
        transport = re.sub(r"//.*", "", (TOP / "src" / "http" / "client_options.hpp").read_text())

        def number(pattern, source=text):
            found = re.search(pattern, source)
            assert found, f"the operator's source does not tell {pattern}"
            return float(found[1].replace("'", ""))

        self.watch_timeout = number(r"watch_timeout\{\s*([\d']+)\s*\}")
        self.dead_after = self.watch_timeout + number(r"stall_margin\{\s*([\d']+)\s*\}")
        self.first = number(r"\.initial = std::chrono::milliseconds\(([\d']+)\)") / 1000
        self.longest = number(r"\.maximum = std::chrono::milliseconds\(([\d']+)\)") / 1000
        self.factor = number(r"\.factor = ([\d.]+)")
        self.jitter = number(r"\.jitter = ([\d.]+)")
        self.longest_line = int(number(r"max_line = (\d+)UL << 20", transport)) << 20

    def shortest_wait(self, failures):
        """Before what follows that many failures in a row."""
        return min(self.first * self.factor ** (failures - 1), self.longest) * (1 - self.jitter)


class Ward(Tamper):
    """Hands each exchange of a watcher to the fault of its plan: `faults` by (namespace, plural)."""

    def __init__(self):
        self.faults = {}

    def _of(self, exchange):
        found = re.match(rf"{GROUP}/namespaces/([^/]+)/(\w+)$", exchange.path)
        return self.faults.get((found[1], found[2])) if found and exchange.method == "GET" else None

    def before(self, exchange):
        fault = self._of(exchange)
        return fault.before(exchange) if fault else None

    def began(self, exchange):
        fault = self._of(exchange)
        return fault.began(exchange) if fault else []

    def lines(self, exchange, line):
        fault = self._of(exchange)
        return fault.lines(exchange, line) if fault else [line]


def is_list(exchange):
    """A request for the whole state, streaming or in pages."""
    return not exchange.query.get("resourceVersion") and not exchange.query.get("continue")


def status_object(code, reason, message):
    return {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure", "message": message, "reason": reason, "code": code}


def refusal(code, reason, message="a fault of the test"):
    return Answer(code, json.dumps(status_object(code, reason, message)).encode())


def event(kind, item):
    return json.dumps({"type": kind, "object": item}, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


class Slot:
    """A namespace of a world, its databases, and what a user does there."""

    def __init__(self, world, space, number):
        self.world, self.space, self.cluster = world, space, f"reader{number % CLUSTERS}"
        self.databases = {name: f"{name}{number:02}" for name in NAMES}
        self.url = f"{space.kube.server}{GROUP}/namespaces/{space.name}/followerdatabases"
        self.http = space.kube.http
        self.changes = 0

    def watcher(self, kind="followerdb"):
        return self.space.name, PLURALS[kind]

    def requests(self, since=0.0, kind="followerdb"):
        """Lists and watches of this namespace by the operator, in order."""
        path = f"{GROUP}/namespaces/{self.space.name}/{PLURALS[kind]}"
        return [exchange for exchange in self.world.kubernetes.exchanges
                if exchange.path == path and exchange.method == "GET" and exchange.began > since]

    def turnaround(self, since):
        """The longest that a watch of this namespace which nobody hurt took from its end to the next: how slow this machine is."""
        watches = [self.requests(since, kind) for kind in PLURALS if kind != "followerdb"]
        return max((later.began - earlier.ended for each in watches for earlier, later in zip(each, each[1:]) if earlier.ended), default=0.0)

    # -- what a user does ------------------------------------------------------------------------------------------

    def _sent(self, method, url, body=None, kind="application/merge-patch+json", allowed=()):
        answer = self.http.request(method, url, data=json.dumps(body) if body is not None else None, timeout=60, headers={"Content-Type": kind})
        assert answer.ok or answer.status_code in allowed, f"{method} {url}: {answer.status_code} {answer.text[:500]}"
        return answer

    def create(self, name, **spec):
        item = follower_database(name, follower=self.cluster, database=self.databases[name], **spec)
        item["metadata"]["annotations"] = {"note": NOTE}
        self._sent("POST", self.url, item, "application/json", allowed=(409,))

    def set_hot(self, name):
        """Another hot cache than ever before here."""
        self.changes += 1
        caching = {"modificationKind": "Union", "database": {"hot": f"{self.changes}d"}}
        self._sent("PATCH", f"{self.url}/{name}", {"spec": {"caching": caching}})

    def touch(self, name):
        """A change that is none to the operator."""
        self.changes += 1
        self._sent("PATCH", f"{self.url}/{name}", {"metadata": {"annotations": {"touched": str(self.changes)}}})

    def delete(self, name):
        self._sent("DELETE", f"{self.url}/{name}", allowed=(404,))

    def merge(self, name, **spec):
        self._sent("PATCH", f"{self.url}/{name}", {"spec": spec})

    def let_go(self, name):
        """Takes the finalizers away, which is nobody's but the operator's to do."""
        self._sent("PATCH", f"{self.url}/{name}", {"metadata": {"finalizers": None}}, allowed=(404,))

    def listed(self):
        return self._sent("GET", self.url).json()

    def step(self):
        """One small change of a busy namespace: another hot cache, or an object that comes or goes."""
        names = {item["metadata"]["name"] for item in self.listed()["items"]}
        if self.changes % 3 == 2:
            self.changes += 1
            self.delete("four") if "four" in names else self.create("four")
        else:
            self.set_hot("one" if self.changes % 2 else "two")

    def change_all(self):
        """A change of each kind: an object is made or deleted, and one is changed."""
        names = {item["metadata"]["name"] for item in self.listed()["items"]}
        self.delete("three") if "three" in names else self.create("three")
        self.set_hot("one")

    def begin(self):
        """Makes the namespace, and the Secret that its objects name."""
        core = f"{self.space.kube.server}/api/v1/namespaces"
        self._sent("POST", core, {"metadata": {"name": self.space.name}}, "application/json")
        values = {"tenantId": OPERATOR.tenant, "clientId": OPERATOR.client_id, "clientSecret": OPERATOR.secret}
        secret = {"apiVersion": "v1", "kind": "Secret", "type": CREDENTIALS_TYPE, "metadata": {"name": "azure"}, "stringData": values}
        self._sent("POST", f"{core}/{self.space.name}/secrets", secret, "application/json")

    def end(self):
        """Lets go of everything; nobody works on it any more."""
        for item in self.listed()["items"]:
            self.let_go(item["metadata"]["name"])
        self._sent("DELETE", f"{self.space.kube.server}/api/v1/namespaces/{self.space.name}", allowed=(404, 409))

    # -- what is to be seen ----------------------------------------------------------------------------------------

    def attachments(self):
        """Of its databases, as Azure tells."""
        every = self.world.azure.attachments(cluster_id(self.cluster)).values()
        return [about for about in every if about["databaseName"] in self.databases.values()]

    def writes(self, since=0):
        """What the operator asked Azure to change about its databases, in order."""
        def is_ours(call):
            command = call.get("command") or ""
            return f"/{self.space.name}.".lower() in call["path"].lower() or any(name in command for name in self.databases.values())

        return [call for call in self.world.writes(since) if is_ours(call)]

    def assert_converged(self):
        """Every object is Ready for the spec that is stored, and Azure holds what they declare and nothing else."""
        items = self.listed()["items"]
        unready = [brief(item) for item in items if not is_ready(item) or "deletionTimestamp" in item["metadata"]]
        assert unready == [], unready
        declared = {item["spec"]["source"]["leader"]["database"]: item for item in items}
        attached = {about["databaseName"]: about["provisioningState"] for about in self.attachments()}
        assert attached == dict.fromkeys(declared, "Succeeded"), f"{self.cluster}: {attached}, declared: {sorted(declared)}"
        for name, item in declared.items():
            if "caching" in item["spec"]:
                hot = self.world.azure.overrides(self.cluster, name).hot
                assert f"{hot / 24:.0f}d" == item["spec"]["caching"]["database"]["hot"], f"{self.cluster}/{name}: {hot} h"
        return True

    def wait_converged(self, what="", **options):
        wait_until(self.assert_converged, f"{self.space.name} is in Azure as in the API server {what}", **options)


def estate_of(count):
    """The clusters and databases for so many slots."""
    estate = Estate()
    estate.leader("corp", *(f"{name}{number:02}" for number in range(count) for name in NAMES))
    for number in range(CLUSTERS):
        estate.follower(f"reader{number}")
    return estate


def make_slots(new_world, count, **operator):
    """So many, in a world of their own; its operator is stopped."""
    world = new_world(estate_of(count), emulator={"operation_duration_ms": 20, "schema_refresh_ms": 20}, operator={"log_level": "info", **operator})
    slots = [Slot(world, world.space, 0)]
    for number in range(1, count):
        slots.append(Slot(world, Namespace(world.kube, f"{world.space.name}-{number}"), number))
        slots[-1].begin()
    world.operator.stop()
    world.operator.options["namespaces"] = ",".join(slot.space.name for slot in slots)
    return slots


def end(slots):
    """Before the world itself ends."""
    slots[0].world.operator.stop()
    for slot in slots[1:]:
        slot.end()
