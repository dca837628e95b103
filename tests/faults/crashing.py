"""Kills the operator at one exactly named moment of one exactly named call."""

import collections
import json
import os
import re
import signal
import threading
import urllib.parse
from dataclasses import dataclass

from wire_proxy import MUTATING, Cut, Tamper

BEFORE, UNANSWERED, ANSWERED = MOMENTS = ("before it is forwarded", "before its answer", "after its answer")
GUID = re.compile(r"\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b", re.I)


@dataclass(frozen=True)
class Point:
    """A call that changes something: the `nth` of that name, which succeeds, in a phase of the workload."""

    phase: str
    name: str
    nth: int

    def __str__(self):
        return f"{self.phase}: {self.name}" + (f" (number {self.nth})" if self.nth > 1 else "")


@dataclass(frozen=True)
class Plan:
    point: Point
    moment: str

    def __str__(self):
        return f"{self.point}, {self.moment}"


def name_of_call(method, path, command, namespace):
    """What is asked for, in words that are the same in every run: a Kusto command as it is, else method and path."""
    path = urllib.parse.unquote(path.partition("?")[0])
    words = command or f"{method} {re.sub(r'^.*/providers/(?=microsoft[.])', '', path.lower()) if '/providers/' in path.lower() else path}"
    return GUID.sub("<guid>", words.replace(namespace, "<namespace>"))


def name_of(exchange, namespace):
    command = ""
    if exchange.side == "azure" and exchange.path.endswith("/v1/rest/mgmt"):
        command = json.loads(exchange.body)["csl"]
    return name_of_call(exchange.method, exchange.target, command, namespace)


def changes_kubernetes(exchange):
    """Leases are renewed all the time and events are told to people; both come and go without a meaning for what is done."""
    return (exchange.side == "kubernetes" and exchange.method in MUTATING
            and not exchange.path.endswith("/events") and "/events/" not in exchange.path and "/leases" not in exchange.path)


class Crash(Tamper):
    """Both proxies of a world tell it, each in its thread. From the kill on nothing of the dead process is forwarded."""

    def __init__(self, world):
        self.world, self.namespace = world, world.space.name
        self.lock = threading.Lock()
        self.fired = threading.Event()
        self.plan, self.target, self.dead, self.hit = None, None, False, None
        self.succeeded = collections.Counter()  # by name, since the aim

    def aim(self, plan):
        """At the next call that the plan names; None: at nothing."""
        with self.lock:
            self.plan, self.target, self.hit = plan, None, None
            self.succeeded.clear()
            self.fired.clear()

    def stop_aiming(self):
        with self.lock:
            self.plan = None

    def revive(self):
        """Starts the operator again; what its predecessor left in the connections is thrown away."""
        self.world.operator.kill()
        for proxy in self.world.proxies:
            proxy.refuse()
            proxy.refuse(False)
        self.dead = False
        self.world.operator.start()

    def before(self, exchange):
        with self.lock:
            if self.dead:
                raise Cut
            if self._is_aimed_at(exchange) and self.plan.moment == BEFORE and self.succeeded[self.plan.point.name] + 1 == self.plan.point.nth:
                self._kill(exchange)
                raise Cut

    def after(self, exchange):
        with self.lock:
            if self.dead:
                raise Cut
            if not self._is_aimed_at(exchange) or exchange.status >= 300:
                return
            self.succeeded[self.plan.point.name] += 1
            if self.succeeded[self.plan.point.name] == self.plan.point.nth:
                self.target = exchange
                if self.plan.moment == UNANSWERED:
                    self._kill(exchange)
                    raise Cut

    def sent(self, exchange):
        with self.lock:
            if not self.dead and self.plan and exchange is self.target and self.plan.moment == ANSWERED:
                self._kill(exchange)

    def _is_aimed_at(self, exchange):
        return (self.plan and not self.fired.is_set() and exchange.method in MUTATING
                and name_of(exchange, self.namespace) == self.plan.point.name)

    def _kill(self, exchange):
        process = self.world.operator.process.process
        os.kill(process.pid, signal.SIGKILL)
        process.wait(30)  # so that not one instruction of it comes after this
        self.dead, self.hit = True, exchange
        self.fired.set()
