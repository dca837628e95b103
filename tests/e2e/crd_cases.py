"""Objects that the API server must accept, refuse, keep or change, each with the sentence it must say."""

import copy

CLUSTERS = "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers/Microsoft.Kusto/clusters"
ACCOUNT = CLUSTERS.replace("Microsoft.Kusto/clusters", "Microsoft.DataShare/accounts") + "/consumer"
TENANT = "aaaaaaaa-0000-0000-0000-000000000001"
GUID = "cccccccc-0000-0000-0000-000000000001"
ABSENT = object()


def direct(**changes):
    """A valid object that follows one database; `changes` are set by path, `source__leader__database="*"`."""
    return changed(
        {
            "apiVersion": "adxfollower.io/v1alpha1",
            "kind": "FollowerDatabase",
            "metadata": {"name": "sales"},
            "spec": {
                "followerCluster": {"resourceId": f"{CLUSTERS}/reporting"},
                "source": {"leader": {"clusterResourceId": f"{CLUSTERS}/corp", "database": "Sales"}},
            },
        },
        changes,
    )


def share(**changes):
    """A valid object that follows a share."""
    item = direct()
    item["spec"]["source"] = {"share": {"invitationRef": {"name": "sales"}, "accountResourceId": ACCOUNT}}
    return changed(item, changes)


def everything(**changes):
    return direct(source__leader__database="*", **changes)


def changed(item, changes):
    item = copy.deepcopy(item)
    for path, value in changes.items():
        *parents, last = path.split("__")
        node = item["spec"]
        for parent in parents:
            node = node.setdefault(parent, {})
        if value is ABSENT:
            node.pop(last, None)
        else:
            node[last] = value
    return item


def caching(kind="Union", **what):
    return {"modificationKind": kind, **what}


def grants(*entries, kind="Union"):
    return {"modificationKind": kind, "grants": [{"role": role, "principal": who} for role, who in entries]}


def viewer(principal):
    return direct(permissions=grants(("Viewer", principal)))


def named(name, hot="7d"):
    return {"name": name, "hot": hot}


def windows(begin, end):
    return direct(caching=caching(database={"hot": "7d", "hotWindows": [{"from": begin, "to": end}]}))


def hot(span):
    return direct(caching=caching(database={"hot": span}))


def probe(span):
    return direct(syncLag={"probeInterval": span})


def entries(count):
    return [f"T{i}" for i in range(count)]


ACCEPTED = {
    "one database": direct(),
    "all databases": everything(),
    "all databases with a prefix": everything(databaseName={"prefix": "corp_"}),
    "another name": direct(databaseName={"override": "SalesRO"}),
    "a name with every allowed sign": direct(source__leader__database="Größe 2.0-b_x"),
    "ids in other case": direct(followerCluster={"resourceId": f"{CLUSTERS}/Reporting".upper().replace("/SUBSCRIPTIONS", "/subscriptions")}),
    "a hundred entries": direct(sharing={"tables": {"include": entries(60)}, "functions": {"exclude": entries(40)}}),
    "trailing wildcards": direct(sharing={"tables": {"include": ["Logs*"], "exclude": ["*"]}}),
    "Replace with something declared": direct(caching=caching("Replace", tables=[named("Events")])),
    "Replace with nothing, on purpose": direct(caching=caching("Replace", allowEmptyReplace=True)),
    "nobody, on purpose": direct(permissions={"modificationKind": "Replace", "allowEmptyReplace": True}),
    "None without grants": direct(permissions={"modificationKind": "None"}),
    "one principal in two roles": direct(permissions=grants(("Viewer", "aaduser=a@b.c"), ("Monitor", "aaduser=a@b.c"))),
    "database caching of all": everything(caching=caching(database={"hot": "7d"})),
    "a share by reference": share(),
    "a share by id": share(source__share__invitationRef=ABSENT, source__share__invitation={"id": GUID, "location": "westus2"}),
    "a share by match": share(source__share__invitationRef=ABSENT, source__share__match={"shareName": "s", "providerEmail": "a@b.c"}),
    "a share that is left": share(deletionPolicy="Leave"),
    "a window": windows("2026-01-01T00:00:00Z", "2026-02-01T00:00:00+01:00"),
    "an adoption": direct(attachmentName="corp-sales.v1", adoption="IfIdentical"),
    **{f"hot {span}": hot(span) for span in ("0d", "7d", "1.5h", "30m", "10s", "100ms", "1.06:00:00", "12:00:00", "7.00:00:00.5")},
    **{f"probe {span}": probe(span) for span in ("10s", "0.25m", "10000ms", "00:00:10", "1.00:00:00", "1h", "1d")},
    **{
        f"principal {who}": viewer(who)
        for who in (
            "aaduser=ana@contoso.com",
            "aaduser=o'brien@contoso.com",
            f"aaduser={GUID};{TENANT}",
            "AADGroup=analysts@contoso.com",
            f"aadgroup={GUID};{TENANT}",
            "aadgroup=All Analysts;contoso.com",
            f"aadapp={GUID};{TENANT}",
            "msauser=ana@outlook.com",
        )
    },
}

