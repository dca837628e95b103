"""Ways to prove an identity, and how each is replaced while it is in use."""

import base64
import json
import os
import pathlib
import sys

from estate import Identity
from harness import TOP

sys.path.insert(0, str(TOP / "tests" / "support"))

from client_certificates import new_certificate  # noqa: E402  (found by the line above)

AUDIENCE = "api://AzureADTokenExchange"


def lines_of_key(pem):
    """A private key shows in any of its lines."""
    return pem[pem.index("PRIVATE KEY"):].splitlines()[1:-1]


def write(path, text):
    """All at once, as the kubelet replaces what it projects."""
    draft = pathlib.Path(f"{path}.new")
    draft.write_text(text)
    os.replace(draft, path)


class ByClientSecret:
    def __init__(self, name, _space, folder):
        self.identity, self.file = Identity(name), folder / f"{name}-secret"
        self.application = {}
        self.next = f"{self.identity.secret}~next"
        write(self.file, self.identity.secret + "\n")
        self.options = {"azure_client_secret_file": self.file}
        self.keys = {"clientSecret": self.identity.secret}
        self.secrets = [self.identity.secret, self.next]

    def announce(self, emulator):
        """Azure takes both, and what is to be used from now on is in `keys`."""
        emulator.prove(self.identity, secrets=[self.identity.secret, self.next])
        self.keys = {"clientSecret": self.next}

    def put(self):
        write(self.file, self.next)

    def revoke(self, emulator):
        """Azure takes the first no more."""
        emulator.prove(self.identity, secrets=[self.next])


class ByClientCertificate:
    def __init__(self, name, _space, folder):
        self.identity, self.file = Identity(name), folder / f"{name}.pem"
        self.first, self.next = new_certificate(name), new_certificate(f"{name} next")
        self.application = {"secrets": [], "certificates": [{"pem": self.first.public}]}
        write(self.file, self.first.both)
        self.options = {"azure_client_certificate_file": self.file}
        self.keys = {"clientSecret": "", "clientCertificate": self.first.both}
        self.secrets = lines_of_key(self.first.both) + lines_of_key(self.next.both)

    def announce(self, emulator):
        emulator.prove(self.identity, certificates=[{"pem": it.public} for it in (self.first, self.next)])
        self.keys = {"clientSecret": "", "clientCertificate": self.next.both}

    def put(self):
        write(self.file, self.next.both)

    def revoke(self, emulator):
        emulator.prove(self.identity, certificates=[{"pem": self.next.public}])


class ByFederatedToken:
    """With tokens of a service account that the API server signs, and the emulator verifies with the API server's keys."""

    def __init__(self, name, space, folder):
        self.identity, self.space, self.file = Identity(name), space, folder / f"{name}-token"
        self.secrets = []  # tokens, which show by their form
        self.issuer_keys = space.kube.kubectl("get", "--raw", "/openid/v1/jwks")
        self.first, self.next = self._account(name), self._account(f"{name}-next")
        self.application = {"secrets": [], "federated": [self.first]}
        write(self.file, self._token(self.first))
        self.options = {"azure_federated_token_file": self.file}
        self.keys = {"clientSecret": ""}

    def _account(self, name):
        self.space.kubectl("create", "serviceaccount", name)
        subject = f"system:serviceaccount:{self.space.name}:{name}"
        claims = json.loads(base64.urlsafe_b64decode(self._token({"subject": subject}).split(".")[1] + "=="))
        return {"issuer": claims["iss"], "subject": claims["sub"], "keys": self.issuer_keys}

    def _token(self, account):
        name = account["subject"].rsplit(":", 1)[-1]
        return self.space.kubectl("create", "token", name, "--audience", AUDIENCE).strip()

    def announce(self, emulator):
        emulator.prove(self.identity, federated=[self.first, self.next])

    def put(self):
        write(self.file, self._token(self.next))

    def revoke(self, emulator):
        emulator.prove(self.identity, federated=[self.next])


class ByManagedIdentity:
    """Has nothing that could be replaced; its endpoint has bad moments instead."""

    def __init__(self, name, _space, _folder):
        self.identity = Identity(name)
        self.application = {"secrets": [], "managedIdentity": True}
        self.secrets = []
        self.options = {"azure_managed_identity": "true"}

    def announce(self, emulator):
        emulator.add_fault(service="imds", action="status", status=503, count=2)

    def put(self):
        pass

    def revoke(self, emulator):
        emulator.add_fault(service="imds", action="status", status=404, count=1)


OWN = {"secret": ByClientSecret, "certificate": ByClientCertificate, "federated": ByFederatedToken, "machine": ByManagedIdentity}
