#pragma once

#include "base/clock.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::follower_database {

/// A database version as `.show databases` gives it, `v<major>.<minor>`; moves with every change of
/// data or schema.
struct DatabaseVersion {
  std::int64_t major = 0;
  std::int64_t minor = 0;
  auto operator<=>(DatabaseVersion const&) const = default;
};

std::optional<DatabaseVersion> ParseVersion(std::string_view text);

/// How far a follower is behind, or why nobody can tell.
struct LagReading {
  enum class State {
    kUnknown,        ///< No sample: just started, or one of the two could not be read yet.
    kKnown,          ///< `lag` holds, exact to one probe interval either way.
    kNotComparable,  ///< The follower counts versions of its own, for certain or in all likelihood.
  };
  State state = State::kUnknown;
  Duration lag{0};
  bool is_ahead =
      false;  ///< With kNotComparable: for certain, since it shows what the leader never
              ///< had. Else it only stayed different while the leader stood still.
};

/// The versions of one leader database in the order they were first seen, and what one follower of
/// it showed last. Probes miss versions, so versions are compared by order and never looked up. The
/// caller reads the follower before the leader; otherwise a follower could seem ahead. Once
/// doubted, a follower is believed again when it equals the leader, or goes back with it; one that
/// equalled the leader at two versions shows the leader's numbers, and is stuck when it then stands
/// apart. Not thread-safe.
class LagHistory {
 public:
  void SawFollower(DatabaseVersion version, TimePoint when);
  void SawLeader(DatabaseVersion version, TimePoint when);

  /// Unknown when one of the two sides was last seen longer ago than `stale_after`.
  [[nodiscard]] LagReading Read(TimePoint now, Duration stale_after) const;

  /// When the follower was last seen equal to the leader; empty until then.
  [[nodiscard]] std::optional<TimePoint> LastSynced() const { return last_synced_; }

  [[nodiscard]] bool IsEqual() const { return follower_ && follower_ == Newest(); }
  /// The leader was seen at this version or beyond it.
  [[nodiscard]] bool HasReached(DatabaseVersion version) const { return version <= Newest(); }
  [[nodiscard]] bool WasFollowerSeen(TimePoint now, Duration stale_after) const {
    return follower_ && now - follower_seen_ <= stale_after;
  }
  [[nodiscard]] bool WasLeaderSeen(TimePoint now, Duration stale_after) const {
    return !leader_.empty() && now - leader_seen_ <= stale_after;
  }

 private:
  struct Seen {
    DatabaseVersion version{};
    TimePoint first_seen{};
  };

  enum class Doubt { kNone, kIsAhead, kStandsApart };

  void Compare(TimePoint when);
  [[nodiscard]] bool StandsApart() const;
  void ForgetTheFuture(TimePoint now);
  void Thin();
  [[nodiscard]] std::optional<DatabaseVersion> Newest() const {
    return leader_.empty() ? std::nullopt : std::optional(leader_.back().version);
  }

  std::vector<Seen> leader_;  // ascending by version
  std::optional<DatabaseVersion> follower_;
  TimePoint follower_seen_{};
  TimePoint leader_seen_{};
  std::optional<TimePoint> last_synced_;
  std::optional<TimePoint>
      differs_since_;          // follower and leader both unchanged and different since then
  bool has_baseline_ = false;  // the follower reached a version recorded since the start
  Doubt doubt_ = Doubt::kNone;
  std::optional<DatabaseVersion> equal_at_;  // where it equalled the leader last
  int equals_ = 0;                           // at how many versions it did
};

}  // namespace adxf::follower_database
