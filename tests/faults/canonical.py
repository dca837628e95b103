"""Two runs compared field by field. What differs between runs that nobody disturbed is learned from them, and only that is not compared."""

import datetime
import json
import re

from crashing import GUID

MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
NAMING = ("name", "type", "manager", "operation", "subresource")
ABSENT = "(absent)"


def moment_of(text):
    return datetime.datetime.fromisoformat(re.sub(r"\.\d+", "", text).replace("Z", "+00:00")).timestamp()


class Canon:
    """Gives what is new in each run one word: the guids that nobody chose, the moments in it, the namespace's name."""

    def __init__(self, known, namespace, since):
        """`known`: anything with the guids that are the same in every run."""
        self.known, self.namespace, self.since = set(GUID.findall(json.dumps(known))), namespace, int(since)

    def _text(self, text):
        text = GUID.sub(lambda at: at[0] if at[0] in self.known else "<guid>", text.replace(self.namespace, "<namespace>"))
        return MOMENT.sub(lambda at: "<in this run>" if moment_of(at[0]) >= self.since else at[0], text)

    def fields(self, value):
        """Each leaf by its path. Members of a list are known by their names where these tell them apart."""
        found = {}
        self._walk(value, "", found)
        return found

    def _walk(self, value, path, found):
        if isinstance(value, dict):
            children = [(self._text(key), child) for key, child in value.items()]
        elif isinstance(value, list):
            children = self._members(value)
        else:
            found[path] = self._text(value) if isinstance(value, str) else value
            return
        found[path] = type(value).__name__ + ("" if children else " (empty)")
        for key, child in self._told_apart(children):
            self._walk(child, f"{path}/{key}", found)

    def _members(self, items):
        names = ["+".join(str(item[key]) for key in NAMING if key in item) if isinstance(item, dict) else "" for item in items]
        names = list(map(self._text, names))
        return list(zip(names, items)) if all(names) and len(set(names)) == len(names) else [(str(n), item) for n, item in enumerate(items)]

    def _told_apart(self, children):
        """Keys that are new in each run have become alike: they are numbered in the order of what is below them."""
        by_key = {}
        for key, child in children:
            by_key.setdefault(key, []).append(child)
        for key, alike in by_key.items():
            if len(alike) > 1:
                alike.sort(key=lambda child: json.dumps(self.fields(child), sort_keys=True))
            for number, child in enumerate(alike):
                yield (key if number == 0 else f"{key} {number + 1}"), child


class Reference:
    """What runs that nobody disturbed have in common."""

    def __init__(self, runs):
        """`runs`: for each run its fields."""
        paths = set().union(*runs)
        self.want, self.masked = {}, set()
        for path in paths:
            values = [run.get(path, ABSENT) for run in runs]
            if all(value == values[0] for value in values):
                self.want[path] = values[0]
            else:
                self.masked.add(path)

    def differences(self, fields, forgiven=lambda path: False):
        """In words; empty when nothing differs. Below a masked field that is a list or an object nothing new is looked at."""
        told = []
        for path in sorted(self.want.keys() | fields.keys()):
            if path in self.masked or (path not in self.want and self._is_below_masked(path)):
                continue
            want, have = self.want.get(path, ABSENT), fields.get(path, ABSENT)
            if want != have and not forgiven(path):
                told.append(f"{path}: {have!r} instead of {want!r}")
        return told

    def _is_below_masked(self, path):
        parts = path.split("/")
        return any("/".join(parts[:n]) in self.masked for n in range(1, len(parts)))
