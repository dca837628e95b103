"""Several replicas: one works, the others stand by; whoever has lost the lease writes nothing more, even if it was frozen before it sent."""

import datetime
import json
import os
import pathlib
import signal

import pytest

from estate import Estate, follower_database
from harness import wait_until
from kube import is_ready

LEASE = "adx-operator"
QUICK = {"leader_election_lease_duration": "3s", "leader_election_renew_deadline": "2s", "leader_election_retry_period": "500ms"}
RETRY_PERIOD, LEASE_DURATION = 2, 15  # seconds; the defaults
LOST_LEASE = 3  # exit code
ROUNDS = int(os.environ.get("ADXF_HAND_OVERS", "5"))


@pytest.fixture
def world(new_world):
    estate = Estate()
    estate.leader("corp", *(f"Db{i:02}" for i in range(ROUNDS + 3)))
    estate.follower("reporting")
    world = new_world(estate)
    world.operator.stop()
    return world


@pytest.fixture
def replicas(world):
    """Starts replicas; all of them end with the test."""
    started = []

    def start(environment=None, **options):
        election = {"leader_election": "true", "leader_election_namespace": world.space.name, "leader_election_name": LEASE}
        started.append(world.new_operator(environment=environment, **election, **options))
        return started[-1]

    yield start
    for replica in started:
        if replica.process.is_alive():
            replica.process.process.send_signal(signal.SIGCONT)
            replica.kill()


def said(replica, since=0):
    return [json.loads(line) for line in replica.process.log()[since:].splitlines() if line.startswith("{")]


def lines(replica, message):
    return [line for line in said(replica) if line["msg"] == message]


def leads(replica):
    return bool(lines(replica, "leading"))


def await_lead(replica):
    wait_until(lambda: leads(replica), "the replica leads")
    return lines(replica, "leading")[0]["as"]


def holder(world):
    path = f"/apis/coordination.k8s.io/v1/namespaces/{world.space.name}/leases/{LEASE}"
    return world.kube.get(path)["spec"].get("holderIdentity", "")


def at(line):
    return datetime.datetime.fromisoformat(line["ts"])


def writes_of(world, identity, since=0):
    return [call for call in world.writes(since) if identity in call["userAgent"]]


def freeze(replica):
    """False: on a slow machine it had lost the lease by itself, and has ended."""
    replica.process.process.send_signal(signal.SIGSTOP)
    status = pathlib.Path(f"/proc/{replica.process.pid}/status")
    return wait_until(lambda: state_of(status), "the process is frozen, or has ended") == "frozen"


def state_of(status):
    told = status.read_text() if status.exists() else "State:\tX"
    return "frozen" if "State:\tT" in told else "ended" if "State:\tZ" in told or "State:\tX" in told else None


def wake(replica):
    if replica.process.is_alive():
        replica.process.process.send_signal(signal.SIGCONT)
    return replica.process.process.wait(timeout=30)


def number(i):
    return follower_database(f"f{i:02}", database=f"Db{i:02}", attachmentName=f"a{i:02}")


def test_one_works_and_the_other_stands_by(world, replicas):
    first = replicas()
    identity = await_lead(first)
    second = replicas()
    world.space.apply(number(0))
    world.space.wait_ready("f00")

    wait_until(lambda: lines(second, "standing by"), "the second one knows who leads")
    assert lines(second, "standing by")[0]["leader"] == holder(world) == identity
    assert world.writes() and writes_of(world, identity) == world.writes()
    assert [r.metrics().total("leader_election_master_status", name=LEASE) for r in (first, second)] == [1, 0]
    told = [r.metrics().all("adxfollower_object_condition", name="f00") for r in (first, second)]
    assert told[0] and not told[1], "each object is told of once"


