"""Writes Grafana's dashboards from the small files that people edit: dashboards.py SOURCES TARGETS.

A source is a YAML file: uid, title, description, variables (name, label, query, multi), and rows of panels. A panel has a title, a type, queries
(expr, legend), and where it needs them a unit, thresholds, a description, a width (of 24) and a height. Types:

  stat    one figure, or one for each series            lines   curves over time; stack: true piles them up
  states  a band for each series, coloured by value      bars    one bar for each series
  table   a row for each set of labels; `labels` are its first columns, each query adds one named by its `column` (none: it only adds labels)

`link: follower` in a table leads from an object's name to its dashboard. `none` is what a panel shows when it rightly has no data.
"""

import json
import pathlib
import sys

import yaml

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
KINDS = {"stat": "stat", "lines": "timeseries", "states": "state-timeline", "bars": "bargauge", "table": "table"}
OVER_TIME = ("lines", "states")
DEFAULT_HEIGHT = {"stat": 4, "table": 9}
LINKS = {"follower": {"title": "Open this follower",
                      "url": "/d/adxfollower-follower?var-datasource=${datasource}"
                             "&var-namespace=${__data.fields.namespace}&var-name=${__data.fields.name}&${__url_time_range}"}}
YES_NO = [{"type": "value", "options": {"1": {"text": "yes", "color": "green"}, "0": {"text": "no", "color": "red"}}}]
CALCULATIONS = {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "", "values": False}}
OPTIONS = {
    "stat": {**CALCULATIONS, "colorMode": "value", "graphMode": "none", "textMode": "auto", "justifyMode": "auto"},
    "bars": {**CALCULATIONS, "displayMode": "basic", "orientation": "horizontal"},
    "lines": {"legend": {"displayMode": "list", "placement": "bottom", "showLegend": True}, "tooltip": {"mode": "multi", "sort": "desc"}},
    "states": {"mergeValues": True, "showValue": "never", "rowHeight": 0.8, "legend": {"displayMode": "list", "placement": "bottom", "showLegend": False}},
    "table": {"showHeader": True, "cellHeight": "sm"},
}


def steps(thresholds):
    """[[0, green], [5, red]]: the first holds from the bottom on."""
    return {"mode": "absolute", "steps": [{"color": color, "value": None if place == 0 else value}
                                          for place, (value, color) in enumerate(thresholds)]}


def look(source):
    """What panels and columns have in common: unit, decimals, colours, words for 0 and 1."""
    made = {}
    if "unit" in source:
        made["unit"] = source["unit"]
    if "decimals" in source:
        made["decimals"] = source["decimals"]
    if "thresholds" in source:
        made["thresholds"] = steps(source["thresholds"])
    if source.get("yes_no"):
        made["mappings"] = YES_NO
    return made


def target(place, query, kind):
    return {
        "refId": chr(ord("A") + place), "datasource": DATASOURCE, "editorMode": "code", "expr": query["expr"].strip(),
        "legendFormat": query.get("legend", "__auto"), "format": "table" if kind == "table" else "time_series",
        "instant": kind not in OVER_TIME, "range": kind in OVER_TIME,
    }


def defaults(source, kind):
    made = {"color": {"mode": "palette-classic" if kind == "lines" else "thresholds"}, "thresholds": steps([[0, "green"]]), **look(source)}
    if "none" in source:
        made["noValue"] = source["none"]
    if kind == "lines":
        made["min"] = 0
        made["custom"] = {"lineWidth": 1, "fillOpacity": 10, "showPoints": "never", "spanNulls": False,
                          "stacking": {"mode": "normal" if source.get("stack") else "none", "group": "A"},
                          "thresholdsStyle": {"mode": "line" if "thresholds" in source else "off"}}
    elif kind == "states":
        made["custom"] = {"fillOpacity": 70, "lineWidth": 0}
    elif kind == "table":
        made["custom"] = {"align": "auto", "filterable": True}
    return made


def override(column, properties):
    return {"matcher": {"id": "byName", "options": column}, "properties": [{"id": key, "value": value} for key, value in properties.items()]}


def value_name(place, count):
    """Grafana's name for the value of a query in a table."""
    return "Value" if count == 1 else f"Value #{chr(ord('A') + place)}"


