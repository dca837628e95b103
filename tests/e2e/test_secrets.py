"""With everything logged that can be logged, no credential and no token shows anywhere."""

import json
import re

import pytest

from estate import ALICE, OPERATOR, Estate, Identity, cluster_id, follower_database
from harness import wait_until

WRONG = "wr0ng~secret~that~must~not~show"
STRANGER = Identity("stranger")
# A JSON web token, or enough of one to use it: header, a dot, payload.
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")


@pytest.fixture(scope="module")
def world(new_world):
    estate = Estate()
    estate.leader("corp", "Sales", "Stock")
    estate.follower("reporting")
    estate.identity(STRANGER, arm_scope=None)
    return new_world(estate, operator={"log_level": "trace"})


@pytest.fixture(scope="module")
def told(world):
    """All that the operator tells about a life with successes, refusals and faults, by where it tells it."""
    world.space.put_credentials("wrong", OPERATOR, clientSecret=WRONG)
    world.space.put_credentials("stranger", STRANGER)
    world.emulator.add_fault(service="entra", action="status", status=500, count=1)
    world.emulator.add_fault(service="arm", method="PUT", action="dropAfter", count=1)
    world.emulator.add_fault(service="kusto", action="malformed", count=2)
    world.space.apply(
        follower_database("good", permissions={
            "modificationKind": "Union", "grants": [{"role": "Viewer", "principal": f"aaduser={ALICE}"}],
        }),
        follower_database("bad", database="Stock", credentialsSecretRef={"name": "wrong"}),
        follower_database("strange", database="Other", credentialsSecretRef={"name": "stranger"}),
    )
    world.space.wait_ready("good")
    world.space.wait_reason("bad", "CredentialsRefused")
    wait_until(lambda: world.space.conditions("strange").get("Ready", {}).get("status") == "False", "the stranger is refused")
    places = {
        "metrics": world.operator.metrics_text(),
        "status": json.dumps(world.space.list()),
        "events": json.dumps(world.space.events()),
    }
    world.space.delete("good")
    assert world.azure.attachments(cluster_id("reporting")) == {}
    return {**places, "logs": world.operator.logs()}


@pytest.mark.parametrize("place", ["logs", "status", "events", "metrics"])
@pytest.mark.parametrize("secret", [OPERATOR.secret, STRANGER.secret, WRONG])
def test_no_client_secret_shows(told, place, secret):
    assert len(told[place]) > 0
    assert secret not in told[place]


@pytest.mark.parametrize("place", ["logs", "status", "events", "metrics"])
def test_no_token_shows(told, place):
    assert TOKEN.findall(told[place]) == []


def test_the_kubernetes_token_does_not_show_either(world, told):
    with open(world.kubeconfig, encoding="utf-8") as kubeconfig:
        credentials = re.findall(r"(?:token|client-key-data): *(\S+)", kubeconfig.read())

    assert [place for place, text in told.items() for credential in credentials if credential in text] == []


def test_the_log_was_at_its_most_talkative(told):
    levels = {json.loads(line)["level"] for line in told["logs"].splitlines() if line.startswith("{")}

    assert levels & {"trace", "debug"}
