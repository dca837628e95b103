"""The charts as helm makes objects of them."""

import os
import re
import shutil
import subprocess

import yaml

from harness import FOLDER, TOP

OPERATOR_CHART = TOP / "charts" / "adx-follower-operator"
EMULATOR_CHART = TOP / "charts" / "adx-emulator"
SETTINGS_PAGE = TOP / "docs" / "configuration.md"


def helm(*arguments, values=None, check=True, **environment):
    """Runs helm with caches of its own, so that nothing is left in the home and nothing of an earlier control plane is believed."""
    program = os.environ.get("ADXF_HELM") or shutil.which("helm")
    assert program, "there is no helm: export ADXF_HELM=$(scripts/testbed helm)"
    home = FOLDER / "helm"
    own = {f"HELM_{name}_HOME": str(home / name) for name in ("CACHE", "CONFIG", "DATA")} | {"KUBECACHEDIR": str(home / "kube")}
    given = [] if values is None else ["--values", "-"]
    done = subprocess.run([program, *map(str, arguments), *given], input=None if values is None else yaml.safe_dump(values),
                          capture_output=True, text=True, timeout=180, env={**os.environ, **own, **environment})
    assert not check or done.returncode == 0, f"helm {' '.join(map(str, arguments))}: {done.stderr}\n{values or ''}"
    return done


class Rendered:
    """What a release would consist of."""

    def __init__(self, values=None, *flags, release="adx", namespace="here", chart=OPERATOR_CHART):
        text = helm("template", release, chart, "--namespace", namespace, *flags, values=values or {}).stdout
        self.objects = [each for each in yaml.safe_load_all(text) if each]

    def all(self, kind):
        return [each for each in self.objects if each["kind"] == kind]

    def kinds(self):
        return {each["kind"] for each in self.objects}

    def one(self, kind, ending=""):
        [found] = [each for each in self.all(kind) if each["metadata"]["name"].endswith(ending)]
        return found

    def pod(self):
        return self.one("Deployment")["spec"]["template"]

    def container(self):
        return self.pod()["spec"]["containers"][0]

    def settings(self):
        return yaml.safe_load(self.one("ConfigMap", "-config")["data"]["config.yaml"])


def refusal(values, *flags, chart=OPERATOR_CHART):
    """What helm says of values that it does not take."""
    done = helm("template", "adx", chart, "--namespace", "here", *flags, values=values, check=False)
    assert done.returncode != 0, f"these values were taken: {values}"
    return done.stderr


def documented_settings():
    """The settings with a name in YAML, as docs/configuration.md lists them: path to default."""
    return dict(re.findall(r"^\| `([\w.]+)` \| `--[\w-]+` \| `\w+` \| (?:`([^`]*)`)? ?\|", SETTINGS_PAGE.read_text(), re.MULTILINE))


def understood(settings):
    """Of settings that the chart writes those that the program of this tree knows."""
    known = documented_settings()
    return tree_of({path: value for path, value in paths_of(settings).items() if path in known})


def tree_of(leaves):
    """Nested maps of dotted paths."""
    tree = {}
    for path, value in leaves.items():
        *groups, last = path.split(".")
        place = tree
        for group in groups:
            place = place.setdefault(group, {})
        place[last] = value
    return tree


def paths_of(tree, prefix=""):
    """The dotted paths of all leaves."""
    if not isinstance(tree, dict):
        return {prefix[:-1]: tree}
    return {path: value for key, below in tree.items() for path, value in paths_of(below, f"{prefix}{key}.").items()}
