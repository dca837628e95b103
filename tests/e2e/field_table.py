"""The mutable fields of the CRD, and the page of documentation that shows what was found for each."""

import re

import yaml

from field_rows import GROUPS, LEFT_OUT
from harness import TOP

CRD = TOP / "crds" / "adxfollower.io_followerdatabases.yaml"
PAGE = TOP / "docs" / "fields-in-azure.md"


def schema():
    return yaml.safe_load(CRD.read_text())["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]


def leaves(node, path=""):
    """The path of every field that has no fields of its own; `[]` stands for the entries of a list."""
    if node["type"] == "array":
        yield from leaves(node["items"], f"{path}[]")
    elif "properties" in node:
        for name, child in node["properties"].items():
            yield from leaves(child, f"{path}.{name}".lstrip("."))
    else:
        yield path


def immutable(node, path=""):
    """The paths that a transition rule, of the field or of a parent, keeps as they are: `self.a.b == oldSelf.a.b`."""
    for rule in node.get("x-kubernetes-validations", []):
        for kept in re.findall(r"\bself((?:\.\w+)*) == oldSelf\1(?![\w.])", rule["rule"]):
            yield f"{path}{kept}".lstrip(".")
    for name, child in node.get("properties", {}).items():
        yield from immutable(child, f"{path}.{name}".lstrip("."))
    if "items" in node:
        yield from immutable(node["items"], f"{path}[]")


def is_below(leaf, path):
    return leaf == path or leaf.startswith((f"{path}.", f"{path}["))


def mutable_leaves(spec):
    return [leaf for leaf in leaves(spec) if not any(is_below(leaf, path) for path in LEFT_OUT)]


# -- the page ----------------------------------------------------------------------------------------------------------

INTRODUCTION = """\
# What Azure shows for each field

Written by `tests/e2e/test_every_field.py`, which plays every cell with `kubectl`, an outsider's own identity and the emulator, and compares this
page with what it found. After a change: `ADXF_WRITE_DOCS=1 PYTEST_ARGS="-k every_field" scripts/test e2e`.

Each cell tells what was done and, after the arrow, what Azure showed once a whole tick had passed. "Changed by an outsider" happens behind the operator's
back, to what the column "changed" left, and is put right unless the cell says otherwise. Names of policies without a further word are columns of
`.show follower databases`; "the attachment" is its `attachedDatabaseConfigurations` resource; DB stands for the name of the follower database.
"""


def page(found):
    """The whole text; `found` maps (leaf, phase) to what Azure showed."""
    parts = [INTRODUCTION]
    for title, rows in GROUPS.items():
        lines = ["| field | where | set | changed | removed | changed by an outsider |", "|---|---|---|---|---|---|"]
        for row in rows:
            cells = [cell_text(getattr(row, phase), found[row.leaf, phase]) for phase in ("set", "changed", "removed", "outsider")]
            lines.append(f"| `{row.leaf}` | {row.where} | {' | '.join(cells)} |")
        parts.append(f"## {title}\n\n" + "\n".join(lines) + "\n")
    parts.append("## Left out\n\n" + "\n".join(f"- `{path}`: {why}." for path, why in LEFT_OUT.items()) + "\n")
    return "\n".join(parts)


def cell_text(cell, found):
    words = [cell.did] if cell.did else []
    if cell.refused:
        words.append(f"(refused: “{cell.refused} …”)")
    return " ".join([*words, "→", f"`{found}`"])
