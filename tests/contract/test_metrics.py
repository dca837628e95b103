"""Azure Monitor's metrics of a cluster, over the raw wire and by the official client."""

from datetime import datetime, timedelta

import pytest
from azure.core.exceptions import HttpResponseError
from azure.identity import ClientSecretCredential
from azure.mgmt.monitor import MonitorManagementClient

from conftest import SUBSCRIPTION, TENANT

CLUSTERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Kusto/clusters"
DASHBOARDS = f"{CLUSTERS}/dashboards"
VERSION = "2024-02-01"
LAG_SECONDS = 3600


def minute_of(text):
    return datetime.fromisoformat(text[:16])


@pytest.fixture(scope="module")
def behind(emulator, operator_token):
    """A follower that is behind its leader from a known minute on; yields a timespan that has some minutes of that."""
    before = emulator.door("GET", "settings")
    emulator.door("POST", "settings", lagMs=0, metricsDelayMs=0)
    body = {"location": "westus2", "properties": {"databaseName": "Sales", "clusterResourceId": f"{CLUSTERS}/corp",
                                                  "defaultPrincipalsModificationKind": "Union"}}
    attachment = f"{DASHBOARDS}/attachedDatabaseConfigurations/measured"
    assert emulator.call("PUT", attachment, operator_token, body).status_code == 201
    emulator.door("POST", "clock", advanceSeconds=60)
    emulator.door("POST", "settings", lagMs=LAG_SECONDS * 1000)
    emulator.door("POST", "ingest", cluster="corp", database="Sales", table="Events", rows=1)
    emulator.door("POST", "clock", advanceSeconds=180)
    end = minute_of(emulator.door("GET", "clock")["now"])
    yield f"{(end - timedelta(minutes=2)).isoformat()}Z/{end.isoformat()}Z"
    emulator.door("POST", "settings", lagMs=before["lagMs"], metricsDelayMs=before["metricsDelayMs"])
    assert emulator.call("DELETE", attachment, operator_token).status_code == 202
    emulator.door("POST", "clock", advanceSeconds=5)


@pytest.fixture(scope="module")
def monitor(emulator):
    credential = ClientSecretCredential(TENANT, "bbbbbbbb-0000-0000-0000-000000000003", "emulator-reader-secret", authority=emulator.arm,
                                        disable_instance_discovery=True, connection_verify=emulator.ca_file)
    return MonitorManagementClient(credential, SUBSCRIPTION, base_url=emulator.arm, connection_verify=emulator.ca_file,
                                   credential_scopes=["https://management.azure.com/.default"])


def ask(emulator, token, query, version=VERSION, cluster=DASHBOARDS):
    return emulator.call("GET", f"{cluster}/providers/Microsoft.Insights/metrics?{query}", token, version=version)


@pytest.mark.parametrize("version", ["2024-02-01", "2018-01-01"])
def test_an_answer_has_a_point_for_each_minute(emulator, operator_token, behind, version):
    query = f"metricnames=FollowerLatency&metricnamespace=Microsoft.Kusto/clusters&aggregation=Average,Maximum&interval=PT1M&timespan={behind}"
    answer = ask(emulator, operator_token, query, version)

    assert answer.status_code == 200
    body = answer.json()
    assert body["timespan"] == behind
    assert (body["interval"], body["namespace"], body["resourceregion"]) == ("PT1M", "Microsoft.Kusto/clusters", "westus2")
    metric = body["value"][0]
    assert metric["id"].lower() == f"{DASHBOARDS}/providers/Microsoft.Insights/metrics/FollowerLatency".lower()
    assert (metric["name"]["value"], metric["unit"], metric["errorCode"]) == ("FollowerLatency", "MilliSeconds", "Success")
    first, second = metric["timeseries"][0]["data"]
    assert first.keys() == {"timeStamp", "average", "maximum"}
    assert first["timeStamp"] == behind.split("/")[0]
    # Nothing arrives within the lag, so a minute later the follower is a minute further behind.
    assert second["average"] - first["average"] == pytest.approx(60000)
    assert 0 < first["average"] < first["maximum"] < LAG_SECONDS * 1000


