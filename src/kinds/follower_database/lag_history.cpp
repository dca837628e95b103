#include "kinds/follower_database/lag_history.hpp"

#include <algorithm>
#include <charconv>
#include <cstddef>

namespace adxf::follower_database {
namespace {

// A follower that keeps showing another number while nothing moves on the leader counts versions of
// its own.
constexpr auto kStandStill = std::chrono::minutes(30);
// Equal once may be chance.
constexpr int kEqualsThatProve = 2;
// Bounds memory for a follower that is stopped for days; older entries merge into the oldest one
// kept.
constexpr std::size_t kMaxVersions = 4096;

}  // namespace

std::optional<DatabaseVersion> ParseVersion(std::string_view text) {
  if (!text.starts_with('v')) return std::nullopt;
  DatabaseVersion version;
  char const* const end = text.data() + text.size();
  auto const major = std::from_chars(text.data() + 1, end, version.major);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  auto const minor = std::from_chars(major.ptr + 1, end, version.minor);
  if (minor.ec != std::errc{} || minor.ptr != end) return std::nullopt;
  return version;
}

void LagHistory::SawFollower(DatabaseVersion version, TimePoint when) {
  if (follower_ != version) differs_since_.reset();
  // One that counts by itself does not go back when its leader does.
  if (follower_ && version < *follower_) doubt_ = Doubt::kNone;
  follower_seen_ = when;
  follower_ = version;
  // What the follower has passed is history; the newest such entry stays as the mark of what it
  // reached.
  while (leader_.size() > 1 && leader_[1].version <= version) leader_.erase(leader_.begin());
  if (!leader_.empty() && leader_.front().version <= version) has_baseline_ = true;
  Compare(when);
}

void LagHistory::SawLeader(DatabaseVersion version, TimePoint when) {
  leader_seen_ = when;
  ForgetTheFuture(when);
  if (!leader_.empty() && version < leader_.back().version) {
    leader_.clear();  // the leader was restored or made anew: what was recorded no longer orders
                      // anything
    has_baseline_ = false;
  }
  if (leader_.empty() || leader_.back().version < version) {
    leader_.push_back({.version = version, .first_seen = when});
    differs_since_.reset();
    if (leader_.size() > kMaxVersions) Thin();
  }
  Compare(when);
}

/// A clock that was set back must not hide a lag until it has caught up.
void LagHistory::ForgetTheFuture(TimePoint now) {
  for (auto& it : leader_) it.first_seen = std::min(it.first_seen, now);
  if (differs_since_) differs_since_ = std::min(*differs_since_, now);
}

/// The first is what the follower has, the second what it lacks for longest: both stay.
void LagHistory::Thin() {
  leader_[3].first_seen = leader_[2].first_seen;
  leader_.erase(leader_.begin() + 2);
}

void LagHistory::Compare(TimePoint when) {
  if (!follower_ || leader_.empty()) return;
  if (IsEqual()) {
    has_baseline_ = true;
    last_synced_ = when;
    differs_since_.reset();
    doubt_ = Doubt::kNone;
    if (equal_at_ != follower_) ++equals_;
    equal_at_ = follower_;
    return;
  }
  if (!differs_since_) differs_since_ = when;
  if (*follower_ > leader_.back().version) {
    doubt_ = Doubt::kIsAhead;
    equals_ = 0;
  } else if (StandsApart()) {
    doubt_ = Doubt::kStandsApart;
  }
}

/// Only what was seen counts: a cluster that is stopped for the night stands apart from nobody.
bool LagHistory::StandsApart() const {
  return equals_ < kEqualsThatProve && differs_since_ &&
         std::min(follower_seen_, leader_seen_) - *differs_since_ >= kStandStill;
}

LagReading LagHistory::Read(TimePoint now, Duration stale_after) const {
  if (!follower_ || leader_.empty()) return {};
  if (now - std::min(follower_seen_, leader_seen_) > stale_after) return {};
  if (IsEqual()) return {.state = LagReading::State::kKnown};
  if (doubt_ != Doubt::kNone) {
    return {.state = LagReading::State::kNotComparable, .is_ahead = doubt_ == Doubt::kIsAhead};
  }
  if (!has_baseline_) return {};
  auto const missing =
      std::ranges::find_if(leader_, [&](Seen const& seen) { return seen.version > *follower_; });
  return {.state = LagReading::State::kKnown,
          .lag = std::max(Duration{0}, Duration(now - missing->first_seen))};
}

}  // namespace adxf::follower_database
