"""Each cloud, and endpoints of one's own: tokens are asked for the audience of that cloud, and no other."""

import types
import urllib.parse

import pytest

from estate import Estate, Identity, follower_database
from programs import Operator

MACHINE = Identity("machine")  # a managed identity, since what its tokens are for stands in the call log
AUDIENCES = {
    "public": "https://management.azure.com",
    "usgovernment": "https://management.usgovcloudapi.net",
    "china": "https://management.chinacloudapi.cn",
}
OTHER_AUDIENCE = "https://management.core.windows.net"


def resources_asked_for(world):
    paths = (call["path"] for call in world.emulator.calls(app=None) if call["service"] == "imds" and call["status"] == 200)
    return {urllib.parse.parse_qs(urllib.parse.urlsplit(path).query)["resource"][0] for path in paths}


@pytest.mark.parametrize("options, audience", [
    *[({"azure_cloud": cloud}, audience) for cloud, audience in AUDIENCES.items()],
    ({"azure_cloud": "china", "azure_arm_audience": OTHER_AUDIENCE}, OTHER_AUDIENCE),
], ids=[*AUDIENCES, "of one's own"])
def test_an_object_gets_ready_with_tokens_of_the_configured_cloud_alone(new_world, kube, options, audience):
    estate = Estate()
    estate.identity(MACHINE, secrets=[], managedIdentity=True)
    estate.cluster("corp", ["Sales"], (estate.outsider, MACHINE))
    estate.cluster("reporting", [], (estate.outsider, MACHINE))
    space = kube.new_namespace()
    world = new_world(estate, space=space, operator={
        "operator_identity_namespaces": space.name, "azure_managed_identity": "true", **options,
    })
    item = follower_database("sales", caching={"modificationKind": "Union", "database": {"hot": "1d"}})
    del item["spec"]["credentialsSecretRef"]

    world.space.apply(item)
    world.space.wait_ready("sales")

    asked = resources_asked_for(world)
    clusters = {f"https://{urllib.parse.urlsplit(uri).hostname}" for uri in world.emulator.clusters.values()}
    assert asked == {audience} | clusters
    world.operator.stop()


@pytest.mark.parametrize("name, host", [
    ("azure_managed_identity_host", "http://169.254.169.254"), ("azure_managed_identity_host", ""),
    ("azure_arm_endpoint", "https://management.azure.com"), ("azure_authority_host", "https://login.microsoftonline.com"),
])
def test_no_test_can_have_an_operator_ask_another_machine(tmp_path, name, host):
    here = types.SimpleNamespace(authority_host="https://127.0.0.1:1", arm_endpoint="https://127.0.0.1:1", ca_file="")

    with pytest.raises(AssertionError, match="is not on this machine"):
        Operator(here, types.SimpleNamespace(name="nobody"), "no-such-file", tmp_path, **{name: host})