def test_minutes_that_are_too_young_have_no_value(emulator, operator_token, behind):
    emulator.door("POST", "settings", metricsDelayMs=3600 * 1000)
    try:
        body = ask(emulator, operator_token, f"timespan={behind}").json()
    finally:
        emulator.door("POST", "settings", metricsDelayMs=0)

    assert body["value"][0]["timeseries"] == []


def test_errors_of_azure_monitor_have_no_envelope_and_those_of_arm_do(emulator, operator_token):
    for query in ("metricnames=Nonsense", "timespan=yesterday", "interval=PT2M", "aggregation=sum", "metricnamespace=Microsoft.Web/sites",
                  "timespan=2026-01-02T00:00:00Z/2026-01-01T00:00:00Z", "$filter=Colour eq 'red'"):
        answer = ask(emulator, operator_token, query)
        assert (answer.status_code, answer.json()["code"]) == (400, "BadRequest"), query
    assert ask(emulator, operator_token, "", version="1999-01-01").json()["error"]["code"] == "NoRegisteredProviderFound"
    assert ask(emulator, operator_token, "", cluster=f"{CLUSTERS}/nobody").json()["error"]["code"] == "ResourceNotFound"
    assert ask(emulator, "", "").status_code == 401


def test_calls_are_logged_and_faults_act(emulator, operator_token):
    emulator.door("POST", "faults", service="arm", cluster="dashboards", path="/Microsoft.Insights/metrics", action="status", status=429,
                  count=1, headers={"Retry-After": "7"}, body={"error": {"code": "TooManyRequests", "message": "m"}})
    since = emulator.door("GET", "calls")["last"]

    throttled = ask(emulator, operator_token, "")
    assert (throttled.status_code, throttled.headers["Retry-After"]) == (429, "7")
    assert ask(emulator, operator_token, "").status_code == 200

    emulator.door("DELETE", "faults")
    calls = [call for call in emulator.door("GET", f"calls?since={since}")["calls"] if call["service"] == "arm"]
    assert [(call["status"], call["cluster"], call["isWrite"]) for call in calls] == [(429, "dashboards", False), (200, "dashboards", False)]
    assert calls[1]["operation"] == "LIST metrics"


def test_the_official_client_reads_metrics_as_a_reader(monitor, behind):
    answer = monitor.metrics.list(DASHBOARDS, timespan=behind, interval="PT1M", metricnames="FollowerLatency,KeepAlive", aggregation="Average",
                                  metricnamespace="Microsoft.Kusto/clusters")

    latency, alive = answer.value
    assert latency.error_code == "Success"
    assert latency.unit == "MilliSeconds"
    assert [point.average > 0 for point in latency.timeseries[0].data] == [True, True]
    assert latency.timeseries[0].data[0].time_stamp.second == 0
    assert [point.average for point in alive.timeseries[0].data] == [1, 1]


def test_the_official_client_splits_by_dimensions(monitor, behind):
    answer = monitor.metrics.list(DASHBOARDS, timespan=behind, metricnames="FollowerLatency", aggregation="Maximum", filter="State eq '*'")

    assert [value.name.value for value in answer.value[0].timeseries[0].metadatavalues] == ["state"]


def test_the_official_client_says_why_it_was_refused(monitor):
    with pytest.raises(HttpResponseError) as refused:
        monitor.metrics.list(DASHBOARDS, metricnames="Nonsense")

    assert refused.value.status_code == 400
    assert refused.value.error.code == "BadRequest"
    assert "Valid metrics: FollowerLatency,KeepAlive" in refused.value.error.message


def test_the_official_client_lists_definitions(monitor):
    latency, alive = monitor.metric_definitions.list(DASHBOARDS)

    assert latency.name.value == "FollowerLatency"
    assert latency.supported_aggregation_types == ["Average", "Maximum", "Minimum"]
    assert [dimension.value for dimension in latency.dimensions] == ["State", "RoleInstance"]
    assert latency.metric_availabilities[0].time_grain == timedelta(minutes=1)
    assert alive.dimensions is None
