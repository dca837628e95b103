"""Who calls Azure for whom: every call carries the identity that its object names, and what one identity reads stays with its objects."""

import json
import re

import pytest

from cloud import Azure
from estate import (
    ALICE, OPERATOR, PARTNER_SUBSCRIPTION, PARTNER_TENANT, SUBSCRIPTION, TENANT, Estate, Identity, cluster_id, follower_database, guid,
)
from harness import wait_until

NORTH, SOUTH = Identity("north"), Identity("south")  # each may do everything on the cluster that they share
NO_LEADER, NO_DATA = Identity("no-leader"), Identity("no-data")  # lack a right each, there
PARTNER = Identity("partner", tenant=PARTNER_TENANT)  # reads its own cluster, in its own tenant
GO_BETWEEN = Identity("go-between")  # has rights with both, and makes what the operator cannot
NEXT = Identity("next")  # takes over in a rotated Secret
OWN = Identity("own")  # the operator's own
HOT = {"caching": {"modificationKind": "Union", "database": {"hot": "1d"}}}
GRANT = {"permissions": {"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}]}}
PARTNER_ID = cluster_id("partner", PARTNER_SUBSCRIPTION)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    everything, both = f"/subscriptions/{SUBSCRIPTION}", [f"/subscriptions/{SUBSCRIPTION}", f"/subscriptions/{PARTNER_SUBSCRIPTION}"]
    for identity in (NORTH, SOUTH, NO_DATA, NEXT):
        estate.identity(identity, arm_scope=everything)
    estate.identity(NO_LEADER, arm_scope=cluster_id("shared"))
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    estate.identity(GO_BETWEEN, arm_scope=both)
    estate.cluster("corp", ["Sales", "Stock", "Spare", "Parts", "Turns"], (OPERATOR, estate.outsider, NORTH, SOUTH, NEXT))
    estate.cluster("shared", [], (OPERATOR, estate.outsider, NORTH, SOUTH, NO_LEADER))
    estate.cluster("partner", ["Supply", "Demand"], (PARTNER,), PARTNER_SUBSCRIPTION)
    estate.follower("across")
    estate.cluster("turning", [], (OPERATOR, estate.outsider, NORTH, NEXT))
    world = new_world(estate)
    for identity in (NORTH, SOUTH, NO_LEADER, NO_DATA, PARTNER):
        world.space.put_credentials(identity.name, identity)
    return world


def named(identity, **more):
    return {"credentialsSecretRef": {"name": identity.name}, **more}


def calls(world, since=0, **having):
    """All calls of the operator, whoever it called as; `having`: members of the call log's entries."""
    strangers = {world.estate.outsider.client_id, GO_BETWEEN.client_id}
    logged = (call for call in world.emulator.calls(since, app=None) if call.get("appId") not in strangers)
    return [call for call in logged if having.items() <= call.items()]


def callers(seen):
    return {call.get("appId") for call in seen}


def told_about(world, name):
    """Everything that Kubernetes and /metrics tell about one object."""
    item = world.space.find(name)
    events = [event for event in world.space.events() if event["involvedObject"]["name"] == name]
    series = [line for line in world.operator.metrics_text().splitlines() if f'name="{name}"' in line]
    return json.dumps([item["status"], events]) + "\n".join(series)


# -- two identities on one cluster -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sharing(world):
    """Objects of four identities on one follower cluster, as far as each can get."""
    world.space.apply(
        follower_database("north", follower="shared", database="Sales", **named(NORTH, **HOT, **GRANT)),
        follower_database("south", follower="shared", database="Stock", **named(SOUTH, **HOT)),
        follower_database("no-leader", follower="shared", database="Spare", **named(NO_LEADER, **HOT)),
        follower_database("no-data", follower="shared", database="Parts", **named(NO_DATA, **HOT)),
    )
    world.space.wait_ready("north")
    world.space.wait_ready("south")
    world.space.wait_reason("no-leader", "MissingRoleOnLeader")
    world.space.wait_reason("no-data", "MissingRoleOnFollower")
    return world


@pytest.mark.parametrize("name, identity, database", [
    ("north", NORTH, "Sales"), ("south", SOUTH, "Stock"), ("no-leader", NO_LEADER, "Spare"), ("no-data", NO_DATA, "Parts"),
])
def test_each_object_writes_with_the_identity_that_it_names(sharing, name, identity, database):
    about = [call for call in calls(sharing, cluster="shared", isWrite=True)
             if f"['{database}']" in (call.get("command") or "") or f"/{sharing.space.name}.{name}." in call["path"]]

    assert callers(about) <= {identity.client_id}
    assert about or name == "no-leader"


def test_every_identity_reads_the_shared_cluster_for_itself(sharing):
    lists = [call for call in calls(sharing, cluster="shared", method="GET")
             if call["path"].split("?")[0].lower().endswith("/attacheddatabaseconfigurations") and call["status"] == 200]

    assert callers(lists) == {identity.client_id for identity in (NORTH, SOUTH, NO_LEADER, NO_DATA)}


def test_what_another_identity_read_of_the_leader_does_not_show(sharing):
    assert sharing.space.find("north")["status"]["leaderCluster"]["uri"] == sharing.emulator.clusters["corp"]

    assert "leaderCluster" not in sharing.space.find("no-leader")["status"]
    assert sharing.emulator.clusters["corp"] not in told_about(sharing, "no-leader")
    wait_until(lambda: sharing.operator.metrics().all("adxfollower_sync_lag_seconds", name="north"), "the lag of north is known")
    assert sharing.operator.metrics().all("adxfollower_sync_lag_seconds", name="no-leader") == []


def test_what_another_identity_read_of_the_followers_policies_does_not_show(sharing):
    assert guid("alice") in told_about(sharing, "north")

    status = sharing.space.find("no-data")["status"]
    assert not any(status.get("effectivePolicy", {}).values()) and status.get("grants", []) == []
    assert sharing.operator.metrics().all("adxfollower_sync_lag_seconds", name="no-data") == []


@pytest.mark.parametrize("name, foreign", [
    ("no-leader", ("Sales", "Stock", "Parts", "north", "south")), ("no-data", ("Sales", "Stock", "Spare", "north", "south")),
    ("south", ("Sales", "Spare", "Parts", "north", "no-leader")),
])
def test_an_object_tells_nothing_of_its_neighbours(sharing, name, foreign):
    told = told_about(sharing, name)

    strangers = [identity.client_id for identity in (NORTH, SOUTH, NO_LEADER, NO_DATA) if identity.name != name]
    assert [word for word in (*foreign, guid("alice"), ALICE, *strangers) if re.search(rf"\b{re.escape(word)}\b", told)] == []


# -- a leader in another tenant ----------------------------------------------------------------------------------------


def across(name, database, leader_secret=PARTNER.name, **more):
    leader = {"clusterResourceId": PARTNER_ID, "database": database, "credentialsSecretRef": {"name": leader_secret}}
    return follower_database(name, follower="across", source={"leader": leader}, **HOT, **more)


@pytest.fixture(scope="module")
def partnered(world):
    """An attachment across tenants, made by somebody with rights in both, and taken over."""
    Azure(world.emulator, GO_BETWEEN).attach(cluster_id("across"), "theirs", PARTNER_ID, "Supply")
    since = world.emulator.last_call()
    world.space.apply(across("supply", "Supply", attachmentName="theirs", adoption="IfIdentical"))
    world.space.wait_ready("supply")
    wait_until(lambda: world.operator.metrics().all("adxfollower_sync_lag_seconds", name="supply"), "the lag is known")
    return since


def test_the_leaders_identity_reads_the_leader_and_touches_nothing_else(world, partnered):
    on_leader, on_follower = calls(world, partnered, cluster="partner"), calls(world, partnered, cluster="across")

    assert callers(on_leader) == {PARTNER.client_id}
    assert callers(on_follower) == {OPERATOR.client_id}
    assert [call for call in on_leader if call["isWrite"]] == []
    assert {call["service"] for call in on_leader} == {"arm", "kusto"}  # its existence, and its versions for the lag


def test_each_identity_asks_its_own_tenant_for_tokens(world, partnered):
    asked = {(call["appId"], call["path"].split("/")[1]) for call in calls(world, service="entra") if call.get("appId")}

    assert (PARTNER.client_id, PARTNER_TENANT) in asked and (OPERATOR.client_id, TENANT) in asked
    assert [who for who, tenant in asked if (who == PARTNER.client_id) != (tenant == PARTNER_TENANT)] == []


def test_no_call_was_refused_for_its_token(world, partnered):
    assert [call for call in calls(world, partnered) if call["status"] == 401] == []


def test_an_attachment_across_tenants_is_not_possible_and_says_so(world):
    world.space.apply(across("demand", "Demand"))

    condition = world.space.wait_reason("demand", "MissingRoleOnLeader")

    assert "another tenant" in condition["message"] and "Data Share" in condition["message"]
    assert callers(calls(world, cluster="across", method="PUT")) <= {OPERATOR.client_id}
    world.space.delete("demand")


def test_a_missing_secret_of_the_leader_is_waited_for(world, partnered):
    world.space.apply(across("late", "Demand", leader_secret="to-come"))
    condition = world.space.wait_reason("late", "CredentialsMissing")
    assert "to-come" in condition["message"]

    world.space.put_credentials("to-come", PARTNER)

    world.space.wait_reason("late", "MissingRoleOnLeader")  # the leader is read; what follows is the attachment's own trouble
    world.space.delete("late")


# -- Secrets that change -----------------------------------------------------------------------------------------------


def test_a_rotated_secret_is_picked_up_without_a_restart(world):
    world.space.put_credentials("turning", NORTH)
    world.space.apply(follower_database("turning", follower="turning", database="Turns", credentialsSecretRef={"name": "turning"}, **HOT))
    world.space.wait_ready("turning")
    runs = len(world.operator.runs)

    world.space.put_credentials("turning", NEXT)

    wait_until(lambda: callers(calls(world, cluster="turning")[-6:]) == {NEXT.client_id}, "only the new identity is used")
    since = world.emulator.last_call()
    world.azure.kusto("turning", ".alter follower database Turns policy caching hot = 9d", "Turns")
    wait_until(lambda: calls(world, since, cluster="turning", isWrite=True), "the operator answers")
    assert callers(calls(world, since, cluster="turning")) == {NEXT.client_id}
    world.space.wait_ready("turning")
    assert len(world.operator.runs) == runs and world.operator.process.is_alive()


# -- the operator's own identity ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lent(new_world, kube, tmp_path_factory):
    """An operator that lends its own identity to one namespace, for two clusters."""
    estate = Estate()
    estate.identity(OWN)
    for name in ("corp", "other"):
        estate.cluster(name, ["Sales", "Stock"], (OWN, estate.outsider))
    for name in ("inside", "insidetoo"):
        estate.cluster(name, [], (OWN, estate.outsider))
    secret = tmp_path_factory.mktemp("own") / "secret"
    secret.write_text(OWN.secret)
    space = kube.new_namespace()
    allowed = ";".join((cluster_id("inside").upper().replace("/SUBSCRIPTIONS/", "/subscriptions/"), cluster_id("corp")))
    return new_world(estate, space=space, operator={
        "operator_identity_namespaces": f"{space.name}={allowed}", "azure_tenant_id": OWN.tenant, "azure_client_id": OWN.client_id,
        "azure_client_secret_file": secret,
    })


def without_secret(name, **what):
    made = follower_database(name, **what)
    del made["spec"]["credentialsSecretRef"]
    return made


def test_the_lent_identity_works_inside_its_prefixes_and_nowhere_else(lent):
    lent.space.apply(
        without_secret("in", follower="inside", database="Sales"),
        without_secret("out", follower="insidetoo", database="Sales"),
        without_secret("leader-out", follower="inside", leader="other", database="Stock"),
    )

    lent.space.wait_ready("in")
    for name in ("out", "leader-out"):
        condition = lent.space.wait_reason(name, "IdentityNotAllowed")
        assert "credentialsSecretRef" in condition["message"]
    seen = calls(lent)
    assert [call for call in seen if call["cluster"] in ("insidetoo", "other")] == []
    assert callers(call for call in seen if call["cluster"]) == {OWN.client_id}
