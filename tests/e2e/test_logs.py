"""One JSON line for each decision, which leads by its ids to Azure's own records; objects at rest tell nothing."""

import json
import re

import pytest

from estate import ALICE, OUTSIDER, Estate, Identity, account_id, cluster_id, data_share, follower_database, invitation
from harness import wait_until

LIMITED = Identity("limited")  # may read the leader, not have it followed
PROVIDER = account_id("provider")
MINE = {"followerdb": "sales", "dshare": "offer", "dinv": "guest"}
KINDS = {"followerdb": "FollowerDatabase", "dshare": "DataShare", "dinv": "Invitation"}
CACHING = {"modificationKind": "Union", "database": {"hot": "7d"}}


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.leader("corp", "Sales", "Stock")
    estate.follower("reporting")
    estate.follower("limited", admins=(LIMITED, OUTSIDER))
    estate.identity(LIMITED, arm_scope=cluster_id("limited"))
    estate.identity(LIMITED, arm_scope=cluster_id("corp"), role="Reader")
    world = new_world(estate)
    world.space.put_credentials("limited", LIMITED)
    world.emulator.operators += (LIMITED,)
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    return world


def lines(world):
    return [json.loads(line) for line in world.operator.logs().splitlines()]


def decisions(world, name):
    return [line for line in lines(world) if line["msg"] == "decided" and line["name"] == name]


def actions(found):
    return [action for line in found for action in line.get("actions", [])]


@pytest.fixture(scope="module")
def changes(world):
    """What status.lastChange told of each object once it was Ready; the objects stay."""
    world.space.apply(
        data_share("offer", {"stock": "Stock"}), invitation("guest", ALICE, share="offer"),
        follower_database("sales", caching=CACHING),
    )
    return {kind: world.space.wait_ready(name, kind=kind)["status"]["lastChange"] for kind, name in MINE.items()}


@pytest.mark.parametrize("kind", MINE)
def test_a_change_is_told_under_the_id_that_status_and_azure_have_for_it(world, changes, kind):
    change = changes[kind]

    told = [a for a in actions(decisions(world, MINE[kind])) if a.get("correlation_id") == change["correlationId"]]
    call = [call for call in world.writes() if call["requestId"] == change["correlationId"]]

    assert [a["action"] for a in told] == [change["action"]]
    assert len(call) == 1 and call[0]["accepted"], call


@pytest.mark.parametrize("kind", MINE)
def test_a_decision_names_its_object_and_its_pass(world, changes, kind):
    item = world.space.find(MINE[kind], kind)["metadata"]

    for line in decisions(world, MINE[kind]):
        assert (line["kind"], line["namespace"], line["uid"]) == (KINDS[kind], world.space.name, item["uid"])
        assert line["generation"] >= 1 and re.fullmatch("[0-9a-f]{12}", line["reconcile_id"])
        assert line["end"] in ("done", "under way", "waiting", "failed", "blocked", "interrupted", "let go")
        assert line["level"] == "info", line
    assert (line["end"], line["ready"], line["reason"]) == ("done", "True", "Ready")


def test_every_write_of_the_operator_is_in_a_line(world, changes):
    told = [action.get("correlation_id") for action in actions(line for line in lines(world) if line["msg"] == "decided")]

    untold = [call for call in world.writes() if told.count(call["requestId"]) != 1]
    assert untold == [], (untold, told)


def test_the_requests_of_a_pass_carry_its_id(world, changes):
    decided = next(line for line in decisions(world, "sales") if "Attach" in [a["action"] for a in line.get("actions", [])])

    requests = [line for line in lines(world) if line["msg"] == "http exchange" and line.get("reconcile_id") == decided["reconcile_id"]]

    put = [line for line in requests if line["method"] == "PUT" and line["service"] == "arm"]
    assert len(put) == 1 and decided["correlation_id"] in put[0]["headers"], requests
    assert "kubernetes" in [line["service"] for line in requests]


def test_a_life_is_told_in_a_few_lines(world, changes):
    for name in MINE.values():
        assert 2 <= len(decisions(world, name)) <= 8, decisions(world, name)


def test_at_rest_nothing_is_told(world, changes):
    world.wait_at_rest("reporting")
    before = [line for line in lines(world) if line["level"] != "debug"]

    world.wait_at_rest("reporting")

    assert [line for line in lines(world) if line["level"] != "debug"] == before


def test_a_start_tells_nothing_of_objects_at_rest(world, changes):
    world.wait_at_rest("reporting")
    world.operator.stop()
    world.operator.start().wait_until_ready()

    world.wait_at_rest("reporting")

    log = [json.loads(line) for line in world.operator.process.log().splitlines()]
    assert {line["msg"] for line in log if line["level"] != "debug"} == {"tokens may be sent to loopback addresses", "wired", "started"}


def test_what_others_changed_is_told_by_field(world, changes):
    world.azure.kusto("reporting", ".alter follower database Sales policy caching hot = 2d", "Sales")

    def mended():
        return [line for line in decisions(world, "sales") if any(c.get("by_others") for a in actions([line]) for c in a.get("changes", []))]

    line = wait_until(mended, "the log tells")[0]
    assert line["level"] == "warn"
    assert actions([line])[0]["changes"] == [
        {"field": "Sales/caching.database", "have": "2.00:00:00", "want": "7.00:00:00", "by_others": True}]
    world.space.wait_ready("sales")


def test_a_refusal_warns_once_and_says_what_azure_said(world):
    world.space.apply(follower_database("refused", follower="limited", database="Stock", credentialsSecretRef={"name": "limited"}))
    condition = world.space.wait_reason("refused", "MissingRoleOnLeader")

    told = wait_until(lambda: [line for line in decisions(world, "refused") if line["end"] == "failed"], "the log tells")
    again = wait_until(lambda: [line for line in decisions(world, "refused") if line["end"] == "failed"][1:], "it is tried again")

    failed = actions(told[:1])[-1]
    assert (told[0]["level"], again[0]["level"]) == ("warn", "info")
    assert (told[0]["reason"], told[0]["message"]) == ("MissingRoleOnLeader", condition["message"])
    assert (failed["end"], failed["code"]) == ("failed", "forbidden") and failed["service_code"] and failed["error"]
    assert failed["correlation_id"] in [call["requestId"] for call in world.emulator.calls() if call["status"] == 403]
    world.space.delete("refused")


def test_an_object_that_goes_leaves_its_last_words(world, changes):
    for kind, name in {"followerdb": "sales", "dinv": "guest", "dshare": "offer"}.items():
        world.space.delete(name, kind=kind)

    for name in MINE.values():
        last = decisions(world, name)[-1]
        assert last["end"] == "let go" and last["last_words"][0]["reason"] and last["last_words"][0]["message"], last


def test_each_line_is_one_object_of_json(world):
    for line in world.operator.logs().splitlines():
        told = json.loads(line)
        assert {"ts", "level", "msg"} <= told.keys(), line
