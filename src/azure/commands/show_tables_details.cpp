#include "azure/commands/show_tables_details.hpp"

#include <nlohmann/json.hpp>

namespace adxf::azure {

Result<std::vector<TableDetails>> ShowTablesDetails::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"TableName"}); !columns)
    return std::unexpected(columns.error());
  std::vector<TableDetails> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    rows.push_back({.name = table.Text(row, "TableName"),
                    .caching = ReadCachingPolicy(table.Json(row, "CachingPolicy")),
                    .row_count = table.Number(row, "TotalRowCount"),
                    .hot_row_count = table.Number(row, "HotRowCount")});
  }
  return rows;
}

}  // namespace adxf::azure
