#pragma once

#include "azure/arm_types.hpp"
#include "azure/commands/caching.hpp"
#include "azure/commands/follower_role.hpp"
#include "azure/kusto_client.hpp"
#include "base/boxed.hpp"

#include <map>

namespace adxf::azure {

/// A principal that was granted a role on the follower itself, as Kusto resolved it.
struct FollowerPrincipal {
  std::string fully_qualified_name{};  ///< "aaduser=<object id>;<tenant id>"
  std::string object_id{};  ///< From the JSON, else from the name when that holds a GUID.
  std::string tenant_id{};
  std::string display_name{};
  std::string notes{};
  std::optional<FollowerRole> role{};  ///< Where the JSON says it.
  /// The JSON leaves out the role or the notes: only ShowDatabasePrincipals tells them.
  bool is_partial = false;

  bool operator==(FollowerPrincipal const&) const = default;
};

/// The overrides of one followed database.
struct FollowerRow {
  SharedText database{};  ///< On this follower.
  SharedText leader_path{};
  Boxed<CachingPolicy> caching{};
  std::vector<FollowerPrincipal> principals{};        ///< In a fixed order.
  std::optional<ModificationKind> principals_kind{};  ///< Empty for a word that we do not know.
  std::optional<ModificationKind> caching_kind{};
  bool prefetch = false;
  std::map<std::string, CachingPolicy> tables{};  ///< Tables and materialized views, by name.

  /// Something of a principal is left out.
  [[nodiscard]] bool IsPartial() const;
  bool operator==(FollowerRow const&) const = default;
};

/// Overrides of the followed databases. A database that is not listed has none.
struct ShowFollowerDatabases {
  static constexpr std::string_view kName = "show follower databases";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<FollowerRow>;

  std::vector<Entity> names{};  ///< Empty: all.

  [[nodiscard]] std::string Database() const { return "NetDefaultDB"; }
  [[nodiscard]] Csl Render() const;
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
