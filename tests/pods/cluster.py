"""What the tests of real pods act through: the release of the chart, its pods, and their processes on this machine."""

import os
import pathlib
import shutil
import subprocess

import requests
import yaml

from harness import FOLDER, TOP, wait_for_ready_file, wait_until, EMULATOR, Process
from programs import free_port

CHART = pathlib.Path(os.environ.get("ADXF_CHART", TOP / "charts" / "adx-follower-operator"))
SPACE, RELEASE = "adx-system", "adx"
DEPLOYMENT = "adx-adx-follower-operator"


class SampleAzure:
    """The emulator with the estate of the samples, as `make demo` has it, on this machine: pods share its network."""

    def __init__(self):
        ready = FOLDER / "emulator-ready.json"
        command = [EMULATOR, "--seed", TOP / "emulator/seeds/contoso.yaml", "--ca-dir", FOLDER, "--ready-file", ready]
        self.process = Process("emulator", command, FOLDER)
        told = wait_for_ready_file(ready, self.process)
        self.arm_endpoint, self.authority_host = told["armEndpoint"], told["authorityHost"]
        self.ca_file = pathlib.Path(told["caFile"])
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = str(self.ca_file)

    def accepted_writes(self, path, method="PUT"):
        calls = self.http.get(f"{self.arm_endpoint}/_emulator/calls", params={"since": 0}, timeout=60).json()["calls"]
        return [call for call in calls if call["method"] == method and path in call["path"].lower() and call["accepted"]]

    def state(self):
        return self.http.get(f"{self.arm_endpoint}/_emulator/state", timeout=60).json()


class Release:
    """The operator as the chart installs it, on the network of the machine and against the emulator."""

    def __init__(self, kube, azure, image, user):
        self.kube, self.azure, self.user = kube, azure, user
        self.repository, _, self.tag = image.rpartition(":")
        self.port = free_port()

    def values(self):
        host, _, port = self.kube.server.removeprefix("https://").rpartition(":")

        def probe(path):
            asked = {"host": "127.0.0.1", "path": path, "port": self.port}
            return {"httpGet": asked, "periodSeconds": 2, "timeoutSeconds": 10, "failureThreshold": 30}

        return {
            "image": {"repository": self.repository, "tag": self.tag, "pullPolicy": "Never"},
            "podSecurityContext": {
                "runAsNonRoot": True, "runAsUser": self.user, "runAsGroup": self.user, "seccompProfile": {"type": "RuntimeDefault"},
            },
            # No scheduler and no network of pods: this is the one node, and its network is the machine's.
            "extraPodSpec": {"hostNetwork": True, "nodeName": "localhost"},
            "extraEnv": [{"name": "KUBERNETES_SERVICE_HOST", "value": host}, {"name": "KUBERNETES_SERVICE_PORT", "value": port}],
            "extraVolumes": [{"name": "authority", "configMap": {"name": "authority"}}],
            "extraVolumeMounts": [{"name": "authority", "mountPath": "/etc/authority", "readOnly": True}],
            "livenessProbe": probe("/healthz"), "readinessProbe": probe("/readyz"),
            "config": {
                "allowLoopbackEndpoints": True, "metrics": {"port": self.port, "address": "127.0.0.1"},
                "azure": {"authorityHost": self.azure.authority_host, "armEndpoint": self.azure.arm_endpoint, "caFile": "/etc/authority/ca.pem",
                          "tick": "2s", "operationTickMin": "200ms", "operationTickMax": "1s"},
            },
        }

    def install(self):
        self.kube.kubectl("create", "namespace", SPACE)
        self.kube.kubectl("--namespace", SPACE, "create", "configmap", "authority", f"--from-file=ca.pem={self.azure.ca_file}")
        self.upgrade()

    def upgrade(self):
        helm = os.environ.get("ADXF_HELM") or shutil.which("helm")
        assert helm, "there is no helm: export ADXF_HELM=$(scripts/testbed helm)"
        home = FOLDER / "helm"
        own = {f"HELM_{name}_HOME": str(home / name) for name in ("CACHE", "CONFIG", "DATA")} | {"KUBECACHEDIR": str(home / "kube")}
        command = [helm, "upgrade", "--install", RELEASE, CHART, "--namespace", SPACE, "--kubeconfig", self.kube.kubeconfig, "--values", "-"]
        done = subprocess.run([str(part) for part in command], input=yaml.safe_dump(self.values()), capture_output=True, text=True, timeout=300,
                              env={**os.environ, **own})
        assert done.returncode == 0, done.stderr

    def pods(self):
        """The pods that are not about to go. There is no scheduler: a pod that comes before its port is free is refused by the node, and another
        one is made.
        """
        found = self.kube.get(f"/api/v1/namespaces/{SPACE}/pods", labelSelector=f"app.kubernetes.io/instance={RELEASE}")["items"]
        return [pod for pod in found if "deletionTimestamp" not in pod["metadata"] and pod["status"].get("reason") != "NodePorts"]

    def wait_ready(self, other_than=None, restarts=0):
        """The one pod, Ready; not the one of that name; restarted so often."""

        def ready():
            pods = [pod for pod in self.pods() if pod["metadata"]["name"] != other_than]
            assert len(pods) == 1 and pods[0]["status"]["phase"] == "Running", [told(pod) for pod in pods]
            [container] = pods[0]["status"]["containerStatuses"]
            assert container["ready"] and container["restartCount"] >= restarts, told(pods[0])
            return pods[0]

        return wait_until(ready, "a pod of the operator is Ready")

    def logs(self, *options):
        return self.kube.kubectl("--namespace", SPACE, "logs", f"deployment/{DEPLOYMENT}", *options, check=False).stdout

    def lease_holder(self):
        found = self.kube.get(f"/apis/coordination.k8s.io/v1/namespaces/{SPACE}/leases")["items"]
        return found[0]["spec"].get("holderIdentity") if found else None


def told(pod):
    return {"name": pod["metadata"]["name"], **{key: pod["status"].get(key) for key in ("phase", "containerStatuses", "conditions")}}


def process_of(pod):
    """The id, on this machine, of the first process of the pod's one container."""
    container = pod["status"]["containerStatuses"][0]["containerID"].partition("://")[2]
    for entry in pathlib.Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if container in (entry / "cgroup").read_text() and os.readlink(entry / "exe").endswith("/adx-operator"):
                    return int(entry.name)
            except OSError:
                continue
    raise AssertionError(f"no process runs in the container {container}")
