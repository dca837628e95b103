"""What the chart makes of values."""

import subprocess

import pytest
import yaml

from chart import OPERATOR_CHART, Rendered, documented_settings, helm, paths_of, tree_of, understood
from harness import OPERATOR, TOP

TENANT, CLIENT = "0a0a0a0a-0000-4000-8000-000000000001", "0a0a0a0a-0000-4000-8000-00000000000c"
KINDS = ["followerdatabases", "datashares", "invitations"]
CLUSTER_NAME = "here:adx-adx-follower-operator"
NODES = {"kubernetes.io/arch": "amd64", "kubernetes.io/os": "linux"}
MONITORING = ("--api-versions", "monitoring.coreos.com/v1/ServiceMonitor")

# A value for each setting that is not its default.
GIVEN = {
    "kubeconfig": "/etc/kube/config", "context": "other", "namespaces": ["team-a", "team-b"], "instance": "west",
    "operatorIdentity.namespaces": [{"namespace": "team-a", "resourcePrefixes": ["/subscriptions/1", "/subscriptions/2"]}, {"namespace": "team-b"}],
    "azure.cloud": "china", "azure.authorityHost": "https://login.example.com", "azure.armEndpoint": "https://arm.example.com",
    "azure.armAudience": "https://arm.example.com", "azure.kustoSuffixes": [".kusto.example.com", ".kusto.example.net"], "azure.caFile": "CA",
    "azure.kustoApiVersion": "2024-04-13", "azure.dataShareApiVersion": "2020-09-01", "azure.tenantId": TENANT, "azure.clientId": CLIENT,
    "azure.clientSecretFile": "/secret", "azure.clientCertificateFile": "/certificate", "azure.federatedTokenFile": "/token",
    "azure.managedIdentity": True, "azure.managedIdentityHost": "http://127.0.0.1:4000", "azure.noProxy": ["10.0.0.0/8", ".internal"],
    "azure.tick": "10m", "azure.operationTickMin": "1s", "azure.operationTickMax": "1m30s", "azure.patience": "5m",
    "azure.followerLatencyInterval": "10m", "azure.followerLatencyAlways": True, "allowLoopbackEndpoints": True,
    "leaderElection.enabled": True, "leaderElection.namespace": "leases", "leaderElection.name": "mine", "leaderElection.leaseDuration": "30s",
    "leaderElection.renewDeadline": "20s", "leaderElection.retryPeriod": "4s",
    "metrics.address": "127.0.0.1", "metrics.port": 9090, "metrics.maxSeries": 2_000_000, "workers": 4, "probeInterval": "1m",
    "secretRefresh": "1m", "log.level": "debug", "log.format": "text",
}
PROOFS = {"azure.clientSecretFile", "azure.clientCertificateFile", "azure.managedIdentity"}  # of the operator's own identity: one counts


def printed(config, folder):
    """What the program says of a configuration file."""
    file = folder / "config.yaml"
    file.write_text(yaml.safe_dump(config))
    done = subprocess.run([OPERATOR, "--config", file, "--print-config"], capture_output=True, text=True, env={}, timeout=60)
    assert done.returncode == 0, done.stderr
    return paths_of(yaml.load(done.stdout, Loader=yaml.BaseLoader))


# -- the whole ---------------------------------------------------------------------------------------------------------


def test_helm_finds_nothing_to_complain_of():
    assert "0 chart(s) failed" in helm("lint", "--strict", OPERATOR_CHART).stdout


def test_without_values_there_is_one_replica_with_what_it_needs_and_no_more():
    made = Rendered()

    assert sorted(each["kind"] for each in made.objects) == sorted([
        "ServiceAccount", "ConfigMap", "Deployment", "Service", *["CustomResourceDefinition"] * 3,
        "ClusterRole", "ClusterRoleBinding", *["ClusterRole"] * 2, "Role", "RoleBinding",
    ])
    assert made.one("Deployment")["spec"]["replicas"] == 1
    assert made.container()["image"] == "adx-follower-operator:0.1.0"
    assert made.settings() == {"leaderElection": {"name": "adx-adx-follower-operator"}}
    for each in made.objects:
        assert each["metadata"]["labels"]["app.kubernetes.io/instance"] == "adx", each["metadata"]