def test_a_clean_end_hands_over_at_once_and_lists_nothing(world, replicas):
    """Without polling: sooner than a standby that looks at the lease now and then would find out."""
    leader = replicas()
    await_lead(leader)
    took = []
    for i in range(3):
        standby = replicas()
        wait_until(lambda: lines(standby, "standing by"), "it stands by")  # noqa: B023 (used at once)
        lists = lines(standby, "reading everything")
        assert leader.stop() == 0
        await_lead(standby)
        world.space.apply(number(i))
        world.space.wait_ready(f"f{i:02}")

        took.append((at(lines(standby, "leading")[0]) - at(lines(leader, "gave the lease back")[0])).total_seconds())
        assert lists and lines(standby, "reading everything") == lists
        leader = standby
    print(f"hand-overs took {', '.join(f'{t * 1000:.0f} ms' for t in took)}")
    assert min(took) < RETRY_PERIOD / 2
    assert max(took) < LEASE_DURATION / 2, "nobody waited until it ran out"


def test_one_that_is_frozen_before_it_sends_sends_nothing_afterwards(world, replicas):
    """It has asked whether the lease holds, and sleeps before the request is on its way."""
    frozen = replicas({"ADXF_FREEZE_AT": "fence:AttachedDatabaseConfigurations_CreateOrUpdate"}, **QUICK)
    lost = await_lead(frozen)
    successor = replicas(**QUICK)
    world.space.apply(number(0))
    status = pathlib.Path(f"/proc/{frozen.process.pid}/status")
    assert wait_until(lambda: state_of(status), "the process has frozen itself") == "frozen"
    assert writes_of(world, lost) == []

    identity = await_lead(successor)
    world.space.wait_ready("f00")
    before = len(frozen.process.log())
    assert wake(frozen) == LOST_LEASE

    assert writes_of(world, lost) == []
    assert [call["userAgent"] for call in world.accepted_puts()] == [writes_of(world, identity)[0]["userAgent"]]
    answered = [line for line in said(frozen, before) if line.get("method", "GET") != "GET" and "status" in line]
    assert answered == [], "nothing to the API server either"


def test_leaders_frozen_at_any_moment_do_no_harm(world, replicas):
    """Each time the leader sleeps past its lease while it has work to do; what was on its way by then may arrive, nothing else."""
    leader, late, at_work = replicas(**QUICK), [], 0
    identity = await_lead(leader)
    for i in range(ROUNDS):
        standby = replicas(**QUICK)
        wait_until(lambda: lines(standby, "standing by"), "it stands by")  # noqa: B023 (used at once)
        since = world.emulator.last_call()
        world.space.apply(number(i))
        if i % 2:  # by turns: before it has written, and while Azure works on what it wrote
            wait_until(lambda: world.writes(since), "it has written")  # noqa: B023
        was_frozen = freeze(leader)
        at_work += was_frozen and not is_ready(world.space.find(f"f{i:02}"))
        successor = await_lead(standby)
        since = world.emulator.last_call()
        assert wake(leader) == LOST_LEASE
        world.space.wait_ready(f"f{i:02}")
        late.append(len(writes_of(world, identity, since)))
        leader, identity = standby, successor

    attached = sorted(call["path"].split("/")[-1].split("?")[0] for call in world.accepted_puts())
    print(f"{ROUNDS} hand-overs, {at_work} with work left, {sum(late)} writes that were on their way, {len(attached)} attachments put")
    assert set(attached) == {f"a{i:02}" for i in range(ROUNDS)}
    assert max(late) <= 1, "one write slot for the cluster: at most one on its way"
    assert len(attached) <= ROUNDS + sum(late)
    assert at_work > 0


def test_an_api_server_that_forgets_the_lease_changes_no_leader(world, replicas):
    leader = replicas(**QUICK)
    identity = await_lead(leader)
    standby = replicas(**QUICK)
    wait_until(lambda: lines(standby, "standing by"), "it stands by")

    world.kube.kubectl("delete", "lease", LEASE, "--namespace", world.space.name)

    wait_until(lambda: holder(world) == identity, "the leader has made it again")
    world.space.apply(number(0))
    world.space.wait_ready("f00")
    assert not leads(standby)
