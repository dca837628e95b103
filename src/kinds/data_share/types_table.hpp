#pragma once

#include "kinds/common/types_table.hpp"
#include "kinds/data_share/types.hpp"
#include "model/condition_table.hpp"
#include "model/describe.hpp"

#include <tuple>
#include <utility>

/// Spec and status: names, texts, limits and rules. Each rule's message names the field and says
/// what to do. Truncate() cuts to the limits of the status.
namespace adxf::model {

namespace ds = data_share;

template <>
struct Describe<ds::DeletionPolicy> {
  using E = ds::DeletionPolicy;
  static constexpr auto values = std::to_array<std::pair<E, std::string_view>>(
      {{E::kDelete, "Delete"}, {E::kOrphan, "Orphan"}});
};

template <>
struct Describe<ds::AccountRef> {
  using T = ds::AccountRef;
  static constexpr auto fields = std::tuple{
      Field("resourceId", &T::resource_id,
            "ARM resource id of the Data Share account that offers. Immutable.",
            {.required = true,
             .immutable = true,
             .max_length = 512,
             .rules =
                 {{kinds::rules::kIsAccountId,
                   "resourceId must be the ARM id of a Data Share account: "
                   "/subscriptions/<subscription "
                   "id>/resourceGroups/<group>/providers/Microsoft.DataShare/accounts/<name>"}}}),
      Field("location", &T::location,
            "Azure region; when given, the account is created if absent, with a system identity.",
            {.min_length = 1, .max_length = 64})};
};

template <>
struct Describe<ds::TableSharing> {
  using T = ds::TableSharing;
  static constexpr auto fields =
      std::tuple{Field("tables", &T::tables, "Which tables."),
                 Field("externalTables", &T::external_tables, "Which external tables."),
                 Field("materializedViews", &T::materialized_views,
                       "Which materialized views; each brings its source table.")};
  static constexpr Rules rules{
      {"(has(self.tables) ? (has(self.tables.include) ? self.tables.include.size() : 0) + "
       "(has(self.tables.exclude) ? self.tables.exclude.size() : 0) : 0) + "
       "(has(self.externalTables) ? (has(self.externalTables.include) ? "
       "self.externalTables.include.size() : 0) + (has(self.externalTables.exclude) ? "
       "self.externalTables.exclude.size() : 0) : 0) + "
       "(has(self.materializedViews) ? (has(self.materializedViews.include) ? "
       "self.materializedViews.include.size() : 0) + (has(self.materializedViews.exclude) ? "
       "self.materializedViews.exclude.size() : 0) : 0) <= 100",
       "sharing may have at most 100 entries over all its lists: shorten them, for instance with "
       "wildcards such as Logs*"},
      {"has(self.tables) || has(self.externalTables) || has(self.materializedViews)",
       "sharing is empty: name tables, externalTables or materializedViews, or remove sharing to "
       "share the whole database"}};
};

template <>
struct Describe<ds::DataSet> {
  using T = ds::DataSet;
  static constexpr auto fields = std::tuple{
      Field("name", &T::name, "Name of the data set; consumers see it.",
            {.required = true,
             .min_length = 1,
             .max_length = 90,
             .rules = {{R"(self.matches(r'^[-\w]+$'))",
                        "name may hold only letters, digits, _ and -"}}}),
      Field(
          "clusterResourceId", &T::cluster_resource_id,
          "ARM resource id of the cluster whose data is shared. Immutable.",
          {.required = true,
           .immutable = true,
           .max_length = 512,
           .rules =
               {{kinds::rules::kIsClusterId,
                 "clusterResourceId must be the ARM id of a cluster: /subscriptions/<subscription "
                 "id>/resourceGroups/<group>/providers/Microsoft.Kusto/clusters/<name>"}}}),
      Field("database", &T::database,
            "Database to share; absent: all present and future databases of the cluster. "
            "Immutable.",
            {.immutable = true,
             .min_length = 1,
             .max_length = 260,
             .rules = {{kinds::rules::kHasNameCharacters,
                        "database may hold only letters, digits, _, space, . and -: take out "
                        "quotes, control characters and other signs"},
                       {kinds::rules::kHasNameEdges,
                        "database may not begin or end with a space or two underscores: Kusto "
                        "reserves such names"}}}),
      Field("sharing", &T::sharing,
            "Shares parts of the database only; at most 100 entries in all.")};
  static constexpr Rules rules{
      {"!has(self.sharing) || has(self.database)",
       "sharing is for one named database: name the database, or remove sharing"},
      {"has(self.sharing) == has(oldSelf.sharing)",
       "sharing cannot be added to a data set or removed from it, since consumers' mappings hang "
       "on it: declare another data set"}};
};

template <>
struct Describe<ds::Spec> {
  using T = ds::Spec;
  static constexpr auto fields = std::tuple{
      Field("account", &T::account,
            "The Data Share account that offers. Immutable but for its "
            "location.",
            {.required = true}),
      Field("shareName", &T::share_name,
            "Name of the share in Azure; default: the object's name. Immutable.",
            {.immutable = true,
             .min_length = 1,
             .max_length = 90,
             .rules = {{R"(self.matches(r'^[-\w][-\w.]*$'))",
                        "shareName may hold only letters, digits, _, . and -, and does not begin "
                        "with a dot"}}}),
      Field("adoption", &T::adoption,
            "What to do with a share of that name that is there already: Never touches it not, "
            "IfIdentical takes it over when its data sets are those declared here.",
            {.default_json = "\"Never\""}),
      Field("description", &T::description, "What consumers read about the share.",
            {.max_length = 1024}),
      Field("termsOfUse", &T::terms_of_use, "Terms that a consumer has to accept.",
            {.max_length = 4096}),
      Field("dataSets", &T::data_sets, "What is shared.",
            {.required = true,
             .min_items = 1,
             .max_items = 25,
             .list_type = ListType::kMap,
             .list_map_keys = {"name"}}),
      Field("allowBreakingConsumers", &T::allow_breaking_consumers,
            "Allows removing a data set while consumers are active.", {.default_json = "false"}),
      Field("deletionPolicy", &T::deletion_policy,
            "What happens in Azure when the object is deleted: Delete revokes the consumers and "
            "removes the share, never the account; Orphan leaves everything.",
            {.default_json = "\"Delete\""}),
      Field("mode", &T::mode,
            "Manage, or Observe: writes nothing to Azure and shows in status.plan what Manage "
            "would do.",
            {.default_json = "\"Manage\""}),
      Field("suspend", &T::suspend, "No work but deletion.", {.default_json = "false"}),
      Field("credentialsSecretRef", &T::credentials_secret_ref,
            "Identity for Azure; absent: the operator's own, where its configuration allows this "
            "namespace.")};
};

template <>
struct Describe<ds::AccountStatus> {
  using T = ds::AccountStatus;
  static constexpr auto fields = std::tuple{
      Field("resourceId", &T::resource_id, "ARM resource id.", {.max_length = kMaxId}),
      Field("location", &T::location, "Azure region.", {.max_length = kMaxWord}),
      Field("principalId", &T::principal_id,
            "Object id of its identity, which needs Contributor on the clusters.",
            {.max_length = kMaxWord}),
      Field("tenantId", &T::tenant_id, "Tenant of its identity.", {.max_length = kMaxWord})};
};

template <>
struct Describe<ds::DataSetStatus> {
  using T = ds::DataSetStatus;
  static constexpr auto fields =
      std::tuple{Field("name", &T::name, "Name.", {.required = true, .max_length = 256}),
                 Field("id", &T::id, "The id by which consumers map it.", {.max_length = kMaxWord}),
                 Field("state", &T::state, "As Data Share gives it.", {.max_length = kMaxWord})};
};

template <>
struct Describe<ds::ConsumerStatus> {
  using T = ds::ConsumerStatus;
  static constexpr auto fields = std::tuple{
      Field("subscriptionId", &T::subscription_id, "Id of the consumer's subscription.",
            {.required = true, .max_length = kMaxWord}),
      Field("name", &T::name, "Who accepted, as Data Share gives it.", {.max_length = 256}),
      Field("email", &T::email, "Address, as Data Share gives it.", {.max_length = 320}),
      Field("tenant", &T::tenant, "Name of the tenant.", {.max_length = 256}),
      Field("state", &T::state, "Active, Revoking, Revoked or SourceDeleted.",
            {.required = true, .max_length = kMaxWord}),
      Field("since", &T::since, "When it was accepted.")};
};

template <>
struct Describe<ds::ConsumerCounts> {
  using T = ds::ConsumerCounts;
  static constexpr auto fields = std::tuple{
      Field("active", &T::active, "Have access."),
      Field("revoking", &T::revoking, "Are losing it."), Field("revoked", &T::revoked, "Lost it."),
      Field("sourceDeleted", &T::source_deleted, "Lost it with what was shared.")};
};

template <>
struct Describe<ds::InvitationCounts> {
  using T = ds::InvitationCounts;
  static constexpr auto fields = std::tuple{Field("pending", &T::pending, "Not answered yet."),
                                            Field("accepted", &T::accepted, "Accepted."),
                                            Field("rejected", &T::rejected, "Rejected."),
                                            Field("withdrawn", &T::withdrawn, "Taken back.")};
};

template <>
struct Describe<ds::Status> {
  using T = ds::Status;
  static constexpr std::int64_t kMaxList = 50;
  static constexpr auto fields = std::tuple{
      Field("conditions", &T::conditions,
            "Ready first; Reconciling and Stalled are there only while true.",
            {.max_items = 20, .list_type = ListType::kMap, .list_map_keys = {"type"}}),
      Field("observedGeneration", &T::observed_generation,
            "The metadata.generation that was last judged; -1: none yet."),
      Field("lastHandledReconcileAt", &T::last_handled_reconcile_at,
            "Echo of the annotation adxfollower.io/reconcile-at.", {.max_length = 256}),
      Field("account", &T::account, "The account and its identity."),
      Field("shareId", &T::share_id, "ARM resource id of the share.", {.max_length = kMaxId}),
      Field("dataSets", &T::data_sets, "The data sets in Azure.", {.max_items = kMaxList}),
      Field("consumers", &T::consumers, "Who has accepted.", {.max_items = kMaxList}),
      Field("consumersByState", &T::consumers_by_state,
            "Number of consumers by state, also of those that the list has no room for."),
      Field("invitations", &T::invitations, "Number of invitations by state."),
      Field("plan", &T::plan, "What Manage would do; in mode Observe.", {.max_items = kMaxList}),
      Field("lastChange", &T::last_change, "The last write to Azure."),
      Field("truncated", &T::truncated, "Lists that were cut to their limit.", {.max_items = 16})};
};

}  // namespace adxf::model