def test_the_pod_may_do_nothing_that_a_restricted_namespace_forbids():
    made = Rendered()
    pod, container = made.pod()["spec"], made.container()

    assert pod["securityContext"] == {"runAsNonRoot": True, "seccompProfile": {"type": "RuntimeDefault"}}  # any user but root
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False, "capabilities": {"drop": ["ALL"]}, "privileged": False, "readOnlyRootFilesystem": True}
    assert pod["enableServiceLinks"] is False and [volume["name"] for volume in pod["volumes"]] == ["config"]
    assert container["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "metrics"}
    assert container["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics"}


def test_the_chart_holds_the_resource_definitions_of_the_tree():
    written = {file.name: file.read_bytes() for file in (TOP / "crds").glob("*.yaml")}
    held = {file.name: file.read_bytes() for file in (OPERATOR_CHART / "crd-bases").iterdir()}
    rendered = {each["metadata"]["name"]: each["spec"] for each in Rendered().all("CustomResourceDefinition")}

    assert held == written, "run scripts/generate charts"
    assert rendered == {each["metadata"]["name"]: each["spec"] for each in map(yaml.safe_load, written.values())}


def test_resource_definitions_are_kept_annotated_or_left_out():
    kept, loose = Rendered(), Rendered({"crds": {"keep": False, "annotations": {"why": "ours"}}})

    assert [each["metadata"]["annotations"] for each in kept.all("CustomResourceDefinition")] == [{"helm.sh/resource-policy": "keep"}] * 3
    assert [each["metadata"]["annotations"] for each in loose.all("CustomResourceDefinition")] == [{"why": "ours"}] * 3
    assert Rendered({"crds": {"enabled": False}}).all("CustomResourceDefinition") == []


# -- settings ----------------------------------------------------------------------------------------------------------


def test_every_setting_of_the_program_can_be_given_and_arrives():
    assert set(documented_settings()) - set(GIVEN) == set(), "a new setting: add it to the chart's schema and here"
    assert paths_of(Rendered({"config": tree_of(GIVEN)}).settings()) == GIVEN


@pytest.mark.parametrize("proof", sorted(PROOFS & set(documented_settings())))
def test_the_program_reads_the_settings_as_the_chart_writes_them(proof, tmp_path):
    documented = documented_settings()
    authority = tmp_path / "ca.pem"
    subprocess.run(["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=ca",
                    "-keyout", "/dev/null", "-out", authority], check=True, capture_output=True)
    given = {path: value for path, value in GIVEN.items() if path in documented and path not in PROOFS - {proof}}
    written = paths_of(Rendered({"config": tree_of(given | {"azure.caFile": str(authority)})}).settings())
    taken = printed(understood(tree_of(written)), tmp_path)

    for path, value in written.items():
        if path in documented and not isinstance(value, list):
            assert taken[path] == (str(value).lower() if isinstance(value, bool) else str(value)), path
    assert taken["namespaces"] == "team-a,team-b"
    assert taken["operatorIdentity.namespaces"] == "team-a=/subscriptions/1;/subscriptions/2,team-b"


def test_a_change_of_a_setting_makes_new_pods_and_nothing_else_does():
    sums = [Rendered(values).pod()["metadata"]["annotations"]["checksum/config"] for values in (
        {}, {"service": {"port": 9999}}, {"config": {"log": {"level": "debug"}}})]

    assert sums[0] == sums[1] != sums[2]


def test_the_port_of_the_metrics_is_the_same_everywhere():
    made = Rendered({"config": {"metrics": {"port": 9090}}, "service": {"port": 80}})

    assert made.container()["ports"] == [{"name": "metrics", "containerPort": 9090, "protocol": "TCP"}]
    assert made.one("Service")["spec"]["ports"] == [{"name": "metrics", "port": 80, "targetPort": "metrics", "protocol": "TCP"}]
    assert made.settings()["metrics"] == {"port": 9090}


# -- rights ------------------------------------------------------------------------------------------------------------


def rule(groups, resources, verbs, names=None):
    return {"apiGroups": groups, "resources": resources, "verbs": verbs, **({"resourceNames": names} if names else {})}


WATCHED = [
    rule(["adxfollower.io"], KINDS, ["get", "list", "watch", "patch"]),
    rule(["adxfollower.io"], [f"{kind}/status" for kind in KINDS], ["update"]),
    rule(["events.k8s.io"], ["events"], ["create", "patch"]),
    rule([""], ["secrets"], ["get"]),
]
KUBE_SYSTEM = rule([""], ["namespaces"], ["get"], ["kube-system"])


def test_for_all_namespaces_the_rights_are_those_that_the_program_uses():
    made = Rendered()
    own = [each for each in made.all("ClusterRole") if each["metadata"]["name"] == CLUSTER_NAME]

    assert own[0]["rules"] == [*WATCHED, KUBE_SYSTEM]
    assert made.one("ClusterRoleBinding")["subjects"] == [{"kind": "ServiceAccount", "name": "adx-adx-follower-operator", "namespace": "here"}]
    assert made.one("ClusterRoleBinding")["roleRef"]["name"] == CLUSTER_NAME
    assert made.one("Role", "-lease")["rules"] == [
        rule(["coordination.k8s.io"], ["leases"], ["create"]),
        rule(["coordination.k8s.io"], ["leases"], ["get", "list", "watch", "patch"], ["adx-adx-follower-operator"]),
    ]


def test_the_other_tests_run_with_the_rights_of_the_chart():
    """So each of them shows that the rights are enough. The Lease's rule differs: a test bed has no release that would name it."""
    documents = yaml.safe_load_all((TOP / "tests" / "testbed" / "operator-rbac.yaml").read_text())
    [role] = [each for each in documents if each["kind"] == "ClusterRole"]

    assert [each for each in role["rules"] if each["apiGroups"] != ["coordination.k8s.io"]] == [*WATCHED, KUBE_SYSTEM]


def test_with_an_instance_of_its_own_it_reads_no_namespace():
    [own] = [each for each in Rendered({"config": {"instance": "west"}}).all("ClusterRole") if each["metadata"]["name"] == CLUSTER_NAME]

    assert own["rules"] == WATCHED


def test_for_listed_namespaces_there_are_roles_there_and_no_right_in_the_cluster():
    made = Rendered({"config": {"namespaces": ["team-a", "team-b"], "instance": "west"}, "rbac": {"aggregateToUserRoles": False}})
    roles = {each["metadata"]["namespace"]: each for each in made.all("Role") if each["metadata"]["name"] == CLUSTER_NAME}

    assert not made.kinds() & {"ClusterRole", "ClusterRoleBinding"}
    assert {space: role["rules"] for space, role in roles.items()} == {"team-a": WATCHED, "team-b": WATCHED}
    bound = {each["metadata"]["namespace"]: each for each in made.all("RoleBinding")}
    assert set(bound) == {"team-a", "team-b", "here"}
    assert all(each["subjects"][0]["namespace"] == "here" for each in bound.values())
    assert made.settings()["namespaces"] == ["team-a", "team-b"]


def test_which_secrets_it_reads_can_be_limited_to_names():
    made = Rendered({"rbac": {"credentialsSecretNames": ["azure"]}})
    [own] = [each for each in made.all("ClusterRole") if each["metadata"]["name"] == CLUSTER_NAME]

    assert own["rules"][3] == rule([""], ["secrets"], ["get"], ["azure"])


def test_people_get_rights_on_the_kinds_with_the_roles_that_they_have():
    roles = {each["metadata"]["name"]: each for each in Rendered().all("ClusterRole")}
    view, edit = roles[f"{CLUSTER_NAME}:view"], roles[f"{CLUSTER_NAME}:edit"]

    assert view["rules"] == [rule(["adxfollower.io"], KINDS, ["get", "list", "watch"])]
    assert view["metadata"]["labels"]["rbac.authorization.k8s.io/aggregate-to-view"] == "true"
    assert edit["rules"] == [rule(["adxfollower.io"], KINDS, ["create", "update", "patch", "delete", "deletecollection"])]
    labels = edit["metadata"]["labels"]
    assert labels["rbac.authorization.k8s.io/aggregate-to-edit"] == labels["rbac.authorization.k8s.io/aggregate-to-admin"] == "true"


def test_rights_and_service_account_can_come_from_elsewhere():
    made = Rendered({"rbac": {"create": False, "aggregateToUserRoles": False}, "serviceAccount": {"create": False, "name": "theirs"}})

    assert not made.kinds() & {"Role", "RoleBinding", "ClusterRole", "ClusterRoleBinding", "ServiceAccount"}
    assert made.pod()["spec"]["serviceAccountName"] == "theirs"


# -- replicas ----------------------------------------------------------------------------------------------------------


def test_two_replicas_elect_a_leader_whose_lease_is_where_the_settings_say():
    made = Rendered({"replicaCount": 2, "podDisruptionBudget": {"enabled": True},
                     "config": {"leaderElection": {"namespace": "leases", "name": "mine", "leaseDuration": "30s"}}})

    assert made.one("Deployment")["spec"]["strategy"] == {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1, "maxUnavailable": 0}}
    assert made.settings()["leaderElection"] == {"namespace": "leases", "name": "mine", "leaseDuration": "30s"}
    role = made.one("Role", "-lease")
    assert role["metadata"]["namespace"] == made.one("RoleBinding", "-lease")["metadata"]["namespace"] == "leases"
    assert role["rules"][1]["resourceNames"] == ["mine"]
    budget = made.one("PodDisruptionBudget")["spec"]
    assert budget["maxUnavailable"] == 1 and budget["selector"]["matchLabels"].items() <= made.pod()["metadata"]["labels"].items()


