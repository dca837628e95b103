#pragma once

#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// A role of the caller, its own or that of a group it belongs to.
struct PrincipalRoleRow {
  std::string scope{};      ///< "Cluster", "Database Sales".
  std::string object_id{};  ///< Of the principal that has the role.
  std::string role{};       ///< "AllDatabasesAdmin", "Admin", …

  /// Whoever has this needs no role in any database.
  [[nodiscard]] bool IsClusterAdmin() const;
  /// Admin of the database, through the cluster or by itself.
  [[nodiscard]] bool IsAdmin() const;
  bool operator==(PrincipalRoleRow const&) const = default;
};

/// What the caller may do on the database; anybody may ask.
struct ShowDatabasePrincipalRoles {
  static constexpr std::string_view kName = "show database principal roles";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<PrincipalRoleRow>;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".show database {} principal roles", database);
  }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
