#pragma once

#include "azure/kusto_client.hpp"

#include <cstdint>

namespace adxf::azure {

/// What a database holds, in numbers.
struct DatabaseDetails {
  std::string name{};
  std::int64_t external_tables = 0;

  bool operator==(DatabaseDetails const&) const = default;
};

/// All databases of a cluster with what they hold.
struct ShowDatabasesDetails {
  static constexpr std::string_view kName = "show databases details";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<DatabaseDetails>;

  [[nodiscard]] std::string Database() const { return "NetDefaultDB"; }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show databases details"); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
