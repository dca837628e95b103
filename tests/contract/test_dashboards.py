"""The dashboards of charts/adx-follower-operator: generated from their sources, complete, and asking only for metrics that the operator has."""

import json
import re
import sys
from pathlib import Path

import pytest

TOP = Path(__file__).resolve().parents[2]
FOLDER = TOP / "charts/adx-follower-operator/dashboards"
sys.path[:0] = [str(TOP / "scripts/lib"), str(TOP / "tests/contract")]

import dashboards  # noqa: E402  (found by the line above)
import metric_names  # noqa: E402

MADE = dashboards.generated(FOLDER / "src")
EVERY = pytest.mark.parametrize("name", sorted(MADE))


def panels(name):
    return [panel for panel in json.loads(MADE[name])["panels"] if panel["type"] != "row"]


def queries(name):
    variables = [each["definition"] for each in json.loads(MADE[name])["templating"]["list"] if each["type"] == "query"]
    return variables + [target["expr"] for panel in panels(name) for target in panel["targets"]]


def test_what_is_checked_in_is_what_the_sources_make():
    kept = {file.name: file.read_text() for file in FOLDER.glob("*.json")}

    assert sorted(kept) == sorted(MADE)
    assert [name for name in MADE if kept[name] != MADE[name]] == [], "run make generate"


@EVERY
def test_panels_have_numbers_and_titles_of_their_own_and_do_not_overlap(name):
    found = json.loads(MADE[name])["panels"]
    cells = [(x, y) for panel in found for place in [panel["gridPos"]]
             for x in range(place["x"], place["x"] + place["w"]) for y in range(place["y"], place["y"] + place["h"])]

    assert len({panel["id"] for panel in found}) == len(found)
    assert len({(panel["type"], panel["title"]) for panel in found}) == len(found)
    assert len(set(cells)) == len(cells) and max(x for x, _ in cells) < 24


@EVERY
def test_every_query_names_its_variables(name):
    declared = {each["name"] for each in json.loads(MADE[name])["templating"]["list"]} | {"__rate_interval"}
    used = {variable for query in queries(name) for variable in re.findall(r"\$([a-z_]\w*)", query)}

    assert used <= declared


@EVERY
def test_queries_ask_only_for_what_the_operator_and_the_rules_have(name):
    assert {unknown for query in queries(name) for unknown in metric_names.unknown(query)} == set()


def test_tables_of_followers_lead_to_the_follower():
    tables = [panel for panel in panels("fleet.json") if panel["type"] == "table"]
    uid = json.loads(MADE["follower.json"])["uid"]

    for panel in tables:
        links = [link["url"] for override in panel["fieldConfig"]["overrides"] if override["matcher"]["options"] == "name"
                 for entry in override["properties"] if entry["id"] == "links" for link in entry["value"]]
        assert [url.split("?")[0] for url in links] == [f"/d/{uid}"], panel["title"]
        assert all(f"var-{name}=${{__data.fields.{name}}}" in links[0] for name in ("namespace", "name"))
    assert tables
