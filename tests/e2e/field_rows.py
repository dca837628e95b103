"""Every mutable field of a FollowerDatabase's spec: what is done to it, and what Azure must show one tick later.

To add a field, add a Row: where Azure shows it, how to read that, and a Cell for each of set, changed, removed and "changed by
an outsider". The names of the rows are the paths of the leaves in crds/; test_every_field.py fails for a leaf without a row.
"""

import dataclasses
import json
import re
from typing import Callable

from estate import ALICE, ANALYSTS
from field_reads import attached, callers, column, emptied, entities, hot, listed, notes, objective, principals, principals_kind, probing, replaced

PHASES = ("set", "changed", "outsider", "removed")

# Left out, and why. "immutable" is checked against the rules of the CRD.
LEFT_OUT = {
    "followerCluster": "immutable: another follower cluster is another object",
    "source.leader.clusterResourceId": "immutable: another leader is another object",
    "source.leader.database": "immutable: another database is another object",
    "attachmentName": "immutable: the attachment keeps its name for life",
    "databaseName": "immutable: Azure cannot rename an attached database",
    "source.share": "which share is taken; what changes there is followed in a test of its own (test_shared_follower.py)",
}


@dataclasses.dataclass(frozen=True)
class Cell:
    """One thing done to one field, and what Azure shows for it."""

    did: str  # in the words of the table
    shows: str
    spec: dict | None = None  # what the user applies, beside leader, follower and identity; None: nothing anew
    first: dict | None = None  # applied and awaited before, so that there is something to change
    act: Callable | None = None  # what happens after that: an outsider's doing, or a deletion
    read: Callable | None = None  # where this cell looks, if not where its row does
    refused: str = ""  # the API server refuses `spec` with this sentence
    is_left: bool = False  # what the outsider did is left as it is


@dataclasses.dataclass(frozen=True)
class Row:
    leaf: str
    where: str  # in the words of the table: what is read
    read: Callable
    set: Cell
    changed: Cell
    removed: Cell
    outsider: Cell
    own_clusters: bool = False  # a follower and a leader of its own: what is read is about all calls there

    @property
    def name(self):
        return re.sub(r"[^a-z]+", "-", self.leaf.lower()).strip("-")


# -- what an outsider does ---------------------------------------------------------------------------------------------


def says(command):
    """A command to the follower's database, as the table shows it and as it is sent."""
    return lambda site: site.azure.kusto(site.follower, command.replace("DB", f"['{site.database}']"), site.database)


def by_command(command, shows, **more):
    return Cell(f"`{command}`", shows, act=says(command), **more)


def by_put(key, names, shows):
    def put(site):
        site.azure.attach(site.follower_id, site.attachment_name, site.leader_id, site.database, tableLevelSharingProperties={key: names})

    return Cell(f"PUT of the attachment with `{key}` {code(names)}", shows, act=put)


SET_HOT = ".alter follower database DB policy caching hot = 99d"


def not_in_azure(why, shows="1.00:00:00", **more):
    """A field that only tells the operator what to do; seen instead: what becomes of an outsider's change to the hot cache."""
    return Cell(f"not in Azure: {why}; instead `{SET_HOT}`, the hot cache then", shows, act=says(SET_HOT), **{"read": hot, **more})


# -- specs -------------------------------------------------------------------------------------------------------------


def code(value):
    return f"`{json.dumps(value, ensure_ascii=False)}`" if not isinstance(value, str) else f"`{value}`"


def caching(kind="Union", **what):
    return {"caching": {"modificationKind": kind, **what}}


def permissions(kind="Union", *grants, **more):
    return {"permissions": {"modificationKind": kind, **({"grants": list(grants)} if grants else {}), **more}}


def grant(role="Viewer", principal=f"aaduser={ALICE}", **more):
    return {"role": role, "principal": principal, **more}


def window(begin, end):
    return {"from": f"{begin}T00:00:00Z", "to": f"{end}T00:00:00Z"}


ONE_DAY, TWO_DAYS = caching(database={"hot": "1d"}), caching(database={"hot": "2d"})
NAMES = {"tables": ("Events", "Logs", "table"), "materializedViews": ("Daily", "Hourly", "materialized-view"),
         "externalTables": ("Archive", "Cold", ""), "functions": ("Top", "Clean", "")}
ADD_ANALYSTS = f".add follower database DB viewers ('aadgroup={ANALYSTS}')"
DROP_ALICE = f".drop follower database DB viewers ('aaduser={ALICE}')"


# -- rows --------------------------------------------------------------------------------------------------------------


