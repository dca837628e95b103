#include "base/result.hpp"
#include "emulator/kusto/access.hpp"
#include "emulator/kusto/caching.hpp"
#include "emulator/kusto/commands.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace adxf::emulator::kusto {
namespace {

struct TableSize {
  std::int64_t extents = 0;
  std::uint64_t rows = 0;
  double bytes = 0;
  Json oldest{};
  Json newest{};
};

TableSize Measure(std::vector<Extent const*> const& extents) {
  TableSize size;
  size.extents = std::ssize(extents);
  for (auto const* extent : extents) {
    size.rows += extent->rows;
    size.bytes += static_cast<double>(extent->bytes);
  }
  if (extents.empty()) return size;
  auto const [first, last] = std::ranges::minmax_element(
      extents, {}, [](Extent const* extent) { return extent->created; });
  size.oldest = Iso8601((*first)->created);
  size.newest = Iso8601((*last)->created);
  return size;
}

bool IsHot(CachingPolicy const& policy, Extent const& extent, TimePoint now) {
  auto const age = std::chrono::duration_cast<Ticks>(now - extent.created);
  bool const in_window = std::ranges::any_of(policy.windows, [&](HotWindow const& w) {
    return extent.created >= w.from && extent.created < w.to;
  });
  return age < policy.data_hot || in_window;
}

std::vector<ResultColumn> DetailColumns() {
  std::vector<ResultColumn> columns{
      {.name = "TableName"}, {.name = "DatabaseName"}, {.name = "Folder"}, {.name = "DocString"}};
  columns.push_back({.name = "TotalExtents", .type = "long"});
  for (auto const* name : {"TotalExtentSize", "TotalOriginalSize"})
    columns.push_back({.name = name, .type = "real"});
  columns.push_back({.name = "TotalRowCount", .type = "long"});
  columns.push_back({.name = "HotExtents", .type = "long"});
  for (auto const* name : {"HotExtentSize", "HotOriginalSize"})
    columns.push_back({.name = name, .type = "real"});
  columns.push_back({.name = "HotRowCount", .type = "long"});
  for (auto const* name : {"AuthorizedPrincipals", "RetentionPolicy", "CachingPolicy",
                           "ShardingPolicy", "MergePolicy"})
    columns.push_back({.name = name});
  for (auto const* name : {"MinExtentsCreationTime", "MaxExtentsCreationTime"})
    columns.push_back({.name = name, .type = "datetime"});
  columns.push_back({.name = "TableId", .type = "guid"});
  return columns;
}

Json DetailRow(Session const& session, DatabaseView const& view, Table const& table) {
  auto const policy = EffectiveCaching(view, session.Now(), Scope::kTables, table.name);
  auto const extents = view.Arrived(table.extents);
  std::vector<Extent const*> hot;
  std::ranges::copy_if(extents, std::back_inserter(hot),
                       [&](Extent const* extent) { return IsHot(policy, *extent, session.Now()); });
  auto const all_size = Measure(extents);
  auto const hot_size = Measure(hot);
  auto const id = table.id.empty() ? StableGuid(view.source->name + "/" + table.name) : table.id;
  return Json::array({table.name,       view.name,       table.folder,        table.doc,
                      all_size.extents, all_size.bytes,  all_size.bytes,      all_size.rows,
                      hot_size.extents, hot_size.bytes,  hot_size.bytes,      hot_size.rows,
                      "null",           "null",          CachingText(policy), "null",
                      "null",           all_size.oldest, all_size.newest,     id});
}

Outcome<DatabaseView> ContextDatabase(Session const& session) {
  TRY_ASSIGN(DatabaseView view, FindView(session, session.database));
  TRY_ASSIGN([[maybe_unused]] bool const allowed,
             Require(session, view.name, Right::kMetadata, "show the metadata"));
  return view;
}

Outcome<std::vector<Table const*>> PickTables(DatabaseView const& view,
                                              std::vector<std::string> const& names) {
  std::vector<Table const*> tables;
  for (auto const& name : names) {
    TRY_ASSIGN(Table const* table, FindTable(view, name));
    tables.push_back(table);
  }
  if (!names.empty()) return tables;
  for (auto const& table : view.source->tables | std::views::values) {
    if (view.Shows(table)) tables.push_back(&table);
  }
  return tables;
}

ResultTable DescribeViews(DatabaseView const& view, std::string const& name) {
  ResultTable table{.columns = {{.name = "Name"},
                                {.name = "SourceTable"},
                                {.name = "Query"},
                                {.name = "MaterializedTo", .type = "datetime"},
                                {.name = "LastRun", .type = "datetime"},
                                {.name = "LastRunResult"},
                                {.name = "IsHealthy", .type = "bool"},
                                {.name = "IsEnabled", .type = "bool"},
                                {.name = "Folder"},
                                {.name = "DocString"},
                                {.name = "AutoUpdateSchema", .type = "bool"},
                                {.name = "EffectiveDateTime", .type = "datetime"},
                                {.name = "Lookback", .type = "timespan"},
                                {.name = "LookbackColumn"}}};
  for (auto const& entity : view.source->materialized_views | std::views::values) {
    if (!view.Shows(entity) || (!name.empty() && !SameName(entity.name, name))) continue;
    auto const created = Iso8601(entity.created);
    table.rows.push_back(
        Json::array({entity.name, entity.source_table, entity.query, created, created, "Completed",
                     true, true, "", "", false, created, nullptr, ""}));
  }
  return table;
}

ResultTable DescribeFunctions(DatabaseView const& view) {
  ResultTable table{.columns = {{.name = "Name"},
                                {.name = "Parameters"},
                                {.name = "Body"},
                                {.name = "Folder"},
                                {.name = "DocString"}}};
  for (auto const& entity : view.source->functions | std::views::values) {
    if (view.Shows(entity))
      table.rows.push_back(Json::array({entity.name, "()", entity.body, "", ""}));
  }
  return table;
}

/// Where the data lies, and whom it is read as ("Storage connection strings" of Kusto's docs).
Json ConnectionStrings(ExternalTable const& table) {
  auto text = fmt::format("https://emulated.blob.core.windows.net/{}", Lower(table.name));
  if (!table.managed_identity.empty()) text += ";managed_identity=" + table.managed_identity;
  return Json::array({std::move(text)});
}

ResultTable DescribeExternalTables(DatabaseView const& view) {
  ResultTable table{.columns = {{.name = "TableName"},
                                {.name = "TableType"},
                                {.name = "Folder"},
                                {.name = "DocString"},
                                {.name = "Properties"},
                                {.name = "ConnectionStrings", .type = "dynamic"},
                                {.name = "Partitions", .type = "dynamic"},
                                {.name = "PathFormat"}}};
  for (auto const& entity : view.source->external_tables | std::views::values) {
    if (view.Shows(entity))
      table.rows.push_back(Json::array(
          {entity.name, entity.kind, "", "", "{}", ConnectionStrings(entity), Json::array(), ""}));
  }
  return table;
}

}  // namespace

