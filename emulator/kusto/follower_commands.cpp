#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/caching.hpp"
#include "emulator/kusto/commands.hpp"
#include "emulator/kusto/policy_json.hpp"
#include "emulator/kusto/principals.hpp"

#include <fmt/format.h>

namespace adxf::emulator::kusto {
namespace {

std::vector<ResultColumn> FollowerColumns() {
  return {{.name = "DatabaseName"},
          {.name = "LeaderClusterMetadataPath"},
          {.name = "CachingPolicyOverride"},
          {.name = "AuthorizedPrincipalsOverride"},
          {.name = "AuthorizedPrincipalsModificationKind"},
          {.name = "CachingPoliciesModificationKind"},
          {.name = "IsAutoPrefetchEnabled", .type = "bool"},
          {.name = "TableMetadataOverrides"}};
}

std::string MetadataPath(FollowedDatabase const& followed) {
  return fmt::format("https://{}.blob.core.windows.net/metadata-{}",
                     StableGuid(followed.leader_cluster).substr(0, 8),
                     StableGuid(followed.leader_database));
}

/// Tables and materialized views share one map.
std::string EntityOverrides(FollowerOverrides const& overrides) {
  Json map = Json::object();
  for (auto const& [name, policy] : overrides.table_caching)
    map[name] = {{"CachingPolicyOverride", CachingJson(policy)}};
  for (auto const& [name, policy] : overrides.view_caching)
    map[name] = {{"CachingPolicyOverride", CachingJson(policy)}};
  return Dump(map);
}

Json Row(Session const& session, FollowedDatabase const& followed,
         FollowerOverrides const& overrides) {
  Json grants = Json::array();
  for (auto const& grant : overrides.grants) {
    grants.push_back(GrantJson(grant));
    if (!session.estate.settings.bare_principals) continue;
    grants.back().erase("Role");
    grants.back().erase("Notes");
  }
  return Json::array({followed.name, MetadataPath(followed), CachingText(overrides.caching),
                      Dump(grants), ToString(overrides.principals_kind),
                      ToString(overrides.caching_kind), overrides.prefetch_extents,
                      EntityOverrides(overrides)});
}

Outcome<DatabaseView> FindFollowed(Session const& session, std::string const& name) {
  TRY_ASSIGN(DatabaseView view, FindView(session, name));
  TRY_ASSIGN([[maybe_unused]] bool const allowed,
             Require(session, view.name, Right::kAdmin, "administer the follower settings"));
  if (!view.IsFollowed())
    return RefuseRequest(fmt::format("Database '{}' is not a follower database.", view.name));
  return view;
}

/// Takes `overrides` for the database; they show at the next schema refresh, the answer holds them
/// already.
ResultTable Accept(Session const& session, DatabaseView const& view, FollowerOverrides overrides) {
  ResultTable answer{.columns = FollowerColumns(),
                     .rows = {Row(session, *view.followed, overrides)}};
  if (overrides == view.followed->overrides.Latest()) return answer;
  view.followed->overrides.Set(std::move(overrides),
                               NextRefresh(session.estate.settings, session.Now()));
  view.followed->overrides.Fold(session.Now());
  return answer;
}

void Put(ByName<CachingPolicy>& policies, std::vector<std::string> const& names,
         std::optional<CachingPolicy> const& policy) {
  for (auto const& name : names) {
    policies.erase(name);
    if (policy) policies.emplace(name, *policy);
  }
}

Outcome<bool> RequireEntities(DatabaseView const& view, ChangeFollowerCaching const& command) {
  for (auto const& name : command.entities) {
    if (command.scope == Scope::kTables) {
      TRY_ASSIGN([[maybe_unused]] Table const* table, FindTable(view, name));
    } else {
      TRY_ASSIGN([[maybe_unused]] MaterializedView const* entity, FindMaterializedView(view, name));
    }
  }
  return true;
}

/// Without a list: the followed databases that the caller administers.
Outcome<ResultTable> ShowAllFollowed(Session const& session) {
  ResultTable table{.columns = FollowerColumns()};
  bool is_admin_somewhere = HasClusterRight(session, Right::kAdmin);
  for (auto const& view : AllViews(session)) {
    if (!HasRight(session, view.name, Right::kAdmin)) continue;
    is_admin_somewhere = true;
    if (view.IsFollowed())
      table.rows.push_back(Row(session, *view.followed, view.Overrides(session.Now())));
  }
  if (!is_admin_somewhere)
    return RefuseAccess(CallerName(session.caller), "show the follower databases of this cluster");
  return table;
}

}  // namespace

Outcome<ResultTable> Run(Session const& session, ShowFollowerDatabases const& command) {
  if (command.names.empty()) return ShowAllFollowed(session);
  ResultTable table{.columns = FollowerColumns()};
  for (auto const& name : command.names) {
    TRY_ASSIGN(DatabaseView const view, FindFollowed(session, name));
    table.rows.push_back(Row(session, *view.followed, view.Overrides(session.Now())));
  }
  return table;
}

Outcome<ResultTable> Run(Session const& session, ChangeFollowerPrincipals const& command) {
  TRY_ASSIGN(DatabaseView const view, FindFollowed(session, command.database));
  TRY_ASSIGN(std::vector<Principal> const principals,
             ResolvePrincipals(session, command.principals));
  FollowerOverrides overrides = view.followed->overrides.Latest();
  GrantChange const change{.change = command.change, .role = command.role, .notes = command.notes};
  overrides.grants = ChangeGrants(std::move(overrides.grants), change, principals);
  return Accept(session, view, std::move(overrides));
}

Outcome<ResultTable> Run(Session const& session, AlterFollowerKind const& command) {
  TRY_ASSIGN(DatabaseView const view, FindFollowed(session, command.database));
  FollowerOverrides overrides = view.followed->overrides.Latest();
  bool const is_caching = command.subject == AlterFollowerKind::Subject::kCaching;
  (is_caching ? overrides.caching_kind : overrides.principals_kind) = command.kind;
  return Accept(session, view, std::move(overrides));
}

Outcome<ResultTable> Run(Session const& session, AlterFollowerPrefetch const& command) {
  TRY_ASSIGN(DatabaseView const view, FindFollowed(session, command.database));
  FollowerOverrides overrides = view.followed->overrides.Latest();
  overrides.prefetch_extents = command.is_enabled;
  return Accept(session, view, std::move(overrides));
}

Outcome<ResultTable> Run(Session const& session, ChangeFollowerCaching const& command) {
  TRY_ASSIGN(DatabaseView const view, FindFollowed(session, command.database));
  FollowerOverrides overrides = view.followed->overrides.Latest();
  if (command.scope == Scope::kDatabase) {
    overrides.caching = command.policy;
    return Accept(session, view, std::move(overrides));
  }
  // What is to be deleted may have vanished from the leader.
  if (command.policy) {
    TRY_ASSIGN([[maybe_unused]] bool const known, RequireEntities(view, command));
  }
  Put(command.scope == Scope::kTables ? overrides.table_caching : overrides.view_caching,
      command.entities, command.policy);
  return Accept(session, view, std::move(overrides));
}

Outcome<ResultTable> Run(Session const& session, ManagedFollowerSetting const& command) {
  if (!HasClusterRight(session, Right::kAdmin))
    return RefuseAccess(CallerName(session.caller), "change how this cluster follows databases");
  return RefuseRequest(
      fmt::format("The follower setting '{}' is not supported by this command: Azure Resource "
                  "Manager owns it (attachedDatabaseConfigurations).",
                  command.what));
}

}  // namespace adxf::emulator::kusto
