#include "azure/commands/show_materialized_views.hpp"

namespace adxf::azure {

Result<std::vector<std::string>> ShowMaterializedViews::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"Name"}); !columns) return std::unexpected(columns.error());
  std::vector<std::string> names;
  names.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) names.push_back(table.Text(row, "Name"));
  return names;
}

}  // namespace adxf::azure
