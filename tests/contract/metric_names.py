"""Which metrics a query asks for, and which there are: a misspelt name is no error to Prometheus, it just has no data."""

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
RULES = sorted((TOP / "charts/adx-follower-operator/rules").glob("*.yaml"))

PROMETHEUS = {"up", "ALERTS"}
PREFIXES = "adxfollower|workqueue|controller_runtime|rest_client|leader_election|process"


def served():
    """What the operator's source names."""
    sources = "".join(file.read_text() for folder in ("src/base", "operator") for file in (TOP / folder).glob("*.[ch]pp"))
    return set(re.findall(rf'"((?:{PREFIXES})_\w+)"', sources))


def recorded():
    return {name for file in RULES for name in re.findall(r"record: (\S+)", file.read_text())}


def asked(query):
    """Names before a brace or a bracket, names with a known prefix, and names with colons."""
    return set(re.findall(rf"[A-Za-z_:][\w:]*(?=\{{|\[)|(?<![\w:])(?:{PREFIXES})_\w+(?![\w:])|\w+:\w+:\w+", query))


def unknown(query):
    known = served() | recorded() | PROMETHEUS
    return {name for name in asked(query) if name not in known and re.sub("_(bucket|sum|count)$", "", name) not in known}
