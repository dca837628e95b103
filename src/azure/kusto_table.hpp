#pragma once

#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf::azure {

/// A table as Kusto answered it; cells are read by column name, since the order of columns is not
/// promised.
class KustoTable {
 public:
  KustoTable(std::vector<std::string> columns, std::vector<nlohmann::json> rows);
  KustoTable(KustoTable const&);
  KustoTable(KustoTable&&) noexcept;
  KustoTable& operator=(KustoTable const&) = delete;
  KustoTable& operator=(KustoTable&&) = delete;
  ~KustoTable();

  /// The id under which the cluster's `.show commands` lists the request (ClientActivityId); ""
  /// when the table came from elsewhere.
  [[nodiscard]] std::string const& RequestId() const { return request_id_; }
  void SetRequestId(std::string request_id) { request_id_ = std::move(request_id); }

  [[nodiscard]] std::size_t RowCount() const;
  [[nodiscard]] bool HasColumn(std::string_view column) const;

  /// kUnavailable with a sentence when the column is missing: the answer is not what the command
  /// promises.
  [[nodiscard]] Result<void> Require(std::initializer_list<std::string_view> columns) const;

  /// The cell as text; "" for null, for a column that is absent, and for the word `null`.
  [[nodiscard]] std::string Text(std::size_t row, std::string_view column) const;
  /// true, 1 and "true" are true; all else is false.
  [[nodiscard]] bool Flag(std::size_t row, std::string_view column) const;
  /// Whole number, 0 when there is none.
  [[nodiscard]] std::int64_t Number(std::size_t row, std::string_view column) const;
  /// A dynamic cell, given as an object or as text that holds JSON; null when absent or unreadable.
  [[nodiscard]] nlohmann::json Json(std::size_t row, std::string_view column) const;

 private:
  [[nodiscard]] nlohmann::json const* Cell(std::size_t row, std::string_view column) const;

  std::vector<std::string> columns_;
  std::vector<nlohmann::json> rows_;
  std::string request_id_;
};

}  // namespace adxf::azure
