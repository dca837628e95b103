"""The chart on a real API server, as a user installs, changes and removes it; and that the rights which it gives are enough.

On a control plane of its own: the chart brings the resource definitions, and takes them away, that other tests stand on.
"""

import json
import os
import shutil
import subprocess

import pytest
import yaml

from chart import OPERATOR_CHART, Rendered, helm, understood
from estate import ALICE, Estate, cluster_id, data_share, follower_database, guid, invitation
from harness import FOLDER, TOP, wait_until
from kube import Kube
from programs import World

SPACE = "adx-system"
NAME = "adx-adx-follower-operator"
KINDS = ("followerdatabases", "datashares", "invitations")


@pytest.fixture(scope="module")
def bed(kube):
    """Ends with this test run whatever happens: it waits for the end of its standard input."""
    log = FOLDER / "chart-bed.log"
    command = [TOP / "scripts" / "testbed", "run", f"chart-{os.getpid()}", "--", "sh", "-c", 'echo "$KUBECONFIG"; exec cat >/dev/null']
    with log.open("w") as errors, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True) as run:
        kubeconfig = run.stdout.readline().strip()
        assert kubeconfig, log.read_text()
        bed = Kube(kubeconfig, "chart-bed")
        bed.kubectl("create", "namespace", SPACE)
        bed.kubectl("label", "namespace", SPACE, "pod-security.kubernetes.io/enforce=restricted")
        yield bed
        run.stdin.close()
        assert run.wait(120) == 0, log.read_text()


def on(bed, *arguments, values=None, **options):
    return helm(*arguments, "--kubeconfig", bed.kubeconfig, "--namespace", SPACE, values=values, **options)


def pods(bed, release="adx"):
    return bed.get(f"/api/v1/namespaces/{SPACE}/pods", labelSelector=f"app.kubernetes.io/instance={release}")["items"]


def definitions(bed):
    found = bed.get("/apis/apiextensions.k8s.io/v1/customresourcedefinitions")["items"]
    return {each["metadata"]["name"]: each for each in found if each["spec"]["group"] == "adxfollower.io"}


@pytest.fixture(scope="module")
def older_chart(tmp_path_factory):
    """The chart of a version whose FollowerDatabases had no columns."""
    chart = tmp_path_factory.mktemp("chart") / "adx-follower-operator"
    shutil.copytree(OPERATOR_CHART, chart)
    file = chart / "crd-bases" / "adxfollower.io_followerdatabases.yaml"
    definition = yaml.safe_load(file.read_text())
    del definition["spec"]["versions"][0]["additionalPrinterColumns"]
    file.write_text(yaml.safe_dump(definition))
    return chart


# -- what the API server says of objects, without making them ----------------------------------------------------------

EVERYTHING = {
    "replicaCount": 2, "crds": {"enabled": False}, "podDisruptionBudget": {"enabled": True},
    "finalizerPolicy": {"enabled": True}, "proxy": {"existingSecret": "proxy", "noProxy": ".internal"},
    "networkPolicy": {"enabled": True, "metricsFrom": [{"podSelector": {}}]}, "grafanaDashboards": {"enabled": True},
    "workloadIdentity": {"enabled": True, "projectToken": True}, "startupProbe": {"failureThreshold": 30}, "dnsPolicy": "ClusterFirst",
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "ScheduleAnyway"}], "extraArgs": ["--log-level=debug"],
    "extraVolumes": [{"name": "ca", "configMap": {"name": "ca"}}], "extraVolumeMounts": [{"name": "ca", "mountPath": "/ca"}],
    "rbac": {"credentialsSecretNames": ["azure"]}, "commonLabels": {"team": "data"}, "commonAnnotations": {"why": "ours"},
}


@pytest.mark.parametrize("values", [{}, {"config": {"namespaces": ["default"], "instance": "west"}}, {
    "workloadIdentity": {"enabled": False}, "clientCredentials": {"existingSecret": "own"},
    "config": {"azure": {"tenantId": guid("tenant"), "clientId": guid("client")}}}], ids=["all", "listed", "secret"])