def sharing_row(kind, side):
    one, other, _ = NAMES[kind]
    key = f"{kind}To{side.capitalize()}"
    two = [one, f"{other[:2]}*"]

    def spec(names):
        return {"sharing": {kind: {side: names}}}

    return Row(
        f"sharing.{kind}.{side}[]", f"`{key}` of the attachment", listed(key),
        set=Cell(code([one]), one, spec([one])),
        changed=Cell(code(two), ", ".join(two), spec(two)),
        removed=Cell("", "no list", {}),
        outsider=by_put(key, [other], ", ".join(two)),
    )


def entity_rows(kind):
    one, other, word = NAMES[kind]

    def spec(name=one, hot="2d", **more):
        return caching(**{kind: [{"name": name, "hot": hot, **more}]})

    def windows(begin, end):
        return spec(hotWindows=[window(begin, end)])

    where, removed = "`TableMetadataOverrides`", Cell("", "no override", caching())
    strange = f".alter follower database DB {word} {one} policy caching hot = 2d, hot_window = datetime(2025-01-01) .. datetime(2025-01-02)"
    return [
        Row(f"caching.{kind}[].name", where, entities,
            set=Cell(code(one), f"{one} 2.00:00:00", spec()),
            changed=Cell(code(other), f"{other} 2.00:00:00", spec(other)), removed=removed,
            outsider=by_command(f".delete follower database DB {word} {other} policy caching", f"{other} 2.00:00:00")),
        Row(f"caching.{kind}[].hot", where, entities,
            set=Cell("`2d`", f"{one} 2.00:00:00", spec()),
            changed=Cell("`1.06:00:00`", f"{one} 1.06:00:00", spec(hot="1.06:00:00")), removed=removed,
            outsider=by_command(f".alter follower database DB {word} {one} policy caching hot = 99d", f"{one} 1.06:00:00")),
        *window_rows(f"caching.{kind}[].hotWindows[]", where, entities, windows, spec(), strange, f"{one} 2.00:00:00"),
    ]


def window_rows(leaf, where, read, windows, without, strange, hot):
    def row(end, changed, shows):
        return Row(
            f"{leaf}.{end}", where, read,
            set=Cell(code("2026-01-01" if end == "from" else "2026-02-01"), f"{hot}, 2026-01-01..2026-02-01", windows("2026-01-01", "2026-02-01")),
            changed=Cell(code(shows.split("..")[0 if end == "from" else 1]), f"{hot}, {shows}", windows(*changed)),
            removed=Cell("with its window", hot, without),
            outsider=by_command(strange, f"{hot}, {shows}"),
        )

    return [row("from", ("2026-01-15", "2026-02-01"), "2026-01-15..2026-02-01"), row("to", ("2026-01-01", "2026-03-01"), "2026-01-01..2026-03-01")]


def caching_rows():
    where = "`CachingPolicyOverride`"
    strange = ".alter follower database DB policy caching hot = 2d, hot_window = datetime(2025-01-01) .. datetime(2025-01-02)"
    nothing_declared = "caching with modificationKind Replace and nothing declared makes everything hot"
    kind = "CachingPoliciesModificationKind"

    def windows(begin, end):
        return caching(database={"hot": "2d", "hotWindows": [window(begin, end)]})

    return [
        Row("caching.modificationKind", f"`{kind}`", column(kind),
            set=Cell("`Replace`", "Replace", caching("Replace", database={"hot": "1d"})),
            changed=Cell("`None`", "None", caching("None", database={"hot": "1d"})),
            removed=Cell("with `caching`", "Union", {}),
            outsider=by_command(".alter follower database DB caching-policies-modification-kind = union", "None")),
        Row("caching.prefetchExtents", "`IsAutoPrefetchEnabled`", column("IsAutoPrefetchEnabled"),
            set=Cell("`true`", "True", caching(prefetchExtents=True)),
            changed=Cell("`false`", "False", caching(prefetchExtents=False)),
            removed=Cell("after `true`", "False", caching(), first=caching(prefetchExtents=True)),
            outsider=by_command(".alter follower database DB prefetch-extents = true", "False")),
        Row("caching.allowEmptyReplace", f"`{kind}` and `CachingPolicyOverride`", emptied,
            set=Cell("`true`, with `Replace` and nothing declared", "Replace, no override", caching("Replace", allowEmptyReplace=True)),
            changed=Cell("`false`", "Replace, no override", caching("Replace", allowEmptyReplace=False), refused=nothing_declared),
            removed=Cell("", "Replace, no override", caching("Replace"), refused=nothing_declared),
            outsider=Cell("not in Azure: the API server reads it; instead `.alter follower database DB caching-policies-modification-kind = none`",
                          "Replace, no override", act=says(".alter follower database DB caching-policies-modification-kind = none"))),
        Row("caching.database.hot", where, hot,
            set=Cell("`7d`", "7.00:00:00", caching(database={"hot": "7d"})),
            changed=Cell("`12h`", "12:00:00", caching(database={"hot": "12h"})),
            removed=Cell("with `database`", "no override", caching()),
            outsider=by_command(SET_HOT, "12:00:00")),
        *window_rows("caching.database.hotWindows[]", where, hot, windows, TWO_DAYS, strange, "2.00:00:00"),
        *entity_rows("tables"), *entity_rows("materializedViews"),
    ]


