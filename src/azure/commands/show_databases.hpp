#pragma once

#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// A database as the data plane of its cluster sees it.
struct DatabaseRow {
  std::string name{};
  std::string version{};      ///< "v<major>.<minor>", moves with every change of data or schema.
  std::string access_mode{};  ///< "ReadWrite", "ReadOnly", "ReadOnlyFollowing", …
  std::string pretty_name{};
  std::string database_id{};
  bool is_suspended = false;

  [[nodiscard]] bool IsFollowing() const { return access_mode == "ReadOnlyFollowing"; }
  bool operator==(DatabaseRow const&) const = default;
};

/// All databases of a cluster with their versions, the probe of sync lag.
struct ShowDatabases {
  static constexpr std::string_view kName = "show databases";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<DatabaseRow>;

  [[nodiscard]] std::string Database() const { return "NetDefaultDB"; }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show databases"); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
