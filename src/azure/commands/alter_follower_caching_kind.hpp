#pragma once

#include "azure/commands/done.hpp"
#include "azure/commands/modification_kind.hpp"
#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// How the leader's caching policies and the follower's own combine. kReplace without any override
/// makes everything hot.
struct AlterFollowerCachingKind {
  static constexpr std::string_view kName =
      "alter follower database caching-policies-modification-kind";
  static constexpr CommandEffect kEffect = CommandEffect::kChanges;
  using Reply = Done;

  Entity database;
  ModificationKind kind = ModificationKind::kUnion;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const {
    return Csl::Of(".alter follower database {} caching-policies-modification-kind = {}", database,
                   KeywordOf(kind));
  }
  static Result<Reply> Parse(KustoTable const& table) { return ParseDone(table); }
};

}  // namespace adxf::azure
