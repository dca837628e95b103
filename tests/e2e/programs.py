"""The two programs under test, started by hand as a user would start them."""

import itertools
import pathlib
import re
import socket
import tempfile
import urllib.parse

import requests
import yaml

from cloud import Azure
from estate import OPERATOR as OPERATOR_IDENTITY
from harness import EMULATOR, FOLDER, OPERATOR, PATIENCE, Process, RECORDS, wait_for_ready_file, wait_until


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Emulator:
    """adx-emulator with a seed, and its side door."""

    operators = (OPERATOR_IDENTITY,)  # who acts for the operator here; a test with several tenants sets its own

    def __init__(self, estate, folder, schema_refresh_ms=100, operation_duration_ms=200, log_exchanges=True, flags=(), port=0, ca_file=None):
        seed, ready = folder / "seed.yaml", folder / "emulator-ready.json"
        seed.write_text(yaml.safe_dump(estate.seed(), sort_keys=False))
        self.exchanges, recorded = None, []
        if log_exchanges:
            self.exchanges = pathlib.Path(tempfile.mkstemp(prefix="exchanges-", suffix=".jsonl", dir=RECORDS)[1])
            recorded = ["--log-exchanges", self.exchanges]
        self.process = Process("emulator", [
            EMULATOR, "--seed", seed, "--port", port, "--ready-file", ready, "--ca-dir", folder,
            "--schema-refresh", schema_refresh_ms, "--operation-duration", operation_duration_ms, *recorded,
            *flags,
        ], folder)
        told = wait_for_ready_file(ready, self.process)
        self.arm_endpoint, self.authority_host = told["armEndpoint"].rstrip("/"), told["authorityHost"].rstrip("/")
        self.management_resource = "https://management.azure.com"
        # With a port of its own it may have names that only the operator can reach.
        self.side_door = f"{f'https://127.0.0.1:{port}' if port else self.arm_endpoint}/_emulator"
        self.ca_file, self.clusters = ca_file or told["caFile"], told["clusters"]
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = self.ca_file

    def _door(self, method, name, body=None, **parameters):
        answer = self.http.request(method, f"{self.side_door}/{name}", json=body, params=parameters, timeout=60)
        assert answer.ok, f"{method} {name}: {answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.content else None

    def calls(self, since=0, app="ours"):
        """The numbered call log after `since`: of the operator's identities, of one other, or (None) of everybody."""
        calls = self._door("GET", "calls", since=since)["calls"]
        wanted = self.operators if app == "ours" else [app]
        ids = {identity.client_id for identity in wanted if identity}
        return [call for call in calls if app is None or call.get("appId") in ids]

    def last_call(self):
        return self._door("GET", "calls", since=2**62)["last"]

    def now(self):
        return self._door("GET", "clock")["now"]

    def state(self):
        """Everything, without secrets."""
        return self._door("GET", "state")

    def add_fault(self, **fault):
        return self._door("POST", "faults", fault)

    def faults(self):
        return self._door("GET", "faults")["faults"]

    def clear_faults(self):
        self._door("DELETE", "faults")

    def settings(self, **changes):
        self._door("POST", "settings", changes)

    def turn(self, cluster, **changes):
        self._door("POST", f"clusters/{cluster}", changes)

    def prove(self, identity, **credentials):
        """What the application may prove itself with from now on: lists `secrets`, `certificates`, `federated`."""
        self._door("POST", f"applications/{identity.client_id}", credentials)

    def remove_database(self, cluster, database):
        """A leader's database goes although it is followed, which ARM refuses."""
        self.turn(cluster, databases={database: None})

    def trail(self, cluster, milliseconds):
        """How far a follower cluster is behind its leaders from now on."""
        self.turn(cluster, lagMs=milliseconds)

    def mails(self):
        """What Data Share sent."""
        return self._door("GET", "mails")["mails"]

    def ingest(self, cluster, database, table, rows=1):
        self._door("POST", "ingest", {"cluster": cluster, "database": database, "table": table, "rows": rows})


