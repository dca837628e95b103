"""One run of the benchmark: a fresh control plane, an emulator, N objects, and either the operator or a replay of its writes."""

import base64
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import yaml

TOP = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(TOP / "tests" / "e2e"))

import waiting  # noqa: E402  (finds what the line above adds)
from chart import Rendered  # noqa: E402
from estate import OPERATOR, Estate, cluster_id, follower_database  # noqa: E402  (found by the line above)
from harness import Process, wait_until  # noqa: E402
from kube import Kube  # noqa: E402
from programs import Emulator, Operator  # noqa: E402

LOAD = pathlib.Path(os.environ.get("ADXF_LOAD", TOP / "build" / "bench" / "bench" / "adxf-load"))
PER_CLUSTER = 67  # attachments: Azure's documentation allows 70
TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


def processor_seconds(pid):
    """User and system time of a process so far."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS_PER_SECOND


def peak_mebibytes(pid):
    line = next(line for line in pathlib.Path(f"/proc/{pid}/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


class WideEstate(Estate):
    """Each follower cluster in a subscription of its own: else Azure's limit on writes, which the operator keeps, is all that is measured."""

    def __init__(self, count):
        super().__init__()
        self.followers = -(-count // PER_CLUSTER)
        self.late = min(count, waiting.BACKLOG)  # objects that come at the end, on clusters of their own
        self.wide = self.followers + -(-self.late // PER_CLUSTER)
        self.leader("corp", *({"name": f"Db{i:02}", "tables": []} for i in range(PER_CLUSTER + 2 * waiting.PROBES)))
        for number in range(self.wide):
            self.follower(f"reader{number:03}", subscription=subscription(number))
            self.roles.append((OPERATOR, f"/subscriptions/{subscription(number)}", "Contributor"))

    def seed(self):
        seed = super().seed()
        seed["subscriptions"] += [
            {"id": subscription(number), "tenant": "contoso.com", "resourceGroups": {"data": "westus2"}} for number in range(self.wide)
        ]
        return seed

    def objects(self, count):
        for i in range(count):
            yield on_cluster(i % self.followers, f"f{i:05}", i // self.followers)

    def backlog(self):
        for i in range(self.late):
            yield on_cluster(self.followers + i // PER_CLUSTER, f"late{i:05}", i % PER_CLUSTER)

    def one_more(self, name, number):
        """On a cluster that has many already."""
        return on_cluster(number % self.followers, name, PER_CLUSTER + number)

    def cluster_of(self, number):
        return f"reader{number % self.followers:03}"


def on_cluster(number, name, database):
    return follower_database(name, database=f"Db{database:02}",
                             followerCluster={"resourceId": cluster_id(f"reader{number:03}", subscription(number))})


def subscription(number):
    return f"5b5b5b5b-0000-4000-9000-{number:012}"


class ControlPlane:
    """A fresh API server with the resource definitions and one namespace; stopped at the end."""

    def __init__(self, name):
        self.name, self.folder = name, pathlib.Path(tempfile.mkdtemp(prefix="adxf-bench-"))
        self._testbed("up", name)
        path = self._testbed("bin").strip()
        os.environ["PATH"] = f"{path}:{os.environ['PATH']}"
        self.kube = Kube(self._testbed("kubeconfig", name).strip(), name=f"kube-{name}-{time.monotonic_ns()}")
        self.operator_kubeconfig = self._testbed("kubeconfig", name, "--operator").strip()
        self.kube.install_crds()
        self.space = self.kube.new_namespace()
        self.collection = f"/apis/adxfollower.io/v1alpha1/namespaces/{self.space.name}/followerdatabases"
        self.token = self.folder / "token"
        config = yaml.safe_load(pathlib.Path(self.kube.kubeconfig).read_text())
        self.token.write_text(config["users"][0]["user"]["token"] + "\n")
        self.token.chmod(0o600)

    def install_finalizer_policy(self):
        """From here on the API server itself puts the finalizer on new objects, as the chart has it do."""
        release = Rendered({"finalizerPolicy": {"enabled": True}})
        policies = [each for each in release.objects if each["kind"].startswith("MutatingAdmissionPolicy")]
        self.kube.kubectl("apply", "-f", "-", stdin=yaml.safe_dump_all(policies))
        probe = yaml.safe_dump({**follower_database("probe"), "metadata": {"name": "probe", "namespace": self.space.name}})
        wait_until(lambda: "finalizers" in json.loads(self.kube.kubectl("create", "--dry-run=server", "-o", "json", "-f", "-", stdin=probe))
                   ["metadata"], "new objects come with their finalizer")

    @staticmethod
    def _testbed(*arguments):
        return subprocess.run([TOP / "scripts" / "testbed", *arguments], check=True, stdout=subprocess.PIPE, text=True).stdout

    def load(self, command, *flags, lines=()):
        """Runs adxf-load to its end; what it measured."""
        text = "".join(json.dumps(line) + "\n" for line in lines)
        done = subprocess.run(self._load(command, *flags), input=text, check=True, stdout=subprocess.PIPE, text=True)
        return json.loads(done.stdout)

    def _load(self, command, *flags):
        return [LOAD, command, "--server", self.kube.server, "--token-file", self.token, "--collection", self.collection, *flags]

    def watch_for_ready(self, count):
        """Began watching; the function that is returned waits for the end and tells the moment."""
        watching = subprocess.Popen(self._load("await", "--count", str(count)), stdout=subprocess.PIPE, text=True)
        assert watching.stdout.readline().strip() == "watching"

        def wait():
            measured = json.loads(watching.stdout.readline())
            at = time.monotonic()
            assert watching.wait(30) == 0 and measured["ready"] == count
            return at

        return wait

    def close(self):
        self._testbed("down", self.name)


def run_operator(count, name, rest_seconds=60, has_finalizer_policy=False):
    """Everything that is measured with the operator; (figures, the writes that a replay makes)."""
    plane, emulator, operator = ControlPlane(name), None, None
    figures = {"objects": count}
    try:
        if has_finalizer_policy:
            plane.install_finalizer_policy()
        estate = WideEstate(count)
        emulator = Emulator(estate, plane.folder, schema_refresh_ms=0, operation_duration_ms=0, log_exchanges=False)
        plane.space.put_credentials("azure", OPERATOR)
        figures["create_seconds"] = plane.load("create", lines=estate.objects(count))["seconds"]
        all_ready = plane.watch_for_ready(count)
        emulator_before, began = processor_seconds(emulator.process.pid), time.monotonic()
        operator = start(emulator, plane)
        figures["all_ready_seconds"] = all_ready() - began
        figures["emulator_cpu_seconds"] = processor_seconds(emulator.process.pid) - emulator_before
        figures["operator_cpu_seconds"] = processor_seconds(operator.process.pid)
        figures["peak_mebibytes"] = peak_mebibytes(operator.process.pid)
        figures["kubernetes_writes"] = writes_of(operator)
        figures["azure_writes"] = sum(call["isWrite"] for call in emulator.calls())
        lists = [plane.load("list") for _ in range(3)]
        figures["raw_list_seconds"] = statistics.median(it["seconds"] for it in lists)
        figures["list_bytes"] = lists[0]["bytes"]
        operator.stop()
        began = time.monotonic()
        operator = start(emulator, plane)
        figures["restart_seconds"] = time.monotonic() - began
        figures["restart_peak_mebibytes"] = peak_mebibytes(operator.process.pid)
        figures.update(at_rest(operator, emulator, plane, rest_seconds))
        writes = [
            {"name": item["metadata"]["name"], "finalizers": item["metadata"]["finalizers"], "status": item["status"]}
            for item in plane.space.list()
        ]
        figures["idle_to_azure_seconds"] = waiting.median_time_to_azure(plane, estate, emulator, "idle", 0)
        operator.stop()
        plane.load("create", lines=estate.backlog())
        operator = start(emulator, plane)
        figures["busy_to_azure_seconds"] = waiting.median_time_to_azure(plane, estate, emulator, "busy", waiting.PROBES)
        return figures, writes
    finally:
        for program in (operator, emulator):
            if program and program.process.is_alive():
                program.process.kill()
        plane.close()


def run_replay(count, name, writes, has_finalizer_policy=False):
    """The floor: the same objects and the same writes for each, two or with the policy one, with no operator."""
    plane = ControlPlane(name)
    try:
        if has_finalizer_policy:
            plane.install_finalizer_policy()
        plane.load("create", lines=WideEstate(count).objects(count))
        all_ready = plane.watch_for_ready(count)
        began = time.monotonic()
        measured = plane.load("replay", lines=writes)
        all_ready()
        return {"objects": count, "replay_seconds": measured["seconds"], "with_preparation": time.monotonic() - began}
    finally:
        plane.close()


def start(emulator, plane):
    """The operator as it ships: no setting of the tests but those that say where Azure is."""
    as_it_ships = dict.fromkeys(("azure_operation_tick_min", "azure_operation_tick_max", "azure_patience", "probe_interval",
                                 "secret_refresh", "log_level"), "")
    operator = Operator(emulator, plane.space, plane.operator_kubeconfig, plane.folder, tick="", **as_it_ships)
    wait_until(lambda: operator._get("readyz") is not None, "the operator is ready", every=0.01)
    return operator


def writes_of(operator):
    metrics = operator.metrics()
    return sum(metrics.total("rest_client_requests_total", method=method) for method in ("PUT", "POST", "PATCH", "DELETE"))


def has_come_to_rest(operator, span=10):
    before = writes_of(operator)
    time.sleep(span)
    return writes_of(operator) == before


def at_rest(operator, emulator, plane, seconds):
    """What it costs when nothing happens."""
    wait_until(lambda: has_come_to_rest(operator), "nothing is written any more", timeout=600, every=0)
    versions = {item["metadata"]["name"]: item["metadata"]["resourceVersion"] for item in plane.space.list()}
    writes, calls, cpu = writes_of(operator), emulator.last_call(), processor_seconds(operator.process.pid)
    time.sleep(seconds)
    used = processor_seconds(operator.process.pid) - cpu
    figures = {
        "idle_cpu_seconds_per_hour": used * 3600 / seconds,
        "calls_per_hour": (emulator.last_call() - calls) * 3600 / seconds,
        "writes_at_rest": writes_of(operator) - writes,
        "changed_at_rest": sum(
            item["metadata"]["resourceVersion"] != versions[item["metadata"]["name"]] for item in plane.space.list()
        ),
    }
    scrapes = []
    for _ in range(5):
        began = time.monotonic()
        figures["scrape_bytes"] = len(operator.metrics_text())
        scrapes.append(time.monotonic() - began)
    figures["scrape_seconds"] = statistics.median(scrapes)
    figures["scraped_peak_mebibytes"] = peak_mebibytes(operator.process.pid)
    return figures