def test_everything_that_can_be_turned_on_is_well_formed(kube, values):
    made = Rendered({**EVERYTHING, **values}, namespace="default")

    # kubectl has unknown fields refused.
    kube.kubectl("apply", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump_all(made.objects))


def test_the_examples_in_the_chart_are_taken(kube):
    annotations = yaml.safe_load((OPERATOR_CHART / "Chart.yaml").read_text())["annotations"]
    examples = yaml.safe_load(annotations["artifacthub.io/crdsExamples"])
    space = kube.new_namespace()

    told = [{**each, "metadata": {**each["metadata"], "namespace": space.name}} for each in examples]
    kube.kubectl("apply", "--dry-run=server", "-f", "-", stdin=yaml.safe_dump_all(told))

    assert {each["kind"] for each in examples} == {each["kind"] for each in yaml.safe_load(annotations["artifacthub.io/crds"])}
    kube.kubectl("delete", "namespace", space.name, "--wait=false")


# -- install, upgrade, uninstall: one after the other ------------------------------------------------------------------


def test_installed_into_a_restricted_namespace_it_gets_its_pod(bed, older_chart):
    told = on(bed, "install", "adx", older_chart, values={
        "serviceMonitor": {"enabled": True}, "prometheusRule": {"enabled": True, "renderMode": "skipIfMissing"}})

    [pod] = wait_until(lambda: pods(bed), "there is a pod")
    assert pod["spec"]["serviceAccountName"] == NAME and pod["spec"]["containers"][0]["securityContext"]["readOnlyRootFilesystem"] is True
    assert set(definitions(bed)) == {f"{kind}.adxfollower.io" for kind in KINDS}
    commands = (f"kubectl -n {SPACE} rollout status deployment/{NAME}", "create secret generic azure", "kubectl get adx -A")
    for told_once in (*commands, "There is no ServiceMonitor"):
        assert told_once in told.stdout


def test_a_pod_that_could_raise_its_rights_is_refused_there(bed):
    on(bed, "install", "broken", OPERATOR_CHART, values={
        "crds": {"enabled": False}, "rbac": {"aggregateToUserRoles": False}, "containerSecurityContext": {"allowPrivilegeEscalation": True}})

    def refused():
        events = bed.get(f"/api/v1/namespaces/{SPACE}/events", fieldSelector="involvedObject.kind=ReplicaSet,reason=FailedCreate")["items"]
        return [each["message"] for each in events if each["involvedObject"]["name"].startswith("broken-")]

    message = wait_until(refused, "the ReplicaSet says why there is no pod")[0]
    assert 'violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false' in message
    assert pods(bed, "broken") == []
    on(bed, "uninstall", "broken")


def test_an_upgrade_brings_new_definitions_new_settings_and_kinds_that_have_come_to_be_known(bed):
    [old] = pods(bed)
    assert "additionalPrinterColumns" not in definitions(bed)["followerdatabases.adxfollower.io"]["spec"]["versions"][0]
    for file in ("servicemonitors", "prometheusrules"):
        bed.kubectl("create", "-f", f"{os.environ['ADXF_MONITORING_CRDS']}/monitoring.coreos.com_{file}.yaml")
    bed.kubectl("wait", "--for=condition=Established", "crd/servicemonitors.monitoring.coreos.com", "crd/prometheusrules.monitoring.coreos.com")

    def upgraded():
        # What the API server serves and what it says that it serves are not the same in the first moments.
        on(bed, "upgrade", "adx", OPERATOR_CHART, "--reset-then-reuse-values", values={"config": {"log": {"level": "debug"}}})
        return len(bed.kubectl("-n", SPACE, "get", "servicemonitors,prometheusrules", "-o", "name").splitlines()) == 2

    wait_until(upgraded, "ServiceMonitor and PrometheusRule are there")
    assert definitions(bed)["followerdatabases.adxfollower.io"]["spec"]["versions"][0]["additionalPrinterColumns"]
    checksum = "checksum/config"
    before = old["metadata"]["annotations"][checksum]
    wait_until(lambda: any(pod["metadata"]["annotations"][checksum] != before for pod in pods(bed)), "there is a pod with the new settings")


