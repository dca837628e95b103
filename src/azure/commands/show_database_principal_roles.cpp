#include "azure/commands/show_database_principal_roles.hpp"

#include "base/text.hpp"

namespace adxf::azure {
namespace {

/// "alldatabasesadmin" of "All Databases Admin".
std::string Squeezed(std::string const& role) {
  auto text = ToLower(role);
  std::erase(text, ' ');
  return text;
}

}  // namespace

bool PrincipalRoleRow::IsClusterAdmin() const { return Squeezed(role) == "alldatabasesadmin"; }

bool PrincipalRoleRow::IsAdmin() const { return Squeezed(role).ends_with("admin"); }

Result<std::vector<PrincipalRoleRow>> ShowDatabasePrincipalRoles::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"Scope", "Role"}); !columns)
    return std::unexpected(columns.error());
  std::vector<PrincipalRoleRow> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    rows.push_back({.scope = table.Text(row, "Scope"),
                    .object_id = table.Text(row, "AADObjectID"),
                    .role = table.Text(row, "Role")});
  }
  return rows;
}

}  // namespace adxf::azure
