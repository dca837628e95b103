"""A Prometheus of its own (Debian's package), and a Grafana dashboard as far as its queries go."""

import json
import math
import re
import shutil

import pytest
import requests
import yaml

from harness import Process, TOP, wait_until
from programs import free_port

CHART = TOP / "charts" / "adx-follower-operator"
RULES = sorted((CHART / "rules").glob("*.yaml"))
DASHBOARDS = sorted((CHART / "dashboards").glob("*.json"))


class Prometheus:
    """Scrapes one operator every second, as a ServiceMonitor would have it: with labels of the target that the operator's own must survive."""

    def __init__(self, operator, folder):
        program = shutil.which("prometheus")
        if not program:
            pytest.fail("prometheus is not installed: scripts/setup testbed")
        self.port = free_port()
        config = folder / "prometheus.yaml"
        config.write_text(yaml.safe_dump({
            "global": {"scrape_interval": "1s", "evaluation_interval": "1s"},
            "rule_files": [str(file) for file in RULES],
            "scrape_configs": [{
                "job_name": "adx-follower-operator", "honor_labels": True,
                "static_configs": [{"targets": [f"127.0.0.1:{operator.port}"], "labels": {"namespace": "adx-follower-operator", "pod": "adx-0"}}],
            }],
        }))
        self.process = Process("prometheus", [
            program, f"--config.file={config}", f"--storage.tsdb.path={folder / 'prometheus'}", f"--web.listen-address=127.0.0.1:{self.port}",
            "--query.lookback-delta=1m", "--log.level=warn",
        ], folder)
        self.http = requests.Session()
        self.http.trust_env = False
        wait_until(self._is_ready, "Prometheus is ready")

    def _is_ready(self):
        if not self.process.is_alive():
            raise RuntimeError(f"Prometheus ended:\n{self.process.log()[-4000:]}")
        try:
            return self.http.get(f"http://127.0.0.1:{self.port}/-/ready", timeout=10).ok
        except requests.ConnectionError:
            return False

    def stop(self):
        return self.process.stop()

    def get(self, path, **parameters):
        answer = self.http.get(f"http://127.0.0.1:{self.port}/api/v1/{path}", params=parameters, timeout=60)
        assert answer.ok, f"{path} {parameters}: {answer.text[:500]}"
        return answer.json()["data"]

    def now(self):
        """By its own clock, as it answers queries."""
        return float(self.get("query", query="time()")["result"][1])

    def series(self, expression, since=None):
        """The series that an expression yields with a number: now, or at some time after `since`."""
        if since is None:
            found = self.get("query", query=expression)["result"]
            return [each for each in found if is_number(each["value"])]
        end = self.now()  # the last step falls on it, so that what is new is seen
        found = self.get("query_range", query=expression, start=end - math.ceil(end - since), end=end, step="1s")["result"]
        return [each for each in found if any(map(is_number, each["values"]))]

    def label_values(self, selector, label, since):
        return self.get(f"label/{label}/values", start=since, end=self.now(), **{"match[]": selector})

    def rules(self):
        """Rules with the name of their group."""
        return [{**rule, "group": group["name"]} for group in self.get("rules")["groups"] for rule in group["rules"]]


def is_number(sample):
    return math.isfinite(float(sample[1]))


class Dashboard:
    """What Grafana would ask, with its variables filled in."""

    def __init__(self, file):
        self.name = file.stem
        self.json = json.loads(file.read_text())
        self.variables = [each for each in self.json["templating"]["list"] if each["type"] == "query"]

    def panels(self):
        return [panel for panel in self.json["panels"] if panel["type"] != "row"]

    def fill(self, prometheus, since, chosen):
        """Values of the variables, each asked for with those before it: as `chosen`, else all where several may be, else the first."""
        values = {}
        for variable in self.variables:
            selector, label = re.fullmatch(r"label_values\((.*), (\w+)\)", variable["query"]["query"]).groups()
            found = prometheus.label_values(filled(selector, values), label, since)
            assert found, f"{self.name}: the variable {variable['name']} has no values: {variable['query']['query']}"
            every = variable.get("allValue") if variable["multi"] else found[0]
            values[variable["name"]] = chosen.get(variable["name"], every)
            assert values[variable["name"]] in [*found, variable.get("allValue")], f"{variable['name']}: {found}"
        return values


def filled(expression, values):
    """The text of a query with Grafana's variables replaced; `$1` of label_replace is none."""
    known = {"__rate_interval": "30s", "__range": "10m", "__interval": "5s", **values}
    return re.sub(r"\$(\w+)", lambda found: known.get(found.group(1), found.group(0)), expression)
