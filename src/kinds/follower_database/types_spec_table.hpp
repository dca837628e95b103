#pragma once

#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_enums.hpp"
#include "kinds/follower_database/types_rules.hpp"
#include "model/describe.hpp"

#include <tuple>

/// The spec: names, texts, limits and rules. Each rule's message names the field and says what to
/// do.
namespace adxf::model {

namespace fdb = follower_database;

template <>
struct Describe<fdb::ClusterRef> {
  static constexpr auto fields = std::tuple{
      Field("resourceId", &fdb::ClusterRef::resource_id,
            "ARM resource id of the Azure Data Explorer cluster.",
            {.required = true,
             .max_length = 512,
             .rules = {{fdb::rules::kIsClusterId,
                        "resourceId must be the ARM id of a cluster: /subscriptions/<subscription "
                        "id>/resourceGroups/<group>/providers/Microsoft.Kusto/clusters/<name>"}}})};
};

template <>
struct Describe<fdb::LeaderSource> {
  using T = fdb::LeaderSource;
  static constexpr auto fields = std::tuple{
      Field(
          "clusterResourceId", &T::cluster_resource_id,
          "ARM resource id of the leader cluster. Immutable.",
          {.required = true,
           .immutable = true,
           .max_length = 512,
           .rules =
               {{fdb::rules::kIsClusterId,
                 "clusterResourceId must be the ARM id of a cluster: /subscriptions/<subscription "
                 "id>/resourceGroups/<group>/providers/Microsoft.Kusto/clusters/<name>"}}}),
      Field("database", &T::database,
            "Database to follow, or * for all present and future ones. Immutable.",
            {.required = true,
             .immutable = true,
             .min_length = 1,
             .max_length = 260,
             .rules = {{fdb::rules::kHasNameOrAsterisk,
                        "database must be * for all, or a name of letters, digits, _, space, . and "
                        "-: take out quotes, "
                        "control characters and other signs"},
                       {fdb::rules::kHasNameEdges,
                        "database may not begin or end with a space or two underscores: Kusto "
                        "reserves such names"}}}),
      Field("credentialsSecretRef", &T::credentials_secret_ref,
            "Identity for what is read and detached on the leader; the attachment itself never "
            "uses it.")};
};

template <>
struct Describe<fdb::InvitationRef> {
  static constexpr auto fields = std::tuple{
      Field("name", &fdb::InvitationRef::name, "Name of an Invitation in this namespace.",
            {.required = true, .min_length = 1, .max_length = 253})};
};

template <>
struct Describe<fdb::InvitationById> {
  using T = fdb::InvitationById;
  static constexpr auto fields = std::tuple{
      Field("id", &T::id, "Id of the invitation, as its sender sees it.",
            {.required = true,
             .max_length = 36,
             .rules = {{R"(self.matches(r'(?i)^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'))",
                        "id must be the GUID of the invitation, for instance "
                        "11111111-2222-3333-4444-555555555555"}}}),
      Field("location", &T::location, "Azure region of the invitation.",
            {.required = true, .min_length = 1, .max_length = 64})};
};

template <>
struct Describe<fdb::InvitationMatch> {
  using T = fdb::InvitationMatch;
  static constexpr auto fields =
      std::tuple{Field("shareName", &T::share_name, "Name of the share.",
                       {.required = true, .min_length = 1, .max_length = 90}),
                 Field("providerEmail", &T::provider_email,
                       "Mail address of the one who invites; an application has none.",
                       {.min_length = 3, .max_length = 256})};
};

template <>
struct Describe<fdb::ShareSource> {
  using T = fdb::ShareSource;
  static constexpr auto fields = std::tuple{
      Field("invitationRef", &T::invitation_ref,
            "An Invitation of this operator in the same namespace."),
      Field("invitation", &T::invitation, "An invitation by its id."),
      Field("match", &T::match, "An invitation among those that Azure shows to this identity."),
      Field("accountResourceId", &T::account_resource_id,
            "ARM resource id of the Data Share account that receives. Immutable.",
            {.required = true,
             .immutable = true,
             .max_length = 512,
             .rules =
                 {{fdb::rules::kIsAccountId,
                   "accountResourceId must be the ARM id of a Data Share account: "
                   "/subscriptions/<subscription "
                   "id>/resourceGroups/<group>/providers/Microsoft.DataShare/accounts/<name>"}}}),
      Field("accountLocation", &T::account_location,
            "Azure region; when given, the account is created if absent.",
            {.min_length = 1, .max_length = 64}),
      Field("subscriptionName", &T::subscription_name,
            "Name of the share subscription; derived when absent. Immutable.",
            {.immutable = true,
             .min_length = 1,
             .max_length = 90,
             .rules = {{R"(self.matches(r'^[-\w]+$'))",
                        "subscriptionName may hold only letters, digits, _ and -"}}}),
      Field("acceptTermsOfUse", &T::accept_terms_of_use,
            "An invitation with terms of use waits until this is true.", {.default_json = "false"}),
      Field("dataSets", &T::data_sets, "Which data sets of the share to map; all when absent.",
            {.min_length = 1, .max_length = 256, .max_items = 100, .list_type = ListType::kSet})};
  static constexpr Rules rules{
      {"[has(self.invitationRef), has(self.invitation), has(self.match)].filter(x, x).size() == 1",
       "share needs exactly one of invitationRef, invitation and match: give one and remove the "
       "others"}};
};

template <>
struct Describe<fdb::Source> {
  static constexpr auto fields =
      std::tuple{Field("leader", &fdb::Source::leader,
                       "Follow a leader cluster directly, by an attached database configuration."),
                 Field("share", &fdb::Source::share, "Follow what an Azure Data Share offers.")};
  static constexpr Rules rules{
      {"has(self.leader) != has(self.share)",
       "source needs exactly one of leader and share: give one and remove the other"},
      {"has(self.leader) == has(oldSelf.leader)",
       "source cannot change between leader and share: delete the object and create it anew"}};
};

template <>
struct Describe<fdb::DatabaseName> {
  using T = fdb::DatabaseName;
  static constexpr auto fields = std::tuple{
      Field("override", &T::name_override, "Name on the follower; for one named database.",
            {.min_length = 1,
             .max_length = 260,
             .rules = {{fdb::rules::kHasNameCharacters,
                        "override may hold only letters, digits, _, space, . and -: take out "
                        "quotes, control characters "
                        "and other signs"},
                       {fdb::rules::kHasNameEdges,
                        "override may not begin or end with a space or two underscores: Kusto "
                        "reserves such names"}}}),
      Field("prefix", &T::prefix, "Put before each name on the follower; for database *.",
            {.min_length = 1,
             .max_length = 128,
             .rules = {{fdb::rules::kHasNameCharacters,
                        "prefix may hold only letters, digits, _, space, . and -: take out quotes, "
                        "control characters "
                        "and other signs"},
                       {R"(!self.matches(r'^( |__)'))",
                        "prefix may not begin with a space or two underscores: Kusto reserves such "
                        "names"}}})};
  static constexpr Rules rules{
      {"has(self.override) != has(self.prefix)",
       "databaseName needs exactly one of override and prefix: give one and remove the other"}};
};

template <>
struct Describe<fdb::Sharing> {
  using T = fdb::Sharing;
  static constexpr auto fields =
      std::tuple{Field("tables", &T::tables, "Which tables."),
                 Field("externalTables", &T::external_tables, "Which external tables."),
                 Field("materializedViews", &T::materialized_views,
                       "Which materialized views; each brings its source table."),
                 Field("functions", &T::functions, "Which functions.")};
  static constexpr Rules rules{
      {"(has(self.tables) ? (has(self.tables.include) ? self.tables.include.size() : 0) + "
       "(has(self.tables.exclude) ? self.tables.exclude.size() : 0) : 0) + "
       "(has(self.externalTables) ? (has(self.externalTables.include) ? "
       "self.externalTables.include.size() : 0) + (has(self.externalTables.exclude) ? "
       "self.externalTables.exclude.size() : 0) : 0) + "
       "(has(self.materializedViews) ? (has(self.materializedViews.include) ? "
       "self.materializedViews.include.size() : 0) + (has(self.materializedViews.exclude) ? "
       "self.materializedViews.exclude.size() : 0) : 0) + "
       "(has(self.functions) ? (has(self.functions.include) ? self.functions.include.size() : 0) + "
       "(has(self.functions.exclude) ? self.functions.exclude.size() : 0) : 0) <= 100",
       "sharing may have at most 100 entries over all its lists: shorten them, for instance with "
       "wildcards such as Logs*"}};
};

template <>
struct Describe<fdb::HotWindow> {
  static constexpr auto fields =
      std::tuple{Field("from", &fdb::HotWindow::from, "Begin, for instance 2026-01-01T00:00:00Z.",
                       {.required = true, .max_length = 40}),
                 Field("to", &fdb::HotWindow::to, "End.", {.required = true, .max_length = 40})};
  static constexpr Rules rules{
      {"self.from < self.to", "from must be earlier than to in each of the hotWindows"}};
};

template <>
struct Describe<fdb::CachePolicy> {
  static constexpr auto fields =
      std::tuple{Field("hot", &fdb::CachePolicy::hot,
                       "How far back data is kept in the hot cache, as a Kusto timespan.",
                       {.required = true, .max_length = 32, .rules = fdb::rules::kHot}),
                 Field("hotWindows", &fdb::CachePolicy::hot_windows,
                       "Further stretches of time to keep hot.", {.max_items = 10})};
};

template <>
struct Describe<fdb::NamedCachePolicy> {
  using T = fdb::NamedCachePolicy;
  static constexpr auto fields = std::tuple{
      Field("name", &T::name, "Name on the leader.",
            {.required = true,
             .min_length = 1,
             .max_length = 1024,
             .rules = fdb::rules::kEntityName}),
      Field("hot", &T::hot, "How far back data is kept in the hot cache, as a Kusto timespan.",
            {.required = true, .max_length = 32, .rules = fdb::rules::kHot}),
      Field("hotWindows", &T::hot_windows, "Further stretches of time to keep hot.",
            {.max_items = 10})};
};

template <>
struct Describe<fdb::Caching> {
  using T = fdb::Caching;
  static constexpr auto fields = std::tuple{
      Field("modificationKind", &T::modification_kind,
            "How these policies go together with the leader's: Union adds, Replace drops the "
            "leader's, None ignores these.",
            {.required = true}),
      Field("prefetchExtents", &T::prefetch_extents,
            "Load new data into the cache before it can be queried.", {.default_json = "false"}),
      Field("allowEmptyReplace", &T::allow_empty_replace,
            "Allows Replace with nothing declared, which makes everything hot.",
            {.default_json = "false"}),
      Field("database", &T::database,
            "The policy of the whole database, or of each database with *."),
      Field("tables", &T::tables, "Policies of tables; not with *.",
            {.max_items = 100, .list_type = ListType::kMap, .list_map_keys = {"name"}}),
      Field("materializedViews", &T::materialized_views,
            "Policies of materialized views; not with *.",
            {.max_items = 100, .list_type = ListType::kMap, .list_map_keys = {"name"}})};
  static constexpr Rules rules{
      {"self.modificationKind != 'Replace' || self.allowEmptyReplace || has(self.database) || "
       "(has(self.tables) && self.tables.size() > 0) || (has(self.materializedViews) && "
       "self.materializedViews.size() > 0)",
       "caching with modificationKind Replace and nothing declared makes everything hot: declare "
       "database, tables or "
       "materializedViews, or set allowEmptyReplace: true"},
      {"!has(self.tables) || self.tables.all(t, self.tables.exists_one(u, u.name == t.name))",
       "tables names a table more than once: keep one entry for each", ".tables"},
      {"!has(self.materializedViews) || self.materializedViews.all(t, "
       "self.materializedViews.exists_one(u, u.name == t.name))",
       "materializedViews names a view more than once: keep one entry for each",
       ".materializedViews"}};
};

template <>
struct Describe<fdb::Grant> {
  using T = fdb::Grant;
  static constexpr auto fields = std::tuple{
      Field("role", &T::role, "What is granted on the follower's database.", {.required = true}),
      Field("principal", &T::principal,
            "Who: aaduser=<mail or object id>, aadgroup=<mail>, aadgroup=<object id>;<tenant id>, "
            "aadapp=<application id>;<tenant id>, msauser=<mail>.",
            {.required = true, .max_length = 256, .rules = fdb::rules::kPrincipal}),
      Field("notes", &T::notes, "A remark that Azure keeps with the grant.",
            {.max_length = 256,
             .rules = {{R"(!self.matches(r'[\x00-\x1f\x7f]'))",
                        "notes may not hold line breaks or other control characters"}}}),
      Field("expiresAt", &T::expires_at,
            "When the grant is taken back, for instance 2026-12-31T00:00:00Z.",
            {.max_length = 40})};
};

template <>
struct Describe<fdb::Permissions> {
  using T = fdb::Permissions;
  static constexpr auto fields = std::tuple{
      Field("modificationKind", &T::modification_kind,
            "How grants go together with the leader's: Union adds, Replace drops the leader's, "
            "None allows only the leader's.",
            {.required = true}),
      Field("ownership", &T::ownership,
            "Additive: only what this object granted is its own. Authoritative: grants of others "
            "are removed.",
            {.default_json = "\"Additive\""}),
      Field("allowEmptyReplace", &T::allow_empty_replace,
            "Allows Replace with no grant, which lets nobody in.", {.default_json = "false"}),
      Field(
          "grants", &T::grants, "Who may do what on the follower.",
          {.max_items = 50, .list_type = ListType::kMap, .list_map_keys = {"role", "principal"}})};
  static constexpr Rules rules{
      {"self.modificationKind != 'Replace' || self.allowEmptyReplace || (has(self.grants) && "
       "self.grants.size() > 0)",
       "permissions with modificationKind Replace and no grants lets nobody in: add grants, or set "
       "allowEmptyReplace: true"},
      {"self.modificationKind != 'None' || !has(self.grants) || self.grants.size() == 0",
       "grants have no effect with modificationKind None: remove them, or use Union or Replace"},
      {"!has(self.grants) || self.grants.all(g, self.grants.exists_one(h, h.role == g.role && "
       "h.principal.lowerAscii() == "
       "g.principal.lowerAscii()))",
       "grants gives a principal the same role more than once: keep one entry for each",
       ".grants"}};
};

template <>
struct Describe<fdb::SyncLag> {
  using T = fdb::SyncLag;
  static constexpr auto fields = std::tuple{
      Field("objective", &T::objective,
            "The lag behind the leader that is still acceptable, as a Kusto timespan.",
            {.max_length = 32,
             .rules = {{fdb::rules::kIsTimespan,
                        "objective must be a Kusto timespan such as 5m, 90s or 00:05:00"},
                       {fdb::rules::kIsMoreThanZero,
                        "objective must be longer than zero: for instance 5m"}}}),
      Field("probeInterval", &T::probe_interval,
            "How often to measure; the shortest on a cluster counts. At least 10s.",
            {.max_length = 32,
             .default_json = "\"30s\"",
             .rules = {{fdb::rules::kIsTimespan,
                        "probeInterval must be a Kusto timespan such as 30s, 2m or 00:00:30"},
                       {fdb::rules::kIsTenSecondsOrMore, "probeInterval must be at least 10s"}}})};
};

}  // namespace adxf::model
