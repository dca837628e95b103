#pragma once

#include "kinds/follower_database/types.hpp"
#include "kinds/follower_database/types_enums.hpp"
#include "model/condition_table.hpp"
#include "model/describe.hpp"

#include <cstdint>
#include <tuple>

/// The status: names, texts and limits. Truncate() cuts to these limits.
namespace adxf::model {

namespace fdb = follower_database;

inline constexpr std::int64_t kMaxDatabase = 400;
inline constexpr std::int64_t kMaxPrincipal = 320;

template <>
struct Describe<fdb::DatabasePair> {
  using T = fdb::DatabasePair;
  static constexpr auto fields = std::tuple{Field("leader", &T::leader, "Name on the leader.",
                                                  {.required = true, .max_length = kMaxDatabase}),
                                            Field("follower", &T::follower, "Name on the follower.",
                                                  {.required = true, .max_length = kMaxDatabase})};
};

template <>
struct Describe<fdb::AttachmentStatus> {
  using T = fdb::AttachmentStatus;
  static constexpr auto fields = std::tuple{
      Field("resourceId", &T::resource_id,
            "ARM resource id of the attached database configuration.", {.max_length = kMaxId}),
      Field("provisioningState", &T::provisioning_state, "As ARM gives it.",
            {.max_length = kMaxWord}),
      Field("origin", &T::origin,
            "How the databases came: by an attachment of ours, or through Data Share."),
      Field("databases", &T::databases, "The databases attached now.",
            {.max_items = fdb::kMaxStatusDatabases})};
};

template <>
struct Describe<fdb::ClusterStatus> {
  using T = fdb::ClusterStatus;
  static constexpr auto fields =
      std::tuple{Field("name", &T::name, "Name of the cluster.", {.max_length = kMaxWord}),
                 Field("uri", &T::uri, "Endpoint, as ARM gives it.", {.max_length = 256}),
                 Field("location", &T::location, "Azure region.", {.max_length = kMaxWord}),
                 Field("state", &T::state, "Running, Stopped and so on, as ARM gives it.",
                       {.max_length = kMaxWord})};
};

template <>
struct Describe<fdb::MappingStatus> {
  using T = fdb::MappingStatus;
  static constexpr auto fields = std::tuple{
      Field("dataSet", &T::data_set, "Data set of the share.",
            {.required = true, .max_length = 256}),
      Field("database", &T::database, "Database on the follower.", {.max_length = kMaxDatabase}),
      Field("state", &T::state, "As Data Share gives it.", {.max_length = kMaxWord})};
};

template <>
struct Describe<fdb::ShareStatus> {
  using T = fdb::ShareStatus;
  static constexpr auto fields =
      std::tuple{Field("subscription", &T::subscription,
                       "ARM resource id of the share subscription.", {.max_length = kMaxId}),
                 Field("status", &T::status, "As Data Share gives it.", {.max_length = kMaxWord}),
                 Field("provider", &T::provider, "Who shares.", {.max_length = 256}),
                 Field("mappings", &T::mappings, "What is mapped onto the follower cluster.",
                       {.max_items = fdb::kMaxStatusMappings})};
};

template <>
struct Describe<fdb::EffectiveCache> {
  using T = fdb::EffectiveCache;
  static constexpr auto fields =
      std::tuple{Field("database", &T::database, "Database on the follower.",
                       {.required = true, .max_length = kMaxDatabase}),
                 Field("kind", &T::kind, "What the policy is on.", {.required = true}),
                 Field("name", &T::name, "Table or materialized view; absent for the database.",
                       {.max_length = kMaxText}),
                 Field("hot", &T::hot, "How far back data is kept hot, as a Kusto timespan.",
                       {.max_length = kMaxWord}),
                 Field("origin", &T::origin, "Whose policy is in force.", {.required = true})};
};

template <>
struct Describe<fdb::EffectivePrincipal> {
  using T = fdb::EffectivePrincipal;
  static constexpr auto fields = std::tuple{
      Field("database", &T::database, "Database on the follower.",
            {.required = true, .max_length = kMaxDatabase}),
      Field("role", &T::role, "As Kusto gives it.", {.required = true, .max_length = kMaxWord}),
      Field("principal", &T::principal, "Who, as Kusto gives it.",
            {.required = true, .max_length = kMaxPrincipal}),
      Field("origin", &T::origin, "Where the right comes from.", {.required = true})};
};

template <>
struct Describe<fdb::EffectivePolicy> {
  using T = fdb::EffectivePolicy;
  static constexpr std::int64_t kHalf = fdb::kMaxEffectivePolicy / 2;
  static constexpr auto fields = std::tuple{
      Field("caching", &T::caching, "Hot cache, where it is overridden.", {.max_items = kHalf}),
      Field("principals", &T::principals, "Who may come in.", {.max_items = kHalf})};
};

template <>
struct Describe<fdb::GrantStatus> {
  using T = fdb::GrantStatus;
  static constexpr auto fields =
      std::tuple{Field("database", &T::database, "Database on the follower.",
                       {.required = true, .max_length = kMaxDatabase}),
                 Field("role", &T::role, "What was granted.", {.required = true}),
                 Field("principal", &T::principal, "Who, as the spec has it.",
                       {.required = true, .max_length = kMaxPrincipal}),
                 Field("resolvedPrincipal", &T::resolved_principal, "Who, as Kusto knows it.",
                       {.max_length = kMaxPrincipal}),
                 Field("expiresAt", &T::expires_at, "When the operator takes it back.")};
};

template <>
struct Describe<fdb::Drift> {
  using T = fdb::Drift;
  static constexpr auto fields = std::tuple{
      Field("field", &T::field, "Field of the spec.", {.required = true, .max_length = 256}),
      Field("want", &T::want, "As declared.", {.max_length = 256}),
      Field("have", &T::have, "As found in Azure.", {.max_length = 256}),
      Field("since", &T::since, "When the difference was first seen.", {.required = true})};
};

template <>
struct Describe<fdb::Status> {
  using T = fdb::Status;
  static constexpr auto fields = std::tuple{
      Field("conditions", &T::conditions,
            "Ready first; Reconciling and Stalled are there only while true.",
            {.max_items = 20, .list_type = ListType::kMap, .list_map_keys = {"type"}}),
      Field("observedGeneration", &T::observed_generation,
            "The metadata.generation that was last judged; -1: none yet."),
      Field("lastHandledReconcileAt", &T::last_handled_reconcile_at,
            "Echo of the annotation adxfollower.io/reconcile-at.", {.max_length = 256}),
      Field("source", &T::source, "What is followed: the database of the leader, or the share.",
            {.max_length = kMaxDatabase}),
      Field("attachment", &T::attachment, "The attachment in Azure."),
      Field("followerCluster", &T::follower_cluster, "The follower cluster."),
      Field("leaderCluster", &T::leader_cluster, "The leader cluster."),
      Field("share", &T::share, "The share subscription; with source.share."),
      Field("effectivePolicy", &T::effective_policy, "What is in force on the follower."),
      Field("grants", &T::grants, "What this object granted.", {.max_items = fdb::kMaxStatusList}),
      Field("drift", &T::drift, "Where Azure differs from the spec.",
            {.max_items = fdb::kMaxStatusList}),
      Field("plan", &T::plan, "What Manage would do; in mode Observe.",
            {.max_items = fdb::kMaxStatusList}),
      Field("lastChange", &T::last_change, "The last write to Azure."),
      Field("truncated", &T::truncated, "Lists that were cut to their limit.", {.max_items = 16})};
};

}  // namespace adxf::model