class Operator:
    """adx-operator for one namespace, with ticks shortened so that tests need no patience. Can be killed and started again."""

    def __init__(self, emulator, namespace, kubeconfig, folder, tick="2s", log_level="debug", environment=None, **options):
        self.emulator, self.folder, self.process, self.environment = emulator, folder, None, environment
        self.port = free_port()
        self.options = {
            "kubeconfig": kubeconfig, "namespaces": namespace.name,
            "azure-authority-host": emulator.authority_host, "azure-arm-endpoint": emulator.arm_endpoint,
            # Always given: an operator under test must never ask the machine that it happens to run on.
            "azure-managed-identity-host": emulator.arm_endpoint,
            "azure-ca-file": emulator.ca_file, "azure-tick": tick, "azure-operation-tick-min": "200ms",
            "azure-operation-tick-max": "1s", "azure-patience": "5s",
            "probe-interval": "1s", "secret-refresh": "2s", "metrics-address": "127.0.0.1",
            "leader-election": "false",  # alone here; what is killed and started again need not wait for a lease
            "metrics-port": self.port, "log-level": log_level, "log-format": "json", "allow-loopback-endpoints": "true",
            **{name.replace("_", "-"): value for name, value in options.items()},
        }
        self.runs = []
        self.start()

    def start(self):
        self._assert_asks_this_machine_alone()
        flags = [f"--{name}={value}" for name, value in self.options.items() if value != ""]  # "": as the configuration file says
        self.process = Process("operator", [OPERATOR, *flags], self.folder, self.environment)
        self.runs.append(self.process)
        return self

    def _assert_asks_this_machine_alone(self):
        """Whatever a test turned: the machine's real metadata endpoint, and Azure, are never asked."""
        for name in ("azure-managed-identity-host", "azure-authority-host", "azure-arm-endpoint"):
            host = urllib.parse.urlsplit(str(self.options[name])).hostname or ""
            assert host in ("127.0.0.1", "localhost") or host.endswith(".localhost"), f"{name} is not on this machine: {self.options[name]}"

    def wait_until_ready(self, timeout=PATIENCE):
        def is_ready():
            if not self.process.is_alive():
                raise RuntimeError(f"the operator ended:\n{self.process.log()[-4000:]}")
            return self._get("readyz") is not None

        wait_until(is_ready, "the operator is ready", timeout)
        return self

    def _get(self, path):
        try:
            answer = requests.get(f"http://127.0.0.1:{self.port}/{path}", timeout=10, proxies={"http": ""})
        except requests.ConnectionError:
            return None
        return answer.text if answer.status_code == 200 else None

    def metrics_text(self):
        return wait_until(lambda: self._get("metrics"), "the operator serves metrics")

    def metrics(self):
        return Samples(self.metrics_text())

    def logs(self):
        return "".join(run.log() for run in self.runs)

    def kill(self):
        self.process.kill()

    def stop(self, timeout=30):
        return self.process.stop(timeout)


class Samples:
    """Prometheus' text format, for asking."""

    def __init__(self, text):
        self.text = text
        self.names = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE")}
        lines = (line for line in text.splitlines() if line and not line.startswith("#"))
        self.samples = [self._parsed(line) for line in lines]

    @staticmethod
    def _parsed(line):
        name, labels, value = re.match(r"(\w+)(\{.*\})? (\S+)", line).groups()
        return name, dict(re.findall(r'(\w+)="((?:\\.|[^"\\])*)"', labels or "")), float(value)

    def all(self, series, /, **labels):
        """(labels, value) of each series that carries these labels."""
        return [(has, value) for named, has, value in self.samples if named == series and labels.items() <= has.items()]

    def total(self, series, /, **labels):
        return sum(value for _, value in self.all(series, **labels))


class World:
    """A namespace, an emulator with its estate, an operator between them, and an outsider's view of Azure."""

    numbers = itertools.count(1)

    def __init__(self, kube, operator_kubeconfig, estate, emulator=None, operator=None, space=None):
        self.folder = FOLDER / f"world-{next(World.numbers)}"
        self.folder.mkdir()
        self.estate, self.kube, self.kubeconfig = estate, kube, operator_kubeconfig
        self.emulator = self.operator = None
        self.space = space or kube.new_namespace()
        try:
            self.emulator = Emulator(estate, self.folder, **(emulator or {}))
            self.azure = Azure(self.emulator, estate.outsider)
            self.space.put_credentials("azure", OPERATOR_IDENTITY)
            self.operator = self.new_operator(**(operator or {}))
        except BaseException:
            self.close()
            raise

    def new_operator(self, **options):
        return Operator(self.emulator, self.space, self.kubeconfig, self.folder, **options).wait_until_ready()

    def close(self):
        """Stops both programs and lets go of the objects. The folder stays: its logs are shown when a test failed."""
        for program in (self.operator, self.emulator):
            if program and program.process.is_alive():
                program.process.stop()
        self.space.wipe()

    # -- questions to the call log ---------------------------------------------------------------------------------

    def accepted_puts(self, since=0, cluster=None):
        """Attachment PUTs of the operator that Azure accepted, in order."""
        return [
            call for call in self.emulator.calls(since)
            if call["method"] == "PUT" and "/attacheddatabaseconfigurations/" in call["path"].lower() and call["accepted"]
            and cluster in (None, call["cluster"])
        ]

    def writes(self, since=0):
        return [call for call in self.emulator.calls(since) if call["isWrite"]]

    def looks(self, cluster, since=0):
        """How often the operator listed the attachments of a cluster, which it does once in a tick."""
        listed = re.compile(r"/attacheddatabaseconfigurations(\?|$)")
        return sum(
            call["cluster"] == cluster and call["method"] == "GET" and bool(listed.search(call["path"].lower()))
            for call in self.emulator.calls(since)
        )

    def versions(self):
        """The resource version of each FollowerDatabase by its name."""
        return {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in self.space.list()}

    def wait_at_rest(self, cluster, looks=3):
        """Until a few looks at a cluster went by with nothing written: what follows a change late, a status or an event, is written by then."""

        def told():
            return self.versions(), len(self.space.events())

        def quiet():
            before, since = told(), self.emulator.last_call()
            wait_until(lambda: self.looks(cluster, since) >= looks, f"{looks} ticks went by")
            return told() == before and not self.writes(since)

        wait_until(quiet, "nothing is written any more")