REFUSED = [
    # -- who follows whom
    ("no follower", direct(followerCluster=ABSENT), "spec.followerCluster: Required value"),
    ("no source", direct(source=ABSENT), "spec.source: Required value"),
    ("an empty source", direct(source={}), "source needs exactly one of leader and share"),
    ("two sources", direct(source__share=share()["spec"]["source"]["share"]), "source needs exactly one of leader and share"),
    ("no leader cluster", direct(source__leader={"database": "Sales"}), "clusterResourceId: Required value"),
    ("no leader database", direct(source__leader__database=ABSENT), "database: Required value"),
    ("itself", direct(source__leader__clusterResourceId=f"{CLUSTERS}/Reporting"), "clusterResourceId is the follower cluster itself"),
    ("a URI", direct(followerCluster={"resourceId": "https://reporting.westus2.kusto.windows.net"}), "resourceId must be the ARM id of a cluster"),
    ("an id of something else", direct(followerCluster={"resourceId": ACCOUNT}), "resourceId must be the ARM id of a cluster"),
    ("an id of a database", direct(followerCluster={"resourceId": f"{CLUSTERS}/reporting/databases/x"}), "resourceId must be the ARM id of a cluster"),
    ("a leader URI", direct(source__leader__clusterResourceId="corp"), "clusterResourceId must be the ARM id of a cluster"),
    ("an id with a query", direct(source__leader__clusterResourceId=f"{CLUSTERS}/corp?x=1"), "clusterResourceId must be the ARM id"),
    ("a long id", direct(followerCluster={"resourceId": f"{CLUSTERS}/{'a' * 600}"}), "spec.followerCluster.resourceId: Too long"),
    # -- names
    ("a quote in a database", direct(source__leader__database="Sal'es"), "take out quotes, control characters"),
    ("a line break in a database", direct(source__leader__database="Sal\nes"), "take out quotes, control characters"),
    ("a wildcard in a database", direct(source__leader__database="Sal*"), "database must be * for all, or a name"),
    ("underscores before a database", direct(source__leader__database="__Sales"), "database may not begin or end with a space or two underscores"),
    ("underscores after a database", direct(source__leader__database="Sales__"), "database may not begin or end with a space or two underscores"),
    ("a long database", direct(source__leader__database="a" * 261), "spec.source.leader.database: Too long"),
    ("an empty database", direct(source__leader__database=""), "spec.source.leader.database"),
    ("a bracket in an override", direct(databaseName={"override": "a]b"}), "override may hold only letters"),
    ("underscores in an override", direct(databaseName={"override": "__a"}), "override may not begin or end"),
    ("a quote in a prefix", everything(databaseName={"prefix": 'a"'}), "prefix may hold only letters"),
    ("underscores in a prefix", everything(databaseName={"prefix": "__a"}), "prefix may not begin with a space or two underscores"),
    ("a slash in an attachment", direct(attachmentName="a/b"), "attachmentName may hold only letters"),
    ("a dot before an attachment", direct(attachmentName=".."), "attachmentName may hold only letters"),
    ("an unknown adoption", direct(adoption="Always"), 'supported values: "Never", "IfIdentical"'),
    ("override and prefix", direct(databaseName={"override": "a", "prefix": "b"}), "databaseName needs exactly one of override and prefix"),
    ("neither override nor prefix", direct(databaseName={}), "databaseName needs exactly one of override and prefix"),
    ("a prefix for one database", direct(databaseName={"prefix": "corp_"}), "prefix is for database *: use override"),
    ("an override for all", everything(databaseName={"override": "x"}), "override is for one named database: use prefix"),
    # -- sharing
    ("sharing with *", everything(sharing={"tables": {"include": ["A"]}}), "sharing is for one named database"),
    ("101 entries", direct(sharing={"tables": {"include": entries(60)}, "functions": {"exclude": entries(41)}}), "sharing may have at most 100 entries"),
    (
        "101 entries over eight lists",
        direct(sharing={k: {"include": entries(12), "exclude": entries(13)} for k in ("tables", "externalTables", "materializedViews")}
               | {"functions": {"include": entries(13), "exclude": entries(13)}}),
        "sharing may have at most 100 entries",
    ),
    ("a wildcard inside", direct(sharing={"tables": {"include": ["Lo*gs"]}}), "the wildcard * may stand only at the end"),
    ("two wildcards", direct(sharing={"functions": {"exclude": ["Logs**"]}}), "the wildcard * may stand only at the end"),
    ("a quote in an entry", direct(sharing={"externalTables": {"include": ["['x']"]}}), "take out quotes, brackets"),
    ("underscores in an entry", direct(sharing={"materializedViews": {"include": ["__x"]}}), "an entry may not begin or end"),
    ("an entry twice", direct(sharing={"tables": {"include": ["A", "A"]}}), 'include[1]: Duplicate value: "A"'),
    # -- caching
    ("caching of no kind", direct(caching={"database": {"hot": "7d"}}), "spec.caching.modificationKind: Required value"),
    ("caching of an unknown kind", direct(caching=caching("Merge")), "spec.caching.modificationKind: Unsupported value"),
    ("Replace with nothing", direct(caching=caching("Replace")), "makes everything hot: declare database, tables or materializedViews, or set allowEmptyReplace: true"),
    ("Replace with empty lists", direct(caching=caching("Replace", tables=[], materializedViews=[])), "makes everything hot"),
    ("tables with *", everything(caching=caching(tables=[named("A")])), "are for one named database: use caching.database"),
    ("views with *", everything(caching=caching(materializedViews=[named("A")])), "are for one named database: use caching.database"),
    ("a table twice", direct(caching=caching(tables=[named("A"), named("A", "1d")])), "tables names a table more than once"),
    ("a view twice", direct(caching=caching(materializedViews=[named("A"), named("A")])), "materializedViews names a view more than once"),
    ("a quote in a table", direct(caching=caching(tables=[named('A"')])), "name may hold only letters"),
    ("a wildcard in a table", direct(caching=caching(tables=[named("A*")])), "name may hold only letters"),
    ("underscores in a table", direct(caching=caching(tables=[named("A__")])), "name may not begin or end"),
    ("a long table", direct(caching=caching(tables=[named("A" * 1025)])), "spec.caching.tables[0].name: Too long"),
    ("a policy without hot", direct(caching=caching(database={})), "spec.caching.database.hot: Required value"),
    ("a window that ends before it begins", windows("2026-02-01T00:00:00Z", "2026-01-01T00:00:00Z"), "from must be earlier than to"),
    ("an empty window", windows("2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z"), "from must be earlier than to"),
    ("a window of no date", windows("January", "2026-01-01T00:00:00Z"), "from"),
    *[
        (f"hot {span!r}", hot(span), "hot must be a Kusto timespan such as 7d")
        for span in ("1w", "7", "d", "-7d", "7 d", "24:00:00", "1:60:00", "P7D", "7days", "99999999d", "1.2.3:00:00", "")
    ],
    ("a table's hot", direct(caching=caching(tables=[named("A", "soon")])), "hot must be a Kusto timespan"),
    # -- permissions
    ("permissions of no kind", direct(permissions={"grants": []}), "spec.permissions.modificationKind: Required value"),
    ("Replace with no grants", direct(permissions={"modificationKind": "Replace"}), "lets nobody in: add grants, or set allowEmptyReplace: true"),
    ("Replace with an empty list", direct(permissions=grants(kind="Replace")), "lets nobody in"),
    ("None with grants", direct(permissions=grants(("Viewer", "aaduser=a@b.c"), kind="None")), "grants have no effect with modificationKind None"),
    ("a grant twice", direct(permissions=grants(("Viewer", "aaduser=a@b.c"), ("Viewer", "AADUser=A@b.c"))), "the same role more than once"),
    ("an unknown role", direct(permissions=grants(("Owner", "aaduser=a@b.c"))), 'supported values: "Admin", "User", "Viewer"'),
    *[
        (f"principal {who!r}", viewer(who), "principal must be aaduser=")
        for who in ("ana@contoso.com", "user=a@b.c", "aaduser=", "aaduser=a;b;c", 'aaduser="a"', "aaduser=a\\b", "aaduser=a\nb", "aaduser=a;", "aaduser=a;b c")
    ],
    ("a space in a principal", viewer("aaduser= a@b.c"), "principal may not have spaces around the name"),
    ("a space after a principal", viewer("aaduser=a@b.c "), "principal may not have spaces around the name"),
    ("an application without tenant", viewer(f"aadapp={GUID}"), "principal names an application without its tenant"),
    ("a group without tenant", viewer(f"aadgroup={GUID}"), "principal names a group without its tenant"),
    ("a Microsoft account with a tenant", viewer("msauser=a@b.c;contoso.com"), "principal is no Microsoft account"),
    ("a line break in notes", direct(permissions={"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": "aaduser=a@b.c", "notes": "a\nb"}]}), "notes may not hold line breaks"),
    ("an end of no date", direct(permissions={"modificationKind": "Union", "grants": [{"role": "Viewer", "principal": "aaduser=a@b.c", "expiresAt": "soon"}]}), "expiresAt"),
    # -- lag
    ("an objective of no span", direct(syncLag={"objective": "soon"}), "objective must be a Kusto timespan"),
    ("an objective of zero", direct(syncLag={"objective": "0s"}), "objective must be longer than zero"),
    ("a probe of no span", probe("often"), "probeInterval must be a Kusto timespan"),
    *[(f"probe {span}", probe(span), "probeInterval must be at least 10s") for span in ("9s", "9.9999999s", "0.1m", "9999ms", "00:00:09.9", "0d", "0.002h")],
    # -- the rest
    ("an unknown mode", direct(mode="Watch"), 'supported values: "Manage", "Observe"'),
    ("leaving an attachment", direct(deletionPolicy="Leave"), "deletionPolicy Leave belongs to source.share"),
    ("a Secret's odd name", direct(credentialsSecretRef={"name": "other/secret"}), "name must be the name of a Secret in this namespace"),
    ("a leader Secret's odd name", direct(source__leader__credentialsSecretRef={"name": "A_b"}), "name must be the name of a Secret in this namespace"),
    # -- shares
    ("no invitation", share(source__share__invitationRef=ABSENT), "share needs exactly one of invitationRef, invitation and match"),
    ("two invitations", share(source__share__match={"shareName": "s", "providerEmail": "a@b.c"}), "share needs exactly one of invitationRef, invitation and match"),
    ("an invitation's odd id", share(source__share__invitationRef=ABSENT, source__share__invitation={"id": "x", "location": "westus2"}), "id must be the GUID of the invitation"),
    ("an account's odd id", share(source__share__accountResourceId=f"{CLUSTERS}/corp"), "accountResourceId must be the ARM id of a Data Share account"),
    ("a subscription's odd name", share(source__share__subscriptionName="a b"), "subscriptionName may hold only letters"),
    ("attachmentName with a share", share(attachmentName="a"), "attachmentName belongs to source.leader"),
    ("adoption with a share", share(adoption="Never"), "adoption belongs to source.leader"),
    ("databaseName with a share", share(databaseName={"override": "a"}), "databaseName belongs to source.leader"),
    ("sharing with a share", share(sharing={"tables": {"include": ["A"]}}), "sharing belongs to source.leader"),
]

