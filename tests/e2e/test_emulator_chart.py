"""The emulator's chart: what it makes of values, and that the program serves with it under the names of its Services."""

import base64
import http.client
import json
import socket
import ssl
import urllib.parse

import pytest
import yaml

from chart import EMULATOR_CHART, Rendered, helm, refusal
from harness import EMULATOR, TOP, Process, wait_for_ready_file, wait_until

SEED = TOP / "emulator" / "seeds" / "contoso.yaml"
CLUSTERS = [cluster["name"] for cluster in yaml.safe_load(SEED.read_text())["clusters"]]
ARM = "adx-emulator.ci.svc"
TENANT, CLIENT, SECRET = "contoso.com", "bbbbbbbb-0000-0000-0000-000000000001", "emulator-only-secret"  # of the seed
CLUSTER = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers/Microsoft.Kusto/clusters/reporting"


def rendered(values=None):
    return Rendered(values, release="adx-emulator", namespace="ci", chart=EMULATOR_CHART)


def services(made):
    return {each["metadata"]["name"] for each in made.all("Service")}


def host_of(cluster):
    return f"adx-emulator-{cluster}.ci.svc"


# -- values ------------------------------------------------------------------------------------------------------------


def test_helm_finds_nothing_to_complain_of():
    assert "0 chart(s) failed" in helm("lint", "--strict", EMULATOR_CHART).stdout


def test_without_values_it_is_the_azure_of_the_seed_in_the_tree():
    made = rendered()

    assert (EMULATOR_CHART / "seeds" / SEED.name).read_bytes() == SEED.read_bytes(), "run scripts/generate charts"
    # As JSON: a date is a text there.
    seed = yaml.load(made.one("ConfigMap", "-seed")["data"]["seed.yaml"], Loader=yaml.BaseLoader)
    assert seed == yaml.load(SEED.read_text(), Loader=yaml.BaseLoader)
    assert services(made) == {"adx-emulator", *(f"adx-emulator-{name}" for name in CLUSTERS)}
    assert all(each["spec"]["ports"] == [{"name": "https", "port": 443, "targetPort": "https", "protocol": "TCP"}] for each in made.all("Service"))
    pod = made.pod()["spec"]
    assert pod["automountServiceAccountToken"] is False and pod["securityContext"]["runAsNonRoot"] is True
    assert pod["nodeSelector"] == {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"}


def test_another_seed_brings_its_own_services_and_certificate():
    seed = {"tenants": [], "clusters": [{"name": "Sales"}, {"name": "ops"}]}
    made = rendered({"seed": seed, "settings": {"operationDurationMs": 2_000_000}, "ca": {"namespaces": ["adx"]}, "fullnameOverride": "azure"})

    assert services(made) == {"azure", "azure-sales", "azure-ops"}
    assert yaml.safe_load(made.one("ConfigMap", "-seed")["data"]["seed.yaml"]) == {**seed, "settings": {"operationDurationMs": 2_000_000}}
    copies = {each["metadata"]["namespace"]: each["data"]["ca.pem"] for each in made.all("ConfigMap") if each["metadata"]["name"] == "azure-ca"}
    assert set(copies) == {"ci", "adx"} and len(set(copies.values())) == 1
    assert "--cluster-url=https://azure-{name}.ci.svc" in made.container()["args"]


def test_a_certificate_can_come_from_elsewhere():
    made = rendered({"tls": {"existingSecret": "ours"}})

    assert made.all("Secret") == [] and [each["metadata"]["name"] for each in made.all("ConfigMap")] == ["adx-emulator-seed"]
    assert [each["secret"]["secretName"] for each in made.pod()["spec"]["volumes"] if "secret" in each] == ["ours"]


@pytest.mark.parametrize("values, told", [
    ({"replicas": 2}, "additional properties 'replicas' not allowed"),
    ({"seed": {"cluster": []}}, "at '/seed': additional properties 'cluster' not allowed"),
    ({"seed": {"clusters": []}}, "at '/seed/clusters': minItems: got 0, want 1"),
    ({"seed": {"clusters": [{"name": "two words"}]}}, "at '/seed/clusters/0/name': 'two words' does not match pattern"),
    ({"settings": {"lagMs": "long"}}, "at '/settings/lagMs'"),
    ({"tls": {"days": 0}}, "at '/tls/days': minimum: got 0, want 1"),
])
def test_bad_values_are_refused_with_the_place_and_the_reason(values, told):
    assert told in refusal(values, chart=EMULATOR_CHART)


# -- at work -----------------------------------------------------------------------------------------------------------


class Pod:
    """The program with what the chart would mount, and a caller who finds every Service at its port."""

    def __init__(self, made, folder):
        ready = folder / "ready.json"
        files = {"/etc/adx-emulator/seed.yaml": made.one("ConfigMap", "-seed")["data"]["seed.yaml"]}
        files |= {f"/etc/adx-emulator-tls/{name}": base64.b64decode(text).decode() for name, text in made.one("Secret", "-tls")["data"].items()}
        arguments = [word for word in made.container()["args"] if not word.startswith(("--address", "--port"))]
        for number, (path, text) in enumerate(files.items()):
            here = folder / f"{number}-{path.split('/')[-1]}"
            here.write_text(text)
            arguments = [word.replace(path, str(here)) for word in arguments]
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self.process = Process("emulator", [EMULATOR, *arguments, "--port", self.port, "--ready-file", ready], folder)
        self.told = wait_for_ready_file(ready, self.process)
        self.tls = ssl.create_default_context(cadata=made.one("ConfigMap", "-ca")["data"]["ca.pem"])

    def ask(self, host, method, path, body=None, **headers):
        """The certificate must be that host's."""
        with socket.create_connection(("127.0.0.1", self.port), 30) as plain, self.tls.wrap_socket(plain, server_hostname=host) as sealed:
            connection = http.client.HTTPConnection(host)
            connection.sock = sealed
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or "null")

    def token(self, scope):
        form = urllib.parse.urlencode({
            "grant_type": "client_credentials", "client_id": CLIENT, "client_secret": SECRET, "scope": f"{scope}/.default"})
        status, answer = self.ask(ARM, "POST", f"/{TENANT}/oauth2/v2.0/token", form, **{"Content-Type": "application/x-www-form-urlencoded"})
        assert status == 200, answer
        return f"Bearer {answer['access_token']}"


