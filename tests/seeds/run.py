"""`scripts/seeds`: puts each bug of bugs.yaml into a copy of the tree, alone, and asks the tests. A bug that none of them catches is a failure.

All but those that say `end_to_end` are given to the tests in C++; end_to_end is an expression for `pytest -k`.
"""

import argparse
import os
import pathlib
import subprocess
import sys
import xml.etree.ElementTree as xml

import yaml

HERE = pathlib.Path(__file__).resolve().parent
FOLDERS_OF_SOURCE = {"base", "model", "http", "kube", "runtime", "azure", "kinds"}
SHOWN = 2  # tests that are named; of the others the number


class Tree:
    """A copy of the project that is built and tested with one bug at a time."""

    def __init__(self, folder, jobs):
        self.folder, self.build, self.jobs = folder, folder / "build" / "dev", str(jobs)

    def make(self):
        self._run(["cmake", "--preset", "dev"])
        self._run(["cmake", "--build", self.build, "--parallel", self.jobs])

    def fails_when_sound(self):
        """The names of the tests in C++ that fail without any bug: they would catch whatever is put in."""
        self.make()
        return self._failing()

    def caught(self, bug):
        """The names of the tests that fail."""
        path = self.folder / bug["file"]
        sound = path.read_text()
        if sound.count(bug["replace"]) != 1:
            sys.exit(f"{bug['name']}: its text is not in {bug['file']} exactly once; has the source moved on? Say the bug anew in {HERE / 'bugs.yaml'}")
        path.write_text(sound.replace(bug["replace"], bug["with"]))
        try:
            self.make()
            return self._failing_end_to_end(bug["end_to_end"]) if "end_to_end" in bug else self._failing()
        finally:
            path.write_text(sound)

    def _failing(self):
        report = self.build / "seeds.xml"
        self._run(["ctest", "--test-dir", self.build, "-L", "^(unit|sim|contract)$", "-j", self.jobs, "--timeout", "120", "--output-junit", report], may_fail=True)
        return failures(report, "name")

    def _failing_end_to_end(self, expression):
        self._run([self.folder / "scripts" / "test", "e2e"], may_fail=True, PYTEST_ARGS=f"-k {expression}")
        return failures(self.build / "reports" / "e2e-pytest.xml", "classname", "name")

    def _run(self, command, may_fail=False, **environment):
        done = subprocess.run(command, cwd=self.folder, env={**os.environ, **environment}, text=True, stdin=subprocess.DEVNULL,
                              stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        if done.returncode and not may_fail:
            sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout[-4000:]}")


def failures(report, *parts):
    cases = list(xml.parse(report).iter("testcase"))
    if not cases:
        sys.exit(f"{report}: no test ran")
    return [".".join(case.get(part) for part in parts) for case in cases if case.find("failure") is not None]


def row(bug, caught):
    names = ", ".join(f"`{name}`" for name in caught[:SHOWN]) + (f" and {len(caught) - SHOWN} more" if len(caught) > SHOWN else "")
    return f"| {bug['says']} | `{bug['file']}` | {names or '**none**'} |"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tree", type=pathlib.Path, required=True)
    parser.add_argument("--jobs", type=int, required=True)
    parser.add_argument("--only", default="", help="bugs whose name holds this")
    options = parser.parse_args()
    bugs = yaml.safe_load((HERE / "bugs.yaml").read_text())
    missing = FOLDERS_OF_SOURCE - {pathlib.PurePath(bug["file"]).parts[1] for bug in bugs if bug["file"].startswith("src/")}
    if missing:
        sys.exit(f"no bug is put into src/{', src/'.join(sorted(missing))}")

    tree = Tree(options.tree, options.jobs)
    if unsound := tree.fails_when_sound():
        sys.exit(f"tests fail without any bug, so nothing can be told: {', '.join(unsound)}")
    chosen = [bug for bug in bugs if options.only in bug["name"]]
    rows, missed = [], 0
    for bug in chosen:
        caught = tree.caught(bug)
        missed += not caught
        print(f"    {bug['name']}: {f'caught by {len(caught)}' if caught else 'NOT CAUGHT'}", file=sys.stderr, flush=True)
        rows.append(row(bug, caught))
    print("\n".join(["| The bug | put into | caught by |", "|---|---|---|", *rows]))
    print(f"\n{len(chosen)} bugs, {missed} not caught")
    sys.exit(bool(missed))


if __name__ == "__main__":
    main()
