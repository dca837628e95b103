#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/caching.hpp"
#include "emulator/kusto/commands.hpp"
#include "emulator/kusto/csv.hpp"
#include "emulator/kusto/principals.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace adxf::emulator::kusto {
namespace {

constexpr std::array kColumnTypes{std::string_view("string"),   std::string_view("long"),
                                  std::string_view("int"),      std::string_view("real"),
                                  std::string_view("bool"),     std::string_view("guid"),
                                  std::string_view("datetime"), std::string_view("timespan"),
                                  std::string_view("dynamic"),  std::string_view("decimal")};
constexpr std::size_t kMaxNameLength = 1024;

/// A database of the cluster's own; a followed one is refused before any right is looked at.
Outcome<Database*> FindWritable(Session const& session, std::string_view name, Right right) {
  TRY_ASSIGN(DatabaseView const view, FindView(session, name));
  if (view.IsFollowed()) return RefuseReadOnly(view.name);
  TRY_ASSIGN([[maybe_unused]] bool const allowed,
             Require(session, view.name, right, "change the data or schema"));
  return view.own;
}

bool IsValidName(std::string_view name) {
  auto const is_allowed = [](char c) {
    bool const is_letter =
        (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    return is_letter || (c >= '0' && c <= '9') || c == '_' || c == ' ' || c == '.' || c == '-';
  };
  return !name.empty() && name.size() <= kMaxNameLength && !name.starts_with("__") &&
         !name.ends_with("__") && std::ranges::all_of(name, is_allowed);
}

Outcome<bool> RequireColumns(std::vector<Column> const& columns) {
  for (auto const& column : columns) {
    if (!IsValidName(column.name)) return RefuseName(column.name);
    if (std::ranges::find(kColumnTypes, Lower(column.type)) == kColumnTypes.end())
      return RefuseRequest(fmt::format("'{}' is not a scalar data type.", column.type));
  }
  return true;
}

Json Schema(std::vector<Column> const& columns) {
  Json list = Json::array();
  for (auto const& column : columns)
    list.push_back({{"Name", column.name}, {"CslType", column.type}});
  return {{"OrderedColumns", std::move(list)}};
}

ResultTable TableAnswer(Database const& database, Table const& table) {
  return {.columns = {{.name = "TableName"},
                      {.name = "Schema"},
                      {.name = "DatabaseName"},
                      {.name = "Folder"},
                      {.name = "DocString"}},
          .rows = {Json::array(
              {table.name, Dump(Schema(table.columns)), database.name, table.folder, table.doc})}};
}

ResultTable TableNames(Database const& database) {
  ResultTable answer{.columns = {{.name = "TableName"}, {.name = "DatabaseName"}}};
  for (auto const& [key, table] : database.tables)
    answer.rows.push_back(Json::array({table.name, database.name}));
  return answer;
}

/// Adds the columns that are not there; an existing one must have the same type.
Outcome<bool> MergeColumns(Table& table, std::vector<Column> const& columns) {
  bool has_changed = false;
  for (auto const& column : columns) {
    auto const found = std::ranges::find(table.columns, column.name, &Column::name);
    if (found == table.columns.end()) {
      table.columns.push_back(column);
      has_changed = true;
    } else if (!SameName(found->type, column.type)) {
      return RefuseRequest(fmt::format("Column '{}' exists with another type.", column.name));
    }
  }
  return has_changed;
}

Outcome<std::optional<CachingPolicy>*> CachingSlot(Database& database,
                                                   ChangeCaching const& command) {
  if (command.scope == Scope::kDatabase) return &database.caching;
  if (command.scope == Scope::kTables) {
    auto const found = database.tables.find(command.name);
    if (found == database.tables.end()) return RefuseTable(command.name, "table");
    return &found->second.caching;
  }
  auto const found = database.materialized_views.find(command.name);
  if (found == database.materialized_views.end())
    return RefuseTable(command.name, "materialized view");
  return &found->second.caching;
}

}  // namespace

Outcome<ResultTable> Run(Session const& session, CreateTable const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, session.database, Right::kCreate));
  if (!IsValidName(command.name)) return RefuseName(command.name);
  TRY_ASSIGN([[maybe_unused]] bool const valid, RequireColumns(command.columns));
  auto const found = database->tables.find(command.name);
  if (found == database->tables.end()) {
    Table const table{.name = command.name,
                      .id = session.estate.NewGuid(),
                      .created = session.Now(),
                      .columns = command.columns};
    database->tables.emplace(command.name, table);
    database->Bump(session.Now());
    return TableAnswer(*database, table);
  }
  // As the service does, an existing table stays as it is and the command succeeds.
  if (!command.is_merge) return TableAnswer(*database, found->second);
  TRY_ASSIGN(bool const has_changed, MergeColumns(found->second, command.columns));
  if (has_changed) database->Bump(session.Now());
  return TableAnswer(*database, found->second);
}

