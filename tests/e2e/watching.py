"""Every version of an object that a watch shows, and what others make of it: kstatus (Flux, Helm) and the health script for Argo CD."""

import json
import os
import re
import shutil
import subprocess
import threading

import requests
import yaml

from harness import TOP, wait_until
from kube import GROUP, PLURALS


class Watch:
    """Keeps each version of the objects of a kind in a namespace, in the API server's order, from before the first was made."""

    def __init__(self, space, kind):
        kube, self.versions = space.kube, []
        path = f"{GROUP}/namespaces/{space.name}/{PLURALS[kind]}"
        since = kube.get(path)["metadata"]["resourceVersion"]
        self.http = requests.Session()  # of this thread alone
        self.http.trust_env, self.http.verify, self.http.cert = False, kube.http.verify, kube.http.cert
        self.http.headers.update(kube.http.headers)
        self.answer = self.http.get(f"{kube.server}{path}", params={"watch": "true", "resourceVersion": since}, stream=True, timeout=600)
        assert self.answer.status_code == 200, self.answer.text[:500]
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self):
        for line in self.answer.iter_lines(chunk_size=None):
            event = json.loads(line)
            self.versions.append({"type": event["type"], **event["object"]})

    def life_of(self, name):
        """All versions of an object that is gone."""

        def seen():
            versions = [item for item in self.versions if item["metadata"]["name"] == name]
            return versions if versions and versions[-1]["type"] == "DELETED" else None

        return wait_until(seen, f"the watch shows the end of {name}")


def kstatus_of(versions):
    """What kstatus says of each: {status, message, flux}."""
    program = os.environ.get("ADXF_KSTATUS")
    assert program, "there is no kstatus: export ADXF_KSTATUS=$(scripts/testbed kstatus)"
    lines = "".join(json.dumps(item) + "\n" for item in versions)
    done = subprocess.run([program], input=lines, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]


def health_script():
    """The script on docs/gitops.md, as Argo CD would find it for any of our kinds."""
    page = (TOP / "docs" / "gitops.md").read_text()
    maps = [yaml.safe_load(block) for block in re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)]
    settings = next(item["data"] for item in maps if item["metadata"]["name"] == "argocd-cm")
    return yaml.safe_load(settings["resource.customizations"])["adxfollower.io/*"]["health.lua"]


def argo_health_of(versions):
    """(status, message) that the health script gives for each, in a real interpreter without the standard library, as in Argo CD."""
    lua = shutil.which("lua5.4")
    assert lua, "there is no lua5.4: run scripts/setup testbed"
    program = "local print, load, tostring = print, load, tostring\n"
    program += f"local script = {lua_of(health_script())}\n"
    for item in versions:
        program += f"do local hs = load(script, 'health', 't', {{ipairs = ipairs, pairs = pairs, obj = {lua_of(item)}}})() "
        program += "print(hs.status .. '\\t' .. tostring(hs.message)) end\n"
    done = subprocess.run([lua, "-"], input=program, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return [tuple(line.split("\t", 1)) for line in done.stdout.splitlines()]


def lua_of(value):
    """JSON as a Lua expression."""
    if value is None:
        return "nil"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, (int, float)):
        return repr(value)
    if isinstance(value, str):
        return '"' + "".join(c if c.isascii() and (c.isalnum() or c in " ./:-") else "".join(f"\\{b:03d}" for b in c.encode()) for c in value) + '"'
    if isinstance(value, list):
        return "{" + ", ".join(lua_of(item) for item in value) + "}"
    return "{" + ", ".join(f"[{lua_of(key)}] = {lua_of(item)}" for key, item in value.items()) + "}"
