"""The operator dies without warning while shares are made, invitations sent, accepted and revoked; in the end all is as declared, no
mail was sent twice, and nobody kept an access."""

import collections
import os
import random
import time

from cloud import Azure
from estate import OUTSIDER, PARTNER_SUBSCRIPTION, PARTNER_TENANT, Estate, Identity, account_id, cluster_id, data_share, invitation
from harness import wait_until

PARTNER = Identity("partner", tenant=PARTNER_TENANT)
THEIRS = account_id("consumer", PARTNER_SUBSCRIPTION)
PROVIDER = account_id("provider")
SHARES = [f"share{number}" for number in range(5)]
KILLS = 6


def killing(world, dice, is_over):
    """Kills the operator and starts it again, at moments counted in calls to Azure."""
    for number in range(KILLS):
        enough = world.emulator.last_call() + dice.randint(1, 40)
        wait_until(lambda: world.emulator.last_call() >= enough or is_over(), f"kill {number + 1} is due", every=0.02)
        world.operator.kill()
        world.operator.start()
    world.operator.wait_until_ready()


def all_in(world, state, name):
    return all(world.space.find(f"{name}-{share}", "dinv")["status"].get("state") == state for share in SHARES)


def test_kills_in_the_life_of_shares_leave_no_trace(new_world):
    seed = int(os.environ.get("ADXF_E2E_SEED", time.time_ns() % 1_000_000))
    print(f"moments of the kills come from seed {seed}; set ADXF_E2E_SEED={seed} to have them again")
    dice = random.Random(seed)
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.identity(PARTNER, arm_scope=f"/subscriptions/{PARTNER_SUBSCRIPTION}", role="Owner")
    estate.leader("corp", "Sales")
    estate.follower("fabrikamdata", admins=(PARTNER,), subscription=PARTNER_SUBSCRIPTION)
    world = new_world(estate)
    partner = Azure(world.emulator, PARTNER)
    world.azure.make_account(PROVIDER, cluster_id("corp"))
    partner.make_account(THEIRS, cluster_id("fabrikamdata", PARTNER_SUBSCRIPTION))
    world.space.apply(*(data_share(share, {"sales": "Sales"}) for share in SHARES))
    world.space.apply(*(invitation(f"mail-{share}", f"{share}@fabrikam.com", share=share) for share in SHARES))
    world.space.apply(*(invitation(f"app-{share}", PARTNER, share=share) for share in SHARES))

    killing(world, dice, lambda: all_in(world, "Pending", "app") and all_in(world, "Pending", "mail"))
    for share in SHARES:
        world.space.wait_ready(share, kind="dshare")
        world.space.wait_ready(f"mail-{share}", kind="dinv")
        told = world.space.wait_ready(f"app-{share}", kind="dinv")["status"]
        partner.accept(THEIRS, share, told["invitationId"])
    mails = collections.Counter(mail["to"] for mail in world.emulator.mails())
    assert mails == {f"{share}@fabrikam.com": 1 for share in SHARES}

    for share in SHARES:
        world.space.merge(f"app-{share}", kind="dinv", access="Revoked")
    killing(world, dice, lambda: all_in(world, "Revoked", "app"))
    wait_until(lambda: all_in(world, "Revoked", "app"), "every access is revoked")
    states = {share: partner.arm("GET", f"{THEIRS}/shareSubscriptions/{share}")["properties"]["shareSubscriptionStatus"] for share in SHARES}
    assert set(states.values()) == {"Revoked"}

    world.space.kubectl("delete", "dshare,dinv", "--all", "--wait=false")
    killing(world, dice, lambda: not world.space.list("dshare"))
    wait_until(lambda: not world.space.list("dshare") and not world.space.list("dinv"), "all objects are gone")
    assert world.azure.listed(f"{PROVIDER}/shares") == {}
    assert collections.Counter(mail["to"] for mail in world.emulator.mails()) == mails
