#include "kinds/follower_database/lag_judge.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

using Kind = LagVerdict::Kind;

// A follower fetches what is new at intervals: between two of them its lag rises and falls to 0.
constexpr int kCalmProbes = 10;
// A start, a rotation of Secrets and a cluster in maintenance interrupt the figures for less.
constexpr int kSilentProbes = 10;

/// How long `since` has held; set to `now` where it did not.
Duration Held(std::optional<TimePoint>& since, TimePoint now) {
  // A clock that was set back must not make it last.
  if (!since || *since > now) since = now;
  return now - *since;
}

/// The first that is certain, else the first, of those without a figure; null where all have one.
MeasuredLag const* FirstMissing(std::vector<MeasuredLag> const& lags) {
  MeasuredLag const* found = nullptr;
  for (auto const& it : lags) {
    if (it.lag) continue;
    if (it.is_certain) return &it;
    if (found == nullptr) found = &it;
  }
  return found;
}

}  // namespace

std::string_view ToString(LagState state) {
  switch (state) {
    case LagState::kSynced: return "Synced";
    case LagState::kBehind: return "Behind";
    case LagState::kNoSample: return "NoSample";
    case LagState::kVersionsNotComparable: return "VersionsNotComparable";
    case LagState::kLeaderUnreadable: return "LeaderUnreadable";
    case LagState::kClusterNotRunning: return "ClusterNotRunning";
    case LagState::kDatabaseSuspended: return "DatabaseSuspended";
  }
  return "NoSample";
}

LagVerdict const& LagJudge::Judge(std::vector<MeasuredLag> const& lags, LagRules const& rules,
                                  TimePoint now) {
  if (lags.empty()) {
    *this = LagJudge({.kind = Kind::kNothing});
    return verdict_;
  }
  auto const worst = std::ranges::max_element(lags, {}, &MeasuredLag::lag);  // none counts as least
  if (worst->lag && *worst->lag > rules.objective) {
    Exceeded(*worst, rules.probe, worst->at.value_or(now));
    return verdict_;
  }
  beyond_since_.reset();
  calm_for_ = Held(within_since_, now);
  auto const named = std::ranges::find(lags, verdict_.database, &MeasuredLag::database);
  is_named_well_ = named != lags.end() && named->lag;
  if (auto const* missing = FirstMissing(lags)) {
    Missed(*missing, rules, now);
  } else {
    Kept(rules);
  }
  return verdict_;
}

void LagJudge::Exceeded(MeasuredLag const& worst, Duration probe, TimePoint now) {
  within_since_.reset();
  silent_since_.reset();
  // The one that is named stays, so that nothing is written while another becomes the worst.
  if (verdict_.kind == Kind::kBeyond && !verdict_.database.empty()) return;
  if (verdict_.kind != Kind::kBeyond && Held(beyond_since_, now) < probe) return;
  verdict_ = {.kind = Kind::kBeyond, .database = worst.database};
}

bool LagJudge::IsCalm(LagRules const& rules) const {
  return calm_for_ >= std::max(kCalmProbes * rules.probe, 2 * rules.objective);
}

void LagJudge::Kept(LagRules const& rules) {
  silent_since_.reset();
  if (verdict_.kind == Kind::kBeyond && !IsCalm(rules)) return;
  verdict_ = {.kind = Kind::kWithin};
}

void LagJudge::Missed(MeasuredLag const& one, LagRules const& rules, TimePoint now) {
  bool const is_unmeasured = verdict_.kind == Kind::kUnmeasured;
  if (is_unmeasured && one.state != silent_state_) silent_since_.reset();
  silent_state_ = one.state;
  auto const silent = Held(silent_since_, now);
  if (is_unmeasured && verdict_.why == one.state) return;
  if (verdict_.kind == Kind::kBeyond) {
    bool const is_about_it = verdict_.database.empty() || verdict_.database == one.database;
    bool const is_over = is_about_it ? one.is_certain : is_named_well_ && IsCalm(rules);
    if (!is_over) return;
  } else if (!one.is_certain && silent < kSilentProbes * rules.probe) {
    return;
  }
  verdict_ = {.kind = Kind::kUnmeasured, .why = one.state, .database = one.database};
}

}  // namespace adxf::follower_database