def test_uninstalled_it_leaves_definitions_and_objects_and_a_new_release_takes_them_over(bed):
    bed.wait_until_served()
    bed.kubectl("apply", "-f", "-", stdin=yaml.safe_dump({**follower_database("kept"), "metadata": {"name": "kept", "namespace": SPACE}}))

    on(bed, "uninstall", "adx")

    wait_until(lambda: not pods(bed), "the pod is gone")
    assert len(definitions(bed)) == 3
    assert bed.kubectl("-n", SPACE, "get", "followerdb", "-o", "name").strip() == "followerdatabase.adxfollower.io/kept"
    on(bed, "install", "adx", OPERATOR_CHART, values={"crds": {"keep": False}})
    wait_until(lambda: pods(bed), "there is a pod again")


def test_uninstalled_without_keep_it_takes_definitions_and_objects_along(bed):
    assert len(definitions(bed)) == 3
    bed.wait_until_served()

    on(bed, "uninstall", "adx")

    wait_until(lambda: not definitions(bed), "the definitions are gone")
    left = bed.kubectl("get", "clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,configmaps,services,deployments",
                       "-A", "-l", "app.kubernetes.io/instance=adx", "-o", "name")
    assert left == ""


# -- rights ------------------------------------------------------------------------------------------------------------


def kubeconfig_of(bed, release, folder):
    """How the operator's pod would reach the API server, outside of a pod."""
    config = yaml.safe_load(open(bed.kubeconfig))
    token = bed.kubectl("-n", SPACE, "create", "token", f"{release}-adx-follower-operator", "--duration", "1h")
    config["users"][0]["user"] = {"token": token.strip()}
    config["contexts"][0]["context"]["namespace"] = SPACE
    file = folder / "kubeconfig"
    file.write_text(yaml.safe_dump(config))
    return file


def may(bed, user, verb, resource, space="", name="", group="adxfollower.io"):
    """What the API server would say, without asking it for the thing itself."""
    asked = {"verb": verb, "group": group, "resource": resource, "namespace": space, "name": name}
    answer = bed.http.post(f"{bed.server}/apis/authorization.k8s.io/v1/subjectaccessreviews", timeout=30, json={
        "apiVersion": "authorization.k8s.io/v1", "kind": "SubjectAccessReview", "spec": {"user": user, "resourceAttributes": asked}})
    assert answer.status_code == 201, answer.text
    return answer.json()["status"]["allowed"]


def finalizers_of_new_objects(space):
    """What the API server would make of new objects."""
    told = [follower_database("new"), data_share("new", {"new": "Sales"}), invitation("new", ALICE, share="new")]
    made = space.kubectl("apply", "--dry-run=server", "-o", "json", "-f", "-", stdin=yaml.safe_dump_all(told))
    return {each["kind"]: each["metadata"].get("finalizers") for each in json.loads(made)["items"]}


@pytest.fixture(scope="module", params=["everywhere", "listed"])
def world(request, bed, tmp_path_factory):
    """The chart's service account at work, for all namespaces or for one that is listed."""
    bed.install_crds()
    space, folder, release = bed.new_namespace(), tmp_path_factory.mktemp(request.param), request.param
    config = {} if release == "everywhere" else {"namespaces": [space.name], "instance": "west"}
    on(bed, "install", release, OPERATOR_CHART, values={
        "config": config, "crds": {"enabled": False}, "finalizerPolicy": {"enabled": release == "listed"}})
    settings = yaml.safe_load(bed.get(f"/api/v1/namespaces/{SPACE}/configmaps/{release}-adx-follower-operator-config")["data"]["config.yaml"])
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(understood(settings)))
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("reporting")
    world = World(bed, kubeconfig_of(bed, release, folder), estate, space=space, operator={"config": file, "namespaces": ""})
    world.release = release
    if release == "listed":
        # Of a kind that has just come to be the policy refuses objects (503), whatever its failurePolicy, until the API server has read the schema.
        wait_until(lambda: all(finalizers_of_new_objects(space).values()), "the API server keeps to the policy")
    yield world
    world.close()
    on(bed, "uninstall", release)


