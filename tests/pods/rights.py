"""Rights that a service account has, and rights that it used, as comparable sets of (verb, group/resource)."""

import json


def granted(kube, space, account):
    """By the roles that are bound to the account, in any namespace. A resource with names counts as itself."""
    rules = []
    base = "/apis/rbac.authorization.k8s.io/v1"
    roles = {("Role", r["metadata"]["namespace"], r["metadata"]["name"]): r for r in kube.get(f"{base}/roles")["items"]}
    roles |= {("ClusterRole", "", r["metadata"]["name"]): r for r in kube.get(f"{base}/clusterroles")["items"]}
    for binding in kube.get(f"{base}/clusterrolebindings")["items"] + kube.get(f"{base}/rolebindings")["items"]:
        for subject in binding.get("subjects", []):
            if (subject["kind"], subject.get("namespace"), subject["name"]) == ("ServiceAccount", space, account):
                kind, name = binding["roleRef"]["kind"], binding["roleRef"]["name"]
                rules += roles[kind, binding["metadata"].get("namespace", "") if kind == "Role" else "", name]["rules"]
    return {(verb, f"{group}/{resource}") for rule in rules for group in rule.get("apiGroups", []) for resource in rule.get("resources", [])
            for verb in rule["verbs"]}


def used(audit_log, user):
    """What the user asked for and got, and what was refused."""
    allowed, refused = set(), set()
    for line in audit_log.read_text().splitlines():
        event = json.loads(line)
        reference = event.get("objectRef")
        if event["user"]["username"] != user or event["stage"] not in ("ResponseComplete", "ResponseStarted") or not reference:
            continue
        resource = "/".join(filter(None, [reference.get("resource"), reference.get("subresource")]))
        asked = event["verb"], f"{reference.get('apiGroup', '')}/{resource}"
        (refused if event["responseStatus"]["code"] == 403 else allowed).add(asked)
    return allowed, refused
