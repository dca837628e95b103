#pragma once

#include "azure/commands/caching.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// What holds for a table, leader's policies and overrides combined.
struct TableDetails {
  std::string name{};
  std::optional<CachingPolicy> caching{};  ///< In force.
  std::int64_t row_count = 0;
  std::int64_t hot_row_count = 0;

  bool operator==(TableDetails const&) const = default;
};

struct ShowTablesDetails {
  static constexpr std::string_view kName = "show tables details";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<TableDetails>;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show tables details"); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
