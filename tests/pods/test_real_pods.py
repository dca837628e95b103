"""The operator in a real pod: image, chart, kubelet and containerd, against a real API server and the emulator. In order: each test goes on
where the one before it ended, as the life of an installation does.
"""

import os
import pathlib
import random
import signal

import pytest

from cluster import DEPLOYMENT, SPACE, Release, SampleAzure, process_of
from harness import TOP, wait_until
from kube import Namespace, is_ready
from rights import granted, used

SAMPLES = TOP / "docs" / "samples"
KINDS = ("followerdb", "dshare", "dinv")
# Granted for what does not happen here; each with its reason.
FOR_OTHER_TIMES = {
    ("patch", "events.k8s.io/events"): "an event that repeats",
    ("list", "coordination.k8s.io/leases"): "an API server that streams no lists",
    ("watch", "coordination.k8s.io/leases"): "a standby that waits for the lease",
    **{("list", f"adxfollower.io/{kind}"): "an API server that streams no lists" for kind in ("followerdatabases", "datashares", "invitations")},
    ("get", "adxfollower.io/invitations"): "an object that is looked at anew before it is changed in Azure",
}


@pytest.fixture(scope="module")
def azure():
    azure = SampleAzure()
    yield azure
    azure.process.stop()


@pytest.fixture(scope="module")
def release(kube, azure):
    release = Release(kube, azure, os.environ["ADX_IMAGE"], random.randint(100_000, 2_000_000_000))
    release.install()
    yield release
    print(release.logs("--tail=40"))


@pytest.fixture(scope="module")
def analytics(kube):
    return Namespace(kube, "analytics")


def fields_of(status):
    return dict(line.split(":\t", 1) for line in status.read_text().splitlines() if ":\t" in line)


def test_it_gets_ready_as_anybody_with_nothing_but_its_service_account(release):
    pod = release.wait_ready()
    process = pathlib.Path("/proc") / str(process_of(pod))
    fields = fields_of(process / "status")

    assert fields["Uid"].split() == [str(release.user)] * 4
    assert {int(fields[kind], 16) for kind in ("CapEff", "CapPrm", "CapInh", "CapBnd", "CapAmb")} == {0}
    assert (fields["NoNewPrivs"], fields["Seccomp"]) == ("1", "2"), "2: a filter"
    root = next(line.split() for line in (process / "mountinfo").read_text().splitlines() if line.split()[4] == "/")
    assert "ro" in root[5].split(",")
    arguments = (process / "cmdline").read_text().split("\0")
    assert not [argument for argument in arguments if "kubeconfig" in argument]


def test_it_does_the_work_of_the_demo(release, analytics, azure):
    analytics.kube.kubectl("apply", "-f", str(SAMPLES / "namespace-and-secret.yaml"))
    analytics.kube.kubectl("apply", "-f", str(SAMPLES))

    def all_ready():
        items = [item for kind in KINDS for item in analytics.list(kind)]
        assert len(items) >= 4 and all(is_ready(item) for item in items), [(i["metadata"]["name"], i.get("status")) for i in items if not is_ready(i)]
        return items

    wait_until(all_ready, "the samples are Ready")
    assert azure.accepted_writes("/attacheddatabaseconfigurations/")


def test_a_killed_process_is_started_again_and_repeats_nothing(release, analytics, azure):
    before = release.wait_ready()
    writes = len(azure.accepted_writes("/attacheddatabaseconfigurations/"))

    os.kill(process_of(before), signal.SIGKILL)

    after = release.wait_ready(restarts=1)
    assert after["metadata"]["uid"] == before["metadata"]["uid"]
    ended = after["status"]["containerStatuses"][0]["lastState"]["terminated"]
    assert ended["exitCode"] == 128 + signal.SIGKILL
    follows_changes(analytics, "9d")
    assert len(azure.accepted_writes("/attacheddatabaseconfigurations/")) == writes, "nothing was attached again"


def follows_changes(analytics, hot):
    """A change of the sample is carried out: only a running operator makes it current."""
    [name, *_] = [item["metadata"]["name"] for item in analytics.list() if "database" in item["spec"].get("caching", {})]
    analytics.merge(name, caching={"database": {"hot": hot}})
    item = analytics.wait_ready(name)
    assert item["spec"]["caching"]["database"]["hot"] == hot


def test_a_rolling_upgrade_hands_over(release, analytics, azure):
    """The new pod has a port of its own: both are on the network of one machine."""
    before, holder = release.wait_ready(), release.lease_holder()
    writes = len(azure.accepted_writes("/attacheddatabaseconfigurations/"))
    release.port += 1

    release.upgrade()

    release.wait_ready(other_than=before["metadata"]["name"])
    follows_changes(analytics, "11d")
    assert len(azure.accepted_writes("/attacheddatabaseconfigurations/")) == writes, "nothing was attached again"
    if holder is not None:
        assert release.lease_holder() not in ("", holder)


def test_a_pod_ends_in_peace_when_it_is_asked(release, kube):
    """The kubelet would wait 30 s and then kill; the log tells that it did not have to."""
    pod = release.wait_ready()
    log = kube.http.get(f"{kube.server}/api/v1/namespaces/{SPACE}/pods/{pod['metadata']['name']}/log", params={"follow": "true", "tailLines": 1},
                        stream=True, timeout=180)
    kube.kubectl("--namespace", SPACE, "delete", "pod", pod["metadata"]["name"], "--wait=false")
    lines = [line.decode() for line in log.iter_lines()]
    assert any('"msg":"stopped"' in line for line in lines), lines[-5:]
    release.wait_ready(other_than=pod["metadata"]["name"])


def test_deletion_detaches_what_was_attached(release, analytics, azure):
    for kind in KINDS:
        analytics.kubectl("delete", kind, "--all", "--wait=false")
    wait_until(lambda: not any(analytics.list(kind) for kind in KINDS), "the samples are gone")
    assert azure.accepted_writes("/attacheddatabaseconfigurations/", "DELETE")


def test_the_rights_that_it_has_are_those_that_it_uses(release, kube):
    account = kube.get(f"/apis/apps/v1/namespaces/{SPACE}/deployments/{DEPLOYMENT}")["spec"]["template"]["spec"]["serviceAccountName"]
    has = granted(kube, SPACE, account)
    log = pathlib.Path(os.environ["ADX_AUDIT_LOG"])
    asked, refused = used(log, f"system:serviceaccount:{SPACE}:{account}")
    idle = has - asked

    for title, rights in (("used", asked & has), ("granted but not used here", idle), ("refused", refused)):
        print(f"{title}: " + ("none" if not rights else ""))
        for verb, resource in sorted(rights):
            print(f"  {verb:<8}{resource}  {FOR_OTHER_TIMES.get((verb, resource), '') if rights is idle else ''}")
    assert not refused
    assert asked <= has, "what every service account may do apart, there is nothing else"
    assert idle <= FOR_OTHER_TIMES.keys()
