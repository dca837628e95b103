"""The documentation holds: its manifests are taken by the API server, its links lead somewhere, and its commands name files that exist."""

import fnmatch
import importlib.util
import json
import re

import pytest
import yaml

from harness import TOP
from pages import BLOCK, PAGES, blocks, filled_in, name_of

KNOWN = ("adxfollower.io/", "admissionregistration.k8s.io/", "v1")  # what the API server of the tests has


def manifests():
    """Each manifest of the pages, and those that a command of theirs pipes into kubectl."""
    for page in PAGES:
        texts = list(blocks(page, "yaml"))
        texts += [piped for block in blocks(page, "sh") for piped in re.findall(r"kubectl apply -f - <<END\n(.*?)^END$", block, re.M | re.S)]
        for text in texts:
            if not re.search(r"^apiVersion:", text, re.M):
                continue
            for item in yaml.safe_load_all(filled_in(text)):
                if item["apiVersion"].startswith(KNOWN):
                    yield pytest.param(item, id=f"{name_of(page)}-{item['kind']}-{item['metadata']['name']}")


@pytest.fixture(scope="module")
def space(kube):
    space = kube.new_namespace()
    yield space
    space.wipe()


@pytest.mark.parametrize("item", list(manifests()))
def test_the_api_server_takes_what_a_page_shows(space, item):
    metadata = {key: value for key, value in item["metadata"].items() if key != "namespace"}
    if "Policy" not in item["kind"]:
        metadata["namespace"] = space.name

    done = space.kube.kubectl("apply", "--server-side", "--dry-run=server", "--validate=strict", "-f", "-",
                              stdin=yaml.safe_dump({**item, "metadata": metadata}), check=False)

    assert done.returncode == 0, done.stderr


def test_all_three_kinds_are_shown():
    shown = {param.values[0]["kind"] for param in manifests()}

    assert {"FollowerDatabase", "DataShare", "Invitation"} <= shown


# -- links -------------------------------------------------------------------------------------------------------------


def without_code(text):
    return re.sub(r"`[^`\n]*`", "", BLOCK.sub("", text))


def anchors(page):
    """What GitHub makes of the headings."""
    found = []
    for heading in re.findall(r"^#+ (.*)$", BLOCK.sub("", page.read_text()), re.M):
        plain = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", plain.lower()).replace(" ", "-")
        found.append(f"{anchor}-{found.count(anchor)}" if anchor in found else anchor)
    return found


def links(page):
    for target in re.findall(r"\]\(([^)\s]+)\)", without_code(page.read_text())):
        if not re.match(r"\w+:", target):
            path, _, anchor = target.partition("#")
            yield target, (page.parent / path).resolve() if path else page, anchor


def test_links_lead_to_pages_and_headings_that_exist():
    dead = [(name_of(page), target) for page in PAGES for target, path, anchor in links(page)
            if not path.exists() or (anchor and anchor not in anchors(path))]

    assert dead == []


def test_every_page_is_found_from_the_index():
    seen, ahead = set(), [TOP / "docs" / "README.md"]
    while ahead:
        page = ahead.pop()
        seen.add(page)
        ahead += {path for _, path, _ in links(page) if path.suffix == ".md" and path.exists()} - seen

    assert [name_of(page) for page in PAGES if page.is_relative_to(TOP / "docs") and page not in seen] == []


# -- commands ----------------------------------------------------------------------------------------------------------


def named_files(command):
    """What of a command is a path in this repository."""
    tops = [path.name for path in TOP.iterdir() if path.is_dir() and path.name != "build"]
    return re.findall(rf"(?<![\w./-])((?:{'|'.join(map(re.escape, tops))})/[\w./*-]*)", command)


def test_commands_name_files_that_exist():
    named = [(name_of(page), path) for page in PAGES for block in blocks(page, "sh", "") for path in named_files(block)]

    assert [(page, path) for page, path in named if not list(TOP.glob(path.rstrip("/")))] == []


def test_the_paths_in_commands_are_found():
    assert named_files('cd x; scripts/test unit && kubectl apply -f crds/ -f docs/samples/*.yaml /docs/no "docs/roles/$side.json"') == [
        "scripts/test", "crds/", "docs/samples/*.yaml", "docs/roles/"]


# -- what is made of something else ------------------------------------------------------------------------------------


