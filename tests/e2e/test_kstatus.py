"""Whoever waits by kstatus (Flux, Helm) or by the health script for Argo CD waits for the right thing: what they say of every version of an
object that a watch shows, from the first to the last."""

import itertools

import pytest

from estate import ALICE, OUTSIDER, Estate, account_id, cluster_id, data_share, follower_database, invitation
from harness import wait_until
from kube import conditions_of, is_ready
from watching import Watch, argo_health_of, kstatus_of

HEALTH = {"Current": "Healthy", "InProgress": "Progressing", "Failed": "Degraded", "Terminating": "Progressing"}


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.identity(OUTSIDER, role="Owner")
    estate.leader("corp", "Sales", "Stock")
    estate.follower("reporting")
    world = new_world(estate)
    world.azure.make_account(account_id("provider"), cluster_id("corp"))
    return world


class Life:
    """The versions of one object, and what is said of each."""

    def __init__(self, versions):
        self.versions = [item for item in versions if item["type"] != "DELETED"]
        told = kstatus_of(self.versions)
        self.verdicts = [each["status"] for each in told]
        self.flux = [each["flux"] for each in told]
        self.health = [status for status, _ in argo_health_of(self.versions)]
        self.messages = [message for _, message in argo_health_of(self.versions)]

    def order(self):
        """The verdicts without repetitions."""
        return [verdict for verdict, _ in itertools.groupby(self.verdicts)]

    def with_reason(self, reason):
        """The places of the versions whose Ready has that reason and is about the spec as it is then."""
        return [place for place, item in enumerate(self.versions) if reason_of(item) == reason and is_observed(item)]

    def assert_sound(self):
        """What holds for every object whatever happens to it."""
        assert self.flux == self.verdicts
        assert self.versions[0]["status"] == {"observedGeneration": -1} and self.verdicts[0] == "InProgress"
        for place, (item, verdict) in enumerate(zip(self.versions, self.verdicts)):
            is_done = is_ready(item) and "deletionTimestamp" not in item["metadata"]
            assert (verdict == "Current") == is_done, (place, item)
            assert self.health[place] == ("Suspended" if rests(item) else HEALTH[verdict]), (place, item)
            if place > 0 and item["metadata"]["generation"] > self.versions[place - 1]["metadata"]["generation"]:
                assert verdict in ("InProgress", "Terminating"), (place, item)
        for place in [p for p, verdict in enumerate(self.verdicts) if verdict == "Failed"]:
            assert self.messages[place] == conditions_of(self.versions[place])["Stalled"]["message"]


def reason_of(item):
    return conditions_of(item).get("Ready", {}).get("reason")


def is_observed(item):
    return item["status"]["observedGeneration"] == item["metadata"]["generation"]


def rests(item):
    return "deletionTimestamp" not in item["metadata"] and is_observed(item) and reason_of(item) == "Suspended"


def test_a_follower_database_over_its_life(world):
    space, watch = world.space, Watch(world.space, "followerdb")
    world.emulator.settings(operationDurationMs=15_000)  # longer than the operator keeps silent about what it does
    space.apply(follower_database("sales"))
    wait_until(lambda: reason_of(space.find("sales")) == "Attaching", "the attachment is seen being made")
    space.wait_ready("sales")
    world.emulator.settings(operationDurationMs=100)
    space.merge("sales", caching={"modificationKind": "Union", "database": {"hot": "3d"}})
    space.wait_ready("sales")
    space.merge("sales", credentialsSecretRef={"name": "nowhere"})
    space.wait_reason("sales", "CredentialsMissing")
    space.merge("sales", credentialsSecretRef={"name": "azure"})
    space.wait_ready("sales")
    space.merge("sales", suspend=True)
    space.wait_reason("sales", "Suspended")
    space.merge("sales", suspend=False)
    space.wait_ready("sales")
    space.delete("sales")

    life = Life(watch.life_of("sales"))

    life.assert_sound()
    assert life.order() == [
        "InProgress", "Current",  # made, attached
        "InProgress", "Current",  # changed
        "InProgress", "Failed",  # without a credential
        "InProgress", "Current",  # with one again
        "InProgress", "Current",  # suspended, and resumed
        "Terminating"]
    attaching = life.with_reason("Attaching")
    assert attaching and {life.verdicts[place] for place in attaching} == {"InProgress"}
    assert max(attaching) < life.verdicts.index("Current")
    assert [life.verdicts[place] for place in life.with_reason("Suspended")] == ["InProgress"]


def test_a_data_share_over_its_life(world):
    space, watch = world.space, Watch(world.space, "dshare")
    space.apply(data_share("stock", {"stock": "Stock"}))
    space.wait_ready("stock", kind="dshare")
    space.merge("stock", kind="dshare", description="What is on the shelves")
    space.wait_ready("stock", kind="dshare")
    space.merge("stock", kind="dshare", credentialsSecretRef={"name": "nowhere"})
    space.wait_reason("stock", "CredentialsMissing", kind="dshare")
    space.merge("stock", kind="dshare", credentialsSecretRef={"name": "azure"}, suspend=True)
    space.wait_reason("stock", "Suspended", kind="dshare")
    space.merge("stock", kind="dshare", suspend=False)
    space.wait_ready("stock", kind="dshare")
    space.delete("stock", kind="dshare")

    life = Life(watch.life_of("stock"))

    life.assert_sound()
    assert life.order() == ["InProgress", "Current", "InProgress", "Current", "InProgress", "Failed", "InProgress", "Current", "Terminating"]
    assert [life.verdicts[place] for place in life.with_reason("Suspended")] == ["InProgress"]


def test_an_invitation_over_its_life(world):
    space, watch = world.space, Watch(world.space, "dinv")
    space.apply(data_share("open", {"open": "Sales"}))
    space.wait_ready("open", kind="dshare")
    space.apply(invitation("alice", ALICE, share="open"))
    space.wait_ready("alice", kind="dinv")
    space.merge("alice", kind="dinv", access="Revoked")
    space.wait_ready("alice", kind="dinv")
    space.merge("open", kind="dshare", suspend=True)
    space.wait_reason("alice", "Suspended", kind="dinv")
    space.merge("open", kind="dshare", suspend=False)
    space.wait_ready("alice", kind="dinv")
    space.delete("alice", kind="dinv")

    life = Life(watch.life_of("alice"))

    life.assert_sound()
    assert life.order() == ["InProgress", "Current", "InProgress", "Current", "InProgress", "Current", "Terminating"]


def test_an_invitation_that_cannot_go_on_has_failed_and_goes_on_by_itself(world):
    space, watch = world.space, Watch(world.space, "dinv")
    space.apply(invitation("early", ALICE, share="later"))
    space.wait_reason("early", "DataShareNotFound", kind="dinv")
    space.apply(data_share("later", {"later": "Sales"}))
    space.wait_ready("early", kind="dinv")
    space.delete("early", kind="dinv")

    life = Life(watch.life_of("early"))

    life.assert_sound()
    assert life.verdicts[life.with_reason("DataShareNotFound")[0]] == "Failed"
    assert [verdict for verdict in life.order() if verdict != "InProgress"] == ["Failed", "Current", "Terminating"]
