#pragma once

#include "azure/commands/follower_role.hpp"
#include "azure/kusto_client.hpp"
#include "base/shared_text.hpp"

namespace adxf::azure {

/// A principal in force on a database, wherever it comes from.
struct PrincipalRow {
  SharedText role_text{};              ///< As Kusto words it: "Database Sales Viewer".
  std::optional<FollowerRole> role{};  ///< Empty for roles that a follower cannot grant.
  SharedText principal_type{};         ///< "Microsoft Entra user", …
  SharedText display_name{};
  SharedText object_id{};
  SharedText fully_qualified_name{};
  SharedText notes{};

  bool operator==(PrincipalRow const&) const = default;
};

/// Everybody with a role on the database.
struct ShowDatabasePrincipals {
  static constexpr std::string_view kName = "show database principals";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<PrincipalRow>;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show database {} principals", database); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