def test_the_reference_of_the_kinds_is_made_of_the_definitions():
    spec = importlib.util.spec_from_file_location("crd_docs", TOP / "scripts" / "lib" / "crd_docs.py")
    crd_docs = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(crd_docs)

    assert (TOP / "docs" / "crds.md").read_text() == crd_docs.page(TOP / "crds"), "run scripts/generate"


def test_the_reference_has_every_field_and_the_message_of_every_rule():
    page = (TOP / "docs" / "crds.md").read_text().replace("&lt;", "<").replace("&gt;", ">").replace("\\", "")
    for path in (TOP / "crds").glob("*.yaml"):
        text = path.read_text()
        schema = yaml.safe_load(text)["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]
        names = {name for part in ("spec", "status") for name in schema[part]["properties"]}
        messages = [rule["message"] for rule in rules_of(schema["spec"])]

        assert [name for name in names if f"| `{name}`" not in page] == []
        assert [message for message in messages if message not in page and "once the object exists" not in message] == []


def rules_of(schema):
    children = list(schema.get("properties", {}).values()) + ([schema["items"]] if "items" in schema else [])
    return schema.get("x-kubernetes-validations", []) + [rule for child in children for rule in rules_of(child)]


# -- custom roles ------------------------------------------------------------------------------------------------------

# What Azure calls the things that the operator's calls are named after.
KUSTO, SHARE = "microsoft.kusto/clusters", "microsoft.datashare/accounts"
THINGS = {
    "Clusters": KUSTO, "AttachedDatabaseConfigurations": f"{KUSTO}/attacheddatabaseconfigurations", "Databases": f"{KUSTO}/databases",
    "OperationsResults": "microsoft.kusto/locations/operationresults", "Metrics": "microsoft.insights/metrics",
    "Accounts": SHARE, "Shares": f"{SHARE}/shares", "DataSets": f"{SHARE}/shares/datasets", "Invitations": f"{SHARE}/shares/invitations",
    "ProviderShareSubscriptions": f"{SHARE}/shares/providersharesubscriptions", "ShareSubscriptions": f"{SHARE}/sharesubscriptions",
    "ConsumerSourceDataSets": f"{SHARE}/sharesubscriptions/consumersourcedatasets", "DataSetMappings": f"{SHARE}/sharesubscriptions/datasetmappings",
    "ConsumerInvitations": "microsoft.datashare/locations/consumerinvitations",
}
ACTIONS = {"ListFollowerDatabases", "DetachFollowerDatabases", "Revoke", "Reinstate", "Adjust"}
READER_OF_THE_SUBSCRIPTION = {"Subscriptions_Get"}


def action_of(call):
    """The action that a call of the operator stands for."""
    thing, verb = call.split("_")
    if call == "ConsumerInvitations_ListInvitations":
        return "microsoft.datashare/listinvitations/read"
    if verb in ACTIONS:
        return f"{THINGS[thing]}/{verb.lower()}/action"
    kinds = {"Get": "read", "List": "read", "Create": "write", "Delete": "delete"}
    return f"{THINGS[thing]}/" + next(kind for begin, kind in kinds.items() if verb.startswith(begin))


def calls_in_the_source():
    texts = [path.read_text() for path in (TOP / "src" / "azure").glob("*_requests.cpp")]
    return {call for text in texts for call in re.findall(r'"([A-Z][A-Za-z]+_[A-Z][A-Za-z]+)"', text)} - READER_OF_THE_SUBSCRIPTION


def roles():
    return {path.stem: [action.lower() for action in json.loads(path.read_text())["Actions"]] for path in (TOP / "docs" / "roles").glob("*.json")}


def test_the_custom_roles_allow_every_call_of_the_operator():
    calls, allowed = calls_in_the_source(), [action for actions in roles().values() for action in actions]

    assert len(calls) > 30
    assert [call for call in sorted(calls) if not any(fnmatch.fnmatch(action_of(call), action) for action in allowed)] == []


def test_the_custom_roles_allow_nothing_else():
    needed = {action_of(call) for call in calls_in_the_source()}
    told_by_azure = {f"{KUSTO}/write"}  # asked for on clusters when sharing and receiving

    for role, actions in roles().items():
        assert len(actions) == len(set(actions)), role
        assert [action for action in actions if action not in told_by_azure and not action.endswith("/operationresults/read")
                and not any(fnmatch.fnmatch(call, action) for call in needed)] == [], role
