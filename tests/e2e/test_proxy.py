"""Azure is called through the proxy of the environment, and nothing else is."""

import base64
import json

import pytest

from estate import Estate, follower_database
from harness import wait_until
from tunnels import Tunnels

NAME = "azure.localhost"  # what the emulator is called here: a name, since nothing on this machine is called through a proxy
USER, PASSWORD = "operator", "pa55word~of~the~proxy"


@pytest.fixture(scope="module")
def tunnels():
    made = Tunnels(f"{USER}:{PASSWORD}")
    yield made
    made.close()


@pytest.fixture(scope="module")
def world(new_world, tunnels):
    estate = Estate()
    estate.leader("corp", "Sales")
    estate.follower("reporting")
    world = new_world(estate)
    world.operator.stop()
    endpoint = world.emulator.arm_endpoint.replace("127.0.0.1", NAME)
    world.operator = world.new_operator(azure_arm_endpoint=endpoint, azure_authority_host=endpoint,
                                        environment={"HTTPS_PROXY": tunnels.url, "NO_PROXY": "elsewhere.example"})
    return world


def test_azure_is_read_through_the_proxy_and_the_api_server_is_not(world, tunnels):
    # Operations are polled at addresses that the emulator gives by its own name, so that nothing is changed here.
    world.space.apply(follower_database("planned", mode="Observe"))

    wait_until(lambda: world.space.find("planned").get("status", {}).get("plan"), "Azure was read, and a plan made")

    assert tunnels.targets() == {f"{NAME}:{world.emulator.arm_endpoint.rsplit(':', 1)[1]}"}
    assert all(head.startswith("CONNECT ") for head in tunnels.asked)


def test_the_proxy_is_told_user_and_password_and_nobody_else_is(world, tunnels):
    proof = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()

    world.space.look_again("planned")
    before = world.emulator.last_call()
    wait_until(lambda: world.emulator.calls(before), "Azure was read once more, through the proxy")

    heads = list(tunnels.asked)
    assert heads and [head for head in heads if f"Proxy-Authorization: Basic {proof}" not in head] == []
    assert [head for head in heads if "Bearer" in head] == []
    told = json.dumps([world.space.list(), world.space.events()]) + world.operator.logs() + world.operator.metrics_text()
    assert [secret for secret in (PASSWORD, proof) if secret in told] == []