Outcome<ResultTable> Run(Session const& session, DropTable const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, session.database, Right::kAdmin));
  if (database->tables.erase(command.name) > 0) {
    database->Bump(session.Now());
    return TableNames(*database);
  }
  if (!command.if_exists) return RefuseTable(command.name, "table");
  return TableNames(*database);
}

Outcome<ResultTable> Run(Session const& session, CreateMaterializedView const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, session.database, Right::kCreate));
  if (!IsValidName(command.name)) return RefuseName(command.name);
  if (!database->tables.contains(command.table)) return RefuseTable(command.table, "table");
  bool const exists = database->materialized_views.contains(command.name);
  if (exists && !command.if_not_exists)
    return RefuseRequest(fmt::format("Materialized view '{}' already exists.", command.name));
  if (!exists) {
    database->materialized_views.emplace(command.name,
                                         MaterializedView{.name = command.name,
                                                          .created = session.Now(),
                                                          .source_table = command.table,
                                                          .query = command.query});
    database->Bump(session.Now());
  }
  return ResultTable{.columns = {{.name = "Name"}, {.name = "SourceTable"}, {.name = "Query"}},
                     .rows = {Json::array({command.name, command.table, command.query})}};
}

Outcome<ResultTable> Run(Session const& session, DropMaterializedView const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, session.database, Right::kAdmin));
  if (database->materialized_views.erase(command.name) == 0)
    return RefuseTable(command.name, "materialized view");
  database->Bump(session.Now());
  return ResultTable{.columns = {{.name = "Name"}}};
}

Outcome<ResultTable> Run(Session const& session, IngestInline const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, session.database, Right::kIngest));
  auto const found = database->tables.find(command.table);
  if (found == database->tables.end()) return RefuseTable(command.table, "table");
  auto records = ParseCsv(command.csv);
  Extent extent{.id = session.estate.NewGuid(),
                .created = session.Now(),
                .rows = records.size(),
                .bytes = command.csv.size()};
  extent.cells = std::move(records);
  auto const id = extent.id;
  if (extent.rows > 0) {
    found->second.extents.push_back(std::move(extent));
    database->Bump(session.Now());
  }
  return ResultTable{.columns = {{.name = "ExtentId", .type = "guid"},
                                 {.name = "ItemLoaded"},
                                 {.name = "Duration", .type = "timespan"},
                                 {.name = "HasErrors", .type = "bool"},
                                 {.name = "OperationId", .type = "guid"}},
                     .rows = {Json::array({id, "inproc:" + session.estate.NewGuid(),
                                           "00:00:00.0010000", false, session.estate.NewGuid()})}};
}

Outcome<ResultTable> Run(Session const& session, ChangeCaching const& command) {
  auto const name = command.scope == Scope::kDatabase ? command.name : session.database;
  TRY_ASSIGN(Database * database, FindWritable(session, name, Right::kAdmin));
  TRY_ASSIGN(std::optional<CachingPolicy> * slot, CachingSlot(*database, command));
  if (*slot != command.policy) database->Bump(session.Now());
  *slot = command.policy;
  return DescribeCaching(command.name, command.scope == Scope::kDatabase ? "Database" : "Table",
                         *slot);
}

Outcome<ResultTable> Run(Session const& session, ChangeDatabasePrincipals const& command) {
  TRY_ASSIGN(Database * database, FindWritable(session, command.database, Right::kAdmin));
  TRY_ASSIGN(std::vector<Principal> const principals,
             ResolvePrincipals(session, command.principals));
  GrantChange const change{.change = command.change, .role = command.role, .notes = command.notes};
  database->grants = ChangeGrants(std::move(database->grants), change, principals);
  TRY_ASSIGN(DatabaseView const view, FindView(session, command.database));
  return DescribePrincipals(session, view);
}

bool ChangesSomething(Command const& command) {
  return std::visit(
      []<class T>(T const&) {
        return !(std::is_same_v<T, ShowFollowerDatabases> || std::is_same_v<T, ShowDatabases> ||
                 std::is_same_v<T, ShowDatabase> || std::is_same_v<T, ShowTables> ||
                 std::is_same_v<T, ShowEntityCaching> || std::is_same_v<T, ShowTableExtents> ||
                 std::is_same_v<T, ShowEntities> || std::is_same_v<T, ShowService>);
      },
      command);
}

}  // namespace adxf::emulator::kusto
