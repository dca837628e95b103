#pragma once

#include "azure/commands/done.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Takes the database's caching override away.
struct DeleteFollowerDatabaseCaching {
  static constexpr std::string_view kName = "delete follower database policy caching";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".delete follower database {} policy caching", database);
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
