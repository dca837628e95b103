#include "azure/kusto_table.hpp"

#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::azure {

KustoTable::KustoTable(std::vector<std::string> columns, std::vector<nlohmann::json> rows)
    : columns_(std::move(columns)), rows_(std::move(rows)) {}
KustoTable::KustoTable(KustoTable const&) = default;
KustoTable::KustoTable(KustoTable&&) noexcept = default;
KustoTable::~KustoTable() = default;

std::size_t KustoTable::RowCount() const { return rows_.size(); }

bool KustoTable::HasColumn(std::string_view column) const {
  return std::ranges::find(columns_, column) != columns_.end();
}

Result<void> KustoTable::Require(std::initializer_list<std::string_view> columns) const {
  for (auto const column : columns) {
    if (HasColumn(column)) continue;
    return Fail(Code::kUnavailable, "Kusto's answer has no column '" + std::string(column) +
                                        "'; this version cannot read it, it will be asked again");
  }
  return {};
}

nlohmann::json const* KustoTable::Cell(std::size_t row, std::string_view column) const {
  auto const found = std::ranges::find(columns_, column);
  auto const index = static_cast<std::size_t>(found - columns_.begin());
  if (found == columns_.end() || row >= rows_.size() || index >= rows_[row].size()) return nullptr;
  return &rows_[row][index];
}

std::string KustoTable::Text(std::size_t row, std::string_view column) const {
  auto const* cell = Cell(row, column);
  if (cell == nullptr || cell->is_null()) return {};
  if (!cell->is_string()) return cell->dump();
  auto text = cell->get<std::string>();
  return text == "null" ? std::string() : text;
}

bool KustoTable::Flag(std::size_t row, std::string_view column) const {
  auto const* cell = Cell(row, column);
  return cell != nullptr && FlagOf(*cell);
}

std::int64_t KustoTable::Number(std::size_t row, std::string_view column) const {
  auto const* cell = Cell(row, column);
  return cell == nullptr ? 0 : NumberOf(*cell).value_or(0);
}

nlohmann::json KustoTable::Json(std::size_t row, std::string_view column) const {
  auto const* cell = Cell(row, column);
  if (cell == nullptr) return nullptr;
  if (!cell->is_string()) return *cell;
  auto parsed = nlohmann::json::parse(cell->get_ref<std::string const&>(), nullptr, false);
  return parsed.is_discarded() ? nlohmann::json() : parsed;
}

}  // namespace adxf::azure
