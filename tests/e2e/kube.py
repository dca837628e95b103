"""The API server as a user sees it: kubectl for what a user does, one HTTP session for looking often."""

import base64
import json
import os
import pathlib
import shutil
import subprocess
import uuid

import requests
import yaml

from harness import FOLDER, PATIENCE, TOP, wait_until

GROUP = "/apis/adxfollower.io/v1alpha1"
CREDENTIALS_TYPE = "adxfollower.io/azure-credentials"
PLURALS = {"followerdb": "followerdatabases", "dshare": "datashares", "dinv": "invitations"}  # by kubectl's short names


class Kube:
    """One administrator's connection, from the kubeconfig that KUBECONFIG names."""

    def __init__(self, kubeconfig, name="kube"):
        self.kubeconfig = str(kubeconfig)
        self.folder = FOLDER / name
        self.folder.mkdir()
        self.discovery = self.folder / "discovery"  # kubectl's own is named by port, and ports come again
        config = yaml.safe_load(pathlib.Path(kubeconfig).read_text())
        context = next(c["context"] for c in config["contexts"] if c["name"] == config["current-context"])
        cluster = next(c["cluster"] for c in config["clusters"] if c["name"] == context["cluster"])
        user = next(u["user"] for u in config["users"] if u["name"] == context["user"])
        self.server = cluster["server"]
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = self._file(cluster, "certificate-authority") or not cluster.get("insecure-skip-tls-verify", False)
        if "token" in user:
            self.http.headers["Authorization"] = f"Bearer {user['token']}"
        certificate = self._file(user, "client-certificate")
        if certificate:
            self.http.cert = (certificate, self._file(user, "client-key"))

    def _file(self, entry, key):
        if f"{key}-data" not in entry:
            return entry.get(key)
        path = self.folder / f"{key}-{uuid.uuid4().hex}"
        path.write_bytes(base64.b64decode(entry[f"{key}-data"]))
        return str(path)

    def kubectl(self, *arguments, stdin=None, check=True):
        """Runs kubectl; its standard output. Not `check`: the finished process, whatever came of it."""
        done = subprocess.run(
            ["kubectl", "--kubeconfig", self.kubeconfig, "--cache-dir", str(self.discovery), *arguments],
            input=stdin, capture_output=True, text=True, timeout=120, env=os.environ,
        )
        if not check:
            return done
        assert done.returncode == 0, f"kubectl {' '.join(arguments)}: {done.stderr}\n{stdin or ''}"
        return done.stdout

    def get(self, path, **parameters):
        answer = self.http.get(self.server + path, params=parameters, timeout=30)
        assert answer.status_code == 200, f"GET {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def install_crds(self):
        self.kubectl("apply", "--server-side", "--force-conflicts", "-f", str(TOP / "crds"))
        self.wait_until_served()
        wait_until(self._knows_category, "kubectl knows the category adx")

    def wait_until_served(self):
        """Each kind can be listed. "Established" is not enough: the server opens the storage at the first request, and answers 429
        for a moment. A definition deleted in that moment may stay until the server's next resync: its own retry meets a conflict
        and gives up (seen once in 25 deletions, after "storage is (re)initializing")."""
        for plural in PLURALS.values():
            listed = f"{self.server}{GROUP}/{plural}"
            wait_until(lambda listed=listed: self.http.get(listed, timeout=30).status_code == 200, f"{plural} can be listed")

    def _knows_category(self):
        shutil.rmtree(self.discovery, ignore_errors=True)  # else kubectl believes for hours what it saw first
        return self.kubectl("get", "adx", "--all-namespaces", check=False).returncode == 0

    def new_namespace(self):
        name = f"e2e-{uuid.uuid4().hex[:8]}"
        self.kubectl("create", "namespace", name)
        return Namespace(self, name)


