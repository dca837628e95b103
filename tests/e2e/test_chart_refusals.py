"""Which values the charts refuse, and in what words; and that what is written about values is true."""

import sys

import pytest
import yaml

from chart import OPERATOR_CHART, paths_of, refusal, tree_of
from harness import TOP

sys.path.insert(0, str(TOP / "scripts" / "lib"))

from chart_values import documented, with_table  # noqa: E402  (found by the line above)

CLIENT = "0a0a0a0a-0000-4000-8000-00000000000c"

SCHEMA = [
    ({"replicas": 2}, "additional properties 'replicas' not allowed"),
    ({"image": {"name": "x"}}, "at '/image': additional properties 'name' not allowed"),
    ({"replicaCount": "two"}, "at '/replicaCount': got string, want integer"),
    ({"image": {"pullPolicy": "Sometimes"}}, "at '/image/pullPolicy': value must be one of 'Always', 'IfNotPresent', 'Never'"),
    ({"image": {"digest": "sha256:1"}}, "at '/image/digest': 'sha256:1' does not match pattern"),
    ({"workloadIdentity": {"clientId": "me"}}, "at '/workloadIdentity/clientId': 'me' does not match pattern"),
    ({"serviceMonitor": {"renderMode": "maybe"}}, "value must be one of 'skipIfMissing', 'failIfMissing', 'alwaysRender'"),
    ({"config": {"azure": {"cloud": "moon"}}}, "at '/config/azure/cloud': value must be one of 'public', 'usgovernment', 'china'"),
    ({"config": {"azure": {"tick": 15}}}, "at '/config/azure/tick': got number, want string"),
    ({"config": {"azure": {"tick": "15 minutes"}}}, "at '/config/azure/tick': '15 minutes' does not match pattern"),
    ({"config": {"metrics": {"port": 0}}}, "at '/config/metrics/port': minimum: got 0, want 1"),
    ({"config": {"leaderElection": {"lease": "15s"}}}, "at '/config/leaderElection': additional properties 'lease' not allowed"),
    ({"config": {"operatorIdentity": {"namespaces": [{"name": "a"}]}}}, "missing property 'namespace'"),
    ({"prometheusRule": {"disabled": ["Watchdog"]}}, "at '/prometheusRule/disabled/0': 'Watchdog' does not match pattern"),
]
TOGETHER = [
    ({"config": {"namespaces": ["team-a"]}}, "config.instance is required with config.namespaces"),
    ({"replicaCount": 2, "config": {"leaderElection": {"enabled": False}}}, "replicaCount above 1 needs config.leaderElection.enabled"),
    ({"podDisruptionBudget": {"enabled": True}}, "podDisruptionBudget.enabled needs replicaCount 2 or more"),
    ({"serviceMonitor": {"enabled": True}, "service": {"enabled": False}}, "serviceMonitor.enabled needs service.enabled"),
    ({"serviceMonitor": {"enabled": True, "renderMode": "failIfMissing"}}, "the API server does not know ServiceMonitor"),
    ({"clientCredentials": {"existingSecret": "own"}}, "needs config.azure.tenantId and config.azure.clientId"),
    ({"clientCredentials": {"existingSecret": "own"}, "workloadIdentity": {"enabled": True}}, "exclude each other"),
    ({"config": {"azure": {"managedIdentity": True}}, "workloadIdentity": {"enabled": True}}, "config.azure.managedIdentity excludes"),
    ({"workloadIdentity": {"enabled": True, "projectToken": True, "clientId": CLIENT}}, "needs workloadIdentity.tenantId"),
    ({"proxy": {"httpsProxy": "http://me:secret@proxy:3128"}}, "put the proxy into a Secret"),
    ({"commonLabels": {"app.kubernetes.io/name": "x"}}, "commonLabels may not hold app.kubernetes.io/name"),
]


@pytest.mark.parametrize("values, told", SCHEMA + TOGETHER, ids=lambda each: str(each)[:60])
def test_bad_values_are_refused_with_the_place_and_the_reason(values, told):
    assert told in refusal(values)


def test_the_schema_has_an_opinion_on_every_value_of_the_chart():
    """A key of values.yaml that the schema does not judge would be one that anybody may misspell."""
    kubernetes = ("strategy", "resources", "podSecurityContext", "containerSecurityContext", "livenessProbe", "readinessProbe", "nodeSelector")
    values = paths_of(yaml.safe_load((OPERATOR_CHART / "values.yaml").read_text()))
    judged = {path: value for path, value in values.items() if path.split(".")[0] not in kubernetes}
    wrong = tree_of({path: 17.5 if isinstance(value, (str, bool)) else "wrong" for path, value in judged.items()})

    told = refusal(wrong)

    assert [path for path in judged if f"at '/{path.replace('.', '/')}': " not in told] == []


def test_the_table_of_values_is_that_of_the_values():
    for chart in sorted((TOP / "charts").iterdir()):
        readme, values = (chart / "README.md").read_text(), (chart / "values.yaml").read_text()
        described = {path for path, text in documented(values) if text}
        assert with_table(readme, values) == readme, f"{chart.name}: run scripts/generate charts"
        for leaf in paths_of(yaml.safe_load(values)):
            assert any(leaf == path or leaf.startswith(f"{path}.") for path in described), f"{chart.name}: {leaf} has no comment"