def test_without_an_election_the_old_pod_ends_before_the_new_one_starts():
    made = Rendered({"config": {"leaderElection": {"enabled": False}}})

    assert made.one("Deployment")["spec"]["strategy"] == {"type": "Recreate"}
    assert made.all("Role") == [] and made.settings()["leaderElection"]["enabled"] is False


# -- identities --------------------------------------------------------------------------------------------------------


def test_workload_identity_is_told_to_the_webhook_by_label_and_annotations():
    made = Rendered({"workloadIdentity": {"enabled": True, "clientId": CLIENT, "tenantId": TENANT},
                     "serviceAccount": {"annotations": {"own": "too"}}})

    assert made.pod()["metadata"]["labels"]["azure.workload.identity/use"] == "true"
    assert made.one("ServiceAccount")["metadata"]["annotations"] == {
        "own": "too", "azure.workload.identity/client-id": CLIENT, "azure.workload.identity/tenant-id": TENANT,
        "azure.workload.identity/service-account-token-expiration": "3600"}
    assert "azure" not in made.settings()
    assert "azure.workload.identity/use" not in Rendered().pod()["metadata"]["labels"]


def test_workload_identity_needs_no_webhook():
    made = Rendered({"workloadIdentity": {
        "enabled": True, "projectToken": True, "clientId": CLIENT, "tenantId": TENANT, "tokenExpirationSeconds": 7200}})
    [volume] = [each for each in made.pod()["spec"]["volumes"] if each["name"] == "azure-token"]
    [mount] = [each for each in made.container()["volumeMounts"] if each["name"] == "azure-token"]

    token = volume["projected"]["sources"][0]["serviceAccountToken"]
    assert (token["audience"], token["expirationSeconds"]) == ("api://AzureADTokenExchange", 7200)
    assert made.settings()["azure"] == {"clientId": CLIENT, "tenantId": TENANT, "federatedTokenFile": f"{mount['mountPath']}/{token['path']}"}


