"""A cluster's address comes from an answer: whatever it is, no token goes anywhere but to Kusto's hosts of the configured cloud.

The operator runs as against Azure, without its flag for the emulator, and through a proxy, which stands for the whole network:
it leads to the resource manager and to the genuine clusters, remembers whatever else it is asked for, and leads nowhere then.
Addresses of this machine are never called through a proxy, so there a listener of the test's own waits at them.
"""

import datetime
import ipaddress
import json
import pathlib
import socket
import threading

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import report
from estate import Estate, follower_database
from harness import FOLDER, TOP, wait_until
from kube import brief, conditions_of
from programs import free_port
from tunnels import Tunnels

TABLE = TOP / "tests" / "support" / "hostile_uris.jsonl"
ARM = "azure.localhost"  # a name of the emulator, since nothing on this machine is called through a proxy
KUSTO = "https://{name}.westus2.kusto.windows.net"
GENUINE = ("reporting", "corp")
EACH = 1 if report.LONG else 5  # every so many rows are tried
EACH_OF_LEADERS = 16 if report.LONG else 8  # and of those, so many are a leader's address, too
HERE = ("127.0.0.1", "127.0.0.2", "::1")
# What is wrong with an address, in the operator's words.
COMPLAINTS = (
    "is not an absolute http(s) URL", "must be https on the default port", "must end behind its host", "is no Kusto host of the configured cloud",
)


def cluster_host(name):
    """As a proxy is asked for it."""
    return f"{KUSTO.split('//')[1].format(name=name)}:443"


class Trap:
    """Listens at several addresses of this machine, on one port, and keeps what anybody says there."""

    def __init__(self):
        self.heard, self.port = [], free_port()
        self.addresses = [address for address in HERE if ":" not in address or socket.has_dualstack_ipv6()]
        self.listeners = [self._listen(address) for address in self.addresses]

    def _listen(self, address):
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        listener = socket.create_server((address, self.port), family=family)
        threading.Thread(target=self._accept, args=(address, listener), daemon=True).start()
        return listener

    def _accept(self, address, listener):
        try:
            while True:
                client, _ = listener.accept()
                with client:
                    client.settimeout(5)
                    self.heard.append((address, client.recv(4096)))
        except OSError:
            return

    def close(self):
        for listener in self.listeners:
            listener.close()