@pytest.fixture(scope="module")
def pod(tmp_path_factory):
    pod = Pod(rendered(), tmp_path_factory.mktemp("emulator"))
    yield pod
    pod.process.stop()


def test_each_service_is_found_under_its_own_host(pod):
    status, cluster = pod.ask(ARM, "GET", f"{CLUSTER}?api-version=2025-02-14", Authorization=pod.token("https://management.azure.com"))
    assert status == 200 and cluster["properties"]["uri"] == f"https://{host_of('reporting')}"
    assert pod.told["clusters"] == {name: f"https://{host_of(name)}" for name in CLUSTERS} and pod.told["armEndpoint"] == f"https://{ARM}"

    show = {"db": "NetDefaultDB", "csl": ".show databases"}
    token = pod.token(f"https://{host_of('reporting')}")
    answers = {name: pod.ask(host_of(name), "POST", "/v1/rest/mgmt", json.dumps(show), Authorization=token, **{"Content-Type": "application/json"})
               for name in ("reporting", "dashboards")}

    assert answers["reporting"][0] == 200 and "Tables" in answers["reporting"][1]
    assert answers["dashboards"][0] == 401  # the token is for another cluster


def test_the_certificate_is_for_these_hosts_alone(pod):
    with pytest.raises(ssl.SSLCertVerificationError):
        pod.ask("adx-emulator.elsewhere.svc", "GET", "/")


def test_a_host_for_all_clusters_is_refused(tmp_path):
    wrong = Process("emulator", [EMULATOR, "--arm-url", "https://arm.test", "--cluster-url", "https://clusters.test"], tmp_path)

    assert wrong.process.wait(60) == 1 and "--cluster-url must hold {name}" in wrong.log()
    Process.running.remove(wrong)


def test_an_upgrade_keeps_the_authority_until_the_hosts_change(kube):
    space = kube.new_namespace()
    space.kubectl("label", "namespace", space.name, "pod-security.kubernetes.io/enforce=restricted")

    def released(verb, values):
        helm(verb, "azure", EMULATOR_CHART, "--kubeconfig", kube.kubeconfig, "--namespace", space.name, values=values)
        return json.loads(space.kubectl("get", "secret", "azure-tls", "-o", "json"))["data"]

    first = released("install", {})
    wait_until(lambda: kube.get(f"/api/v1/namespaces/{space.name}/pods")["items"], "its pod is let into a restricted namespace")
    same = released("upgrade", {"settings": {"lagMs": 10}})
    other = released("upgrade", {"seed": {"tenants": [], "clusters": [{"name": "new"}]}})

    assert first == same and first["ca.crt"] != other["ca.crt"]
    told = space.kubectl("get", "configmap", "azure-ca", "-o", "jsonpath={.data.ca\\.pem}")
    assert told.strip() == base64.b64decode(other["ca.crt"]).decode().strip()
    helm("uninstall", "azure", "--kubeconfig", kube.kubeconfig, "--namespace", space.name)
    kube.kubectl("delete", "namespace", space.name, "--wait=false")
