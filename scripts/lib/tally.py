"""Counts tests from JUnit files, prints a table of kinds and, as the last line, the sums.

usage: tally.py KIND=FILE:EXITCODE…    (several files of one kind are added up)

A runner that failed without a failed test to show for it (it crashed, or could not start) adds one failure, and so does
a kind of which no test ran: a suite that silently shrinks to nothing is not green. Neither counts as a test that ran.
"""

import sys
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    broken: int = 0  # runs that failed without a failed test

    def add(self, other: "Count") -> None:
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        self.broken += other.broken


def read(path: str) -> Count:
    """Counts the test cases of one file; case by case, since the sums in the header differ from tool to tool."""
    count = Count()
    for case in ElementTree.parse(path).getroot().iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            count.failed += 1
        elif case.find("skipped") is not None or case.get("status") in ("notrun", "disabled"):
            count.skipped += 1
        else:
            count.passed += 1
    return count


def result_of(path: str, exit_code: int) -> tuple[Count, str]:
    try:
        count = read(path)
    except (OSError, ElementTree.ParseError):
        return Count(broken=1), "left no results"
    if exit_code != 0 and count.failed == 0:
        count.broken = 1
        return count, f"ended with {exit_code}"
    return count, ""


def main(arguments: list[str]) -> int:
    kinds: dict[str, Count] = {}
    remarks: dict[str, list[str]] = {}
    for argument in arguments:
        kind, _, rest = argument.partition("=")
        path, _, exit_code = rest.rpartition(":")
        count, remark = result_of(path, int(exit_code))
        kinds.setdefault(kind, Count()).add(count)
        remarks.setdefault(kind, []).extend([remark] if remark else [])

    total = Count()
    print(f"{'kind':<14}{'ran':>7}{'passed':>9}{'failed':>9}{'skipped':>9}")
    for kind, count in kinds.items():
        ran = count.passed + count.failed
        if ran == 0:
            count.broken = max(count.broken, 1)
            remarks[kind].append("no test ran")
        total.add(count)
        line = f"{kind:<14}{ran:>7}{count.passed:>9}{count.failed + count.broken:>9}{count.skipped:>9}"
        print(line + ("   " + ", ".join(remarks[kind]) if remarks[kind] else ""))
    failed = total.failed + total.broken
    print(f"{total.passed} passed, {failed} failed, {total.skipped} skipped")
    return 1 if failed or not kinds else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
