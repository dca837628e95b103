#include "azure/commands/show_database_principals.hpp"

namespace adxf::azure {

Result<std::vector<PrincipalRow>> ShowDatabasePrincipals::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"Role", "PrincipalFQN"}); !columns)
    return std::unexpected(columns.error());
  std::vector<PrincipalRow> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    auto const role_text = table.Text(row, "Role");
    auto const role = ParseFollowerRole(role_text);
    rows.push_back({.role_text = role_text,
                    .role = role,
                    .principal_type = table.Text(row, "PrincipalType"),
                    .display_name = table.Text(row, "PrincipalDisplayName"),
                    .object_id = table.Text(row, "PrincipalObjectId"),
                    .fully_qualified_name = table.Text(row, "PrincipalFQN"),
                    .notes = table.Text(row, "Notes")});
  }
  return rows;
}

}  // namespace adxf::azure
