#pragma once

#include "azure/commands/show_database_principals.hpp"
#include "azure/commands/show_databases.hpp"
#include "azure/commands/show_follower_databases.hpp"
#include "azure/kusto_client.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/shared.hpp"
#include "base/shared_text.hpp"

#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace adxf::azure {

/// What holds on one follower database, the leader's policies and the overrides combined. A part
/// that the identity may not read is absent.
struct DatabaseInForce {
  Shared<FollowerRow>
      under{};  ///< The overrides at that moment; with others the reading is out of date.
  std::optional<Shared<std::vector<PrincipalRow>>> principals{};  ///< In a fixed order.
  /// Of the tables that have an override, by name in lower case.
  std::optional<std::map<std::string, std::optional<CachingPolicy>>> tables{};
  std::set<std::string> materialized_views{};  ///< Those that have an override, in lower case.

  bool operator==(DatabaseInForce const&) const = default;
};

/// How far the reading of a database has come.
struct InForceSight {
  SharedText name{};
  std::shared_ptr<DatabaseInForce const> reading{};  ///< The last that succeeded; null before.
  bool has_failed = false;                           ///< The last try did.
  bool is_unknown = false;       ///< It failed since the cluster does not know the database.
  std::optional<Error> error{};  ///< Why the last try failed.
};

/// Every database that somebody asks for, by its name in lower case.
using InForceByDatabase = std::map<SharedText, InForceSight>;

struct WantedDatabase {
  SharedText name{};
  Shared<FollowerRow> overrides{};
};

/// Reads what is in force on databases of one follower cluster, with one identity, for all who ask.
///
/// Guarantees: a database is read when it is new or its overrides have changed, and else only when
/// its version has moved, at most once an interval. A failure is tried again after growing pauses.
/// Where overrides leave out roles a change of a role does not show in them: such a database is
/// read more often while a change is expected. Thread-safe; Read is called by one thread at a time.
class PoliciesInForce {
 public:
  struct Pace {
    Duration interval = std::chrono::minutes(10);
    /// After a failure, doubling up to the interval: a new database is known to ARM a little before
    /// Kusto knows it. Also while a change is expected.
    Duration retry = std::chrono::seconds(2);
    /// The longest of those pauses for a database that the cluster never knew: who attached it
    /// waits.
    Duration retry_unknown = std::chrono::seconds(30);
    std::size_t at_once = 20;  ///< Databases in one go.
  };

  PoliciesInForce(Pace pace, Clock& clock, Log log);

  /// Replaces what was wanted; the readings of others are forgotten.
  void Want(std::vector<WantedDatabase> databases);
  /// What a probe showed. A database without a version known at its reading counts as moved.
  void SawVersions(std::vector<DatabaseRow> const& rows);

  /// Somebody waits for a change to show.
  void Expect();

  [[nodiscard]] std::optional<SteadyPoint> NextDue() const;
  /// Reads some of those that are due. Returns the names, in lower case, of those that differ.
  std::set<std::string> Read(KustoRunner& kusto, std::string const& cluster_uri,
                             http::CallContext const& call);

  /// Never null.
  [[nodiscard]] std::shared_ptr<InForceByDatabase const> View() const;

 private:
  struct Entry {
    WantedDatabase wanted{};
    SharedText version{};       ///< As the last probe showed it.
    SharedText read_version{};  ///< As it was known when the reading began.
    std::shared_ptr<DatabaseInForce const> reading{};
    SteadyPoint tried_at{};
    Duration pause{0};  ///< After a failure.
    bool is_unknown = false;
    std::optional<Error> error{};
    bool is_expected_to_change = false;

    [[nodiscard]] InForceSight Sight() const {
      return {.name = wanted.name,
              .reading = reading,
              .has_failed = pause > Duration(0),
              .is_unknown = is_unknown,
              .error = error};
    }
  };

  [[nodiscard]] std::optional<SteadyPoint> DueOf(Entry const& entry) const;
  [[nodiscard]] std::vector<WantedDatabase> TakeDue();
  bool Keep(WantedDatabase const& wanted, Result<DatabaseInForce> reading);
  void ShareEqual(std::optional<Shared<std::vector<PrincipalRow>>>& principals);  // mutex_ held
  void Publish();                                                                 // mutex_ held

  Pace const pace_;
  Clock& clock_;
  Log const log_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::map<SharedText, Entry> entries_;  // by name in lower case
  /// Of the last reading: on most databases of a cluster they are the same, and kept once.
  Shared<std::vector<PrincipalRow>> last_principals_;
  std::shared_ptr<InForceByDatabase const> view_ = std::make_shared<InForceByDatabase>();
  mutable std::optional<std::optional<SteadyPoint>> next_due_{};  // absent: to be found anew
};

}  // namespace adxf::azure
