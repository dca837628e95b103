#include "emulator/kusto/access.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace adxf::emulator::kusto {
namespace {

bool Gives(DatabaseRole role, Right right) {
  using enum DatabaseRole;
  if (role == kAdmin || right == Right::kAny) return true;
  bool const is_reader = role == kUser || role == kViewer || role == kUnrestrictedViewer;
  switch (right) {
    case Right::kMetadata: return is_reader || role == kMonitor;
    case Right::kRead: return is_reader;
    case Right::kIngest: return role == kIngestor;
    case Right::kCreate: return role == kUser;
    default: return false;
  }
}

DatabaseRole AsDatabaseRole(ClusterRole role) {
  if (role == ClusterRole::kAllDatabasesAdmin) return DatabaseRole::kAdmin;
  return role == ClusterRole::kAllDatabasesViewer ? DatabaseRole::kViewer : DatabaseRole::kMonitor;
}

}  // namespace

bool HasClusterRight(Session const& session, Right right) {
  return std::ranges::any_of(session.cluster.grants, [&](ClusterGrant const& grant) {
    return Gives(AsDatabaseRole(grant.role), right) &&
           IsOrBelongsTo(session.estate, session.caller, grant.principal);
  });
}

bool HasRight(Session const& session, std::string_view database, Right right) {
  if (HasClusterRight(session, right)) return true;
  return std::ranges::any_of(
      EffectiveGrants(session.estate, session.cluster, database), [&](Grant const& grant) {
        return Gives(grant.role, right) &&
               IsOrBelongsTo(session.estate, session.caller, grant.principal);
      });
}

Outcome<bool> Require(Session const& session, std::string_view database, Right right,
                      std::string_view what) {
  if (HasRight(session, database, right)) return true;
  return RefuseAccess(CallerName(session.caller),
                      fmt::format("{} on database '{}'", what, database));
}

std::string CallerName(Caller const& caller) {
  bool const is_app = !caller.app_id.empty();
  return fmt::format("{}={};{}", is_app ? "aadapp" : "aaduser",
                     is_app ? caller.app_id : caller.object_id, caller.tenant_id);
}

}  // namespace adxf::emulator::kusto
