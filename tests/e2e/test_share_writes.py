"""What becomes of a provider's objects when Azure refuses a write, or does not answer it, and who tells whom of an access that ends. The
operator's tick is long: nothing is found out by looking again for no reason."""

import pytest

from cloud import Azure
from estate import OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share, invitation
from harness import wait_until

PARTNER = Identity("partner", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales")
    estate.follower("fabrikamdata", admins=(PARTNER,), subscription=PARTNER_SUBSCRIPTION)
    # A missing right is asked for again after twice the longest look, and a write without an answer after a tenth of the patience.
    world = new_world(estate, operator={"tick": "20m", "secret_refresh": "20m", "azure_operation_tick_max": "5m", "azure_patience": "200s"})
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    return world


@pytest.fixture(autouse=True)
def cleared(world):
    yield
    world.emulator.clear_faults()


def share_path(name):
    return f"{PROVIDER}/shares/{name}"


def puts(world, path, since=0):
    return [call for call in world.emulator.calls(since, app=None) if call["method"] == "PUT" and call["path"].lower().split("?")[0].endswith(path.lower())]


def test_a_share_that_was_refused_is_claimed_no_longer(world):
    world.emulator.add_fault(id="refused", service="datashare", method="PUT", path="/shares/refused", action="status", status=403,
                             body={"error": {"code": "AuthorizationFailed", "message": "not by you"}})
    world.space.apply(data_share("refused"))
    world.space.wait_reason("refused", "MissingRole", kind="dshare")
    assert "shareId" not in world.space.find("refused", "dshare")["status"]

    world.emulator.clear_faults()
    world.azure.arm("PUT", share_path("refused"), {"properties": {"shareKind": "InPlace", "description": "by hand"}})
    world.space.look_again("refused", kind="dshare")
    world.space.wait_reason("refused", "ShareExists", kind="dshare")
    world.space.delete("refused", kind="dshare")

    assert world.azure.arm("GET", share_path("refused"))["properties"]["description"] == "by hand"


@pytest.fixture(scope="module")
def sales(world):
    world.space.apply(data_share("sales"))
    return world.space.wait_ready("sales", kind="dshare")


def test_an_invitation_without_an_answer_is_looked_for_before_it_is_sent_again(world, sales):
    world.emulator.add_fault(id="lost", service="datashare", method="PUT", path="/invitations/", action="dropAfter", count=1)
    world.space.apply(invitation("lost", "lost@fabrikam.com", invitationName="lost"))
    world.space.wait_ready("lost", kind="dinv")
    assert len(puts(world, "/invitations/lost")) == 1

    world.emulator.add_fault(id="failed", service="datashare", method="PUT", path="/invitations/", action="status", status=500, count=1)
    world.space.apply(invitation("failed", "failed@fabrikam.com", invitationName="failed"))
    world.space.wait_reason("failed", "Sending", kind="dinv")
    assert len(puts(world, "/invitations/failed")) == 1

    world.space.wait_ready("failed", kind="dinv")
    assert len(puts(world, "/invitations/failed")) == 2
    assert sorted(mail["to"] for mail in world.emulator.mails() if mail["kind"] == "invitation") == ["failed@fabrikam.com", "lost@fabrikam.com"]


def test_a_share_shows_an_access_that_begins_and_one_that_ends_without_a_tick(world, sales):
    def shown():
        return [item["state"] for item in world.space.find("sales", "dshare")["status"].get("consumers", [])]

    world.space.apply(invitation("partner", PARTNER))
    told = world.space.wait_ready("partner", kind="dinv")["status"]
    partner = Azure(world.emulator, PARTNER)
    partner.make_account(THEIRS, cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION))
    partner.accept(THEIRS, "sales", told["invitationId"])
    world.space.look_again("partner", kind="dinv")
    wait_until(lambda: shown() == ["Active"], "the share shows who has access")

    world.space.merge("partner", kind="dinv", access="Revoked")

    wait_until(lambda: shown() == ["Revoked"], "the share shows that the access is over")