def columns(source):
    """How the answers to the queries become one table: joined by their labels, in order, with names."""
    queries = source["queries"]
    names = {value_name(place, len(queries)): query.get("column") for place, query in enumerate(queries)}
    order = [*source["labels"], *(value for value, column in names.items() if column)]
    return [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {
            "excludeByName": {"Time": True, **{value: True for value, column in names.items() if not column}},
            "indexByName": {name: place for place, name in enumerate(order)},
            "renameByName": {value: column for value, column in names.items() if column},
        }},
    ]


def column_overrides(source):
    made = []
    for query in source["queries"]:
        properties = look(query)
        if {"thresholds", "mappings"} & set(properties):
            properties["custom.cellOptions"] = {"type": "color-text"}
        if query.get("column") and properties:
            made.append(override(query["column"], properties))
    if "link" in source:
        made.append(override("name", {"links": [LINKS[source["link"]]]}))
    return made


def panel(source, number, place):
    kind = source["type"]
    made = {
        "id": number, "title": source["title"], "type": KINDS[kind], "datasource": DATASOURCE, "gridPos": place,
        "targets": [target(index, query, kind) for index, query in enumerate(source["queries"])],
        "fieldConfig": {"defaults": defaults(source, kind), "overrides": column_overrides(source) if kind == "table" else []},
        "options": {**OPTIONS[kind], **({"textMode": source["text"]} if "text" in source else {})},
    }
    if "description" in source:
        made["description"] = source["description"].strip()
    if kind == "table":
        made["transformations"] = columns(source)
    return made


def size(source):
    return source.get("width", 24 if source["type"] == "table" else 12), source.get("height", DEFAULT_HEIGHT.get(source["type"], 8))


def panels(rows):
    """Rows from top to bottom; in each, panels from left to right, going on below when 24 columns are full."""
    made, y = [], 0
    for row in rows:
        made.append({"id": len(made) + 1, "type": "row", "title": row["title"], "collapsed": False, "panels": [],
                     "gridPos": {"x": 0, "y": y, "w": 24, "h": 1}})
        x, y, line = 0, y + 1, 0
        for source in row["panels"]:
            width, height = size(source)
            if x + width > 24:
                x, y, line = 0, y + line, 0
            made.append(panel(source, len(made) + 1, {"x": x, "y": y, "w": width, "h": height}))
            x, line = x + width, max(line, height)
        y += line
    return made


def variables(sources):
    made = [{"name": "datasource", "label": "Data source", "type": "datasource", "query": "prometheus", "current": {}, "hide": 0, "refresh": 1}]
    for source in sources:
        several = source.get("multi", False)
        made.append({
            "name": source["name"], "label": source["label"], "type": "query", "datasource": DATASOURCE, "definition": source["query"],
            "query": {"query": source["query"], "refId": "StandardVariableQuery"}, "refresh": 2, "sort": 1, "hide": 0,
            "multi": several, "includeAll": several, "current": {"text": ["All"], "value": ["$__all"]} if several else {},
            **({"allValue": ".*"} if several else {}),
        })
    return made


def dashboard(source):
    return {
        "uid": source["uid"], "title": source["title"], "description": source["description"].strip(), "tags": ["adx-follower-operator"],
        "editable": True, "graphTooltip": 1, "schemaVersion": 39, "version": 1, "refresh": "1m", "timezone": "",
        "time": {"from": source.get("from", "now-6h"), "to": "now"},
        "links": [{"type": "dashboards", "title": "ADX followers", "tags": ["adx-follower-operator"], "asDropdown": True,
                   "includeVars": True, "keepTime": True, "targetBlank": False}],
        "templating": {"list": variables(source.get("variables", []))},
        "annotations": {"list": []}, "panels": panels(source["rows"]),
    }


def generated(folder):
    """By file name, the text of each dashboard whose source is in the folder."""
    return {f"{file.stem}.json": json.dumps(dashboard(yaml.safe_load(file.read_text())), indent=1, ensure_ascii=False) + "\n"
            for file in sorted(pathlib.Path(folder).glob("*.yaml"))}


def main(sources, targets):
    made = generated(sources)
    for old in pathlib.Path(targets).glob("*.json"):
        if old.name not in made:
            old.unlink()
    for name, text in made.items():
        (pathlib.Path(targets) / name).write_text(text)


if __name__ == "__main__":
    main(*sys.argv[1:])