def permission_rows():
    where = "`AuthorizedPrincipalsOverride`"
    viewer, no_grants = f"Viewer {ALICE}", "permissions with modificationKind Replace and no grants lets nobody in"
    note = f"{viewer} “adxfollower:<namespace>/permissions-grants-notes aaduser={ALICE}: "
    to_none = ".alter follower database DB principals-modification-kind = none"
    return [
        Row("permissions.modificationKind", "`AuthorizedPrincipalsModificationKind`, and `defaultPrincipalsModificationKind` of the attachment",
            principals_kind,
            set=Cell("`Replace`", "Replace, Replace", permissions("Replace", grant())),
            changed=Cell("`None`", "None, None", permissions("None")),
            removed=Cell("with `permissions`", "Union, Union", {}),
            outsider=by_command(".alter follower database DB principals-modification-kind = union", "None, None")),
        ownership_row(where),
        Row("permissions.allowEmptyReplace", "`AuthorizedPrincipalsModificationKind` and `AuthorizedPrincipalsOverride`", replaced,
            set=Cell("`true`, with `Replace` and no grant", "Replace, nobody", permissions("Replace", allowEmptyReplace=True)),
            changed=Cell("`false`", "Replace, nobody", permissions("Replace", allowEmptyReplace=False), refused=no_grants),
            removed=Cell("", "Replace, nobody", permissions("Replace"), refused=no_grants),
            outsider=Cell(f"not in Azure: the API server reads it; instead `{to_none}`", "Replace, nobody", act=says(to_none))),
        Row("permissions.grants[].role", where, principals,
            set=Cell("`Viewer`", viewer, permissions("Union", grant())),
            changed=Cell("`Admin`", f"Admin {ALICE}", permissions("Union", grant("Admin"))),
            removed=Cell("with its grant", "nobody", permissions()),
            outsider=by_command(f".drop follower database DB admins ('aaduser={ALICE}')", f"Admin {ALICE}")),
        Row("permissions.grants[].principal", where, principals,
            set=Cell(code(f"aaduser={ALICE}"), viewer, permissions("Union", grant())),
            changed=Cell(code(f"aadgroup={ANALYSTS}"), f"Viewer {ANALYSTS}", permissions("Union", grant(principal=f"aadgroup={ANALYSTS}"))),
            removed=Cell("with its grant", "nobody", permissions()),
            outsider=by_command(f".drop follower database DB viewers ('aadgroup={ANALYSTS}')", f"Viewer {ANALYSTS}")),
        Row("permissions.grants[].notes", f"{where}, with its notes", notes,
            set=Cell("`for the board`", f"{note}for the board”", permissions("Union", grant(notes="for the board"))),
            changed=Cell("`for all`", f"{note}for all”", permissions("Union", grant(notes="for all"))),
            removed=Cell("", note.removesuffix(": ") + "”", permissions("Union", grant())),
            outsider=by_command(DROP_ALICE, f"{note}for all”")),
        Row("permissions.grants[].expiresAt", where, principals,
            set=Cell("to come: `2099-01-01T00:00:00Z`", viewer, permissions("Union", grant(expiresAt="2099-01-01T00:00:00Z"))),
            changed=Cell("past: `2020-01-01T00:00:00Z`", "nobody", permissions("Union", grant(expiresAt="2020-01-01T00:00:00Z"))),
            removed=Cell("after it was past", viewer, permissions("Union", grant())),
            outsider=by_command(DROP_ALICE, viewer, first=permissions("Union", grant(expiresAt="2099-01-01T00:00:00Z")))),
    ]


def ownership_row(where):
    """Whose grants stay shows only by a stranger's, so that each cell brings one."""

    def spec(**ownership):
        return permissions("Union", grant(), **ownership)

    mine, both = f"Viewer {ALICE}", f"Viewer {ALICE}; Viewer {ANALYSTS}"
    authoritative = spec(ownership="Authoritative")
    return Row(
        "permissions.ownership", where, principals,
        set=Cell(f"`Authoritative`, then `{ADD_ANALYSTS}`", mine, authoritative, act=says(ADD_ANALYSTS)),
        changed=Cell("`Additive`, then the same", both, spec(ownership="Additive"), act=says(ADD_ANALYSTS)),
        removed=Cell("after `Authoritative`, then the same", both, spec(), first=authoritative, act=says(ADD_ANALYSTS)),
        outsider=Cell("not in Azure: it tells the operator whose grants to keep; instead, with `Authoritative`, the same", mine,
                      first=authoritative, act=says(ADD_ANALYSTS)),
    )


