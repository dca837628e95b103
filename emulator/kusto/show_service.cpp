#include "emulator/kusto/access.hpp"
#include "emulator/kusto/commands.hpp"
#include "emulator/kusto/policy_json.hpp"

namespace adxf::emulator::kusto {
namespace {

ResultTable DescribeVersion() {
  return {.columns = {{.name = "BuildVersion"},
                      {.name = "BuildTime", .type = "datetime"},
                      {.name = "ServiceType"},
                      {.name = "ProductVersion"}},
          .rows = {Json::array({"1.0.9000.0", "2026-01-01T00:00:00Z", "Engine", "adx-emulator"})}};
}

Outcome<ResultTable> DescribeNodes(Session const& session) {
  ResultTable table{.columns = {{.name = "NodeId"},
                                {.name = "Address"},
                                {.name = "Name"},
                                {.name = "StartTime", .type = "datetime"},
                                {.name = "IsAdmin", .type = "bool"},
                                {.name = "MachineTotalMemory", .type = "long"}}};
  for (int node = 0; node < session.cluster.sku_capacity; ++node) {
    auto const name = "KEngine" + std::to_string(node);
    table.rows.push_back(Json::array(
        {name, session.cluster.uri, name, "2026-01-01T00:00:00Z", node == 0, 68'719'476'736}));
  }
  return table;
}

/// Kept empty: its format is no contract, and it does not tell of new data.
Outcome<ResultTable> DescribeJournal(Session const& session) {
  if (!HasClusterRight(session, Right::kMetadata))
    return RefuseAccess(CallerName(session.caller), "show the journal");
  return ResultTable{.columns = {{.name = "Event"},
                                 {.name = "EventTimestamp", .type = "datetime"},
                                 {.name = "Database"},
                                 {.name = "EntityName"},
                                 {.name = "UpdatedEntityName"},
                                 {.name = "EntityVersion"}}};
}

Outcome<ResultTable> DescribeClusterPrincipals(Session const& session) {
  if (!HasClusterRight(session, Right::kAdmin))
    return RefuseAccess(CallerName(session.caller), "show the principals of this cluster");
  ResultTable table{.columns = {{.name = "Role"},
                                {.name = "PrincipalType"},
                                {.name = "PrincipalDisplayName"},
                                {.name = "PrincipalObjectId"},
                                {.name = "PrincipalFQN"},
                                {.name = "Notes"}}};
  for (auto const& grant : session.cluster.grants) {
    table.rows.push_back(Json::array({ToString(grant.role), PrincipalTypeText(grant.principal.kind),
                                      grant.principal.display_name, grant.principal.object_id,
                                      grant.principal.Fqn(), ""}));
  }
  return table;
}

}  // namespace

Outcome<ResultTable> Run(Session const& session, ShowService const& command) {
  switch (command.kind) {
    case ShowService::Kind::kVersion: return DescribeVersion();
    case ShowService::Kind::kCluster: return DescribeNodes(session);
    case ShowService::Kind::kJournal: return DescribeJournal(session);
    case ShowService::Kind::kClusterPrincipals: return DescribeClusterPrincipals(session);
  }
  return RefuseRequest("Unknown command.");
}

}  // namespace adxf::emulator::kusto
