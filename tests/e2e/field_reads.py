"""How a row of field_rows.py reads Azure: each takes the row's Site (test_every_field.py) and answers in a few words."""

from cloud import parsed
from estate import ALICE, ANALYSTS, guid


def policy_text(policy):
    """`1.00:00:00`, and the windows of a caching policy."""
    policy = parsed(policy)
    if not policy:
        return "no override"
    span = policy["DataHotSpan"]
    windows = [f"{w['MinTime'][:10]}..{w['MaxTime'][:10]}" for w in policy.get("HotWindows") or []]
    return ", ".join([span["Value"] if isinstance(span, dict) else span, *windows])


def hot(site):
    return policy_text(site.row()["CachingPolicyOverride"])


def entities(site):
    overrides = parsed(site.row()["TableMetadataOverrides"]) or {}
    return "; ".join(f"{name} {policy_text(o['CachingPolicyOverride'])}" for name, o in sorted(overrides.items())) or "no override"


def column(name):
    return lambda site: str(site.row()[name])


def listed(key):
    def read(site):
        names = (site.attachment().get("tableLevelSharingProperties") or {}).get(key) or []
        return ", ".join(names) or "no list"

    return read


def principals_kind(site):
    return f"{site.row()['AuthorizedPrincipalsModificationKind']}, {site.attachment()['defaultPrincipalsModificationKind']}"


KNOWN = {guid("alice"): ALICE, guid("analysts"): ANALYSTS}


def principals(site, tell=lambda entry: ""):
    entries = parsed(site.row()["AuthorizedPrincipalsOverride"]) or []
    names = [KNOWN[entry["Principal"]["ObjectId"]] for entry in entries]
    return "; ".join(sorted(f"{e['Role']} {name}{tell(e)}" for e, name in zip(entries, names))) or "nobody"


def notes(site):
    return principals(site, lambda entry: f" “{entry['Notes'].replace(site.space.name, '<namespace>')}”")


def replaced(site):
    return f"{site.row()['AuthorizedPrincipalsModificationKind']}, {principals(site)}"


def emptied(site):
    return f"{site.row()['CachingPoliciesModificationKind']}, {hot(site)}"


def attached(site):
    return "attached" if site.attachment_name in site.azure.attachments(site.follower_id) else "not attached"


def callers(cluster):
    """Who made the last calls to the site's cluster, other than the outsider."""
    return lambda site: " and ".join(sorted(set(site.callers(getattr(site, cluster))[-6:])))


def objective(site):
    samples = site.world.operator.metrics().all("adxfollower_sync_lag_objective_seconds", name=site.name)
    return f"{samples[0][1]:.0f} s" if samples else "no series"


def probing(site):
    """Whether the versions of this cluster's databases are asked for each second, as the operator does by default here."""
    pauses = site.pauses(".show databases")
    if max(pauses) >= 9:
        return "pauses of 9 s and more"
    return "each second" if len(pauses) >= 4 else f"too early to tell, after {len(pauses)} pauses"