def lag_rows():
    def spec(**lag):
        return {**ONE_DAY, **({"syncLag": lag} if lag else {})}

    return [
        Row("syncLag.objective", "not in Azure: the metric `adxfollower_sync_lag_objective_seconds`", objective,
            set=Cell("`5m`", "300 s", spec(objective="5m")),
            changed=Cell("`90s`", "90 s", spec(objective="90s")),
            removed=Cell("", "no series", spec()),
            outsider=not_in_azure("it is judged by the operator")),
        Row("syncLag.probeInterval", "not in Azure: how often `.show databases` is asked, where the operator's default is each second", probing,
            set=Cell("`10s`", "pauses of 9 s and more", spec(probeInterval="10s")),
            changed=Cell("`1h`", "pauses of 9 s and more", spec(probeInterval="1h")),
            removed=Cell("with `syncLag`", "each second", spec()),
            outsider=not_in_azure("it is the operator's own pace"), own_clusters=True),
    ]


def operation_rows():
    def adopting(base, **more):
        return {**base, "attachmentName": "theirs", **more}

    def delete(site):
        site.space.delete(site.name)

    def kept_back(field, value, other, why):
        return Row(
            field, "`CachingPolicyOverride`", hot,
            set=Cell(f"{code(value)}, and `hot: 2d` instead of `1d`", "1.00:00:00", {**TWO_DAYS, field: value}, first=ONE_DAY),
            changed=Cell(code(other), "2.00:00:00", {**TWO_DAYS, field: other}),
            removed=Cell(f"after {code(value)}", "2.00:00:00", TWO_DAYS),
            outsider=not_in_azure(why, "99.00:00:00", first={**TWO_DAYS, field: value}, is_left=True),
        )

    return [
        Row("adoption", "`CachingPolicyOverride`, on an attachment that an outsider made", hot,
            set=Cell("`IfIdentical`, with `hot: 1d`", "1.00:00:00", adopting(ONE_DAY, adoption="IfIdentical"), first=adopting(ONE_DAY)),
            changed=Cell("`Never` once adopted, with `hot: 2d`", "2.00:00:00", adopting(TWO_DAYS, adoption="Never")),
            removed=Cell("once adopted, with `hot: 1d`", "1.00:00:00", adopting(ONE_DAY)),
            outsider=not_in_azure("it tells the operator what it may take over", "2.00:00:00")),
        kept_back("mode", "Observe", "Manage", "it tells the operator what it may do"),
        kept_back("suspend", True, False, "it tells the operator when to rest"),
        Row("deletionPolicy", "whether there is an attachment once the object is deleted", attached,
            set=Cell("`Orphan`", "attached", {"deletionPolicy": "Orphan"}, act=delete),
            changed=Cell("`Detach`", "not attached", {"deletionPolicy": "Detach"}, first={"deletionPolicy": "Orphan"}, act=delete),
            removed=Cell("", "not attached", {}, first={"deletionPolicy": "Orphan"}, act=delete),
            outsider=not_in_azure("it is read when the object goes", first=ONE_DAY)),
    ]


def identity_rows():
    def named(name):
        return {**ONE_DAY, "credentialsSecretRef": {"name": name} if name else None}

    def leader_named(name):
        return {**ONE_DAY, "leaderCredentials": name}

    return [
        Row("credentialsSecretRef.name", "who calls the follower cluster", callers("follower"),
            set=Cell("`first`", "first", named("first")), changed=Cell("`second`", "second", named("second")),
            removed=Cell("with `credentialsSecretRef`", "own", named(None)),
            outsider=not_in_azure("it names a Secret"), own_clusters=True),
        Row("source.leader.credentialsSecretRef.name", "who calls the leader cluster", callers("leader"),
            set=Cell("`first`", "first", leader_named("first")), changed=Cell("`second`", "second", leader_named("second")),
            removed=Cell("with `credentialsSecretRef`", "operator", leader_named(None)),
            outsider=not_in_azure("it names a Secret"), own_clusters=True),
    ]


GROUPS = {
    "Which parts are followed": [sharing_row(kind, side) for kind in NAMES for side in ("include", "exclude")],
    "Hot cache": caching_rows(),
    "Permissions": permission_rows(),
    "Sync lag": lag_rows(),
    "What the operator does, and with which identity": operation_rows() + identity_rows(),
}
ROWS = [row for group in GROUPS.values() for row in group]
