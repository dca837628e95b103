#include "base/result.hpp"
#include "emulator/kusto/parser/parser.hpp"

namespace adxf::emulator::kusto {
namespace {

/// `policy caching`; no other policy is served.
Parsed<bool> ExpectCachingPolicy(Cursor& cursor) {
  TRY_ASSIGN([[maybe_unused]] bool const policy, cursor.ExpectWord("policy"));
  return cursor.ExpectWord("caching");
}

std::optional<ShowDatabase::Facet> TakeFacet(Cursor& cursor) {
  using enum ShowDatabase::Facet;
  if (cursor.TakeWord("details")) return kDetails;
  if (cursor.TakeWord("identity")) return kIdentity;
  if (cursor.TakeWord("policies")) return kPolicies;
  if (cursor.TakeWord("datastats")) return kDataStats;
  if (cursor.TakeWord("principals")) return kPrincipals;
  if (cursor.TakeWords("principal", "roles")) return kPrincipalRoles;
  if (cursor.TakeWord("extents")) return kExtents;
  if (cursor.TakeWords("policy", "caching")) return kCachingPolicy;
  return std::nullopt;
}

/// `.show database [DB] [facet]`. A bare facet is a facet, not a database of that name.
Parsed<Command> ParseShowDatabase(Cursor& cursor) {
  ShowDatabase command;
  if (cursor.IsAtEnd()) return command;
  if (auto const facet = TakeFacet(cursor)) {
    command.facet = *facet;
    return command;
  }
  TRY_ASSIGN(command.database, cursor.ExpectName());
  if (cursor.IsAtEnd()) return command;
  auto const facet = TakeFacet(cursor);
  if (!facet)
    return std::unexpected(cursor.Unexpected(
        "details, identity, policies, datastats, principals, extents or policy caching"));
  command.facet = *facet;
  return command;
}

Parsed<Command> ParseShowTable(Cursor& cursor) {
  TRY_ASSIGN(std::string name, cursor.ExpectName());
  if (cursor.TakeWord("extents")) return ShowTableExtents{.table = std::move(name)};
  if (cursor.IsWord("policy")) {
    TRY_ASSIGN([[maybe_unused]] bool const caching, ExpectCachingPolicy(cursor));
    return ShowEntityCaching{.scope = Scope::kTables, .name = std::move(name)};
  }
  ShowTables command;
  command.is_detailed = cursor.TakeWord("details");
  command.names.push_back(std::move(name));
  return command;
}

Parsed<Command> ParseShowTables(Cursor& cursor) {
  ShowTables command;
  if (cursor.IsPunct("(")) {
    TRY_ASSIGN(command.names, cursor.ExpectNames());
  }
  command.is_detailed = cursor.TakeWord("details");
  return command;
}

Parsed<Command> ParseShowView(Cursor& cursor) {
  TRY_ASSIGN(std::string name, cursor.ExpectName());
  if (!cursor.IsWord("policy"))
    return ShowEntities{.kind = ShowEntities::Kind::kMaterializedViews, .name = std::move(name)};
  TRY_ASSIGN([[maybe_unused]] bool const caching, ExpectCachingPolicy(cursor));
  return ShowEntityCaching{.scope = Scope::kMaterializedViews, .name = std::move(name)};
}

Parsed<Command> ParseShowCluster(Cursor& cursor) {
  if (cursor.TakeWord("databases")) return ShowDatabases{.is_detailed = cursor.TakeWord("details")};
  if (cursor.TakeWord("principals"))
    return ShowService{.kind = ShowService::Kind::kClusterPrincipals};
  return ShowService{.kind = ShowService::Kind::kCluster};
}

}  // namespace

Parsed<Command> ParseShow(Cursor& cursor) {
  if (cursor.TakeWord("databases")) return ShowDatabases{.is_detailed = cursor.TakeWord("details")};
  if (cursor.TakeWord("database")) return ParseShowDatabase(cursor);
  if (cursor.TakeWord("tables")) return ParseShowTables(cursor);
  if (cursor.TakeWord("table")) return ParseShowTable(cursor);
  if (cursor.TakeWord("materialized-views"))
    return ShowEntities{.kind = ShowEntities::Kind::kMaterializedViews};
  if (cursor.TakeWord("materialized-view")) return ParseShowView(cursor);
  if (cursor.TakeWord("functions")) return ShowEntities{.kind = ShowEntities::Kind::kFunctions};
  if (cursor.TakeWords("external", "tables"))
    return ShowEntities{.kind = ShowEntities::Kind::kExternalTables};
  if (cursor.TakeWord("cluster")) return ParseShowCluster(cursor);
  if (cursor.TakeWord("version")) return ShowService{.kind = ShowService::Kind::kVersion};
  if (cursor.TakeWord("journal")) return ShowService{.kind = ShowService::Kind::kJournal};
  return std::unexpected(cursor.Unexpected("something to show"));
}

}  // namespace adxf::emulator::kusto
