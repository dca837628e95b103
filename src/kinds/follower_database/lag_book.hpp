#pragma once

#include "base/boxed.hpp"
#include "base/clock.hpp"
#include "base/shared_text.hpp"
#include "kinds/follower_database/lag_history.hpp"
#include "kinds/follower_database/lag_judge.hpp"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace adxf::follower_database {

/// One database of an object on both sides. Clusters are named by who looks at them, so that what
/// one identity reads never shows in an object of another.
struct TrackedDatabase {
  SharedText follower_view{};  ///< Which observer sees the follower.
  SharedText follower{};       ///< Name of the database there.
  SharedText leader_view{};    ///< Empty: the leader is another's, behind a share.
  SharedText leader{};
  auto operator<=>(TrackedDatabase const&) const = default;
};

/// What a probe saw of one database.
struct SeenVersion {
  std::string database{};
  std::string version{};  ///< As `.show databases` gives it.
  bool is_suspended = false;
};

/// The lag of a whole cluster behind all that it follows, as Azure Monitor has it.
struct ClusterLatency {
  Duration latency{};
  TimePoint at{};
  bool operator==(ClusterLatency const&) const = default;
};

/// How an object is measured.
struct TrackRules {
  Duration probe{};                     ///< How often it is probed at least.
  std::optional<Duration> objective{};  ///< Absent: nothing is judged.
  LagVerdict before{};                  ///< As the object's status tells.
  bool are_clusters_running = true;
};

struct LagSample {
  TrackedDatabase database{};
  LagState state = LagState::kNoSample;
  std::optional<Duration> lag{};  ///< Our own figure, exact to one probe interval either way.
  std::optional<TimePoint> last_synced{};
};

/// What follows of an object's lag, beside the figures.
struct LagStanding {
  LagVerdict verdict{};
  bool needs_azures = false;  ///< Some database has no figure of ours: Azure's is wanted.
  bool operator==(LagStanding const&) const = default;
};

/// Lag histories of all tracked databases, fed by probes, and what they come to for each object.
/// Thread-safe.
class LagBook {
 public:
  /// What an object tracks now, absent where that is not known: histories of what it tracked before
  /// and still does are kept. Returns whether its standing is another.
  bool Track(std::string const& object, std::optional<std::vector<TrackedDatabase>> databases,
             TrackRules const& rules, TimePoint now);
  void Forget(std::string const& object);

  /// What one observer saw in a call from `began` to `ended`; nothing where the probe failed.
  /// Returns the objects whose standing it changed.
  std::vector<std::string> Saw(SharedText const& view, std::vector<SeenVersion> const& versions,
                               TimePoint began, TimePoint ended);
  std::vector<std::string> Saw(SharedText const& view, std::vector<SeenVersion> const& versions,
                               TimePoint when) {
    return Saw(view, versions, when, when);
  }
  /// What Azure tells of the cluster that one observer looks at. Returns the same.
  std::vector<std::string> SawLatency(SharedText const& view, ClusterLatency const& latency,
                                      TimePoint now);

  [[nodiscard]] std::vector<LagSample> Read(std::string const& object, TimePoint now) const;
  /// Azure's figure of the follower cluster, while it is not too old.
  [[nodiscard]] std::optional<Duration> AzuresFigure(std::string const& object,
                                                     TimePoint now) const;
  /// Empty for an object that is not tracked.
  [[nodiscard]] std::optional<LagStanding> Standing(std::string const& object) const;

 private:
  struct Tracked {
    TrackedDatabase database{};
    TimePoint since{};
    bool is_suspended = false;
    LagHistory history{};
    std::vector<std::pair<DatabaseVersion, TimePoint>>
        follower_seen{};  // wait for a later look at the leader; oldest first

    /// `versions` by database name in lower case.
    void Saw(SharedText const& view, std::map<std::string, SeenVersion const*> const& versions,
             TimePoint began, TimePoint ended);
    void SawFollower(DatabaseVersion version, TimePoint when);
    void SawLeader(DatabaseVersion version, TimePoint when);
  };

  struct Object {
    std::vector<Tracked> databases{};
    Duration probe{};                     ///< As in TrackRules.
    std::optional<Duration> objective{};  ///< As in TrackRules.
    bool are_clusters_running = true;
    Boxed<ClusterLatency> latency{};
    Boxed<LagJudge> judge{};  ///< Absent while nothing is judged.
    LagStanding standing{};

    [[nodiscard]] Duration StaleAfter() const;
    [[nodiscard]] bool Tracks(std::vector<TrackedDatabase> const& wanted) const;
    [[nodiscard]] std::set<SharedText> Views() const;
    [[nodiscard]] LagSample Read(Tracked const& tracked, TimePoint now) const;
    [[nodiscard]] std::optional<Duration> AzuresFigure(TimePoint now) const;
    [[nodiscard]] MeasuredLag Measure(Tracked const& tracked, LagSample const& sample,
                                      TimePoint now) const;
    [[nodiscard]] bool NeedsAzures(Tracked const& tracked, LagState state, TimePoint now) const;
    void Follow(std::vector<TrackedDatabase> wanted, TimePoint now);
    /// True when the standing is another than before.
    bool Judge(TimePoint now);
  };

  using Objects = std::unordered_map<SharedText, Object>;
  using Watchers = std::vector<Objects::value_type*>;

  void Watch(Objects::value_type& object);
  void Unwatch(Objects::value_type& object);
  [[nodiscard]] Watchers const& WatchersOf(SharedText const& view) const;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  Objects objects_;
  std::unordered_map<SharedText, Watchers> watchers_;  // by view
};

}  // namespace adxf::follower_database
