#pragma once

#include "azure/commands/done.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Takes the caching override of some materialized-views away.
struct DeleteFollowerMaterializedViewsCaching {
  static constexpr std::string_view kName =
      "delete follower database materialized-views policy caching";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  std::vector<Entity> materialized_views{};  ///< At least one.

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".delete follower database {} materialized-views ({}) policy caching", database,
                   CommaList(materialized_views));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