def certificate(folder):
    """Files of a certificate, which is its own authority, and of its key, for all names of this test."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "the emulator")])
    names = [x509.DNSName(ARM), x509.DNSName(KUSTO.split("//")[1].format(name="*")), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    now = datetime.datetime.now(datetime.timezone.utc)
    made = (
        x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(hours=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName(names), critical=False).sign(key, hashes.SHA256())
    )
    public, secret = folder / "certificate.pem", folder / "key.pem"
    public.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return public, secret


def hostile_uris(port):
    """(name of a cluster, its address, why it is hostile)."""
    places = {"{port}": str(port), "{label}": "a" * 64, "{long}": "a" * 3000}
    rows = [json.loads(line) for line in TABLE.read_text().splitlines()][::EACH]
    for number, (why, uri, *_) in enumerate(rows):
        for place, text in places.items():
            uri = uri.replace(place, text)
        yield f"hostile{number:03}", uri, why


class Scene:
    def __init__(self, new_world):
        self.trap, self.emulator_port = Trap(), free_port()
        self.uris = list(hostile_uris(self.trap.port))
        self.leaders = [(name.replace("hostile", "leader"), uri) for name, uri, _ in self.uris[::EACH_OF_LEADERS]]
        self.tunnels = Tunnels(to=self._leads_to)
        public, secret = certificate(pathlib.Path(FOLDER))
        estate = Estate()
        estate.leader("corp", "Sales")
        for name in ("reporting", *(name for name, _, _ in self.uris)):
            estate.follower(name)
        for name, _ in self.leaders:
            estate.leader(name, "Stock")
        arm = f"https://{ARM}:{self.emulator_port}"
        self.world = new_world(estate, emulator={
            "port": self.emulator_port, "ca_file": str(public), "operation_duration_ms": 50,
            "flags": ("--arm-url", arm, "--cluster-url", KUSTO, "--tls-cert", public, "--tls-key", secret),
        }, operator={
            "allow_loopback_endpoints": "false", "environment": {"HTTPS_PROXY": self.tunnels.url, "NO_PROXY": ""},
            # A look or two at each is what is asked for here.
            "tick": "10m", "probe_interval": "5s", "azure_operation_tick_min": "2s", "azure_operation_tick_max": "5m",
        })
        for name, uri in [*((name, uri) for name, uri, _ in self.uris), *self.leaders]:
            self.world.emulator.turn(name, uri=uri)

    def _leads_to(self, target):
        return self.emulator_port if target in self.genuine_targets() else None

    def genuine_targets(self):
        return {f"{ARM}:{self.emulator_port}", *map(cluster_host, GENUINE)}

    def close(self):
        self.trap.close()
        self.tunnels.close()


@pytest.fixture(scope="module")
def scene(plain_world):
    made = Scene(plain_world)
    yield made
    made.close()


def follows(name, follower, leader="corp", database="Sales", **spec):
    caching = {"modificationKind": "Union", "database": {"hot": "1d"}}
    return follower_database(name, follower, leader, database, caching=caching, **spec)


def test_objects_on_hostile_clusters_tell_what_is_wrong_and_no_token_leaves(scene):
    space, emulator = scene.world.space, scene.world.emulator
    space.apply(follows("genuine", "reporting"))
    space.wait_ready("genuine")  # before all the others ask for their share of ARM's reads

    space.apply(
        *(follows(name, name) for name, _, _ in scene.uris),
        *(follows(name, "reporting", name, "Stock", databaseName={"override": name}) for name, _ in scene.leaders),
    )

    wait_until(lambda: all_told(scene), "every object tells what is wrong with its cluster", every=0.5)
    wait_until(lambda: {name for name, _ in scene.leaders} <= refused_probes(scene), "every leader was to be probed", every=0.5)

    assert scene.tunnels.targets() <= scene.genuine_targets()
    assert cluster_host("reporting") in scene.tunnels.targets()
    assert scene.trap.heard == []
    calls = emulator.calls(app=None)
    assert {call["cluster"] for call in calls if call["service"] == "kusto"} <= set(GENUINE)
    # Entra knows no such host either, so that a token for it would be refused; it is not even asked for.
    assert [call for call in calls if call["service"] == "entra" and call["status"] != 200] == []
    scene.world.operator.process.assert_alive()
    report.plans("hostile addresses of clusters", len(scene.uris) + len(scene.leaders), 0)


def all_told(scene):
    items = {item["metadata"]["name"]: item for item in scene.world.space.list()}
    silent = [(uri, why, brief(items[name])) for name, uri, why in scene.uris if not is_told(items[name])]
    assert silent == [], f"{len(silent)} of {len(scene.uris)}; the first: {silent[0]}"
    return True


def refused_probes(scene):
    """Names of clusters whose versions were not asked for because of their address."""
    lines = [json.loads(line) for line in scene.world.operator.logs().splitlines() if '"versions could not be read"' in line]
    return {line["cluster"].rsplit("/", 1)[1] for line in lines if any(complaint in line["error"] for complaint in COMPLAINTS)}


def is_told(item):
    told = conditions_of(item)
    messages = [condition["message"] for condition in told.values()]
    return told.get("Ready", {}).get("status") == "False" and any(complaint in message for complaint in COMPLAINTS for message in messages)


def test_the_genuine_address_heals_such_an_object(scene):
    name = scene.uris[0][0]
    scene.world.emulator.turn(name, uri=None)

    scene.world.space.look_again(name)

    wait_until(lambda: cluster_host(name) in scene.tunnels.targets(), "its cluster is called")


def test_whoever_called_would_have_been_heard(scene):
    for address in scene.trap.addresses:
        with socket.create_connection((address, scene.trap.port)) as caller:
            caller.sendall(b"hello")

    wait_until(lambda: sorted(scene.trap.heard) == sorted((address, b"hello") for address in scene.trap.addresses), "the trap heard each")
