#!/usr/bin/env python3
"""Writes docs/crds.md, the reference of the kinds, from crds/*.yaml: crd_docs.py CRDS_FOLDER PAGE."""

import pathlib
import re
import sys

import yaml

HEAD = """# Reference of the kinds

<!-- Made by `scripts/generate` from crds/; change the tables in src/kinds instead. -->

All are of `adxfollower.io/v1alpha1`, namespaced, and in the category `adx`: `kubectl get adx -A` lists them.
`kubectl explain followerdb.spec` tells the same at the terminal.

In the tables: **!** behind a field: it must be given, where its parent is. *fixed*: it cannot be changed once the object exists.
`[]`: each entry of a list. What the API server refuses is told with the messages of the rules below each table.
What each field does in Azure: [Fields in Azure](fields-in-azure.md).
"""
ORDER = ["FollowerDatabase", "DataShare", "Invitation"]
LIMITS = [("minLength", "at least {} characters"), ("maxLength", "at most {} characters"), ("minItems", "at least {} entries"),
          ("maxItems", "at most {} entries"), ("minimum", "at least {}"), ("maximum", "at most {}")]


def cell(text):
    return text.replace("|", "\\|").replace("*", "\\*").replace("<", "&lt;").replace(">", "&gt;")


def type_of(schema):
    if schema["type"] == "array":
        return f"list of {type_of(schema['items'])}s"
    if "enum" in schema:
        return ", ".join(f"`{value}`" for value in schema["enum"])
    return {"date-time": "time"}.get(schema.get("format"), schema["type"])


def limits_of(schema):
    """What says more than that it is not empty, or written as a time."""
    known = [] if schema.get("format") == "date-time" else [(key, text) for key, text in LIMITS if key in schema]
    return ", ".join(text.format(schema[key]) for key, text in known if (key, schema[key]) not in (("minLength", 1), ("minimum", 0)))


def fields(schema, path, is_needed=False):
    """(path, schema, whether it must be given) of everything below, in the order of the definition."""
    if path:
        yield path, schema, is_needed
    for name, child in schema.get("properties", {}).items():
        yield from fields(child, f"{path}.{name}".lstrip("."), name in schema.get("required", []))
    if schema["type"] == "array" and schema["items"]["type"] != "string":
        for name, child in schema["items"].get("properties", {}).items():
            yield from fields(child, f"{path}[].{name}", name in schema["items"].get("required", []))


def rules(schema, path=""):
    """(where, message) of every rule of the schema and below."""
    for rule in schema.get("x-kubernetes-validations", []):
        yield f"{path}{rule.get('fieldPath', '')}".replace(".spec.", "", 1).lstrip("."), rule["message"]
    for name, child in schema.get("properties", {}).items():
        yield from rules(child, f"{path}.{name}")
    if "items" in schema:
        yield from rules(schema["items"], f"{path}[]")


def is_fixing(message):
    return re.search(r"cannot be (added, )?changed.* once the object exists", message) is not None


def table(schema, fixed):
    lines = ["| Field | Type | Default | Meaning |", "|---|---|---|---|"]
    for path, field, is_needed in fields(schema, ""):
        default = f"`{str(field['default']).lower() if isinstance(field['default'], bool) else field['default']}`" if "default" in field else ""
        meaning = field.get("description", "").replace(" Immutable.", "")
        notes = [note for note in (limits_of(field), limits_of(field["items"]) + " each" if limits_of(field.get("items", {})) else "") if note]
        meaning = cell(f"{meaning} ({'; '.join(notes)})" if notes else meaning) + (" *fixed*" if path in fixed else "")
        lines.append(f"| `{path}`{' **!**' if is_needed else ''} | {type_of(field)} | {default} | {meaning} |")
    return lines


def rule_table(found):
    by_message = {}
    for where, message in found:
        by_message.setdefault(message, []).append(where or "spec")
    lines = ["| Refused with | on |", "|---|---|"]
    for message, places in by_message.items():
        lines.append(f"| {cell(message)} | {', '.join(f'`{place}`' for place in dict.fromkeys(places))} |")
    return lines


def kind(definition):
    names, version = definition["spec"]["names"], definition["spec"]["versions"][0]
    schema = version["schema"]["openAPIV3Schema"]
    spec, status = schema["properties"]["spec"], schema["properties"]["status"]
    found = list(rules(spec)) + list(rules({key: value for key, value in schema.items() if key != "properties"}))
    fixed = {where for where, message in found if is_fixing(message)}
    columns = ", ".join(f"{c['name'].upper()}{' (wide)' if c.get('priority') else ''}" for c in version["additionalPrinterColumns"])
    return "\n".join([
        f"\n## {names['kind']}\n", f"{schema['description']}\n", f"Short name `{names['shortNames'][0]}`. Columns of `kubectl get`: {columns}.\n",
        "### spec\n", *table(spec, fixed), "", *rule_table([each for each in found if each[0] not in fixed or not is_fixing(each[1])]),
        "\n### status\n", *table(status, set()), ""])


def page(folder):
    found = {d["spec"]["names"]["kind"]: d for d in map(yaml.safe_load, (path.read_text() for path in sorted(folder.glob("*.yaml"))))}
    assert sorted(found) == sorted(ORDER), f"{sorted(found)} are not the kinds that this page knows"
    return HEAD + "".join(kind(found[name]) for name in ORDER)


if __name__ == "__main__":
    pathlib.Path(sys.argv[2]).write_text(page(pathlib.Path(sys.argv[1])))