Outcome<ResultTable> Run(Session const& session, ShowTables const& command) {
  TRY_ASSIGN(DatabaseView const view, ContextDatabase(session));
  TRY_ASSIGN(std::vector<Table const*> const tables, PickTables(view, command.names));
  if (command.is_detailed) {
    ResultTable answer{.columns = DetailColumns()};
    for (auto const* table : tables) answer.rows.push_back(DetailRow(session, view, *table));
    return answer;
  }
  ResultTable answer{.columns = {{.name = "TableName"},
                                 {.name = "DatabaseName"},
                                 {.name = "Folder"},
                                 {.name = "DocString"}}};
  for (auto const* table : tables)
    answer.rows.push_back(Json::array({table->name, view.name, table->folder, table->doc}));
  return answer;
}

Outcome<ResultTable> Run(Session const& session, ShowEntityCaching const& command) {
  TRY_ASSIGN(DatabaseView const view, ContextDatabase(session));
  bool const is_table = command.scope == Scope::kTables;
  if (is_table) {
    TRY_ASSIGN([[maybe_unused]] Table const* table, FindTable(view, command.name));
  } else {
    TRY_ASSIGN([[maybe_unused]] MaterializedView const* entity,
               FindMaterializedView(view, command.name));
  }
  auto const entity = fmt::format("{}].[{}", view.name, command.name);
  return DescribeCaching(entity, is_table ? "Table" : "MaterializedView",
                         PolicyAt(view, session.Now(), command.scope, command.name));
}

Outcome<ResultTable> Run(Session const& session, ShowTableExtents const& command) {
  TRY_ASSIGN(DatabaseView const view, ContextDatabase(session));
  TRY_ASSIGN(Table const* table, FindTable(view, command.table));
  return DescribeExtents(view, {table});
}

Outcome<ResultTable> Run(Session const& session, ShowEntities const& command) {
  TRY_ASSIGN(DatabaseView const view, ContextDatabase(session));
  if (command.kind == ShowEntities::Kind::kFunctions) return DescribeFunctions(view);
  if (command.kind == ShowEntities::Kind::kExternalTables) return DescribeExternalTables(view);
  if (!command.name.empty()) {
    TRY_ASSIGN([[maybe_unused]] MaterializedView const* entity,
               FindMaterializedView(view, command.name));
  }
  return DescribeViews(view, command.name);
}

ResultTable DescribeExtents(DatabaseView const& view, std::vector<Table const*> const& tables) {
  ResultTable answer{.columns = {{.name = "ExtentId", .type = "guid"},
                                 {.name = "DatabaseName"},
                                 {.name = "TableName"},
                                 {.name = "MaxCreatedOn", .type = "datetime"},
                                 {.name = "OriginalSize", .type = "real"},
                                 {.name = "ExtentSize", .type = "real"},
                                 {.name = "CompressedSize", .type = "real"},
                                 {.name = "IndexSize", .type = "real"},
                                 {.name = "Blocks", .type = "long"},
                                 {.name = "Segments", .type = "long"},
                                 {.name = "ExtentContainerId"},
                                 {.name = "RowCount", .type = "long"},
                                 {.name = "MinCreatedOn", .type = "datetime"},
                                 {.name = "Tags"},
                                 {.name = "Kind"},
                                 {.name = "DeletedRowCount", .type = "long"}}};
  for (auto const* table : tables) {
    for (auto const* extent : view.Arrived(table->extents)) {
      std::string tags;
      for (auto const& tag : extent->tags) tags += (tags.empty() ? "" : "\r\n") + tag;
      auto const created = Iso8601(extent->created);
      answer.rows.push_back(
          Json::array({extent->id, view.name, table->name, created, extent->bytes, extent->bytes,
                       extent->bytes, 0, 1, 1, "", extent->rows, created, tags, "StorageV3", 0}));
    }
  }
  return answer;
}

}  // namespace adxf::emulator::kusto
