"""`make bench`: runs the scenario in rounds, and prints a table; everything measured goes to a JSON file, too.

Each round has a fresh API server for the operator and another for the replay of its writes, since one slows down as it ages.
"""

import argparse
import itertools
import json
import os
import pathlib
import statistics

from scenario import run_operator, run_replay

# What is shown: name, how it comes of one round, unit.
ROWS = [
    ("All Ready, next to the floor", lambda r: r["all_ready_seconds"] / r["replay_seconds"], "×"),
    ("… without the emulator's processor time", lambda r: (r["all_ready_seconds"] - r["emulator_cpu_seconds"] / cores()) / r["replay_seconds"], "×"),
    ("All Ready", lambda r: r["all_ready_seconds"], "s"),
    ("The floor: the same writes by a client that costs nothing", lambda r: r["replay_seconds"], "s"),
    ("Writes to Kubernetes per object", lambda r: r["kubernetes_writes"] / r["objects"], ""),
    ("Writes to Azure per object", lambda r: r["azure_writes"] / r["objects"], ""),
    ("Operator's processor time per write to Kubernetes", lambda r: 1000 * r["operator_cpu_seconds"] / r["kubernetes_writes"], "ms"),
    ("Peak memory of a roll-out", lambda r: r["peak_mebibytes"], "MiB"),
    ("Restart until ready, next to the raw list", lambda r: r["restart_seconds"] / r["raw_list_seconds"], "×"),
    ("Restart until ready", lambda r: r["restart_seconds"], "s"),
    ("Peak memory of a restart", lambda r: r["restart_peak_mebibytes"], "MiB"),
    ("… with its metrics scraped", lambda r: r["scraped_peak_mebibytes"], "MiB"),
    ("Processor time per hour at rest", lambda r: r["idle_cpu_seconds_per_hour"], "s"),
    ("Calls to Azure per hour at rest", lambda r: r["calls_per_hour"], ""),
    ("Writes to Kubernetes at rest", lambda r: r["writes_at_rest"], ""),
    ("From a new object to its attachment in Azure, at rest", lambda r: 1000 * r["idle_to_azure_seconds"], "ms"),
    ("… while an operator begins with a thousand that are new", lambda r: 1000 * r["busy_to_azure_seconds"], "ms"),
    ("One scrape of the metrics", lambda r: 1000 * r["scrape_seconds"], "ms"),
]


def cores():
    return len(os.sched_getaffinity(0))


def measure(count, rounds, rest_seconds, has_finalizer_policy=False):
    """The figures of each round."""
    results = []
    for number in range(rounds):
        name = f"bench-{os.getpid()}-{count}-{number}"
        print(f"==> {count} objects, round {number + 1} of {rounds}", flush=True)
        figures, writes = run_operator(count, f"{name}-o", rest_seconds, has_finalizer_policy)
        figures.update(run_replay(count, f"{name}-r", writes, has_finalizer_policy))
        print(f"    all Ready after {figures['all_ready_seconds']:.1f} s; the floor is {figures['replay_seconds']:.1f} s", flush=True)
        results.append(figures)
    return results


def table(results):
    """Markdown: the median of the rounds with the least and the most, a column per size."""
    sizes = {size: list(rounds) for size, rounds in itertools.groupby(results, key=lambda r: r["objects"])}
    lines = ["| | " + " | ".join(f"{size:,} objects" for size in sizes) + " |", "|---|" + "---|" * len(sizes)]
    for name, value, unit in ROWS:
        cells = (span([value(r) for r in rounds], unit) for rounds in sizes.values())
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def span(values, unit):
    least, middle, most = min(values), statistics.median(values), max(values)
    digits = 0 if middle >= 100 else 1 if middle >= 10 else 2
    return f"{middle:,.{digits}f} {unit}".strip() + f" ({least:,.{digits}f} to {most:,.{digits}f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__, allow_abbrev=False)
    parser.add_argument("--sizes", type=lambda text: [int(part) for part in text.split(",")], default=[1000, 10000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--rest", type=float, default=60, help="seconds of rest that are measured")
    parser.add_argument("--finalizer-policy", action="store_true", help="new objects come with their finalizer, by the chart's finalizerPolicy")
    parser.add_argument("--out", type=pathlib.Path, required=True)
    options = parser.parse_args()
    results = [figures for size in options.sizes for figures in measure(size, options.rounds, options.rest, options.finalizer_policy)]
    options.out.write_text(json.dumps(results, indent=1) + "\n")
    print(f"\n{table(results)}\n\nAll figures: {options.out}")


if __name__ == "__main__":
    main()
