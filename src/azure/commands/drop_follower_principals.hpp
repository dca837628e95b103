#pragma once

#include "azure/commands/done.hpp"
#include "azure/commands/follower_role.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Takes a role that was granted on this follower away. Dropping what is not there changes nothing.
struct DropFollowerPrincipals {
  static constexpr std::string_view kName = "drop follower database principals";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  FollowerRole role = FollowerRole::kViewer;
  std::vector<PrincipalLiteral> principals{};  ///< At least one.

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".drop follower database {} {} ({})", database, KeywordOf(role),
                   CommaList(principals));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
