#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::follower_database {

/// What is known of the lag of one database.
enum class LagState {
  kSynced,  ///< Equal to the leader, which may be idle: the lag is 0.
  kBehind,
  kNoSample,               ///< Not enough seen yet.
  kVersionsNotComparable,  ///< The follower counts versions of its own.
  kLeaderUnreadable,       ///< The leader's versions cannot be read, or it is another's.
  kClusterNotRunning,
  kDatabaseSuspended,
};

/// "Synced", "Behind", "NoSample", …
std::string_view ToString(LagState state);

/// What is measured of one database now.
struct MeasuredLag {
  std::string database{};  ///< Its name on the follower.
  LagState state = LagState::kNoSample;
  bool is_certain = true;         ///< Of a state without a figure: no measurement would tell
                                  ///< another story.
  std::optional<Duration> lag{};  ///< Our own figure, or Azure's of the whole cluster.
};

/// Whether an object's databases keep to its objective.
struct LagVerdict {
  enum class Kind {
    kUndecided,  ///< Too early to tell anything.
    kUnmeasured,
    kWithin,
    kBeyond,
  };
  Kind kind = Kind::kUndecided;
  LagState why = LagState::kNoSample;  ///< With kUnmeasured.
  std::string database{};              ///< With kUnmeasured and kBeyond: one that it is about.
  bool operator==(LagVerdict const&) const = default;
};

struct LagRules {
  Duration objective{};
  Duration probe{};
};

/// Judges an object's lag over time, so that the verdict does not flap: beyond the objective only
/// when two probes in a row were, within it again only after all databases were for ten probes and
/// for twice the objective. Where nothing can be told for a while the verdict stays, and one of
/// kBeyond until something else is certain: neither a restart nor a failing probe ends an alert.
/// Not thread-safe.
class LagJudge {
 public:
  /// `before`: what was last told, by a process that has ended.
  explicit LagJudge(LagVerdict::Kind before) : verdict_{.kind = before} {}

  LagVerdict const& Judge(std::vector<MeasuredLag> const& lags, LagRules const& rules,
                          TimePoint now);

 private:
  void Exceeded(MeasuredLag const& worst, Duration probe, TimePoint now);
  void Kept(LagRules const& rules, TimePoint now);
  void Missed(MeasuredLag const& one, LagRules const& rules, TimePoint now);

  LagVerdict verdict_;
  std::optional<TimePoint> beyond_since_;
  std::optional<TimePoint> within_since_;
  std::optional<TimePoint> silent_since_;
};

}  // namespace adxf::follower_database
