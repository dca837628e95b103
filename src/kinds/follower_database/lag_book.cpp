#include "kinds/follower_database/lag_book.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

// Azure publishes its figure some minutes late, and it is asked for every five.
constexpr Duration kLatencyLasts = std::chrono::minutes(20);

using Versions = std::map<std::string, SeenVersion const*>;

SeenVersion const* Find(Versions const& versions, std::string const& database) {
  auto const found = versions.find(ToLower(database));
  return found == versions.end() ? nullptr : found->second;
}

}  // namespace

bool LagBook::Track(std::string const& object, std::vector<TrackedDatabase> databases,
                    TrackRules const& rules, TimePoint now) {
  std::lock_guard const lock(mutex_);
  auto const [found, is_new] = objects_.try_emplace(object);
  auto& tracked = found->second;
  if (is_new) tracked.judge = LagJudge(rules.before);
  std::vector<Tracked> next;
  for (auto& database : databases) {
    auto const before = std::ranges::find(tracked.databases, database, &Tracked::database);
    next.push_back(before == tracked.databases.end()
                       ? Tracked{.database = std::move(database), .since = now}
                       : std::move(*before));
  }
  tracked.databases = std::move(next);
  tracked.rules = rules;
  return tracked.Judge(now);
}

void LagBook::Forget(std::string const& object) {
  std::lock_guard const lock(mutex_);
  objects_.erase(object);
}

std::vector<std::string> LagBook::Saw(std::string const& view,
                                      std::vector<SeenVersion> const& versions, TimePoint when) {
  Versions by_name;
  for (auto const& it : versions) by_name.emplace(ToLower(it.database), &it);
  std::vector<std::string> changed;
  std::lock_guard const lock(mutex_);
  for (auto& [name, object] : objects_) {
    if (!object.Watches(view)) continue;
    for (auto& it : object.databases) it.Saw(view, by_name, when);
    if (object.Judge(when)) changed.push_back(name);
  }
  return changed;
}

std::vector<std::string> LagBook::SawLatency(std::string const& view, ClusterLatency const& latency,
                                             TimePoint now) {
  std::vector<std::string> changed;
  std::lock_guard const lock(mutex_);
  for (auto& [name, object] : objects_) {
    auto const is_follower = [&](Tracked const& it) { return it.database.follower_view == view; };
    if (!std::ranges::any_of(object.databases, is_follower)) continue;
    object.latency = latency;
    if (object.Judge(now)) changed.push_back(name);
  }
  return changed;
}

std::vector<LagSample> LagBook::Read(std::string const& object, TimePoint now) const {
  std::lock_guard const lock(mutex_);
  std::vector<LagSample> samples;
  auto const found = objects_.find(object);
  if (found == objects_.end()) return samples;
  for (auto const& it : found->second.databases) samples.push_back(found->second.Read(it, now));
  return samples;
}

std::optional<Duration> LagBook::AzuresFigure(std::string const& object, TimePoint now) const {
  std::lock_guard const lock(mutex_);
  auto const found = objects_.find(object);
  return found == objects_.end() ? std::nullopt : found->second.AzuresFigure(now);
}

std::optional<LagStanding> LagBook::Standing(std::string const& object) const {
  std::lock_guard const lock(mutex_);
  auto const found = objects_.find(object);
  return found == objects_.end() ? std::nullopt : std::optional(found->second.standing);
}

void LagBook::Tracked::Saw(std::string const& view, Versions const& versions, TimePoint when) {
  if (database.follower_view == view) {
    if (auto const* seen = Find(versions, database.follower)) {
      is_suspended = seen->is_suspended;
      if (auto const version = ParseVersion(seen->version)) SawFollower(*version, when);
    }
  }
  if (database.leader_view != view) return;
  auto const* leader = Find(versions, database.leader);
  if (leader == nullptr) return;
  if (auto const version = ParseVersion(leader->version)) SawLeader(*version, when);
}

void LagBook::Tracked::SawFollower(DatabaseVersion version, TimePoint when) {
  follower_seen.reset();
  if (history.HasReached(version)) {
    history.SawFollower(version, when);
  } else {
    follower_seen = {version, when};
  }
}

