"""Tokens that live for seconds, on both sides, while everything changes all the time: no pass fails, nothing is lost and nothing done twice."""

import collections
import json
import pathlib
import threading
import time

import pytest
import yaml

import report
from harness import FOLDER, PATIENCE, wait_until
from slots import NAMES, Slot, estate_of, refusal
from wire_proxy import Tamper

LIFE = 20 if report.LONG else 4  # seconds that a token is taken
LIVES = 15 if report.LONG else 3
ERRORS = ("controller_runtime_reconcile_errors_total", "controller_runtime_terminal_reconcile_errors_total",
          "controller_runtime_reconcile_panics_total")


class TokenFile:
    """The file that a kubeconfig names. As a kubelet would, a thread replaces it, here before half of a token's life is over: the API
    server gives none of less than ten minutes, so that the test counts their age itself."""

    def __init__(self, kube, folder):
        self.kube, self.path, self.issued = kube, folder / "token", {}
        self.ended = threading.Event()
        self.renew()
        self.thread = threading.Thread(target=self._run, daemon=True)
        self.thread.start()

    def renew(self):
        answer = self.kube.http.post(
            f"{self.kube.server}/api/v1/namespaces/adx-operator-system/serviceaccounts/adx-operator/token", timeout=30,
            data=json.dumps({"spec": {"expirationSeconds": 600}}), headers={"Content-Type": "application/json"})
        assert answer.ok, answer.text[:500]
        token = answer.json()["status"]["token"]
        self.issued[token] = time.monotonic()
        fresh = self.path.with_suffix(".new")
        fresh.write_text(token)
        fresh.rename(self.path)

    def _run(self):
        while not self.ended.wait(LIFE / 3):
            self.renew()

    def end(self):
        self.ended.set()
        self.thread.join()


class Impatient(Tamper):
    """An API server that refuses tokens which are older than a few seconds."""

    def __init__(self, tokens):
        self.tokens, self.refused = tokens, 0

    def before(self, exchange):
        if exchange.side != "kubernetes":
            return None
        token = exchange.header("Authorization").removeprefix("Bearer ")
        if time.monotonic() - self.tokens.issued.get(token, 0) <= LIFE:
            return None
        self.refused += 1
        return refusal(401, "Unauthorized", "Unauthorized")


@pytest.fixture(scope="module")
def tokens(kube):
    tokens = TokenFile(kube, FOLDER)
    yield tokens
    tokens.end()


@pytest.fixture(scope="module")
def operator_kubeconfig(operator_kubeconfig, tokens):
    """As the testbed's, but for the token."""
    config = yaml.safe_load(pathlib.Path(operator_kubeconfig).read_text())
    config["users"][0]["user"] = {"tokenFile": str(tokens.path)}
    path = FOLDER / "kubeconfig-with-token-file"
    path.write_text(yaml.safe_dump(config))
    return str(path)


def test_tokens_of_a_few_seconds_fail_no_pass_and_lose_no_write(new_world, tokens):
    world = new_world(estate_of(1), emulator={"operation_duration_ms": 20, "schema_refresh_ms": 20}, operator={"tick": "1s"})
    world.emulator.settings(tokenLifetimeSeconds=LIFE)
    tamper = Impatient(tokens)
    world.tamper(tamper)
    slot, names, began = Slot(world, world.space, 0), NAMES, time.monotonic()
    for name in names:
        slot.create(name)

    def lived():
        slot.set_hot(names[slot.changes % len(names)])
        lives = (time.monotonic() - began) / LIFE
        assert lives >= LIVES, f"{lives:.1f} lives of a token"
        return True

    wait_until(lived, f"{LIVES} lives of a token are over", timeout=LIVES * LIFE + PATIENCE, every=0.4)
    slot.wait_converged()

    metrics, calls = world.operator.metrics(), world.emulator.calls()
    log = [json.loads(line) for line in world.operator.process.log().splitlines() if line.startswith("{")]
    failed = [entry for entry in log if entry["msg"].startswith("pass failed")]
    # A user who changes an object while a pass works on it has its status refused: that is no token's fault.
    conflicts = sum(entry["code"] == "conflict" for entry in failed)
    asked = sum(exchange.path.endswith("/oauth2/v2.0/token") for exchange in world.azure_side.exchanges)
    accepted = [call for call in world.writes() if call["accepted"]]
    commands = collections.Counter(call["command"] for call in accepted if " policy caching hot" in (call.get("command") or ""))
    print(f"{slot.changes} changes in {time.monotonic() - began:.0f} s, {tamper.refused} refused by age, {asked} tokens asked for in Azure, "
          f"{sum(commands.values())} commands, {conflicts} conflicts")
    report.plans("short tokens", 1, int(len(failed) != conflicts))
    assert [entry for entry in failed if entry["code"] != "conflict"] == []
    assert [metrics.total(name) for name in ERRORS] == [conflicts, 0, 0]
    assert tamper.refused > 0 and asked >= LIVES, "the tokens did not end"
    assert [call for call in calls if call["status"] == 401] == []
    assert len(world.accepted_puts()) == len(names)
    twice = {command: count for command, count in commands.items() if count > 1}
    assert len(commands) >= len(names) and twice == {}
