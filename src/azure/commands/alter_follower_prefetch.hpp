#pragma once

#include "azure/commands/done.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Whether new data waits until it is in the local cache; on costs freshness.
struct AlterFollowerPrefetch {
  static constexpr std::string_view kName = "alter follower database prefetch-extents";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  enum class Prefetch { kOff, kOn };

  Entity database;
  Prefetch prefetch = Prefetch::kOff;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".alter follower database {} prefetch-extents = {}", database,
                   prefetch == Prefetch::kOn ? Keyword("true") : Keyword("false"));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