/// A version that the leader was not seen at yet counts only once the leader was read after it;
/// else the follower could seem ahead.
void LagBook::Tracked::SawLeader(DatabaseVersion version, TimePoint when) {
  history.SawLeader(version, when);
  if (!follower_seen || follower_seen->second > when) return;
  history.SawFollower(follower_seen->first, follower_seen->second);
  follower_seen.reset();
}

/// Three probes in a row that failed, and the time that a failing one may take.
Duration LagBook::Object::StaleAfter() const { return 3 * rules.probe + std::chrono::seconds(30); }

bool LagBook::Object::Watches(std::string const& view) const {
  return std::ranges::any_of(databases, [&](Tracked const& it) {
    return it.database.follower_view == view || it.database.leader_view == view;
  });
}

LagSample LagBook::Object::Read(Tracked const& tracked, TimePoint now) const {
  LagSample sample{.database = tracked.database, .last_synced = tracked.history.LastSynced()};
  if (!rules.are_clusters_running) {
    sample.state = LagState::kClusterNotRunning;
    return sample;
  }
  if (tracked.is_suspended) {
    sample.state = LagState::kDatabaseSuspended;
    return sample;
  }
  auto const reading = tracked.history.Read(now, StaleAfter());
  switch (reading.state) {
    case LagReading::State::kKnown: {
      // What waits for a look at the leader has passed all that was seen of it so far.
      bool const has_all = tracked.history.IsEqual() || tracked.follower_seen;
      sample.state = has_all ? LagState::kSynced : LagState::kBehind;
      sample.lag = has_all ? Duration{0} : reading.lag;
      break;
    }
    case LagReading::State::kNotComparable: sample.state = LagState::kVersionsNotComparable; break;
    case LagReading::State::kUnknown:
      bool const is_late = now - tracked.since > StaleAfter();
      bool const lacks_leader = tracked.database.leader_view.empty() ||
                                (is_late && !tracked.history.WasLeaderSeen(now, StaleAfter()));
      sample.state = lacks_leader ? LagState::kLeaderUnreadable : LagState::kNoSample;
      break;
  }
  return sample;
}

std::optional<Duration> LagBook::Object::AzuresFigure(TimePoint now) const {
  if (!latency || now - latency->at > kLatencyLasts) return std::nullopt;
  return latency->latency;
}

MeasuredLag LagBook::Object::Measure(Tracked const& tracked, TimePoint now) const {
  auto const sample = Read(tracked, now);
  MeasuredLag measured{
      .database = tracked.database.follower, .state = sample.state, .lag = sample.lag};
  bool const could_be_told = sample.state == LagState::kNoSample ||
                             sample.state == LagState::kLeaderUnreadable ||
                             sample.state == LagState::kVersionsNotComparable;
  if (!could_be_told) return measured;
  measured.lag = AzuresFigure(now);
  measured.is_certain = sample.state == LagState::kVersionsNotComparable
                            ? tracked.history.Read(now, StaleAfter()).is_ahead
                            : false;
  return measured;
}

bool LagBook::Object::NeedsAzures(Tracked const& tracked, TimePoint now) const {
  switch (Read(tracked, now).state) {
    case LagState::kVersionsNotComparable:
    case LagState::kLeaderUnreadable: return true;
    case LagState::kNoSample: return now - tracked.since > StaleAfter();
    default: return false;
  }
}

bool LagBook::Object::Judge(TimePoint now) {
  LagStanding next;
  std::vector<MeasuredLag> lags;
  lags.reserve(databases.size());
  for (auto const& it : databases) {
    next.needs_azures = next.needs_azures || NeedsAzures(it, now);
    lags.push_back(Measure(it, now));
  }
  if (rules.objective) {
    next.verdict = judge.Judge(lags, {.objective = *rules.objective, .probe = rules.probe}, now);
  } else {
    judge = LagJudge(LagVerdict::Kind::kUndecided);
  }
  return std::exchange(standing, next) != next;
}

}  // namespace adxf::follower_database
