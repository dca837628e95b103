"""A DELETE that began before the operator put its finalizer takes the object away all the same. What was made in Azure meanwhile goes, too.

Between the moment in which the API server reads the object and that in which it takes it away stands an admission webhook of the test, which
lets the DELETE go on when the attachment is made.
"""

import base64
import http.server
import json
import pathlib
import ssl
import threading

import pytest

import report
from estate import Estate, cluster_id, follower_database
from fault_world import make_certificate
from harness import wait_until

GROUP = "adxfollower.io"
LONGEST = 30  # seconds: Kubernetes waits no longer for a webhook


class Gate:
    """Is asked about each DELETE in a namespace, and lets it go on, or holds it until it is opened."""

    def __init__(self, world):
        self.world, self.name = world, f"gate-{world.space.name}"
        self.asked, self.opened = 0, threading.Event()
        self.opened.set()
        folder = world.folder / self.name
        folder.mkdir()
        certificate, key = make_certificate(folder)
        gate = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                review = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                gate.asked += 1
                gate.opened.wait(LONGEST)
                answer = json.dumps({**review, "request": None, "response": {"uid": review["request"]["uid"], "allowed": True}}).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *arguments):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.server.socket = context.wrap_socket(self.server.socket, server_side=True)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()
        self._install(certificate)

    def _install(self, certificate):
        self.world.space.apply({
            "apiVersion": "admissionregistration.k8s.io/v1", "kind": "ValidatingWebhookConfiguration", "metadata": {"name": self.name},
            "webhooks": [{
                "name": "gate.example.com", "admissionReviewVersions": ["v1"], "sideEffects": "None", "failurePolicy": "Fail",
                "timeoutSeconds": LONGEST,
                "clientConfig": {"url": f"https://127.0.0.1:{self.server.server_port}/",
                                 "caBundle": base64.b64encode(pathlib.Path(certificate).read_bytes()).decode()},
                "namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": self.world.space.name}},
                "rules": [{"apiGroups": [GROUP], "apiVersions": ["*"], "resources": ["*"], "operations": ["DELETE"]}],
            }],
        })

    def await_question(self, ask=lambda: None):
        before = self.asked

        def is_asked():
            ask()
            return self.asked > before

        wait_until(is_asked, "the API server asks about a DELETE")

    def close(self):
        self.opened.set()
        self.world.space.kubectl("delete", "validatingwebhookconfiguration", self.name)
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


@pytest.fixture
def world(plain_world):
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("torn")
    return plain_world(estate)


@pytest.fixture
def gate(world):
    made = Gate(world)
    yield made
    made.close()


def test_what_a_delete_took_away_in_the_moment_of_its_finalizer_leaves_nothing_in_azure(world, gate):
    space, attachments = world.space, lambda: world.azure.attachments(cluster_id("torn"))
    space.apply(follower_database("one", follower="torn", suspend=True))
    space.wait_reason("one", "Suspended")
    # The API server learns of the webhook a little later.
    gate.await_question(lambda: space.kubectl("delete", "followerdb", "one", "--dry-run=server"))

    gate.opened.clear()
    deletion = threading.Thread(target=lambda: space.delete("one"))
    deletion.start()
    gate.await_question()
    space.merge("one", suspend=False)
    wait_until(attachments, "the attachment is made")
    last = space.find("one")
    assert last["metadata"]["finalizers"] and "deletionTimestamp" not in last["metadata"]
    gate.opened.set()
    deletion.join()

    assert space.find("one") is None, "taken away without waiting for the operator"
    wait_until(lambda: not attachments(), "the attachment is removed")
    report.plans("taken away in the moment of the finalizer", 1, 0)
