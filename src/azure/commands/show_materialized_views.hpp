#pragma once

#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// The names of a database's materialized views.
struct ShowMaterializedViews {
  static constexpr std::string_view kName = "show materialized-views";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<std::string>;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show materialized-views"); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
