"""Rules and dashboards as the chart hands them to Kubernetes: nothing lost on the way, and fit to be found by whoever looks for them."""

import copy
import subprocess

import pytest
import yaml

from chart import Rendered
from prometheus import DASHBOARDS, RULES

ALERTS_ON = {"prometheusRule": {"enabled": True}}
DASHBOARDS_ON = {"grafanaDashboards": {"enabled": True}}


def rendered(kind, values=None, release="team-a"):
    return Rendered(values, release=release).all(kind)


def dashboards_of(maps):
    return [each for each in maps if any(key.endswith(".json") for key in each["data"])]


def written():
    return [group for file in RULES for group in yaml.safe_load(file.read_text())["groups"]]


def alerts_of(groups):
    return {rule["alert"]: rule for group in groups for rule in group["rules"] if "alert" in rule}


def test_nothing_of_it_is_there_unless_asked_for():
    assert rendered("PrometheusRule") == [] and dashboards_of(rendered("ConfigMap")) == []


def test_the_rules_arrive_as_they_are_written(tmp_path):
    [made] = rendered("PrometheusRule", ALERTS_ON)

    assert made["spec"]["groups"] == written()
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump(made["spec"]))
    checked = subprocess.run(["promtool", "check", "rules", str(file)], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_values_name_and_route_the_rules():
    [made] = rendered("PrometheusRule", {"prometheusRule": {
        "enabled": True, "namespace": "monitoring", "labels": {"release": "stack", "app.kubernetes.io/name": "mine"}, "annotations": {"why": "ours"},
        "alertLabels": {"team": "data", "severity": "page"}, "alertAnnotations": {"dashboard": "adxfollower-fleet"},
        "disabled": ["AdxFollowerDrifted"], "runbookBaseUrl": "https://git.example.com/runbook/",
    }})
    meta, alerts, plain = made["metadata"], alerts_of(made["spec"]["groups"]), alerts_of(written())

    assert meta["namespace"] == "monitoring" and meta["annotations"] == {"why": "ours"}
    assert meta["labels"].items() >= {"release": "stack", "app.kubernetes.io/name": "mine", "app.kubernetes.io/instance": "team-a"}.items()
    assert set(plain) - set(alerts) == {"AdxFollowerDrifted"}
    for name, alert in alerts.items():
        expected = copy.deepcopy(plain[name])
        expected["labels"] |= {"team": "data", "severity": "page"}
        expected["annotations"] |= {"dashboard": "adxfollower-fleet", "runbook_url": f"https://git.example.com/runbook/alert-{name}.md"}
        assert alert == expected


def test_the_dashboards_arrive_as_they_are_and_the_api_server_takes_them(kube):
    maps = dashboards_of(rendered("ConfigMap", {"grafanaDashboards": {
        "enabled": True, "namespace": "default", "label": "find_me", "labelValue": "yes", "labels": {"team": "data"}, "annotations": {"grafana_folder": "ADX"}}}))

    assert {name: text.strip() for each in maps for name, text in each["data"].items()} == {file.name: file.read_text().strip() for file in DASHBOARDS}
    for each in maps:
        assert each["metadata"]["labels"].items() >= {"find_me": "yes", "team": "data"}.items()
        assert each["metadata"]["annotations"] == {"grafana_folder": "ADX"}
    kube.kubectl("apply", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump_all(maps))


@pytest.mark.parametrize("kind, values", [("PrometheusRule", ALERTS_ON), ("ConfigMap", DASHBOARDS_ON)])
def test_a_long_name_of_a_release_is_no_trouble(kind, values):
    names = [each["metadata"]["name"] for each in rendered(kind, values, release="a-release-with-a-name-as-long-as-helm-allows-it-53-ch")]

    assert names and all(len(name) <= 63 for name in names) and len(set(names)) == len(names)