UNCHANGEABLE = [
    ("the follower", direct(), {"followerCluster": {"resourceId": f"{CLUSTERS}/dashboards"}}, "followerCluster cannot be changed"),
    ("the leader", direct(), {"source__leader__clusterResourceId": f"{CLUSTERS}/other"}, "clusterResourceId cannot be changed"),
    ("the database", direct(), {"source__leader__database": "Finance"}, "database cannot be changed"),
    ("leader to share", direct(), {"source": share()["spec"]["source"]}, "source cannot change between leader and share"),
    ("share to leader", share(), {"source": direct()["spec"]["source"]}, "source cannot change between leader and share"),
    ("adding an attachment's name", direct(), {"attachmentName": "a"}, "attachmentName cannot be added, changed or removed"),
    ("changing an attachment's name", direct(attachmentName="a"), {"attachmentName": "b"}, "attachmentName cannot be added, changed or removed"),
    ("removing an attachment's name", direct(attachmentName="a"), {"attachmentName": ABSENT}, "attachmentName cannot be added, changed or removed"),
    ("adding another name", direct(), {"databaseName": {"override": "a"}}, "databaseName cannot be added, changed or removed"),
    ("changing another name", direct(databaseName={"override": "a"}), {"databaseName": {"override": "b"}}, "databaseName cannot be added, changed or removed"),
    ("removing another name", direct(databaseName={"override": "a"}), {"databaseName": ABSENT}, "databaseName cannot be added, changed or removed"),
    ("changing a prefix", everything(databaseName={"prefix": "a"}), {"databaseName": {"prefix": "b"}}, "databaseName cannot be added, changed or removed"),
    ("the account", share(), {"source__share__accountResourceId": ACCOUNT + "2"}, "accountResourceId cannot be changed"),
    ("adding a subscription's name", share(), {"source__share__subscriptionName": "a"}, "subscriptionName cannot be added, changed or removed"),
]

CHANGEABLE = [
    ("sharing", direct(), {"sharing": {"tables": {"include": ["A"]}}}),
    ("caching", direct(), {"caching": caching("Replace", database={"hot": "1d"})}),
    ("permissions", direct(), {"permissions": grants(("Admin", "aaduser=a@b.c"))}),
    ("lag", direct(), {"syncLag": {"objective": "1m"}}),
    ("mode", direct(), {"mode": "Observe", "suspend": True}),
    ("deletion", direct(), {"deletionPolicy": "Orphan", "adoption": "IfIdentical"}),
    ("credentials", direct(), {"credentialsSecretRef": {"name": "a"}, "source__leader__credentialsSecretRef": {"name": "b"}}),
    ("an invitation before there is a subscription", share(), {"source__share__invitationRef": {"name": "other"}}),
]
