"""Much at once: a cold attach within Azure's own limits, and an operator that is killed again and again over many objects at rest."""

import concurrent.futures

import report
from harness import wait_until
from kube import PLURALS, Kube
from test_outages import estate_of_clusters, objects_on
from wire_proxy import MUTATING
from workload import Users, wait_until_quiet

COLD = 500 if report.LONG else 15
COLD_CLUSTERS = 10 if report.LONG else 3
# Azure's own buckets are what the emulator begins with. The short form has few objects and little time, so it has small ones.
SMALL = {"reads": {"capacity": 50, "perSecond": 25}, "writes": {"capacity": 10, "perSecond": 10}}

RESTING = 2000 if report.LONG else 40
RESTING_CLUSTERS = 100 if report.LONG else 8
RESTARTS = 10 if report.LONG else 3


def make(kube, space, objects):
    """By several connections, as a roll-out does."""
    def some(number):
        mine = Kube(kube.kubeconfig, f"{space.name}-{number}")
        Users(type(space)(mine, space.name)).create(*objects[number::4])

    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        list(pool.map(some, range(4)))


def test_a_cold_attach_never_runs_into_azures_limits(kube, new_world):
    # It looks far more often than it does by default, so that the limits are what it has to mind.
    world = new_world(estate_of_clusters(COLD, COLD_CLUSTERS), operator={"tick": "15m", "log_level": "info"}, emulator={"operation_duration_ms": 50})
    if not report.LONG:
        world.emulator.settings(throttle=SMALL)
    since = world.emulator.last_call()
    make(kube, world.space, objects_on(COLD_CLUSTERS, COLD))

    world.space.wait_all_ready(COLD, timeout=600)

    calls = world.emulator.calls(since)
    throttled = [call for call in calls if call["status"] == 429]
    puts = world.accepted_puts(since)
    report.plans("cold attach within Azure's limits", 1, int(bool(throttled)))
    print(f"{COLD} objects on {COLD_CLUSTERS} clusters: {len(calls)} calls to Azure, {len(puts)} PUTs, {len(throttled)} throttled")
    assert throttled == []
    assert len(puts) == COLD
    world.close()


def reads_of(world, exchanges):
    """(lists and watches of each kind in Kubernetes, calls to Azure)"""
    gets = [e.path.rpartition("/")[2] for e in exchanges if e.side == "kubernetes" and e.method == "GET"]
    return {plural: gets.count(plural) for plural in PLURALS.values()}, sum(e.side == "azure" for e in exchanges)


def test_restarts_over_objects_at_rest_write_nothing(kube, new_world):
    world = new_world(estate_of_clusters(RESTING, RESTING_CLUSTERS), emulator={"operation_duration_ms": 50},
                      operator={"tick": "15m", "log_level": "info", "probe_interval": "5m", "secret_refresh": "5m"})
    unlimited = {"capacity": 1e9, "perSecond": 1e9}
    world.emulator.settings(throttle={kind: unlimited for kind in ("reads", "writes", "deletes", "clusterReads", "clusterWrites")})
    make(kube, world.space, objects_on(RESTING_CLUSTERS, RESTING))
    world.space.wait_all_ready(RESTING, timeout=600)
    wait_until(Settled(world, 0), "all objects are at rest", timeout=300, every=1)
    wait_until_quiet(world, lambda exchange: exchange.method in MUTATING, seconds=3)  # events are told last
    versions, failed = world.versions(), 0

    for number in range(1, RESTARTS + 1):
        begin, since = len(world.exchanges()), world.emulator.last_call()
        world.operator.kill()
        world.operator.start().wait_until_ready(timeout=180)
        wait_until(Settled(world, since), "all objects were looked at", timeout=300, every=0.5)
        exchanges = world.exchanges()[begin:]
        written = [f"{e.method} {e.target} {e.body[:400]}" for e in exchanges if e.method in MUTATING and (e.side == "kubernetes" or e.method != "POST")]
        written += [f"{call['method']} {call['path']} {call['command']}" for call in world.writes(since)]
        kinds, azure = reads_of(world, exchanges)
        if number in (1, RESTARTS):
            print(f"restart {number}: reads of Kubernetes {kinds}, of Azure {azure}; writes {len(written)}")
        failed += bool(written)
        assert written == []
        assert max(kinds.values()) <= 4  # a list, a watch, and both once more should the first end early
        # One for what is in force on each database, the rest for each cluster.
        assert azure <= RESTING + 7 * RESTING_CLUSTERS + 20, f"{azure} calls to Azure"
    report.plans("restarts over objects at rest", RESTARTS, failed)
    assert world.versions() == versions
    world.close()


class Settled:
    """Whether since the start each cluster was looked at, each object worked on after that, and nothing goes on. Asked twice at least."""

    def __init__(self, world, since):
        self.world, self.since, self.before = world, since, None

    def __call__(self):
        calls = self.world.emulator.calls(self.since)
        looked = {call["cluster"] for call in calls if call["operation"] == ".show databases"}
        assert len(looked - {"corp"}) >= RESTING_CLUSTERS, f"clusters that were looked at: {sorted(looked)}"
        metrics = self.world.operator.metrics()
        done = metrics.total("controller_runtime_reconcile_total", controller="followerdatabase")
        idle = metrics.total("workqueue_depth") == 0 and metrics.total("controller_runtime_active_workers") == 0
        before, self.before = self.before, (done, len(calls))
        assert done >= RESTING and idle and before == self.before, f"{done} reconciliations, idle: {idle}"
        return True