class Namespace:
    """A namespace of one test, and the objects in it: FollowerDatabases unless `kind` says otherwise."""

    def __init__(self, kube, name):
        self.kube = kube
        self.name = name

    def kubectl(self, *arguments, **options):
        return self.kube.kubectl("--namespace", self.name, *arguments, **options)

    # -- what a user does ------------------------------------------------------------------------------------------

    def apply(self, *objects):
        text = yaml.safe_dump_all([{**o, "metadata": {**o["metadata"], "namespace": self.name}} for o in objects])
        self.kubectl("apply", "-f", "-", stdin=text)

    def put_credentials(self, name, identity, kind=CREDENTIALS_TYPE, **changes):
        values = {"tenantId": identity.tenant, "clientId": identity.client_id, "clientSecret": identity.secret, **changes}
        self.apply({"apiVersion": "v1", "kind": "Secret", "type": kind, "metadata": {"name": name}, "stringData": values})

    def merge(self, name, kind="followerdb", **spec):
        """Changes fields of the spec; None removes one."""
        self.kubectl("patch", kind, name, "--type", "merge", "-p", json.dumps({"spec": spec}))

    def look_again(self, name, kind="followerdb"):
        stamp = uuid.uuid4().hex
        self.kubectl("annotate", kind, name, "--overwrite", f"adxfollower.io/reconcile-at={stamp}")

    def delete(self, name, wait=True, kind="followerdb"):
        self.kubectl("delete", kind, name, f"--wait={str(wait).lower()}", "--timeout", f"{PATIENCE:.0f}s")

    # -- what a user sees ------------------------------------------------------------------------------------------

    def list(self, kind="followerdb"):
        return self.kube.get(f"{GROUP}/namespaces/{self.name}/{PLURALS[kind]}")["items"]

    def find(self, name, kind="followerdb"):
        """The object, or None when there is none."""
        answer = self.kube.http.get(f"{self.kube.server}{GROUP}/namespaces/{self.name}/{PLURALS[kind]}/{name}", timeout=30)
        assert answer.status_code in (200, 404), f"{answer.status_code} {answer.text[:500]}"
        return answer.json() if answer.status_code == 200 else None

    def conditions(self, name, kind="followerdb"):
        return conditions_of(self.find(name, kind))

    def events(self):
        return self.kube.get(f"/api/v1/namespaces/{self.name}/events")["items"]

    def events_of(self, name, reason):
        """How often the object told that reason in an event; a series counts as its events."""
        found = [e for e in self.events() if e["involvedObject"]["name"] == name and e["reason"] == reason]
        return sum((e.get("series") or {}).get("count") or e.get("count") or 1 for e in found)

    def wait_ready(self, name, timeout=PATIENCE, kind="followerdb"):
        def ready():
            item = self.find(name, kind)
            assert is_ready(item), brief(item)
            return item

        return wait_until(ready, f"{name} is Ready", timeout)

    def wait_all_ready(self, count, timeout=PATIENCE):
        def all_ready():
            ready = sum(is_ready(item) for item in self.list())
            assert ready >= count, f"{ready} of {count} are Ready; the first that is not: {self._first_unready()}"
            return True

        return wait_until(all_ready, f"{count} objects in {self.name} are Ready", timeout, every=0.5)

    def wait_reason(self, name, reason, timeout=PATIENCE, kind="followerdb"):
        """A condition with that reason, of the generation that is stored now: Ready before others, whose order is a matter of moments."""

        def find():
            item = self.find(name, kind)
            found = [c for c in conditions_of(item).values() if c["reason"] == reason]
            current = [c for c in found if c["observedGeneration"] == item["metadata"]["generation"]]
            assert current, brief(item)
            return min(current, key=lambda c: c["type"] != "Ready")

        return wait_until(find, f"{name} tells {reason}", timeout)

    def wait_gone(self, name, timeout=PATIENCE, kind="followerdb"):
        wait_until(lambda: self.find(name, kind) is None, f"{name} is gone", timeout)

    def _first_unready(self):
        return next((brief(item) for item in self.list() if not is_ready(item)), None)

    def wipe(self):
        """Lets go of everything without asking the operator; for the end of a test."""
        for kind in PLURALS:
            self._wipe(kind)
        self.kube.kubectl("delete", "namespace", self.name, "--wait=false", check=False)
        for kind in PLURALS:
            wait_until(lambda: not self.list(kind), f"{self.name} is empty of {kind}")

    def _wipe(self, kind):
        collection = f"{self.kube.server}{GROUP}/namespaces/{self.name}/{PLURALS[kind]}"
        self.kube.http.delete(collection, timeout=60)
        for item in self.list(kind):
            self.kube.http.patch(f"{collection}/{item['metadata']['name']}", data='{"metadata":{"finalizers":null}}', timeout=30,
                                 headers={"Content-Type": "application/merge-patch+json"})


def conditions_of(item):
    return {c["type"]: c for c in (item or {}).get("status", {}).get("conditions", [])}


def is_ready(item):
    """Ready, and about the spec that is stored now."""
    ready = conditions_of(item).get("Ready", {})
    generation = (item or {}).get("metadata", {}).get("generation")
    return ready.get("status") == "True" and item["status"].get("observedGeneration") == generation


def brief(item):
    """An object in one line, for messages."""
    if item is None:
        return "absent"
    told = {t: f"{c['status']} {c['reason']}: {c['message']}" for t, c in conditions_of(item).items()}
    return f"{item['metadata']['name']} generation {item['metadata']['generation']}: {told}"
