"""How many plans ran and how many failed, by group: printed, and for `make faults` written as JSON lines into ADXF_FAULTS_REPORT.

As a program it prints these files as a table: report.py FILE…; it ends with 1 when a plan failed, or none ran.
"""

import collections
import json
import os
import sys
import time

LONG = os.environ.get("ADXF_FAULTS", "short") == "long"  # else the short form, which is part of `make test`
_began = time.monotonic()


def plans(group, run, failed, seconds=None):
    """`seconds`: what they took; without it the time since the last group of this process, or since its start."""
    global _began
    now = time.monotonic()
    took, _began = (now - _began if seconds is None else seconds), now
    line = {"group": group, "run": run, "failed": failed, "seconds": round(took, 1)}
    print(f"\nplans of {group}: {run} run, {failed} failed, {took:.1f} s")
    if path := os.environ.get("ADXF_FAULTS_REPORT"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")  # one write: several workers append


def table(lines):
    """The groups in the order in which they came; one that was told several times is added up."""
    sums = collections.defaultdict(lambda: [0, 0, 0.0])
    for line in lines:
        for place, key in enumerate(("run", "failed", "seconds")):
            sums[line["group"]][place] += line[key]
    width = max([len("group"), *map(len, sums)])
    rows = [f"{'group':<{width}}{'plans':>8}{'failed':>8}{'seconds':>9}"]
    rows += [f"{group:<{width}}{run:>8}{failed:>8}{seconds:>9.0f}" for group, (run, failed, seconds) in sums.items()]
    rows.append(f"{'in all':<{width}}{sum(s[0] for s in sums.values()):>8}{sum(s[1] for s in sums.values()):>8}")
    return rows, sum(s[0] for s in sums.values()), sum(s[1] for s in sums.values())


def main(paths):
    lines = [json.loads(line) for path in paths if os.path.exists(path) for line in open(path, encoding="utf-8")]
    rows, run, failed = table(lines)
    print("\n".join(rows))
    return 1 if failed or not run else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