@pytest.mark.parametrize("kind, key, file", [("clientSecret", "", "clientSecret"), ("clientCertificate", "tls.pem", "tls.pem")])
def test_a_secret_of_the_operator_is_mounted_as_a_file(kind, key, file):
    made = Rendered({"clientCredentials": {"existingSecret": "own", "type": kind, "key": key},
                     "config": {"azure": {"tenantId": TENANT, "clientId": CLIENT}, "operatorIdentity": {"namespaces": [{"namespace": "team-a"}]}}})
    [volume] = [each for each in made.pod()["spec"]["volumes"] if each["name"] == "credentials"]
    [mount] = [each for each in made.container()["volumeMounts"] if each["name"] == "credentials"]

    assert volume["secret"] == {"secretName": "own", "items": [{"key": file, "path": file}]}
    assert made.settings()["azure"] == {"tenantId": TENANT, "clientId": CLIENT, f"{kind}File": f"{mount['mountPath']}/{file}"}


def test_a_managed_identity_is_a_setting_and_its_endpoint_is_let_out():
    made = Rendered({"config": {"azure": {"managedIdentity": True}}, "networkPolicy": {"enabled": True}})

    assert made.settings()["azure"] == {"managedIdentity": True}
    out = {"to": [{"ipBlock": {"cidr": "169.254.169.254/32"}}], "ports": [{"port": 80, "protocol": "TCP"}]}
    assert out in made.one("NetworkPolicy")["spec"]["egress"]


