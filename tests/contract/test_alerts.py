"""The alerts of charts/adx-follower-operator/rules: Prometheus' own tool takes the rules and runs their tests in tests/alerts, and each alert is
shown firing and silent, says what it is about, and has a page in the runbook."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

TOP = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(TOP / "tests/contract"))

import metric_names  # noqa: E402  (found by the line above)
from metric_names import RULES  # noqa: E402

CASES = sorted((TOP / "tests/alerts").glob("*_test.yaml"))
RUNBOOK = TOP / "docs/runbook"


def rules_of(file):
    return [rule for group in yaml.safe_load(file.read_text())["groups"] for rule in group["rules"]]


RULE_OF = {rule["alert"]: rule for file in RULES for rule in rules_of(file) if "alert" in rule}
ALERTS = sorted(RULE_OF)


def cases():
    """(alert, whether it is expected to fire) of every case."""
    return [(case["alertname"], bool(case["exp_alerts"])) for file in CASES
            for test in yaml.safe_load(file.read_text())["tests"] for case in test.get("alert_rule_test", [])]


def promtool(*arguments):
    program = shutil.which("promtool")
    assert program, "promtool is not installed: scripts/setup python"
    done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=300, cwd=TOP)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_there_are_rules_and_each_file_has_its_tests():
    assert [file.stem for file in RULES] == [file.stem.removesuffix("_test") for file in CASES]
    assert len(ALERTS) == sum("alert" in rule for file in RULES for rule in rules_of(file)), "two alerts have the same name"


def test_promtool_takes_the_rules():
    told = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)

    assert told.count("SUCCESS") == len(RULES), told


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_the_alerts_fire_and_stay_silent_as_told(file):
    assert "SUCCESS" in promtool("test", "rules", file)


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_is_shown_firing_and_silent(alert):
    assert {fires for name, fires in cases() if name == alert} == {True, False}


def test_no_case_is_about_an_alert_that_does_not_exist():
    assert {name for name, _ in cases()} <= set(ALERTS)


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_says_what_it_is_about_and_where_to_read_on(alert):
    rule = RULE_OF[alert]

    assert rule["labels"]["severity"] in ("critical", "warning", "info")
    assert all(rule["annotations"][name] for name in ("summary", "description"))
    assert rule["annotations"]["runbook_url"] == f"docs/runbook/alert-{alert}.md", "the chart puts a base in front"
    assert (TOP / rule["annotations"]["runbook_url"]).exists()


def test_the_runbook_has_no_page_about_an_alert_that_does_not_exist():
    assert {page.stem.removeprefix("alert-") for page in RUNBOOK.glob("alert-*.md")} == set(ALERTS)


@pytest.mark.parametrize("page", ["docs/runbook/README.md", "docs/monitoring.md"])
def test_the_lists_of_alerts_are_complete_and_tell_the_severity(page):
    rows = re.findall(r"^\| \[(\w+)\]\(\S*alert-\1\.md\) \| (\w+) \|", (TOP / page).read_text(), re.MULTILINE)

    assert dict(rows) == {alert: rule["labels"]["severity"] for alert, rule in RULE_OF.items()}


def test_the_reasons_that_rules_name_exist():
    declared = {name for file in (TOP / "src/kinds").glob("*/conditions.hpp") for name in re.findall(r'"(\w+)"', file.read_text())}
    text = "".join(file.read_text() for file in RULES)
    named = {name for alternatives in re.findall(r'reason=~?"([^"]+)"', text) for name in alternatives.split("|")}

    assert named and named <= declared


@pytest.mark.parametrize("file", RULES, ids=lambda file: file.stem)
def test_rules_ask_only_for_metrics_that_there_are(file):
    assert {unknown for rule in rules_of(file) for unknown in metric_names.unknown(rule["expr"])} == set()
