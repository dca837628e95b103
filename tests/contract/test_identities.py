"""The official identity client against the emulator: certificates, federated tokens and managed identities."""

import sys
from pathlib import Path

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential, ClientAssertionCredential, CredentialUnavailableError, ManagedIdentityCredential

from conftest import SUBSCRIPTION, TENANT

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "support"))

from client_certificates import new_certificate  # noqa: E402  (found by the line above)

OPERATOR = "bbbbbbbb-0000-0000-0000-000000000001"  # of the built-in seed, and its managed identity
SCOPE = "https://management.azure.com/.default"


@pytest.fixture(scope="module")
def registered(emulator):
    """A certificate that the application has; it has none again afterwards."""
    certificate = new_certificate("registered")
    emulator.door("POST", f"applications/{OPERATOR}", certificates=[{"pem": certificate.public}])
    yield certificate
    emulator.door("POST", f"applications/{OPERATOR}", certificates=[])


def credential(emulator, certificate, **more):
    return CertificateCredential(TENANT, OPERATOR, certificate_data=certificate.both.encode(), authority=emulator.arm,
                                 disable_instance_discovery=True, connection_verify=emulator.ca_file, **more)


@pytest.mark.parametrize("sends_chain", [False, True])
def test_a_certificate_buys_a_token_that_arm_takes(emulator, registered, sends_chain):
    token = credential(emulator, registered, send_certificate_chain=sends_chain).get_token(SCOPE).token

    assert emulator.call("GET", f"/subscriptions/{SUBSCRIPTION}", token, version="2022-12-01").status_code == 200


def test_one_statement_serves_for_several_tokens(emulator, registered):
    once = credential(emulator, registered)

    assert once.get_token(SCOPE).token != once.get_token(f"{emulator.clusters['corp']}/.default").token


def test_a_certificate_that_is_not_registered_is_refused(emulator, registered):
    with pytest.raises(ClientAuthenticationError, match="AADSTS700027"):
        credential(emulator, new_certificate("stranger")).get_token(SCOPE)


def test_what_is_no_statement_is_refused(emulator):
    with pytest.raises(ClientAuthenticationError, match="AADSTS50027"):
        ClientAssertionCredential(TENANT, OPERATOR, lambda: "no.token.atall", authority=emulator.arm, disable_instance_discovery=True,
                                  connection_verify=emulator.ca_file).get_token(SCOPE)


@pytest.fixture
def machine(emulator, monkeypatch):
    """As on a machine of Azure's, whose metadata endpoint is the emulator's."""
    monkeypatch.setenv("AZURE_POD_IDENTITY_AUTHORITY_HOST", emulator.arm)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(emulator.ca_file))
    return lambda **which: ManagedIdentityCredential(connection_verify=emulator.ca_file, **which)


@pytest.mark.parametrize("which", [{}, {"client_id": OPERATOR}, {"identity_config": {"object_id": "bbbbbbbb-0000-0000-0000-000000000101"}}])
def test_a_machine_has_its_identity(emulator, machine, which):
    token = machine(**which).get_token(SCOPE).token

    assert emulator.call("GET", f"/subscriptions/{SUBSCRIPTION}", token, version="2022-12-01").status_code == 200


def test_a_machine_has_no_identity_that_it_was_not_given(machine):
    with pytest.raises((CredentialUnavailableError, ClientAuthenticationError), match="Identity not found"):
        machine(client_id="bbbbbbbb-0000-0000-0000-000000000099").get_token(SCOPE)


def test_what_passes_soon_is_waited_for(emulator, machine):
    emulator.door("POST", "faults", service="imds", action="status", status=500, count=1)

    assert machine().get_token(SCOPE).token