def test_the_rights_are_enough_from_attaching_to_detaching(world):
    world.space.apply(follower_database("sales", caching={"modificationKind": "Union", "database": {"hot": "1d"}}))
    world.space.wait_ready("sales")
    wait_until(lambda: world.space.events(), "events are written")
    world.space.delete("sales")

    assert len(world.accepted_puts()) == 1
    codes = {labels["code"] for labels, _ in world.operator.metrics().all("rest_client_requests_total")}
    assert codes and "403" not in codes


def test_new_objects_come_with_their_finalizer_where_the_release_says_so(world, bed):
    none = dict.fromkeys(("FollowerDatabase", "DataShare", "Invitation"))
    if world.release == "everywhere":
        assert finalizers_of_new_objects(world.space) == none
        return
    kinds = {"FollowerDatabase": "follower-database", "DataShare": "data-share", "Invitation": "invitation"}
    each_its_own = {kind: [f"adxfollower.io/{name}"] for kind, name in kinds.items()}
    assert finalizers_of_new_objects(world.space) == each_its_own
    elsewhere = bed.new_namespace()
    assert finalizers_of_new_objects(elsewhere) == none
    world.space.apply(follower_database("only-looks", mode="Observe"))
    assert "finalizers" not in world.space.find("only-looks")["metadata"]
    world.space.delete("only-looks")

    patches = world.operator.metrics().total("rest_client_requests_total", method="PATCH")
    world.space.apply(follower_database("marked"))
    world.space.wait_ready("marked")
    assert world.operator.metrics().total("rest_client_requests_total", method="PATCH") == patches
    world.space.delete("marked")


def test_to_look_in_between_takes_no_attachment_of_others(world):
    reporting = cluster_id("reporting")
    world.azure.attach(reporting, "by-hand", cluster_id("corp"), "Sales")
    since = world.emulator.last_call()
    world.space.apply(follower_database("curious", attachmentName="by-hand"))
    for mode, reason in (("Manage", "AttachmentExists"), ("Observe", "InSync"), ("Manage", "AttachmentExists")):
        world.space.merge("curious", mode=mode)
        world.space.wait_reason("curious", reason)
    world.space.delete("curious")

    assert "by-hand" in world.azure.attachments(reporting)
    assert world.writes(since) == []
    world.azure.detach(reporting, "by-hand")


def test_the_rights_are_no_more_than_that(world, bed):
    name = f"{world.release}-adx-follower-operator"
    space, elsewhere = world.space.name, world.release == "everywhere"

    def it(*asked, group=""):
        return may(bed, f"system:serviceaccount:{SPACE}:{name}", *asked, group=group)

    assert it("get", "secrets", space, "azure") and it("patch", "followerdatabases", space, group="adxfollower.io")
    assert not any(it(verb, "secrets", space) for verb in ("list", "watch", "create", "update", "patch", "delete"))
    assert not any(it(verb, "followerdatabases", space, group="adxfollower.io") for verb in ("create", "update", "delete"))
    assert it("get", "secrets", "default", "azure") is elsewhere
    assert it("watch", "invitations", group="adxfollower.io") is elsewhere
    assert it("get", "namespaces", "", "kube-system") is elsewhere and not it("get", "namespaces", "", "default")
    assert it("patch", "leases", SPACE, name, group="coordination.k8s.io")
    for other in ((SPACE, "other"), (space, name)):
        assert not it("patch", "leases", *other, group="coordination.k8s.io")


def test_people_with_the_roles_view_and_edit_may_look_or_work(world, bed):
    for role, person in (("view", "vera"), ("edit", "ed")):
        world.space.kubectl("create", "rolebinding", person, "--clusterrole", role, "--user", person)

    def can(person, verb):
        return may(bed, person, verb, "followerdatabases", world.space.name)

    wait_until(lambda: can("vera", "list") and can("ed", "create"), "the cluster has added the rules to its roles")
    assert can("ed", "delete") and not can("vera", "create") and not can("vera", "delete")
