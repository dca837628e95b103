#pragma once

#include "base/clock.hpp"
#include "kinds/follower_database/lag_history.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace adxf::follower_database {

/// One database of an object on both sides. Clusters are named by who looks at them, so that what
/// one identity reads never shows in an object of another.
struct TrackedDatabase {
  std::string follower_view{};  ///< Which observer sees the follower.
  std::string follower{};       ///< Name of the database there.
  std::string leader_view{};
  std::string leader{};
  auto operator<=>(TrackedDatabase const&) const = default;
};

struct LagSample {
  TrackedDatabase database{};
  LagReading reading{};
  std::optional<TimePoint> last_synced{};
};

/// Lag histories of all tracked databases, fed by probes. Thread-safe.
class LagBook {
 public:
  /// What an object tracks now; histories of what it tracked before and still does are kept.
  /// `probe`: how often it is probed at least.
  void Track(std::string const& object, std::vector<TrackedDatabase> databases, Duration probe);
  void Forget(std::string const& object);

  /// Versions by database name that one observer saw at `when`.
  void Saw(std::string const& view,
           std::vector<std::pair<std::string, std::string>> const& versions, TimePoint when);

  [[nodiscard]] std::vector<LagSample> Read(std::string const& object, TimePoint now) const;

 private:
  struct Tracked {
    TrackedDatabase database{};
    Duration stale_after{};
    LagHistory history{};
    std::optional<std::pair<DatabaseVersion, TimePoint>>
        follower_seen{};  // waits for a later look at the leader

    /// `versions` by database name in lower case.
    void Saw(std::string const& view, std::map<std::string, DatabaseVersion> const& versions,
             TimePoint when);
    void SawLeader(DatabaseVersion version, TimePoint when);
  };

  mutable std::mutex mutex_;
  std::map<std::string, std::vector<Tracked>> objects_;  // guarded by mutex_
};

}  // namespace adxf::follower_database
