"""Writes the table of values into a chart's README.md, from the comments in its values.yaml.

usage: chart_values.py CHART…

A comment right above a key describes it; a heading "# -- Words --" begins a section. What stands between the markers in README.md is replaced.
"""

import pathlib
import re
import sys

import yaml

BEGIN, END = "<!-- values: made by scripts/generate from values.yaml -->", "<!-- end of values -->"
KEY = re.compile(r"^( *)([A-Za-z]\w*):(.*)$")
EMPTY = '""'
HEADING = re.compile(r"^# -- (.*?) -*$")


def documented(text):
    """(heading, None) and (path, description) in the order of the file; without a comment the description is empty."""
    path, comment = [], []
    for line in text.splitlines():
        heading, key = HEADING.match(line), KEY.match(line)
        if heading:
            yield heading[1], None
            comment = []
        elif line.strip().startswith("# "):
            comment.append(line.strip()[2:])
        elif key and len(key[1]) <= 2 * len(path):
            path = [*path[: len(key[1]) // 2], key[2]]
            yield ".".join(path), " ".join(comment)
            comment = []
        elif not line.strip():
            comment = []


def value_at(values, path):
    for part in path.split("."):
        values = values[part]
    return values


def shown(value):
    text = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False).splitlines()[0]
    return f"`{text if value != '' else EMPTY}`"


def rows(text):
    """What the table has: sections, and the values that have a description."""
    values = yaml.safe_load(text)
    for name, description in documented(text):
        if description is None:
            yield f"| **{name}** | | |"
        elif description:
            yield f"| `{name}` | {shown(value_at(values, name))} | {description} |"


def with_table(readme, values):
    """The README with the table of these values in its place."""
    before, rest = readme.split(BEGIN)
    table = "\n".join(["| Value | Default | Meaning |", "|---|---|---|", *rows(values)])
    return f"{before}{BEGIN}\n{table}\n{END}{rest.split(END)[1]}"


def main(charts):
    for chart in map(pathlib.Path, charts):
        readme = chart / "README.md"
        readme.write_text(with_table(readme.read_text(), (chart / "values.yaml").read_text()))


if __name__ == "__main__":
    main(sys.argv[1:])
