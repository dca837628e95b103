#include "azure/commands/show_external_tables.hpp"

#include "base/text.hpp"

#include <nlohmann/json.hpp>

#include <set>

namespace adxf::azure {
namespace {

/// The value of ";managed_identity=…" in a connection string ("Storage connection strings" of
/// Kusto's documentation); "" without.
std::string IdentityIn(std::string_view connection) {
  constexpr std::string_view kMark = ";managed_identity=";
  auto const text = ToLower(connection);
  auto const at = text.find(kMark);
  if (at == std::string::npos) return "";
  auto const begin = at + kMark.size();
  return text.substr(begin, text.find_first_of("; ,", begin) - begin);
}

std::vector<std::string> IdentitiesOf(nlohmann::json const& connections) {
  std::set<std::string> identities;
  if (connections.is_array()) {
    for (auto const& it : connections) {
      if (!it.is_string()) continue;
      if (auto identity = IdentityIn(it.get<std::string>()); !identity.empty())
        identities.insert(std::move(identity));
    }
  }
  return {identities.begin(), identities.end()};
}

}  // namespace

Result<std::vector<ExternalTableRow>> ShowExternalTables::Parse(KustoTable const& table) {
  if (auto columns = table.Require({"TableName"}); !columns)
    return std::unexpected(columns.error());
  std::vector<ExternalTableRow> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    rows.push_back({.name = table.Text(row, "TableName"),
                    .managed_identities = IdentitiesOf(table.Json(row, "ConnectionStrings"))});
  }
  return rows;
}

}  // namespace adxf::azure
