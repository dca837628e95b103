#include "azure/commands/show_databases.hpp"

namespace adxf::azure {

Result<std::vector<DatabaseRow>> ShowDatabases::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"DatabaseName", "Version", "DatabaseAccessMode"}); !columns) {
    return std::unexpected(columns.error());
  }
  std::vector<DatabaseRow> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    // Its form is not published: whatever is there tells of a suspension.
    auto const suspension = table.Text(row, "SuspensionState");
    rows.push_back({.name = table.Text(row, "DatabaseName"),
                    .version = table.Text(row, "Version"),
                    .access_mode = table.Text(row, "DatabaseAccessMode"),
                    .pretty_name = table.Text(row, "PrettyName"),
                    .database_id = table.Text(row, "DatabaseId"),
                    .is_suspended = !suspension.empty() && suspension != "{}"});
  }
  return rows;
}

}  // namespace adxf::azure
