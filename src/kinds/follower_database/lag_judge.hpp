#pragma once

#include "base/clock.hpp"
#include "base/shared_text.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
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
  SharedText database{};  ///< Its name on the follower.
  LagState state = LagState::kNoSample;
  bool is_certain = true;         ///< Of a state without a figure: no measurement would tell
                                  ///< another story.
  std::optional<Duration> lag{};  ///< Our own figure, or Azure's of the whole cluster.
  std::optional<TimePoint> at{};  ///< When Azure's was measured; ours are of this moment.
};

/// Whether an object's databases keep to its objective.
struct LagVerdict {
  enum class Kind {
    kUndecided,  ///< Too early to tell anything: what was told stays.
    kNothing,    ///< There is no database to tell of.
    kUnmeasured,
    kWithin,
    kBeyond,
  };
  Kind kind = Kind::kUndecided;
  LagState why = LagState::kNoSample;  ///< With kUnmeasured.
  SharedText database{};               ///< With kUnmeasured and kBeyond: one that it is about.
  bool operator==(LagVerdict const&) const = default;
};

struct LagRules {
  Duration objective{};
  Duration probe{};
};

/// Judges an object's lag over time, so that the verdict does not flap: beyond the objective only
/// when two probes in a row were, within it again only after no database was for ten probes and for
/// twice the objective. Where nothing can be told for a while the verdict stays, and one of kBeyond
/// until the database that it names is known to be well, or for certain not to be measured: neither
/// a restart nor a failing probe ends an alert. Not thread-safe.
class LagJudge {
 public:
  /// `before`: what was last told, by a process that has ended.
  explicit LagJudge(LagVerdict before = {}) : verdict_(std::move(before)) {}

  LagVerdict const& Judge(std::vector<MeasuredLag> const& lags, LagRules const& rules,
                          TimePoint now);

 private:
  void Exceeded(MeasuredLag const& worst, Duration probe, TimePoint now);
  void Kept(LagRules const& rules);
  void Missed(MeasuredLag const& one, LagRules const& rules, TimePoint now);
  [[nodiscard]] bool IsCalm(LagRules const& rules) const;

  LagVerdict verdict_;
  std::optional<TimePoint> beyond_since_;
  std::optional<TimePoint> within_since_;
  std::optional<TimePoint> silent_since_;
  LagState silent_state_ = LagState::kNoSample;
  Duration calm_for_{0};        // since when no figure was beyond
  bool is_named_well_ = false;  // the database of the verdict has a figure, and it is within
};

}  // namespace adxf::follower_database
