#pragma once

#include "azure/kusto_client.hpp"

namespace adxf::azure {

/// An external table, and as whom its storage is read.
struct ExternalTableRow {
  std::string name{};
  std::vector<std::string>
      managed_identities{};  ///< "system" or object ids, in lower case; sorted.

  bool operator==(ExternalTableRow const&) const = default;
};

/// The external tables of a database. Connection strings may come back with parts hidden: an
/// identity that does not show is not told.
struct ShowExternalTables {
  static constexpr std::string_view kName = "show external tables";
  static constexpr CommandEffect kEffect = CommandEffect::kReads;
  using Reply = std::vector<ExternalTableRow>;

  Entity database;

  [[nodiscard]] std::string Database() const { return database.Name(); }
  [[nodiscard]] Csl Render() const { return Csl::Of(".show external tables"); }
  static Result<Reply> Parse(KustoTable const& table);
};

}  // namespace adxf::azure
