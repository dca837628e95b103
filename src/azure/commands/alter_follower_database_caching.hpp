#pragma once

#include "azure/commands/caching.hpp"
#include "azure/commands/done.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Overrides the hot cache of a followed database.
struct AlterFollowerDatabaseCaching {
  static constexpr std::string_view kName = "alter follower database policy caching";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  model::Timespan hot{};
  std::vector<HotWindow> windows{};

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".alter follower database {} policy caching {}", database,
                   RenderCaching(hot, windows));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
