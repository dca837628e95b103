"""What is in the images, and that their programs run where nothing may be written and the user is anybody."""

import random
import re
import socket
import ssl
import subprocess
import threading

import pytest

from harness import FOLDER, TOP, Process, wait_until
from name_server import NameServer

MOST_BYTES = 30_000_000
SHELLS = {"sh", "bash", "dash", "busybox", "python3", "perl"}


@pytest.fixture(params=["operator_image", "emulator_image"])
def image(request):
    return request.getfixturevalue(request.param)


def test_the_image_is_small(image):
    size = sum(path.stat().st_size for path in image.files())
    print(f"{image.program}: {size:,} bytes unpacked")
    assert 5_000_000 < size < MOST_BYTES


def test_only_the_program_can_be_executed(image):
    [program] = (image.root / "usr" / "bin").iterdir()
    assert program.name == image.program
    assert not [path for path in image.root.rglob("*") if path.name in SHELLS]
    assert not [path for path in image.files() if path.stat().st_mode & 0o6000], "nothing raises rights"
    assert not [path for path in image.files() if path.stat().st_mode & 0o022], "nobody but root could change a file"


def test_it_runs_as_a_user_without_rights_or_name(image):
    assert image.configuration["User"] == "65532:65532"
    assert image.configuration["Entrypoint"] == [f"/usr/bin/{image.program}"]
    for user in (65532, random.randint(100_000, 2_000_000_000)):
        told = image.run(user, "--version")
        assert told.returncode == 0 and told.stdout.startswith(f"{image.program} "), f"as {user}: {told}"


def test_the_labels_tell_what_it_is(image):
    labels = image.configuration["Labels"]
    assert labels["org.opencontainers.image.licenses"] == "MIT"
    assert image.run(65532, "--version").stdout.split()[1] == labels["org.opencontainers.image.version"]
    assert {f"org.opencontainers.image.{key}" for key in ("title", "description", "version", "revision")} <= labels.keys()


def test_every_package_that_is_shipped_has_its_licence(image):
    shipped = [package["name"] for package in image.bom["packages"]]
    assert {"libc6", "libssl3", "libstdc++6", image.program} <= set(shipped)
    for name in shipped:
        text = (image.root / "usr/share/doc" / name / "copyright").read_text(errors="replace")
        for common in re.findall(r"/usr/share/common-licenses/([A-Za-z0-9.-]*[A-Za-z0-9])", text):
            assert (image.root / "usr/share/common-licenses" / common).exists() or not re.search(r"\d", common), f"{name} refers to {common}"


# -- names and certificates ------------------------------------------------------------------------------------------------


class SilentServer:
    """Takes TLS connections and remembers which names they asked for and whether the client went on."""

    def __init__(self, name, folder):
        self.certificate, key = folder / f"{name}.pem", folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                        "-keyout", key, "-out", self.certificate, "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"],
                       check=True, capture_output=True)
        self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.context.load_cert_chain(self.certificate, key)
        self.asked, self.failures = [], []
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = self.socket.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            try:
                with self.context.wrap_socket(connection, server_side=True) as secured:
                    secured.settimeout(10)
                    self.asked.append(secured.recv(2000).split(b"\r\n")[0].decode())
                    secured.sendall(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            except OSError as error:
                self.failures.append(str(error))

    def close(self):
        self.socket.close()


def kubeconfig(folder, server, authority):
    path = folder / "kubeconfig"
    path.write_text("\n".join([
        "apiVersion: v1", "kind: Config", "current-context: it", "contexts: [{name: it, context: {cluster: it, user: it}}]",
        f"clusters: [{{name: it, cluster: {{server: '{server}', certificate-authority: {authority}}}}}]", "users: [{name: it, user: {token: some}}]",
    ]))
    return path


@pytest.mark.parametrize("way", ["hosts", "dns"])
def test_names_are_resolved_and_connections_encrypted(operator_image, way):
    """The program asks an API server by name; what decides is whether its requests arrive there, encrypted for that name."""
    folder = FOLDER / f"names-{way}"
    folder.mkdir()
    name = f"kube.{way}.test"
    server = SilentServer(name, folder)
    (folder / "hosts").write_text("127.0.0.1 localhost" + (f" {name}\n" if way == "hosts" else "\n"))
    names = NameServer({name: "127.0.0.1"}) if way == "dns" else None
    (folder / "resolv.conf").write_text(f"nameserver {names.address if names else '127.0.0.1'}\noptions timeout:1 attempts:3\n")
    config = kubeconfig(folder, f"https://{name}:{server.port}", "/tls.pem")
    for file in ("/kubeconfig", "/tls.pem"):
        (operator_image.root / file.lstrip("/")).touch()  # what is mounted onto; a container runtime makes these
    mounts = {"/etc/hosts": folder / "hosts", "/etc/resolv.conf": folder / "resolv.conf", "/kubeconfig": config, "/tls.pem": server.certificate}
    environment = {"ADX_RUN_MOUNTS": " ".join(f"{source}={target}" for target, source in mounts.items())}
    command = operator_image.run_command(4711, "--kubeconfig=/kubeconfig", "--metrics-port=0", "--metrics-address=127.0.0.1")
    program = Process(f"operator-{way}", command, folder, environment)
    try:
        wait_until(lambda: server.asked or not program.is_alive(), f"a request arrives at {name}; failed handshakes: {server.failures}")
    finally:
        program.kill()
        server.close()
        if names:
            names.close()
    assert server.asked and server.asked[0].startswith("GET /api"), program.log()[-3000:]


def test_the_certificates_of_public_authorities_are_there(operator_image):
    """Where OpenSSL looks by itself: the file, by the links that Debian's has."""
    link = operator_image.root / "usr/lib/ssl/cert.pem"
    assert link.is_symlink()
    bundle = operator_image.root / str(link.readlink()).lstrip("/")
    assert bundle.read_text().count("BEGIN CERTIFICATE") > 100


def test_the_emulator_finds_its_sample_estate(emulator_image):
    program = Process("emulator-image", emulator_image.run_command(4711, "--ca-dir", "/tmp", "--ready-file", "/tmp/ready.json"), FOLDER)
    try:
        wait_until(lambda: "127.0.0.1" in program.log() or not program.is_alive(), "the emulator tells where it listens")
        program.assert_alive()
    finally:
        program.kill()
