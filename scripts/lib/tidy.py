"""Runs clang-tidy-19 over the sources of a build folder, several at once, and remembers which were found clean.

usage: tidy.py BUILD_FOLDER CACHE_FOLDER JOBS FOLDER…

A source is known by its preprocessed text with comments (suppressions are comments), its command and .clang-tidy, so a
file is looked at again exactly when something that could change the verdict has changed. Where the tree lies could not:
a clone knows what another has found clean.
"""

import hashlib
import json
import pathlib
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

LINTER = "clang-tidy-19"


def preprocess_command(command: str) -> list[str]:
    words = shlex.split(command)
    if pathlib.Path(words[0]).name == "ccache":
        words = words[1:]
    output = words.index("-o")
    del words[output : output + 2]
    words[words.index("-c")] = "-E"
    return words[:1] + ["-C", "-P"] + words[1:]


def key_of(entry: dict[str, str], profile: bytes) -> str:
    command = preprocess_command(entry["command"])
    text = subprocess.run(command, cwd=entry["directory"], capture_output=True, check=True).stdout
    here = str(pathlib.Path.cwd())
    return hashlib.sha256(b"\0".join([profile, entry["command"].replace(here, ".").encode(), text])).hexdigest()


def examine(entry: dict[str, str], build: str, cache: pathlib.Path, profile: bytes) -> tuple[str, str]:
    """Returns clean, known or FOUND, and what was found."""
    try:
        marker = cache / key_of(entry, profile)
    except subprocess.CalledProcessError as error:
        return "FOUND", error.stderr.decode()
    if marker.exists():
        return "known", ""
    command = [LINTER, "--quiet", "-p", build, entry["file"]]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    if answer.returncode == 0:
        marker.touch()
        return "clean", ""
    return "FOUND", answer.stdout or answer.stderr


def main(build: str, cache_name: str, jobs: str, *folders: str) -> int:
    cache = pathlib.Path(cache_name)
    cache.mkdir(parents=True, exist_ok=True)
    version = subprocess.run([LINTER, "--version"], capture_output=True, check=True).stdout
    profile = version + pathlib.Path(".clang-tidy").read_bytes()
    roots = tuple(str(pathlib.Path(folder).resolve()) + "/" for folder in folders)
    entries = json.loads((pathlib.Path(build) / "compile_commands.json").read_text())
    # A source that is compiled into several targets is looked at once.
    entries = list({entry["file"]: entry for entry in entries if entry["file"].startswith(roots)}.values())

    verdicts: dict[str, int] = {}
    with ThreadPoolExecutor(int(jobs)) as pool:
        futures = [pool.submit(examine, entry, build, cache, profile) for entry in entries]
        for number, (entry, future) in enumerate(zip(entries, futures), 1):
            verdict, text = future.result()
            verdicts[verdict] = verdicts.get(verdict, 0) + 1
            if verdict != "known":
                print(f"[{number}/{len(entries)}] {verdict} {pathlib.Path(entry['file']).relative_to(pathlib.Path.cwd())}", flush=True)
            if text:
                print(text, flush=True)
    print(f"{len(entries)} sources: " + ", ".join(f"{count} {verdict}" for verdict, count in sorted(verdicts.items())))
    return 1 if verdicts.get("FOUND") or not entries else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
