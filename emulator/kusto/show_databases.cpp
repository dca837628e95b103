#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/caching.hpp"
#include "emulator/kusto/commands.hpp"
#include "emulator/kusto/policy_json.hpp"

#include <fmt/format.h>

#include <ranges>

namespace adxf::emulator::kusto {
namespace {

std::vector<ResultColumn> DatabaseColumns() {
  return {{.name = "DatabaseName"},
          {.name = "PersistentStorage"},
          {.name = "Version"},
          {.name = "IsCurrent", .type = "bool"},
          {.name = "DatabaseAccessMode"},
          {.name = "PrettyName"},
          {.name = "ReservedSlot1", .type = "bool"},
          {.name = "DatabaseId", .type = "guid"},
          {.name = "InTransitionTo"},
          {.name = "SuspensionState"}};
}

std::vector<ResultColumn> DetailColumns() {
  auto columns = DatabaseColumns();
  for (auto const* name :
       {"AuthorizedPrincipals", "RetentionPolicy", "MergePolicy", "CachingPolicy", "ShardingPolicy",
        "StreamingIngestionPolicy", "IngestionBatchingPolicy"}) {
    columns.push_back({.name = name});
  }
  columns.push_back({.name = "TotalSize", .type = "real"});
  for (auto const* name : {"NumberOfTables", "NumberOfExternalTables", "NumberOfMaterializedViews"})
    columns.push_back({.name = name, .type = "long"});
  columns.push_back({.name = "EncryptionScope"});
  return columns;
}

Json Row(Session const& session, DatabaseView const& view) {
  auto const id = view.own != nullptr && !view.own->id.empty()
                      ? view.own->id
                      : StableGuid(session.cluster.Key() + "/" + Lower(view.name));
  auto const storage = fmt::format("https://{}.blob.core.windows.net/{}",
                                   StableGuid(session.cluster.Key()).substr(0, 8), id);
  // What Azure writes there is not published; only that the column is empty otherwise.
  auto const* suspension = view.IsFollowed() && view.followed->is_suspended ? "Suspended" : "";
  return Json::array(
      {view.name, storage, ToString(view.version), SameName(view.name, session.database),
       view.IsFollowed() ? "ReadOnlyFollowing" : "ReadWrite", "", nullptr, id, "", suspension});
}

template <class Map>
std::int64_t CountShown(DatabaseView const& view, Map const& entities) {
  return std::ranges::count_if(entities | std::views::values,
                               [&](auto const& entity) { return view.Shows(entity); });
}

double TotalSize(DatabaseView const& view) {
  double bytes = 0;
  for (auto const& table : view.source->tables | std::views::values) {
    if (!view.Shows(table)) continue;
    for (auto const* extent : view.Arrived(table.extents))
      bytes += static_cast<double>(extent->bytes);
  }
  return bytes;
}

std::string RetentionText(Database const& database) {
  if (!database.soft_delete) return "null";
  return Dump(Json{{"SoftDeletePeriod", TimespanText(*database.soft_delete)},
                   {"Recoverability", "Enabled"}});
}

Json DetailRow(Session const& session, DatabaseView const& view) {
  Json row = Row(session, view);
  Json principals = Json::array();
  for (auto const& grant : EffectiveGrants(session.estate, session.cluster, view.name))
    principals.push_back(GrantJson(grant));
  auto const caching = EffectiveCaching(view, session.Now(), Scope::kDatabase, {});
  Json const extra =
      Json::array({Dump(principals), RetentionText(*view.source), "null", CachingText(caching),
                   "null", "null", "null", TotalSize(view), CountShown(view, view.source->tables),
                   CountShown(view, view.source->external_tables),
                   CountShown(view, view.source->materialized_views), ""});
  row.insert(row.end(), extra.begin(), extra.end());
  return row;
}

ResultTable Identity(Session const& session, DatabaseView const& view) {
  ResultTable table{.columns = DatabaseColumns(), .rows = {Row(session, view)}};
  table.columns.push_back({.name = "CurrentUserIsUnrestrictedViewer", .type = "bool"});
  table.rows.front().push_back(HasRight(session, view.name, Right::kAdmin));
  return table;
}

ResultTable Roles(Session const& session, DatabaseView const& view) {
  ResultTable table{
      .columns = {
          {.name = "Scope"}, {.name = "DisplayName"}, {.name = "AADObjectID"}, {.name = "Role"}}};
  auto const scope = "Database " + view.name;
  for (auto const& grant : session.cluster.grants) {
    if (!IsOrBelongsTo(session.estate, session.caller, grant.principal)) continue;
    table.rows.push_back(Json::array({"Cluster", grant.principal.display_name,
                                      grant.principal.object_id, ToString(grant.role)}));
  }
  for (auto const& grant : EffectiveGrants(session.estate, session.cluster, view.name)) {
    if (!IsOrBelongsTo(session.estate, session.caller, grant.principal)) continue;
    table.rows.push_back(Json::array(
        {scope, grant.principal.display_name, grant.principal.object_id, ToString(grant.role)}));
  }
  return table;
}

ResultTable Extents(DatabaseView const& view) {
  std::vector<Table const*> tables;
  for (auto const& table : view.source->tables | std::views::values) {
    if (view.Shows(table)) tables.push_back(&table);
  }
  return DescribeExtents(view, tables);
}

Right RightFor(ShowDatabase::Facet facet) {
  if (facet == ShowDatabase::Facet::kPrincipals) return Right::kAdmin;
  return facet == ShowDatabase::Facet::kPrincipalRoles ? Right::kAny : Right::kMetadata;
}

}  // namespace

Outcome<ResultTable> Run(Session const& session, ShowDatabases const& command) {
  ResultTable table{.columns = command.is_detailed ? DetailColumns() : DatabaseColumns()};
  bool const sees_all = HasClusterRight(session, Right::kMetadata);
  for (auto const& view : AllViews(session)) {
    if (!sees_all && !HasRight(session, view.name, Right::kAny)) continue;
    table.rows.push_back(command.is_detailed ? DetailRow(session, view) : Row(session, view));
  }
  return table;
}

Outcome<ResultTable> Run(Session const& session, ShowDatabase const& command) {
  using enum ShowDatabase::Facet;
  TRY_ASSIGN(DatabaseView const view,
             FindView(session, command.database.empty() ? session.database : command.database));
  TRY_ASSIGN([[maybe_unused]] bool const allowed,
             Require(session, view.name, RightFor(command.facet), "show the metadata"));
  switch (command.facet) {
    case kPlain: return ResultTable{.columns = DatabaseColumns(), .rows = {Row(session, view)}};
    case kIdentity: return Identity(session, view);
    case kPrincipals: return DescribePrincipals(session, view);
    case kPrincipalRoles: return Roles(session, view);
    case kExtents: return Extents(view);
    case kCachingPolicy:
      return DescribeCaching(view.name, "Database",
                             PolicyAt(view, session.Now(), Scope::kDatabase, {}));
    default: break;
  }
  ResultTable details{.columns = DetailColumns(), .rows = {DetailRow(session, view)}};
  if (command.facet == kDetails) return details;
  if (command.facet == kDataStats)
    return details.Select({"DatabaseName", "PersistentStorage", "TotalSize", "NumberOfTables"});
  return details.Select({"DatabaseName", "PersistentStorage", "Version", "IsCurrent",
                         "DatabaseAccessMode", "PrettyName", "DatabaseId", "AuthorizedPrincipals",
                         "RetentionPolicy", "MergePolicy", "CachingPolicy", "ShardingPolicy",
                         "StreamingIngestionPolicy", "IngestionBatchingPolicy"});
}

ResultTable DescribePrincipals(Session const& session, DatabaseView const& view) {
  ResultTable table{.columns = {{.name = "Role"},
                                {.name = "PrincipalType"},
                                {.name = "PrincipalDisplayName"},
                                {.name = "PrincipalObjectId"},
                                {.name = "PrincipalFQN"},
                                {.name = "Notes"},
                                {.name = "RoleAssignmentIdentifier"}}};
  auto const add = [&](std::string const& role, Principal const& who, std::string const& notes) {
    auto const id =
        StableGuid(session.cluster.Key() + "/" + view.name + "/" + role + "/" + who.Fqn());
    table.rows.push_back(Json::array({role, PrincipalTypeText(who.kind), who.display_name,
                                      who.object_id, who.Fqn(), notes, id}));
  };
  for (auto const& grant : session.cluster.grants)
    add(std::string(ToString(grant.role)), grant.principal, "");
  for (auto const& grant : EffectiveGrants(session.estate, session.cluster, view.name)) {
    add(fmt::format("Database {} {}", view.name, ToString(grant.role)), grant.principal,
        grant.notes);
  }
  return table;
}

ResultTable DescribeCaching(std::string const& entity, std::string const& kind,
                            std::optional<CachingPolicy> const& policy) {
  return {
      .columns = {{.name = "PolicyName"},
                  {.name = "EntityName"},
                  {.name = "Policy"},
                  {.name = "ChildEntities"},
                  {.name = "EntityType"}},
      .rows = {Json::array({"CachingPolicy", "[" + entity + "]", CachingText(policy), "", kind})}};
}

}  // namespace adxf::emulator::kusto
