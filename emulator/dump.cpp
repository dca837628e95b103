#include "emulator/dump.hpp"

#include "emulator/arm/attachment_body.hpp"
#include "emulator/datashare/dump.hpp"
#include "emulator/state.hpp"

#include <nlohmann/json.hpp>

#include <ranges>

namespace adxf::emulator {

namespace {

using nlohmann::json;

json CachingJson(CachingPolicy const& policy) {
  auto windows = json::array();
  for (auto const& window : policy.windows)
    windows.push_back({{"from", Iso8601(window.from)}, {"to", Iso8601(window.to)}});
  return {{"hot", TimespanText(policy.data_hot)},
          {"hotIndex", TimespanText(policy.index_hot)},
          {"hotWindows", windows}};
}

json CachingJson(std::optional<CachingPolicy> const& policy) {
  return policy ? CachingJson(*policy) : json(nullptr);
}

json GrantsJson(std::vector<Grant> const& grants) {
  auto list = json::array();
  for (auto const& grant : grants) {
    list.push_back({{"role", ToString(grant.role)},
                    {"principal", grant.principal.Fqn()},
                    {"notes", grant.notes}});
  }
  return list;
}

json ExtentsJson(std::vector<Extent> const& extents) {
  std::uint64_t rows = 0;
  for (auto const& extent : extents) rows += extent.rows;
  json body{{"rows", rows}, {"extents", extents.size()}};
  if (!extents.empty()) body["newestExtent"] = Iso8601(extents.back().created);
  return body;
}

json DatabaseJson(Database const& database) {
  json body{{"version", ToString(database.Latest())},
            {"caching", CachingJson(database.caching)},
            {"grants", GrantsJson(database.grants)}};
  body["tables"] = json::object();
  for (auto const& [name, table] : database.tables) {
    body["tables"][name] = ExtentsJson(table.extents);
    body["tables"][name]["caching"] = CachingJson(table.caching);
  }
  for (auto const& [name, view] : database.materialized_views)
    body["materializedViews"][name] = {{"caching", CachingJson(view.caching)}};
  for (auto const& name : database.functions | std::views::keys) body["functions"].push_back(name);
  for (auto const& name : database.external_tables | std::views::keys)
    body["externalTables"].push_back(name);
  return body;
}

json OverridesJson(FollowerOverrides const& overrides) {
  json body{{"cachingKind", ToString(overrides.caching_kind)},
            {"principalsKind", ToString(overrides.principals_kind)},
            {"prefetchExtents", overrides.prefetch_extents},
            {"caching", CachingJson(overrides.caching)},
            {"tables", json::object()},
            {"materializedViews", json::object()},
            {"grants", GrantsJson(overrides.grants)}};
  for (auto const& [name, policy] : overrides.table_caching)
    body["tables"][name] = CachingJson(policy);
  for (auto const& [name, policy] : overrides.view_caching)
    body["materializedViews"][name] = CachingJson(policy);
  return body;
}

json ClusterJson(Estate& estate, Cluster& cluster) {
  json body{{"id", cluster.Id()},
            {"uri", cluster.uri},
            {"state", cluster.state},
            {"location", cluster.location},
            {"maintenance", cluster.maintenance},
            {"databases", json::object()},
            {"attachments", json::object()},
            {"followed", json::object()},
            {"grants", json::array()}};
  for (auto const& [name, database] : cluster.databases)
    body["databases"][name] = DatabaseJson(database);
  for (auto const& [name, attachment] : cluster.attachments) {
    body["attachments"][name] =
        arm::AttachmentJson(estate, cluster, attachment, arm::LocationForm::kAsSent);
  }
  for (auto& [name, followed] : cluster.followed) {
    auto const sight = Sight(estate, cluster, followed);
    body["followed"][name] = {
        {"attachment", followed.attachment},
        {"leaderCluster", followed.leader_cluster},
        {"leaderDatabase", followed.leader_database},
        {"version", ToString(sight.version)},
        {"overrides", OverridesJson(followed.overrides.At(estate.Now()))},
        {"accepted", OverridesJson(followed.overrides.Latest())},
        {"grantsInForce", GrantsJson(EffectiveGrants(estate, cluster, name))}};
  }
  for (auto const& grant : cluster.grants)
    body["grants"].push_back(
        {{"role", ToString(grant.role)}, {"principal", grant.principal.Fqn()}});
  return body;
}

json BucketJson(BucketSize const& size) {
  return {{"capacity", size.capacity}, {"perSecond", size.per_second}};
}

std::string_view ToString(ArmRole role) {
  if (role == ArmRole::kReader) return "Reader";
  return role == ArmRole::kOwner ? "Owner" : "Contributor";
}

json RolesJson(Estate const& estate) {
  auto list = json::array();
  for (auto const& assignment : estate.role_assignments) {
    list.push_back({{"name", assignment.name},
                    {"principal", assignment.object_id},
                    {"role", ToString(assignment.role)},
                    {"scope", assignment.scope},
                    {"hasEffect", assignment.effective <= estate.Now()}});
  }
  return list;
}

}  // namespace

json CallJson(Call const& call) {
  return {{"n", call.number},
          {"time", Iso8601(call.time)},
          {"service", call.service},
          {"method", call.method},
          {"path", call.path},
          {"command", call.command},
          {"operation", call.operation},
          {"appId", call.app_id},
          {"userAgent", call.user_agent},
          {"cluster", call.cluster},
          {"status", call.status},
          {"isWrite", call.is_write},
          {"accepted", call.was_accepted},
          {"requestId", call.request_id},
          {"fault", call.fault}};
}

json FaultJson(Fault const& fault) {
  json body{{"id", fault.id},           {"service", fault.service}, {"method", fault.method},
            {"cluster", fault.cluster}, {"path", fault.path_text},  {"command", fault.command_text},
            {"skip", fault.skip},       {"matched", fault.matched}, {"acted", fault.acted}};
  if (fault.count) body["count"] = *fault.count;
  return body;
}

json SettingsJson(Estate const& estate) {
  auto const& settings = estate.settings;
  return {{"schemaRefreshMs", settings.schema_refresh.count()},
          {"operationDurationMs", settings.operation_duration.count()},
          {"lagMs", settings.lag.count()},
          {"ownVersions", settings.own_versions},
          {"barePrincipals", settings.bare_principals},
          {"maintenance",
           settings.maintenance == MaintenanceMode::kConflictAtOnce ? "conflict" : "failOperation"},
          {"retryAfterSeconds",
           settings.retry_after ? json(settings.retry_after->count()) : json(nullptr)},
          {"tokenLifetimeSeconds", settings.token_lifetime.count()},
          {"singleUseAssertions", settings.single_use_assertions},
          {"throttleWithRetryAfter", settings.throttle_with_retry_after},
          {"throttle",
           {{"reads", BucketJson(settings.reads)},
            {"writes", BucketJson(settings.writes)},
            {"deletes", BucketJson(settings.deletes)},
            {"clusterReads", BucketJson(settings.cluster_reads)},
            {"clusterWrites", BucketJson(settings.cluster_writes)}}},
          {"maxAttachments", settings.max_attachments},
          {"maxFollowers", settings.max_followers},
          {"roleAssignmentDelayMs", settings.role_assignment_delay.count()},
          {"transientFailures", settings.transient_failures},
          {"maxInvitations", settings.max_invitations},
          {"dataSharePageSize", settings.data_share_page_size},
          {"metricsDelayMs", settings.metrics_delay.count()},
          {"regionNames", std::map<std::string, std::string>(settings.region_names.begin(),
                                                             settings.region_names.end())}};
}

json StateJson(Estate& estate) {
  json body{{"now", Iso8601(estate.Now())},     {"clockOffsetMs", estate.clock.Offset().count()},
            {"settings", SettingsJson(estate)}, {"lastCall", estate.calls.Last()},
            {"clusters", json::object()},       {"runningOperations", json::array()}};
  for (auto& [name, cluster] : estate.clusters)
    body["clusters"][name] = ClusterJson(estate, cluster);
  body["dataShare"] = datashare::StateJson(estate);
  body["roleAssignments"] = RolesJson(estate);
  for (auto const& operation : estate.operations | std::views::values) {
    if (operation.status == OperationStatus::kRunning) {
      body["runningOperations"].push_back({{"id", operation.id},
                                           {"kind", operation.kind},
                                           {"cluster", operation.cluster},
                                           {"resource", operation.resource}});
    }
  }
  return body;
}

}  // namespace adxf::emulator
