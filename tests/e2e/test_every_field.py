"""Every mutable field: set, changed, removed and changed by an outsider; what Azure shows a tick later; and the page that tells it.

The cells are in field_rows.py. All rows go through a phase together, so that a phase costs a few ticks and not a tick per row.
"""

import datetime
import os
import time

import pytest
import yaml

import field_table
from estate import OPERATOR, OUTSIDER, Estate, Identity, cluster_id, database, follower_database
from field_rows import LEFT_OUT, NAMES, PHASES, ROWS
from harness import wait_until

SHARED_CLUSTERS = 12
TICK_SECONDS = 2
IDLE_LOOKS = 10  # one under way, one that sees it, quick ones while other writes there are on their way; not a look each tick until the end
OWN, FIRST, SECOND = Identity("own"), Identity("first"), Identity("second")
CALLERS = {identity.client_id: identity.name for identity in (OPERATOR, OWN, FIRST, SECOND)}


# -- the list is whole -------------------------------------------------------------------------------------------------


def test_every_mutable_field_has_a_row_and_no_row_is_idle():
    expected = field_table.mutable_leaves(field_table.schema()["spec"])

    assert sorted(row.leaf for row in ROWS) == sorted(expected)


def test_what_is_left_out_as_immutable_is_immutable():
    kept = set(field_table.immutable(field_table.schema()["spec"]))
    claimed = {path for path, why in LEFT_OUT.items() if why.startswith("immutable")}

    assert {path for path in kept if not path.startswith("source.share")} == claimed


# -- the cells ---------------------------------------------------------------------------------------------------------


class Site:
    """One row's object, its databases in Azure, and a look at them."""

    def __init__(self, world, row, number):
        self.world, self.row_of_table, self.name, self.space, self.azure = world, row, row.name, world.space, world.azure
        self.follower = f"own{number:02}" if row.own_clusters else f"reader{number % SHARED_CLUSTERS}"
        self.leader = f"lead{number:02}" if row.own_clusters else "corp"
        self.follower_id, self.leader_id = cluster_id(self.follower), cluster_id(self.leader)
        self.database, self.attachment_name = row.name, None
        self.idle_looks = 0  # at the cluster, in a row and without a write to it, while an outsider's change stood
        self.begin()

    def begin(self):
        """A phase: what is asked about calls is asked about those after this."""
        self.since, self.began = self.world.emulator.last_call(), moment(self.world.emulator.now())

    def object(self, spec):
        source = {"leader": {"clusterResourceId": self.leader_id, "database": self.database}}
        if spec.get("leaderCredentials"):
            source["leader"]["credentialsSecretRef"] = {"name": spec["leaderCredentials"]}
        fields = {key: value for key, value in spec.items() if key != "leaderCredentials"}
        made = follower_database(self.name, follower=self.follower, **{**fields, "source": source})
        made["spec"] = {key: value for key, value in made["spec"].items() if value is not None}
        self.attachment_name = spec.get("attachmentName", self.attachment_name)
        return made

    # -- looking ------------------------------------------------------------------------------------------------------

    def row(self):
        rows = {row["DatabaseName"]: row for row in self.azure.kusto(self.follower, ".show follower databases")}
        assert self.database in rows, f"{self.follower} does not show {self.database}"
        return rows[self.database]

    def attachment(self):
        return self.azure.attachments(self.follower_id)[self.attachment_name]

    def calls(self, cluster, since=None):
        calls = self.world.emulator.calls(self.since if since is None else since, app=None)
        return [call for call in calls if call["cluster"] == cluster and call.get("appId") != OUTSIDER.client_id]

    def callers(self, cluster):
        return [CALLERS.get(call.get("appId"), "somebody else") for call in self.calls(cluster)]

    def pauses(self, command):
        """Seconds between such calls in this phase, and since the last one."""
        asked = [moment(call["time"]) for call in self.calls(self.follower) if (call.get("command") or "").strip() == command]
        moments = [*(asked or [self.began]), moment(self.world.emulator.now())]
        return [later - earlier for earlier, later in zip(moments, moments[1:])]

    def answers(self, since):
        """Writes of the operator to this object's part of Azure."""
        return [call for call in self.calls(self.follower, since) if call["isWrite"] and self.is_about(call)]

    def is_about(self, call):
        return f"['{self.database}']" in (call.get("command") or "") or call["path"].split("?")[0].endswith(f"/{self.attachment_name}")

    def is_settled(self):
        """The operator has said its last word on the spec that is stored now."""
        item = self.space.find(self.name)
        told = {c["type"]: c for c in item.get("status", {}).get("conditions", [])}
        assert item["status"]["observedGeneration"] == item["metadata"]["generation"] and "Reconciling" not in told, item["status"]
        attachment = item["status"].get("attachment", {}).get("resourceId")
        if attachment:
            self.attachment_name = attachment.split("/")[-1]
        return True


