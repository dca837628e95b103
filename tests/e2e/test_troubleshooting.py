"""The commands of docs/troubleshooting.md, run as they stand there: what a person types at night has to work."""

import json
import os
import re
import subprocess
import textwrap

import pytest

from estate import Estate, follower_database
from harness import TOP, wait_until

PAGE = (TOP / "docs" / "troubleshooting.md").read_text()
BLOCK = re.compile(r"^( *)```sh\n(.*?)^ *```$", re.M | re.S)
NEEDS_AZURE = re.compile(r"^\s*(az|kusto) ", re.M)


def runnable():
    """Each block of commands that needs no Azure, by the heading it stands under."""
    for found in BLOCK.finditer(PAGE):
        commands = textwrap.dedent(found[2])
        if not NEEDS_AZURE.search(commands):
            heading = re.findall(r"^#+ (.*)$", PAGE[:found.start()], re.M)[-1]
            yield pytest.param(commands, id=heading)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("reporting")
    world = new_world(estate)
    world.space.apply(follower_database("sales", caching={"modificationKind": "Union", "database": {"hot": "7d"}}))
    world.space.wait_ready("sales")
    world.azure.kusto("reporting", ".alter follower database Sales policy caching hot = 2d", "Sales")
    wait_until(lambda: "by_others" in world.operator.logs(), "drift is put right")
    world.space.wait_ready("sales")
    return world


def run(world, commands, folder):
    """The commands for this namespace and this operator, which is no pod: its log is in a file already."""
    (folder / "operator.log").write_text(world.operator.logs())
    for said, meant in {
        "-n team": f"-n {world.space.name}", '== "team"': f'== "{world.space.name}"',
        "http://OPERATOR:8080": f"http://127.0.0.1:{world.operator.port}",
        "kubectl -n adx-follower-operator logs -l app.kubernetes.io/name=adx-follower-operator --tail -1 > operator.log": "test -s operator.log",
        "serviceaccount:adx-follower-operator:adx-follower-operator": "serviceaccount:adx-operator-system:adx-operator",
    }.items():
        commands = commands.replace(said, meant)
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", commands], cwd=folder, capture_output=True, text=True, timeout=120,
        env={**os.environ, "KUBECONFIG": world.kube.kubeconfig, "KUBECACHEDIR": str(world.kube.discovery), "no_proxy": "127.0.0.1"},
    )


@pytest.mark.parametrize("commands", list(runnable()))
def test_the_commands_of_the_page_run(world, commands, tmp_path):
    done = run(world, commands, tmp_path)

    print(commands, done.stdout, done.stderr, sep="\n")
    assert done.returncode == 0 and "rror" not in done.stderr, done.stderr


def test_the_page_explains_every_field_of_a_decision(world):
    told = [json.loads(line) for line in world.operator.logs().splitlines()]
    decided = [line for line in told if line["msg"] == "decided"]
    actions = [action for line in decided for action in line.get("actions", [])]
    keys = {key for item in decided + actions + [c for a in actions for c in a.get("changes", [])] for key in item}

    assert [key for key in sorted(keys) if f"`{key}`" not in PAGE] == []
    assert {"actions", "changes", "by_others", "correlation_id"} <= keys


def test_the_sample_of_the_page_is_a_line_as_it_is_written(world):
    sample = json.loads(re.search(r"```json\n(.*?)\n```", PAGE, re.S)[1])
    attach = next(
        line for line in map(json.loads, world.operator.logs().splitlines())
        if line["msg"] == "decided" and "Attach" in [action["action"] for action in line.get("actions", [])])

    assert list(sample) == list(attach)
    assert [list(action) for action in sample["actions"]] == [list(action) for action in attach["actions"]]
