"""What a write to Azure says, in the words of `status.plan`.

Read from the protocols, not from the operator's sources, so that what was planned can be held against what was done.
"""

import json
import re

ROLES = {"admins": "Admin", "users": "User", "viewers": "Viewer", "unrestrictedviewers": "UnrestrictedViewer", "monitors": "Monitor"}
NAMES = r"\((?P<names>.*)\)"
SHARING = {
    f"{key}To{side.capitalize()}": (f"sharing.{key}", side)
    for key in ("tables", "externalTables", "materializedViews", "functions") for side in ("include", "exclude")
}


def of_command(text):
    """A command to a follower database as (action, detail)."""
    verb, database, rest = re.fullmatch(r"\.(\w+) follower database \['(.*?)'\] (.*)", text).groups()
    action, words = next(filter(None, (told(verb, rest) for told in (of_entities, of_database, of_setting, of_principals))))
    return action, f"database {database}: {words}"


def of_entities(verb, rest):
    found = re.fullmatch(rf"(?P<kind>tables|materialized-views) {NAMES} policy caching ?(?P<policy>.*)", rest)
    if not found:
        return None
    what = f"{found['kind'].replace('-', ' ')} {', '.join(re.findall(r'[^][(), ]+', found['names'].replace(chr(39), '')))}"
    if verb == "delete":
        return "DropEntityCache", f"the hot-cache overrides of {what} go"
    return "SetEntityCache", f"hot cache of {what} becomes {policy(found['policy'])}"


def of_database(verb, rest):
    if not rest.startswith("policy caching"):
        return None
    if verb == "delete":
        return "DropDatabaseCache", "the override of the database's hot cache goes"
    return "SetDatabaseCache", f"hot cache of the database becomes {policy(rest)}"


def of_setting(verb, rest):
    found = re.fullmatch(r"([\w-]+) = (\w+)", rest)
    if not found:
        return None
    return {
        "caching-policies-modification-kind": ("SetCachingKind", f"caching.modificationKind becomes {found[2].capitalize()}"),
        "principals-modification-kind": ("SetPrincipalsKind", f"permissions.modificationKind becomes {found[2].capitalize()}"),
        "prefetch-extents": ("SetPrefetch", f"caching.prefetchExtents becomes {found[2]}"),
    }[found[1]]


def of_principals(verb, rest):
    found = re.fullmatch(rf"(?P<role>\w+) {NAMES}(?: '(?P<note>.*)')?", rest)
    principals = ", ".join(re.findall(r"'([^']*)'", found["names"]))
    if verb == "drop":
        return "DropPrincipals", f"{principals} are no longer {ROLES[found['role']]}"
    return "AddPrincipals", f'{principals} become {ROLES[found["role"]]}, noted as "{found["note"]}"'


def policy(text):
    windows = re.findall(r"hot_window = datetime\((\S+?)(?:\.0+)?Z\) \.\. datetime\((\S+?)(?:\.0+)?Z\)", text)
    return " and ".join([re.search(r"hot = time\((.*?)\)", text)[1], *(f"{begin}Z..{end}Z" for begin, end in windows)])


def of_put(name, body, before=None):
    """A PUT of an attachment as (action, detail); `before`: the properties that Azure had."""
    wanted = body["properties"]
    if before is None:
        called = wanted.get("databaseNameOverride")
        prefix = wanted.get("databaseNamePrefix")
        names = f" as {called}" if called else f" with prefix {prefix}" if prefix else ""
        fields = "; ".join(f"{field} {value}" for field, value in fields_of(wanted).items() if value != "everything")
        return "Attach", f"attachment {name} to {wanted['databaseName']} of {wanted['clusterResourceId']}{names}: {fields}"
    had = fields_of(before)
    changed = "; ".join(f"{field} {value}" for field, value in fields_of(wanted).items() if had[field] != value)
    return "UpdateAttachment", f"attachment {name}: {changed}"


def fields_of(properties):
    sharing = properties.get("tableLevelSharingProperties") or {}
    fields = {"permissions.modificationKind": properties["defaultPrincipalsModificationKind"]}
    for key, (field, side) in SHARING.items():
        told = [] if fields.get(field, "everything") == "everything" else [fields[field]]
        fields[field] = ", ".join([*told, *([f"{side} {', '.join(sharing[key])}"] if sharing.get(key) else [])]) or "everything"
    return fields


def puts(exchanges):
    """Every PUT of an attachment that Azure took, in order: (name, body)."""
    for line in exchanges.read_text().splitlines():
        request, status = json.loads(line)["request"], json.loads(line)["response"]["statusCode"]
        found = re.search(r"/attachedDatabaseConfigurations/([^/?]+)", request["url"], re.I)
        if request["method"] == "PUT" and found and status < 300:
            yield found[1], request["body"]
