"""Every query of every dashboard, and every rule, answered by a real Prometheus that scrapes a real operator with all kinds of objects."""

import pytest

from cloud import Azure
from estate import (
    ALICE, OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, Estate, cluster_id, data_share, follower_database, invitation, shared_database,
)
from harness import wait_until
from prometheus import DASHBOARDS, Dashboard, Prometheus, filled
from sharing import PARTNER, PROVIDER, RECIPIENT, THEIRS, by_ref, theirs

CHOSEN = {"follower": {"name": "sales"}}
EVERY = pytest.mark.parametrize("dashboard", [Dashboard(file) for file in DASHBOARDS], ids=lambda dashboard: dashboard.name)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(RECIPIENT, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales", "Stock")
    estate.leader("closed", "Secret", admins=(OUTSIDER,))  # no right to read its versions
    for name in ("reporting", "late", "entire", "outside"):
        estate.follower(name)
    estate.follower("fabrikam", admins=(RECIPIENT, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate, operator={"azure_follower_latency_interval": "1s"})
    world.emulator.settings(metricsDelayMs=0)
    world.emulator.operators = (OPERATOR, RECIPIENT)
    world.space.put_credentials("partner", RECIPIENT)
    follow(world)
    share(world)
    return world


def follow(world):
    """One that is well in every respect, one that is late, one of all databases, one that cannot be measured, one asleep, one without a credential."""
    world.space.apply(
        follower_database("sales", syncLag={"objective": "1h", "probeInterval": "10s"},
                          caching={"modificationKind": "Union", "database": {"hot": "7d"}},
                          permissions={"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}]}),
        follower_database("late", follower="late", syncLag={"objective": "10s", "probeInterval": "10s"}),
        follower_database("all", follower="entire", database="*", databaseName={"prefix": "corp_"}),
        follower_database("outside", follower="outside", leader="closed", database="Secret", syncLag={"objective": "1h", "probeInterval": "10s"}),
        follower_database("asleep", follower="late", database="Stock", suspend=True),
        follower_database("locked", follower="outside", credentialsSecretRef={"name": "nothing"}),
    )
    for name in ("sales", "late", "all", "outside"):
        world.space.wait_ready(name)
    world.space.wait_reason("locked", "CredentialsMissing")


def share(world):
    """Two invitations to one share: one taken, one taken and revoked."""
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, theirs("fabrikam"))
    world.space.apply(data_share("kept", {"sales": "Sales"}), invitation("kept", RECIPIENT, share="kept"),
                      data_share("ended", {"stock": "Stock"}), invitation("ended", RECIPIENT, share="ended"))
    for name in ("kept", "ended"):
        world.space.wait_ready(name, kind="dinv")
        world.space.apply(shared_database(f"{name}-here", by_ref(name), "fabrikam"))
        world.space.wait_ready(f"{name}-here")
    wait_until(lambda: world.space.find("ended", "dinv")["status"]["state"] == "Accepted", "the provider sees the acceptance")
    world.space.merge("ended", kind="dinv", access="Revoked")
    world.space.wait_reason("ended-here", "Revoked")


@pytest.fixture(scope="module")
def prometheus(world):
    """Begun before drift is put right and a follower falls behind, so that both are seen as they happen."""
    prometheus = Prometheus(world.operator, world.folder)
    prometheus.since = prometheus.now()
    wait_until(lambda: prometheus.series("adxfollower_build_info"), "the operator is scraped")
    world.azure.kusto("reporting", ".alter follower database Sales policy caching hot = 3d", "Sales")
    wait_until(lambda: prometheus.series("adxfollower_drift_corrections_total > 0"), "the drift was put right")
    wait_until(lambda: prometheus.series('adxfollower_sync_lag_seconds{name="late"}'), "the lag of the late one is known")
    world.emulator.trail("late", 3_600_000)
    world.emulator.ingest("corp", "Sales", "Events", rows=5)
    wait_until(lambda: prometheus.series('adxfollower_sync_lag_seconds{name="late"} > 0'), "it falls behind")
    wait_until(lambda: prometheus.series("adxfollower_cluster_follower_latency_seconds"), "Azure Monitor's first minute is over", timeout=120)
    wait_until(lambda: all(rule["lastEvaluation"] > "2000" for rule in prometheus.rules()), "every rule was evaluated")
    wait_until(lambda: unrecorded(prometheus) == [], "rules with an interval of their own have come round again since the first scrape")
    yield prometheus
    assert prometheus.stop() == 0


def unrecorded(prometheus):
    """The recording rules that have yielded nothing."""
    recording = [rule for rule in prometheus.rules() if rule["type"] == "recording"]
    assert recording
    return [rule["name"] for rule in recording if not prometheus.series(rule["name"], prometheus.since)]


def counted(prometheus, panel, values):
    """How many series each query of a panel yields, as Grafana would ask it."""
    return [len(prometheus.series(filled(target["expr"], values), prometheus.since if target["range"] else None)) for target in panel["targets"]]


@EVERY
def test_every_panel_shows_data(prometheus, dashboard):
    values = dashboard.fill(prometheus, prometheus.since, CHOSEN.get(dashboard.name, {}))
    empty = []
    print(f"\n{dashboard.json['title']} with {values}")

    for panel in dashboard.panels():
        counts = counted(prometheus, panel, values)
        print(f"  {panel['title']:<52} {' + '.join(map(str, counts)):>14} series")
        empty += [f"{panel['title']}: {target['expr']}" for target, count in zip(panel["targets"], counts) if not count]

    assert empty == []


def test_a_late_follower_is_seen_on_the_dashboards(prometheus):
    assert prometheus.series('max by (name) (adxfollower_sync_lag_seconds) > 0', prometheus.since)
    assert {each["metric"]["namespace"] for each in prometheus.series("adxfollower_attached_databases")} != {"adx-follower-operator"}, "honor_labels"


def test_every_recording_rule_yields_data(prometheus):
    assert unrecorded(prometheus) == []


def test_every_rule_can_be_evaluated_and_no_alert_comes_before_its_time(prometheus):
    rules = prometheus.rules()

    assert [(rule["name"], rule["health"], rule.get("lastError")) for rule in rules if rule["health"] != "ok"] == []
    firing = {alert["labels"]["alertname"] for rule in rules for alert in rule.get("alerts", []) if alert["state"] == "firing"}
    assert firing == set(), "all of them wait for minutes first, and none of what needs no waiting happened"
    pending = {alert["labels"]["alertname"] for rule in rules for alert in rule.get("alerts", []) if alert["state"] == "pending"}
    print(f"pending: {sorted(pending)}")
    assert "AdxFollowerShareNotReady" not in pending, "what was revoked as declared is Ready"
