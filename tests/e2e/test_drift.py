"""What others change is put right, told and counted; what must not be touched is left alone."""


import pytest

from estate import ALICE, OPERATOR, OUTSIDER, TENANT, Estate, database, follower_database, guid
from harness import timestamp_in, wait_until

SALES = "Sales"
HOURS_OF_A_DAY = 24


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", SALES)
    # Here the operator is an admin of one database only, and has no right on the follower but through it.
    admin = {"role": "Admin", "principal": OPERATOR.client_id}
    estate.leader("lender", {**database(SALES), "grants": [admin]})
    for name in ("drifting", "fought", "strict", "ending"):
        estate.follower(name)
    estate.cluster("borrowed", admins=[OUTSIDER])
    return new_world(estate)


def shows(world, follower, expectation, what):
    def look():
        overrides = world.azure.overrides(follower, SALES)
        assert overrides and expectation(overrides), vars(overrides) if overrides else "not there"
        return overrides

    return wait_until(look, f"{follower}: {what}")


def has(who):
    return lambda overrides: any(guid(who) in principal for principal in overrides.principals)


def events(world, name, reason):
    return [e for e in world.space.events() if e["involvedObject"]["name"] == name and e["reason"] == reason]


def hot(days):
    return {"modificationKind": "Union", "database": {"hot": f"{days}d"}}


def meddle(world, follower, days):
    """Somebody else's hot cache, and that the operator saw it and answered."""
    since = world.emulator.last_call()
    world.azure.kusto(follower, f".alter follower database {SALES} policy caching hot = {days}d", SALES)
    return since


def looks(world, cluster, since):
    """The operator's looks at what the follower overrides."""
    calls = [call for call in world.emulator.calls(since) if call["cluster"] == cluster]
    return [call for call in calls if call["command"] == ".show follower databases"]


def test_drift_is_put_right_told_and_counted(world):
    world.space.apply(follower_database("drifting", follower="drifting", caching=hot(7)))
    world.space.wait_ready("drifting")
    before = world.operator.metrics().total("adxfollower_drift_corrections_total", field="caching.database")

    meddle(world, "drifting", 3)

    told = wait_until(lambda: events(world, "drifting", "DriftCorrected"), "an event tells")
    assert "3.00:00:00" in told[0]["message"] and "7.00:00:00" in told[0]["message"], told[0]["message"]
    shows(world, "drifting", lambda seen: seen.hot == 7 * HOURS_OF_A_DAY, "as declared again")
    change = world.space.wait_ready("drifting")["status"]["lastChange"]
    assert change["action"] == "SetDatabaseCache" and change["correlationId"], change
    after = world.operator.metrics().total("adxfollower_drift_corrections_total", field="caching.database")
    assert after == before + 1
    assert "drift" not in world.space.find("drifting")["status"]


def test_a_field_that_others_change_again_and_again_is_left_to_a_person(world):
    world.space.apply(follower_database("fought", follower="fought", caching=hot(7)))
    world.space.wait_ready("fought")

    for days in range(20, 25):
        since = meddle(world, "fought", days)
        wait_until(lambda since=since: any(c["cluster"] == "fought" for c in world.writes(since)), "the operator answers")
        shows(world, "fought", lambda seen: seen.hot == 7 * HOURS_OF_A_DAY, "as declared again")
        world.space.wait_ready("fought")
    since = meddle(world, "fought", 30)

    told = world.space.wait_reason("fought", "Contended")
    assert "30.00:00:00" in told["message"] and "7.00:00:00" in told["message"]
    item = world.space.find("fought")
    assert {c["type"]: c["status"] for c in item["status"]["conditions"]}["Stalled"] == "True"
    assert [entry["field"] for entry in item["status"]["drift"]] == [f"{SALES}/caching.database"]
    assert [c for c in world.writes(since) if c["cluster"] == "fought"] == []

    world.operator.kill()
    world.operator.start().wait_until_ready()
    restarted = world.emulator.last_call()
    wait_until(lambda: len(looks(world, "fought", restarted)) > 3, "the new process has looked several times")
    assert [c for c in world.writes(since) if c["cluster"] == "fought"] == [], "given up on stays given up on"
    world.space.look_again("fought")
    shows(world, "fought", lambda seen: seen.hot == 7 * HOURS_OF_A_DAY, "a person asked")
    world.space.wait_ready("fought")


def test_authoritative_ownership_removes_strangers_and_never_the_operator(world):
    own = f"aadapp={OPERATOR.client_id};{TENANT}"
    world.space.apply(follower_database("strict", follower="strict", permissions={
        "modificationKind": "Union", "ownership": "Authoritative", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}],
    }))
    world.space.wait_ready("strict")

    for who in ("aadgroup=analysts@contoso.com", own):
        world.azure.kusto("strict", f".add follower database {SALES} viewers ('{who}') 'by hand'", SALES)

    wait_until(lambda: events(world, "strict", "DriftCorrected"), "the stranger is seen")
    seen = shows(world, "strict", lambda seen: not has("analysts")(seen), "the stranger is gone")
    assert has("alice")(seen)
    assert any(OPERATOR.object_id in it or OPERATOR.client_id in it for it in seen.principals), "the operator keeps its place"
    world.space.wait_ready("strict")


def test_a_grant_ends_at_its_time_and_the_object_says_so(world):
    end = timestamp_in(seconds=15)
    world.space.apply(follower_database("ending", follower="ending", permissions={
        "modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}", "expiresAt": end}],
    }))
    before = world.space.wait_ready("ending")

    assert end in world.space.conditions("ending")["Ready"]["message"]
    assert before["status"]["grants"][0]["expiresAt"] == end
    shows(world, "ending", lambda seen: not has("alice")(seen), "the grant is taken back")
    assert timestamp_in(seconds=0) >= end
    wait_until(lambda: events(world, "ending", "GrantExpired"), "an event tells")
    wait_until(lambda: "taken back: 1" in world.space.conditions("ending")["Ready"]["message"], "Ready tells")
    assert "grants" not in world.space.find("ending")["status"]


def test_the_operator_does_not_lock_itself_out(world):
    world.space.apply(follower_database("borrowed", follower="borrowed", leader="lender"))
    world.space.wait_ready("borrowed")
    since = world.emulator.last_call()

    world.space.merge("borrowed", caching=hot(2), permissions={
        "modificationKind": "Replace", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}],
    })

    told = world.space.wait_reason("borrowed", "WouldLockOutOperator")
    assert OPERATOR.client_id in told["message"]
    shows(world, "borrowed", lambda seen: seen.hot == 2 * HOURS_OF_A_DAY, "the hot cache is set all the same")
    assert all("principals" not in call["command"] for call in world.writes(since) if call.get("command")), "no right was touched"

    own = {"role": "Admin", "principal": f"aadapp={OPERATOR.client_id};{TENANT}"}
    world.space.merge("borrowed", permissions={"grants": [own]})
    shows(world, "borrowed", lambda seen: seen.principals_kind == "Replace", "with a grant of its own it is safe")
    world.space.wait_ready("borrowed")
