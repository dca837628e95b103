"""A provider and a consumer in two tenants, both served by one operator, each with an identity of its own tenant that has no right at all in
the other's. The fixtures are for the tests that import them."""

import pytest

from cloud import Azure
from estate import (
    OPERATOR, OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share, invitation, shared_database,
)

RECIPIENT = Identity("recipient", tenant=PARTNER_TENANT)  # what the consumer's objects use
PARTNER = Identity("partner", tenant=PARTNER_TENANT)  # what tests use to look at the consumer's side, and to interfere
OTHER = Identity("other", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")
DATABASES = ("Sales", "Stock", "Plans", "Terms", "Taken", "Left", "Broken", "Twice", "Lost", "Late", "Named", "Watched", "Ends", "Matched", "Own")
FOLLOWERS = ("fabrikam", "fabrikamall", "fabrikamtables", "brief")


def theirs(cluster):
    return cluster_id(cluster, PARTNER_SUBSCRIPTION)


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(RECIPIENT, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}")
    for identity in (PARTNER, OTHER):
        estate.identity(identity, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", *DATABASES)
    estate.leader("twin", "Twice")
    estate.leader("faraway", "Remote", location="northeurope")
    for name in FOLLOWERS:
        databases = ("Own",) if name == "fabrikam" else ()
        estate.follower(name, *databases, admins=(RECIPIENT, PARTNER), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    world.emulator.operators = (OPERATOR, RECIPIENT)
    world.space.put_credentials("partner", RECIPIENT)
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    principal = world.azure.arm("GET", PROVIDER)["identity"]["principalId"]
    for name in ("twin", "faraway"):
        world.azure.give_role(principal, cluster_id(name))
    return world


@pytest.fixture(scope="module")
def partner(world):
    """The consumer's own look at Azure; its account may use its clusters."""
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, theirs(FOLLOWERS[0]))
    principal = partner.arm("GET", THEIRS)["identity"]["principalId"]
    for name in FOLLOWERS[1:]:
        partner.give_role(principal, theirs(name))
    return partner


def clear(world):
    """What a test leaves behind goes in the background: each object reads on its own, and the operator paces its reads of Azure."""
    world.space.kubectl("delete", "followerdb,dinv,dshare", "--all", "--wait=false")


def by_ref(name, **share):
    return {"invitationRef": {"name": name}, **share}


def offer(world, name, database, recipient=RECIPIENT, **spec):
    """A share of one database, and an invitation to it, both of that name and Ready."""
    data_sets = {name: database} if isinstance(database, str) else database
    world.space.apply(data_share(name, data_sets, **spec), invitation(name, recipient, share=name))
    world.space.wait_ready(name, kind="dshare")
    return world.space.wait_ready(name, kind="dinv")["status"]


def follow(world, name, database, follower="fabrikam", **spec):
    """Offered, taken, and there."""
    offer(world, name, database)
    world.space.apply(shared_database(name, by_ref(name), follower, **spec))
    return world.space.wait_ready(name)


def subscription(partner, name):
    return partner.listed(f"{THEIRS}/shareSubscriptions").get(name)


def writes_about(world, since, part):
    return [call for call in world.writes(since) if part.lower() in call["path"].lower()]
