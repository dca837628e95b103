"""A World whose operator reaches the API server and Azure through proxies, so that a test can hurt any exchange."""

import base64
import datetime
import ipaddress
import pathlib
import urllib.parse

import yaml
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from programs import Operator, World
from wire_proxy import Proxy


def port_of(url):
    return urllib.parse.urlsplit(url).port


def make_certificate(folder):
    """(certificate, key) of the proxies: it signs itself, for every name of this machine."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "proxy of the fault tests")])
    now = datetime.datetime.now(datetime.timezone.utc)
    names = [x509.DNSName("localhost"), x509.DNSName("*.localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    paths = folder / "proxy.pem", folder / "proxy-key.pem"
    paths[0].write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    paths[1].write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return tuple(map(str, paths))


def kubeconfig_by_proxy(kubeconfig, folder, certificate):
    """(the same way in by a proxy, the proxy)."""
    config = yaml.safe_load(pathlib.Path(kubeconfig).read_text())
    cluster = config["clusters"][0]["cluster"]
    ca_file = folder / "api-server-ca.pem"
    ca_file.write_bytes(base64.b64decode(cluster.pop("certificate-authority-data")) if "certificate-authority-data" in cluster
                        else pathlib.Path(cluster.pop("certificate-authority")).read_bytes())
    proxy = Proxy("kubernetes", certificate, str(ca_file), [port_of(cluster["server"])])
    cluster["server"] = f"https://127.0.0.1:{next(iter(proxy.ports.values()))}"
    cluster["certificate-authority"] = certificate[0]
    path = folder / "kubeconfig-by-proxy"
    path.write_text(yaml.safe_dump(config))
    return str(path), proxy


class FaultWorld(World):
    """`kubernetes` and `azure_side` are the proxies; `tamper` is told the exchanges of both. Only the operator goes through them."""

    kubernetes = azure_side = None

    def new_operator(self, **options):
        if not self.kubernetes:
            self._set_up_proxies()
        arm = f"https://127.0.0.1:{self.azure_side.ports[port_of(self.emulator.arm_endpoint)]}"
        there = {"azure_authority_host": arm, "azure_arm_endpoint": arm, "azure_managed_identity_host": arm, "azure_ca_file": self.certificate[0]}
        return Operator(self.emulator, self.space, self.kubeconfig_by_proxy, self.folder, **there, **options).wait_until_ready()

    def _set_up_proxies(self):
        self.certificate = make_certificate(self.folder)
        self.kubeconfig_by_proxy, self.kubernetes = kubeconfig_by_proxy(self.kubeconfig, self.folder, self.certificate)
        ports = {port_of(url) for url in (self.emulator.arm_endpoint, self.emulator.authority_host, *self.emulator.clusters.values())}
        self.azure_side = Proxy("azure", self.certificate, self.emulator.ca_file, ports)

    @property
    def proxies(self):
        return [proxy for proxy in (self.kubernetes, self.azure_side) if proxy]

    def tamper(self, tamper):
        for proxy in self.proxies:
            proxy.tamper = tamper

    def exchanges(self):
        """Of both sides, in the order in which they came."""
        return sorted((exchange for proxy in self.proxies for exchange in proxy.exchanges), key=lambda exchange: exchange.number)

    def close(self):
        """May be done by a test already, and is done for all at their end."""
        proxies, self.kubernetes, self.azure_side = self.proxies, None, None
        for proxy in proxies:
            proxy.let_go()
        super().close()
        for proxy in proxies:
            proxy.close()
