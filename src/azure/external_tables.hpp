#pragma once

#include "azure/kusto_client.hpp"
#include "base/clock.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace adxf::azure {

/// An external table whose storage is read with a managed identity of the cluster.
struct ExternalTable {
  std::string database{};
  std::string name{};
  std::string identity{};  ///< "system" or an object id, in lower case.
  bool operator==(ExternalTable const&) const = default;
};

/// External tables of the databases of one cluster that somebody follows. One command tells which
/// databases have any, one more for each of those that is wanted; no database is read twice within
/// a tick. What cannot be read is taken to be as it was, without a word. Thread-safe; Read is
/// called by one thread at a time.
class ExternalTables {
 public:
  ExternalTables(Duration tick, Clock& clock) : tick_(tick), clock_(clock) {}

  /// Reads what is due of the databases named, "*" for all. Returns whether anything differs.
  bool Read(KustoRunner& kusto, std::string const& uri, std::set<std::string> const& wanted,
            http::CallContext const& call);

  /// The database, or some if it is "*", has external tables that were not read for want of
  /// interest.
  [[nodiscard]] bool Lacks(std::string const& database) const;

  /// Null before anything was read.
  [[nodiscard]] std::shared_ptr<std::vector<ExternalTable> const> View() const;

 private:
  bool Refresh(KustoRunner& kusto, std::string const& uri, http::CallContext const& call);
  [[nodiscard]] std::vector<std::string> Unread(std::set<std::string> const& wanted) const;
  void ReadOne(KustoRunner& kusto, std::string const& uri, std::string const& database,
               http::CallContext const& call);
  bool Publish();

  Duration const tick_;
  Clock& clock_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  SteadyPoint due_{};
  std::set<std::string> holders_;  // databases that have external tables
  std::set<std::string> read_;     // those of them that were read in this tick
  std::map<std::string, std::vector<ExternalTable>> known_;
  std::shared_ptr<std::vector<ExternalTable> const> view_;
};

}  // namespace adxf::azure