def test_a_proxy_is_given_as_it_is_or_from_a_secret():
    plain = Rendered({"proxy": {"httpsProxy": "http://proxy:3128", "noProxy": ".internal"}}).container()["env"]
    hidden = Rendered({"proxy": {"existingSecret": "proxy"}}).container()["env"]

    assert plain[1:] == [{"name": "HTTPS_PROXY", "value": "http://proxy:3128"}, {"name": "NO_PROXY", "value": ".internal"}]
    assert hidden[1:] == [{"name": "HTTPS_PROXY", "valueFrom": {"secretKeyRef": {"name": "proxy", "key": "HTTPS_PROXY"}}}]


# -- the rest ----------------------------------------------------------------------------------------------------------


def test_whatever_a_pod_can_have_can_be_added():
    made = Rendered({
        "commonLabels": {"team": "data"}, "commonAnnotations": {"all": "of-them"}, "podLabels": {"pod": "label"}, "podAnnotations": {"pod": "note"},
        "deploymentAnnotations": {"deployment": "note"}, "imagePullSecrets": [{"name": "pull"}],
        "priorityClassName": "high", "runtimeClassName": "kata",
        "tolerations": [{"key": "spot"}], "affinity": {"nodeAffinity": {}}, "nodeSelector": {"zone": "a"}, "dnsPolicy": "None",
        "dnsConfig": {"nameservers": ["10.0.0.10"]}, "hostAliases": [{"ip": "10.0.0.1", "hostnames": ["a"]}],
        "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "zone", "whenUnsatisfiable": "DoNotSchedule"}],
        "extraArgs": ["--log-level=debug"], "extraEnv": [{"name": "A", "value": "b"}], "extraEnvFrom": [{"secretRef": {"name": "env"}}],
        "extraVolumes": [{"name": "ca", "configMap": {"name": "ca"}}], "extraVolumeMounts": [{"name": "ca", "mountPath": "/ca"}],
        "extraContainers": [{"name": "beside", "image": "b"}], "extraInitContainers": [{"name": "before", "image": "a"}],
        "extraPodSpec": {"hostNetwork": True, "dnsPolicy": "Default"},
        "livenessProbe": {"httpGet": {"host": "127.0.0.1", "path": "/healthz", "port": 8080}},
        "readinessProbe": None, "startupProbe": {"failureThreshold": 30}, "containerSecurityContext": {"runAsUser": 7},
    })
    meta, pod, container = made.pod()["metadata"], made.pod()["spec"], made.container()

    assert meta["labels"].items() >= {"team": "data", "pod": "label"}.items()
    assert meta["annotations"].items() >= {"all": "of-them", "pod": "note"}.items()
    assert made.one("Deployment")["metadata"]["annotations"] == {"all": "of-them", "deployment": "note"}
    assert pod["imagePullSecrets"] == [{"name": "pull"}] and (pod["priorityClassName"], pod["runtimeClassName"]) == ("high", "kata")
    assert pod["tolerations"] == [{"key": "spot"}] and pod["affinity"] == {"nodeAffinity": {}}
    assert pod["nodeSelector"] == {**NODES, "zone": "a"}
    assert pod["hostNetwork"] is True and pod["dnsPolicy"] == "Default" and pod["dnsConfig"] == {"nameservers": ["10.0.0.10"]}
    assert pod["topologySpreadConstraints"][0]["labelSelector"]["matchLabels"].items() <= meta["labels"].items()
    assert container["args"] == ["--log-level=debug"] and container["envFrom"] == [{"secretRef": {"name": "env"}}]
    assert container["env"][-1] == {"name": "A", "value": "b"} and container["volumeMounts"][-1] == {"name": "ca", "mountPath": "/ca"}
    assert pod["volumes"][-1]["name"] == "ca" and pod["hostAliases"] == [{"ip": "10.0.0.1", "hostnames": ["a"]}]
    assert [each["name"] for each in pod["containers"]] == ["operator", "beside"] and pod["initContainers"] == [{"name": "before", "image": "a"}]
    assert container["livenessProbe"]["httpGet"]["host"] == "127.0.0.1" and "readinessProbe" not in container
    assert container["startupProbe"] == {"failureThreshold": 30, "httpGet": {"path": "/healthz", "port": "metrics"}}
    assert container["securityContext"]["runAsUser"] == 7 and container["securityContext"]["readOnlyRootFilesystem"] is True


