"""Each way to prove an identity gets its work done, and is replaced under load without a single pass that fails."""

import json
import re

import pytest

from estate import Estate, Identity, follower_database
from harness import wait_until
from proofs import OWN, ByClientCertificate, ByClientSecret, ByFederatedToken

DATABASES = ("Sales", "Stock")
HOT = {"caching": {"modificationKind": "Union", "database": {"hot": "1d"}}}
ERRORS = ("controller_runtime_reconcile_errors_total", "controller_runtime_terminal_reconcile_errors_total")
TOKEN = re.compile(r"eyJ[A-Za-z0-9_-]{10,}\.[A-Za-z0-9_-]{10,}")  # a JSON web token, or enough of one to use it
LIFE = 6  # seconds that a token lives, so that many are asked for


def build(new_world, kube, folder, proofs, **operator):
    """A world with a follower for each proof's identity; its objects are called like the databases, after the identity."""
    space = kube.new_namespace()
    proofs = {name: proof(name, space, folder) for name, proof in proofs.items()}
    estate = Estate()
    everybody = [estate.identity(proof.identity, **proof.application) for proof in proofs.values()]
    estate.cluster("corp", DATABASES, (estate.outsider, *everybody))
    for name, proof in proofs.items():
        estate.cluster(name, [], (estate.outsider, proof.identity))
    own = {key: value for proof in proofs.values() for key, value in proof.options.items()}
    world = new_world(estate, space=space, operator={
        "operator_identity_namespaces": space.name, "tick": "1s", "log_level": "trace", **own, **operator,
    })
    world.emulator.settings(tokenLifetimeSeconds=LIFE, singleUseAssertions=True)
    return world, proofs


def objects(name, **spec):
    made = [follower_database(f"{name}-{database.lower()}", follower=name, database=database, **HOT, **spec) for database in DATABASES]
    if "credentialsSecretRef" not in spec:
        for it in made:
            del it["spec"]["credentialsSecretRef"]
    return made


def state(world):
    """What must not change while a proof is replaced."""
    metrics = world.operator.metrics()
    failed = {name: metrics.total(name) for name in ERRORS} | {"result": metrics.total("controller_runtime_reconcile_total", result="error")}
    ready = {it["metadata"]["name"]: next(c["lastTransitionTime"] for c in it["status"]["conditions"] if c["type"] == "Ready")
             for it in world.space.list()}
    return failed, ready


def calls(world, since, **having):
    return [call for call in world.emulator.calls(since, app=None) if having.items() <= call.items()]


def keep_busy(world, until, what):
    """Has every object looked at again and again until `until` holds."""
    def probe():
        for it in world.space.list():
            world.space.look_again(it["metadata"]["name"])
        return until()

    wait_until(probe, what)


def assert_works_on(world, name, identity, since):
    """New tokens come, the cluster is read and written with them, and nothing was told."""
    keep_busy(world, lambda: len(calls(world, since, operation="token", status=200, appId=identity.client_id)
                                 or calls(world, since, service="imds", status=200, appId=identity.client_id)) >= 3, "new tokens were given")
    before = world.emulator.last_call()
    world.azure.kusto(name, ".alter follower database Sales policy caching hot = 9d", "Sales")
    wait_until(lambda: calls(world, before, cluster=name, isWrite=True, status=200, appId=identity.client_id), "the drift is put right")
    told = [event["reason"] for event in world.space.events()]
    assert "CredentialsRefused" not in told and "CredentialsMissing" not in told


def assert_tells_no_proof(world, proof):
    places = {"log": world.operator.logs(), "status": json.dumps(world.space.list()), "events": json.dumps(world.space.events()),
              "metrics": world.operator.metrics_text()}
    assert all(places.values())
    shown = [(place, secret) for place, text in places.items() for secret in proof.secrets if secret in text]
    assert shown == [] and [place for place, text in places.items() if TOKEN.search(text)] == []


@pytest.mark.parametrize("kind", OWN)
def test_the_operators_own_identity_works_and_is_replaced_without_a_failed_pass(new_world, kube, tmp_path, kind):
    own = Identity(kind)
    named = {"azure_tenant_id": own.tenant, "azure_client_id": own.client_id} if kind != "machine" else {}
    world, proofs = build(new_world, kube, tmp_path, {kind: OWN[kind]}, **named)
    world.space.apply(*objects(kind))
    for database in DATABASES:
        world.space.wait_ready(f"{kind}-{database.lower()}")
    before = state(world)

    proofs[kind].announce(world.emulator)
    proofs[kind].put()
    proofs[kind].revoke(world.emulator)

    assert_works_on(world, kind, own, world.emulator.last_call())
    assert state(world) == before
    assert_tells_no_proof(world, proofs[kind])


@pytest.fixture(scope="module")
def secrets(new_world, kube, tmp_path_factory):
    """Objects with Secrets of every kind. The Secrets are read again only when Azure refuses what they hold."""
    kinds = {"secret": ByClientSecret, "certificate": ByClientCertificate, "federated": ByFederatedToken}
    world, proofs = build(new_world, kube, tmp_path_factory.mktemp("secrets"), kinds, secret_refresh="1h",
                          azure_client_secret_file="", azure_client_certificate_file="")
    for name, proof in proofs.items():
        world.space.put_credentials(name, proof.identity, **proof.keys)
        world.space.apply(*objects(name, credentialsSecretRef={"name": name}))
    world.space.wait_all_ready(len(proofs) * len(DATABASES))
    return world, proofs


@pytest.mark.parametrize("kind", ["secret", "certificate", "federated"])
def test_what_a_secret_holds_works_and_is_replaced_without_a_failed_pass(secrets, kind):
    world, proofs = secrets
    proof = proofs[kind]
    before = state(world)

    proof.announce(world.emulator)
    world.space.put_credentials(kind, proof.identity, **proof.keys)
    proof.put()
    proof.revoke(world.emulator)

    assert_works_on(world, kind, proof.identity, world.emulator.last_call())
    assert state(world) == before
    assert_tells_no_proof(world, proof)


def test_a_secret_with_two_proofs_is_not_chosen_from(secrets):
    world, proofs = secrets
    world.space.put_credentials("both", proofs["certificate"].identity, clientCertificate=proofs["certificate"].first.both)
    world.space.apply(follower_database("both", follower="certificate", database="Stock", credentialsSecretRef={"name": "both"}))

    condition = world.space.wait_reason("both", "CredentialsMissing")

    assert "both clientSecret and clientCertificate" in condition["message"]
    world.space.delete("both")
