#pragma once

#include "azure/commands/caching.hpp"
#include "azure/commands/done.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Overrides the hot cache of some tables of a followed database; all get the same.
struct AlterFollowerTablesCaching {
  static constexpr std::string_view kName = "alter follower database tables policy caching";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  std::vector<Entity> tables{};  ///< At least one.
  model::Timespan hot{};
  std::vector<HotWindow> windows{};

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".alter follower database {} tables ({}) policy caching {}", database,
                   CommaList(tables), RenderCaching(hot, windows));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