class FieldWorld:
    """Adds to a World what only this test needs: whole ticks, and the emulator's clock."""

    def __init__(self, world, sites):
        self.world, self.sites = world, sites

    def pass_a_tick(self):
        """Until every cluster was looked at twice from the beginning: the second look saw all that was there before."""
        since = self.world.emulator.last_call()

        def looked():
            calls = self.world.emulator.calls(since, app=None)
            lists = [call["cluster"] for call in calls if is_look(call) and call.get("appId") != OUTSIDER.client_id]
            behind = {site.follower for site in self.sites if lists.count(site.follower) < 2}
            assert not behind, f"not looked at twice: {behind}"
            return True

        wait_until(looked, "a tick has passed")


@pytest.fixture(scope="module")
def world(new_world, kube, tmp_path_factory):
    estate = Estate()
    for identity in (OWN, FIRST, SECOND):
        estate.identity(identity)
    admins = (OPERATOR, OUTSIDER, OWN, FIRST, SECOND)
    shared = []
    for number, row in enumerate(ROWS):
        if row.own_clusters:
            estate.cluster(f"lead{number:02}", [rich_database(row.name)], admins)
            estate.cluster(f"own{number:02}", [], admins)
        else:
            shared.append(rich_database(row.name))
    estate.cluster("corp", shared, admins)
    for number in range(SHARED_CLUSTERS):
        estate.cluster(f"reader{number}", [], admins)
    space = kube.new_namespace()
    secret = tmp_path_factory.mktemp("own") / "secret"
    secret.write_text(OWN.secret)
    world = new_world(estate, space=space, emulator={"operation_duration_ms": 50}, operator={
        "tick": f"{TICK_SECONDS}s", "log_level": "info", "operator_identity_namespaces": space.name, "azure_tenant_id": OWN.tenant,
        "azure_client_id": OWN.client_id, "azure_client_secret_file": secret,
    })
    for identity in (FIRST, SECOND):
        space.put_credentials(identity.name, identity)
    return world


def rich_database(name):
    made = database(name)
    made["materializedViews"].append({"name": "Hourly", "source": "Logs", "query": "Logs | summarize count()"})
    made["externalTables"] = [{"name": name} for name in NAMES["externalTables"][:2]]
    made["functions"] = [{"name": name, "body": "{ Events }"} for name in NAMES["functions"][:2]]
    return made


def moment(text):
    """Seconds, of a time as the emulator writes it."""
    return datetime.datetime.fromisoformat(text[:26]).replace(tzinfo=datetime.timezone.utc).timestamp()


