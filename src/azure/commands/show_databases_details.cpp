#include "azure/commands/show_databases_details.hpp"

namespace adxf::azure {

Result<std::vector<DatabaseDetails>> ShowDatabasesDetails::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"DatabaseName", "NumberOfExternalTables"}); !columns)
    return std::unexpected(columns.error());
  std::vector<DatabaseDetails> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    rows.push_back({.name = table.Text(row, "DatabaseName"),
                    .external_tables = table.Number(row, "NumberOfExternalTables")});
  }
  return rows;
}

}  // namespace adxf::azure
