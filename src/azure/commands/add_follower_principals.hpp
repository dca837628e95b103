#pragma once

#include "azure/commands/done.hpp"
#include "azure/commands/follower_role.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// Grants a role on a followed database, on this follower only. Granting again what is granted
/// changes nothing.
struct AddFollowerPrincipals {
  static constexpr std::string_view kName = "add follower database principals";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  FollowerRole role = FollowerRole::kViewer;
  std::vector<PrincipalLiteral> principals{};  ///< At least one.
  std::optional<Literal> notes{};

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const;
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