@pytest.fixture(scope="module")
def found(world):
    """What Azure shows for each (leaf, phase)."""
    sites = world.sites = [Site(world, row, number) for number, row in enumerate(ROWS)]
    adopted = next(site for site in sites if site.name == "adoption")
    world.azure.attach(adopted.follower_id, "theirs", adopted.leader_id, adopted.database)
    ticks, seen = FieldWorld(world, sites), {}
    for phase in PHASES:
        started = time.monotonic()
        cells = [(site, getattr(site.row_of_table, phase)) for site in sites]
        play(world, cells, phase == "outsider")
        ticks.pass_a_tick()
        for site, cell in cells:
            seen[site.row_of_table.leaf, phase] = (cell.read or site.row_of_table.read)(site)
        print(f"{phase}: {len(cells)} cells in {time.monotonic() - started:.1f} s")
    return seen


def play(world, cells, is_meddling):
    """One phase of all rows: what must be there before, what is applied, what happens then, and its end in Azure."""
    apply(world, [(site, cell.first) for site, cell in cells if cell.first is not None])
    for site, _ in cells:
        site.begin()
    for site, cell in cells:
        if cell.refused:
            refuse(site, cell)
    apply(world, [(site, cell.spec) for site, cell in cells if cell.spec is not None and not cell.refused])
    meddled = {site: act(site, cell) for site, cell in cells if cell.act}
    if is_meddling:
        for site, since in meddled.items():
            if not site.row_of_table.outsider.is_left:
                answered = answer(site, since)
                site.idle_looks = idle_looks(site.calls(site.follower, since), answered)
    for site, cell in cells:
        wait_for_end(site, cell)


def apply(world, wanted):
    if not wanted:
        return
    world.space.apply(*(site.object(spec) for site, spec in wanted))
    for site, _ in wanted:
        wait_until(site.is_settled, f"{site.row_of_table.leaf}: the operator is done with what is applied")


def refuse(site, cell):
    made = site.object(cell.spec)
    made["metadata"]["namespace"] = site.space.name
    done = site.space.kubectl("apply", "-f", "-", stdin=yaml.safe_dump(made), check=False)
    assert done.returncode != 0 and cell.refused in done.stderr, done


def act(site, cell):
    """The last call before it."""
    since = site.world.emulator.last_call()
    cell.act(site)
    return since


def answer(site, since):
    """The operator's first write to this object's part of Azure; without it a test would pass by looking too early."""
    return wait_until(lambda: site.answers(since), f"{site.row_of_table.leaf}: the operator answers the outsider")[0]


def idle_looks(calls, answer):
    """The most looks in a row, before the answer, that the operator went on from without writing anything to the cluster."""
    longest = row = 0
    for call in calls:
        if call["n"] >= answer["n"]:
            break
        row = 0 if call["isWrite"] else row + is_look(call)
        longest = max(longest, row)
    return longest


def is_look(call):
    return call["method"] == "GET" and call["path"].split("?")[0].lower().endswith("/attacheddatabaseconfigurations")


def wait_for_end(site, cell):
    read = cell.read or site.row_of_table.read

    def is_shown():
        shown = read(site)
        assert shown == cell.shows, f"Azure shows {shown!r}, not {cell.shows!r}"
        return True

    wait_until(is_shown, f"{site.row_of_table.leaf}: {cell.did or 'removed'}")


@pytest.mark.parametrize("phase", PHASES)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.leaf)
def test_azure_shows_what_became_of_the_field(found, row, phase):
    assert found[row.leaf, phase] == getattr(row, phase).shows


def test_an_outsiders_change_is_answered_at_once_and_not_ticks_later(world, found):
    """Counted in looks, not in seconds: objects on one cluster write one after another, and a slow machine makes that long."""
    idlest = max(world.sites, key=lambda site: site.idle_looks)

    assert idlest.idle_looks <= IDLE_LOOKS, f"{idlest.row_of_table.leaf}: {idlest.idle_looks} looks"


def test_the_page_tells_what_was_found(found):
    text = field_table.page(found)
    if os.environ.get("ADXF_WRITE_DOCS"):
        field_table.PAGE.write_text(text)

    assert field_table.PAGE.read_text() == text, "docs/fields-in-azure.md is not what was found; its head tells how to write it anew"
