"""The emulator's wire quirks, looked at without a client library in between."""

from conftest import SUBSCRIPTION

CLUSTERS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Kusto/clusters"


def wait_until_final(emulator, token, url):
    path = url.removeprefix(emulator.arm).replace(" ", "%20").split("?")[0]
    emulator.door("POST", "clock", advanceSeconds=5)
    return emulator.call("GET", path, token).json()


def test_put_answers_201_and_detach_202_with_a_raw_space(emulator, operator_token):
    body = {"location": "westus2", "properties": {"databaseName": "Sales", "clusterResourceId": f"{CLUSTERS}/corp",
                                                  "defaultPrincipalsModificationKind": "Union"}}
    put = emulator.call("PUT", f"{CLUSTERS}/reporting/attachedDatabaseConfigurations/wire", operator_token, body)
    assert put.status_code == 201
    assert put.json()["location"] == "westus2"
    assert put.json()["properties"]["provisioningState"] == "Creating"
    assert "/locations/westus2/" in put.headers["azure-asyncoperation"]
    assert "location" not in put.headers and "retry-after" not in put.headers
    assert wait_until_final(emulator, operator_token, put.headers["azure-asyncoperation"])["status"] == "Succeeded"

    gone = emulator.call("DELETE", f"{CLUSTERS}/reporting/attachedDatabaseConfigurations/wire", operator_token)
    assert gone.status_code == 202 and gone.text == ""
    assert "/locations/West US 2/" in gone.headers["azure-asyncoperation"]
    assert "/locations/West%20US%202/" in gone.headers["location"]
    assert wait_until_final(emulator, operator_token, gone.headers["azure-asyncoperation"])["status"] == "Succeeded"
    assert emulator.call("DELETE", f"{CLUSTERS}/reporting/attachedDatabaseConfigurations/wire", operator_token).status_code == 204


def test_the_older_and_the_newer_list_of_followers_have_their_own_shapes(emulator, operator_token):
    assert emulator.call("POST", f"{CLUSTERS}/corp/listFollowerDatabases", operator_token).status_code == 200
    assert emulator.call("GET", f"{CLUSTERS}/corp/listFollowerDatabases", operator_token).status_code == 200
    assert emulator.call("GET", f"{CLUSTERS}/corp/listFollowerDatabases", operator_token, version="2023-08-15").status_code == 405


def test_what_is_unknown_is_refused_as_arm_does(emulator, operator_token):
    def code_of(answer):
        return answer.status_code, answer.json()["error"]["code"]

    assert code_of(emulator.call("GET", f"{CLUSTERS}/corp")) == (401, "AuthenticationFailed")
    assert code_of(emulator.call("GET", f"{CLUSTERS}/corp", "x.y.z")) == (401, "InvalidAuthenticationToken")
    assert code_of(emulator.call("GET", f"{CLUSTERS}/corp", operator_token, version="1999-01-01")) == (400, "NoRegisteredProviderFound")
    assert code_of(emulator.call("GET", f"{CLUSTERS}/nobody", operator_token)) == (404, "ResourceNotFound")
    assert code_of(emulator.call("GET", f"{CLUSTERS}/nobody/databases", operator_token)) == (404, "ParentResourceNotFound")
    assert code_of(emulator.call("GET", f"{CLUSTERS}/corp/inventions", operator_token)) == (404, "InvalidResourceType")
    assert code_of(emulator.call("PATCH", f"{CLUSTERS}/corp/attachedDatabaseConfigurations/x", operator_token)) == (405, "MethodNotAllowed")


def test_faults_act_as_often_as_they_say(emulator, operator_token):
    emulator.door("POST", "faults", service="arm", path="/clusters/corp", action="status", status=503, count=1, body={"error": {"code": "Busy", "message": "m"}})

    assert emulator.call("GET", f"{CLUSTERS}/corp", operator_token).status_code == 503
    assert emulator.call("GET", f"{CLUSTERS}/corp", operator_token).status_code == 200
    assert emulator.door("DELETE", "faults") == {}