def test_pods_go_where_the_image_runs_unless_it_is_another_one():
    def nodes(selector):
        return Rendered({"nodeSelector": selector}).pod()["spec"].get("nodeSelector")

    assert Rendered().pod()["spec"]["nodeSelector"] == NODES
    assert nodes({"kubernetes.io/arch": "arm64"}) == {**NODES, "kubernetes.io/arch": "arm64"}
    assert nodes({"kubernetes.io/arch": None}) == {"kubernetes.io/os": "linux"}
    assert nodes(None) is None


def test_further_objects_may_be_maps_or_templates():
    made = Rendered({"extraObjects": [{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}},
                                      "apiVersion: v1\nkind: Namespace\nmetadata: {name: '{{ .Release.Name }}-b'}"]})

    assert made.one("Secret")["metadata"]["name"] == "a" and made.one("Namespace")["metadata"]["name"] == "adx-b"


def test_an_image_is_named_by_tag_or_digest():
    digest = f"sha256:{'0' * 64}"

    assert Rendered({"image": {"repository": "r.example.com/o", "tag": "v2"}}).container()["image"] == "r.example.com/o:v2"
    assert Rendered({"image": {"tag": "v2", "digest": digest}}).container()["image"] == f"adx-follower-operator@{digest}"


def test_the_network_policy_lets_in_who_asks_for_metrics_and_out_what_is_needed():
    monitoring = {"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}
    policy = Rendered({"networkPolicy": {
        "enabled": True, "metricsFrom": [monitoring], "egress": {"ports": [443], "extra": [{"to": []}]}}}).one("NetworkPolicy")["spec"]
    inwards = Rendered({"networkPolicy": {"enabled": True, "egress": {"enabled": False}}}).one("NetworkPolicy")["spec"]

    assert policy["ingress"] == [{"ports": [{"port": "metrics", "protocol": "TCP"}], "from": [monitoring]}]
    assert policy["egress"] == [
        {"ports": [{"port": 53, "protocol": "UDP"}, {"port": 53, "protocol": "TCP"}]}, {"ports": [{"port": 443, "protocol": "TCP"}]}, {"to": []}]
    assert policy["podSelector"]["matchLabels"] == Rendered().one("Deployment")["spec"]["selector"]["matchLabels"]
    assert inwards["policyTypes"] == ["Ingress"] and "egress" not in inwards
    assert inwards["ingress"] == [{"ports": [{"port": "metrics", "protocol": "TCP"}]}]


def test_a_service_monitor_is_there_where_the_api_server_knows_the_kind():
    wanted = {"serviceMonitor": {"enabled": True, "labels": {"release": "stack"}, "interval": "15s", "metricRelabelings": [{"action": "labelmap"}]}}
    made = Rendered(wanted, *MONITORING)

    assert Rendered(wanted).all("ServiceMonitor") == []
    spec = made.one("ServiceMonitor")["spec"]
    assert spec["selector"]["matchLabels"].items() <= made.one("Service")["metadata"]["labels"].items()
    assert spec["namespaceSelector"] == {"matchNames": ["here"]}
    assert spec["endpoints"] == [
        {"port": "metrics", "path": "/metrics", "honorLabels": True, "interval": "15s", "metricRelabelings": [{"action": "labelmap"}]}]
    assert made.one("ServiceMonitor")["metadata"]["labels"]["release"] == "stack"
    always = {"serviceMonitor": {"enabled": True, "renderMode": "alwaysRender"},
              "prometheusRule": {"enabled": True, "renderMode": "skipIfMissing"}}
    assert Rendered(always).kinds() & {"ServiceMonitor", "PrometheusRule"} == {"ServiceMonitor"}


def test_names_fit_whatever_the_release_is_called():
    long = Rendered({"podDisruptionBudget": {"enabled": True}, "replicaCount": 2}, release="a-release-with-a-name-as-long-as-helm-allows-it-53-ch")

    assert all(len(each["metadata"]["name"]) <= 63 for each in long.objects if each["kind"] not in ("ClusterRole", "ClusterRoleBinding"))
    assert Rendered(release="my-adx-follower-operator").one("Deployment")["metadata"]["name"] == "my-adx-follower-operator"
    assert Rendered({"fullnameOverride": "o"}).one("Deployment")["metadata"]["name"] == "o"
    renamed = Rendered({"nameOverride": "other"})
    assert renamed.one("Deployment")["metadata"]["name"] == "adx-other"
    assert renamed.one("Service")["spec"]["selector"]["app.kubernetes.io/name"] == "other"
