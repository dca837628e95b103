#include "kinds/follower_database/lag_book.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <unordered_map>
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

bool LagBook::Track(std::string const& object,
                    std::optional<std::vector<TrackedDatabase>> databases, TrackRules const& rules,
                    TimePoint now) {
  std::lock_guard const lock(mutex_);
  if (!databases && !objects_.contains(object)) return false;  // nothing is known of it yet
  auto const [found, is_new] = objects_.try_emplace(object);
  auto& tracked = found->second;
  if (!rules.objective) {
    tracked.judge.reset();
  } else if (is_new) {
    tracked.judge = LagJudge(rules.before);
  } else if (tracked.objective != rules.objective) {
    tracked.judge = LagJudge();  // what was judged was another objective
  }
  tracked.probe = rules.probe;
  tracked.objective = rules.objective;
  tracked.are_clusters_running = rules.are_clusters_running;
  if (databases && !tracked.Tracks(*databases)) {
    Unwatch(*found);
    tracked.Follow(std::move(*databases), now);
    Watch(*found);
  }
  return tracked.Judge(now);
}

void LagBook::Watch(Objects::value_type& object) {
  for (auto const& view : object.second.Views()) watchers_[view].push_back(&object);
}

void LagBook::Unwatch(Objects::value_type& object) {
  for (auto const& view : object.second.Views()) {
    auto const found = watchers_.find(view);
    std::erase(found->second, &object);
    if (found->second.empty()) watchers_.erase(found);
  }
}

LagBook::Watchers const& LagBook::WatchersOf(SharedText const& view) const {
  static Watchers const kNone;
  auto const found = watchers_.find(view);
  return found == watchers_.end() ? kNone : found->second;
}

void LagBook::Object::Follow(std::vector<TrackedDatabase> wanted, TimePoint now) {
  std::unordered_map<std::string, Tracked> before;  // objects have up to 10,000
  for (auto& it : databases) {
    auto name = it.database.follower;
    before.emplace(std::move(name), std::move(it));
  }
  databases.clear();
  databases.reserve(wanted.size());
  for (auto& database : wanted) {
    auto const known = before.find(database.follower);
    bool const is_same = known != before.end() && known->second.database == database;
    databases.push_back(is_same ? std::move(known->second)
                                : Tracked{.database = std::move(database), .since = now});
  }
}

void LagBook::Forget(std::string const& object) {
  std::lock_guard const lock(mutex_);
  auto const found = objects_.find(object);
  if (found == objects_.end()) return;
  Unwatch(*found);
  objects_.erase(found);
}

std::vector<std::string> LagBook::Saw(SharedText const& view,
                                      std::vector<SeenVersion> const& versions, TimePoint began,
                                      TimePoint ended) {
  Versions by_name;
  for (auto const& it : versions) by_name.emplace(ToLower(it.database), &it);
  std::vector<std::string> changed;
  std::lock_guard const lock(mutex_);
  for (auto* watcher : WatchersOf(view)) {
    auto& [name, object] = *watcher;
    for (auto& it : object.databases) it.Saw(view, by_name, began, ended);
    if (object.Judge(ended)) changed.push_back(name);
  }
  return changed;
}

std::vector<std::string> LagBook::SawLatency(SharedText const& view, ClusterLatency const& latency,
                                             TimePoint now) {
  std::vector<std::string> changed;
  std::lock_guard const lock(mutex_);
  for (auto* watcher : WatchersOf(view)) {
    auto& [name, object] = *watcher;
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

/// The follower is dated by the end of its call and the leader by the beginning: so the order of
/// two calls that overlap is never mistaken.
void LagBook::Tracked::Saw(SharedText const& view, Versions const& versions, TimePoint began,
                           TimePoint ended) {
  if (database.follower_view == view) {
    if (auto const* seen = Find(versions, database.follower)) {
      is_suspended = seen->is_suspended;
      if (auto const version = ParseVersion(seen->version)) SawFollower(*version, ended);
    }
  }
  if (database.leader_view != view) return;
  auto const* leader = Find(versions, database.leader);
  if (leader == nullptr) return;
  if (auto const version = ParseVersion(leader->version)) SawLeader(*version, began);
}

/// A version that the leader was not seen at yet counts only once the leader was read after it;
/// else the follower could seem ahead.
void LagBook::Tracked::SawFollower(DatabaseVersion version, TimePoint when) {
  if (history.HasReached(version)) {
    follower_seen.clear();
    history.SawFollower(version, when);
    return;
  }
  follower_seen.emplace_back(version, when);
  constexpr std::size_t kMostWaiting = 4;
  if (follower_seen.size() > kMostWaiting) follower_seen.erase(follower_seen.begin());
}

void LagBook::Tracked::SawLeader(DatabaseVersion version, TimePoint when) {
  history.SawLeader(version, when);
  while (!follower_seen.empty() && follower_seen.front().second <= when) {
    history.SawFollower(follower_seen.front().first, follower_seen.front().second);
    follower_seen.erase(follower_seen.begin());
  }
}

/// Three probes in a row that failed, and the time that a failing one may take.
Duration LagBook::Object::StaleAfter() const { return 3 * probe + std::chrono::seconds(30); }

bool LagBook::Object::Tracks(std::vector<TrackedDatabase> const& wanted) const {
  return std::ranges::equal(databases, wanted, {}, &Tracked::database);
}

/// Of those who see one of the databases.
std::set<SharedText> LagBook::Object::Views() const {
  std::set<SharedText> views;
  for (auto const& it : databases) {
    views.insert(it.database.follower_view);
    views.insert(it.database.leader_view);
  }
  return views;
}

LagSample LagBook::Object::Read(Tracked const& tracked, TimePoint now) const {
  LagSample sample{.database = tracked.database, .last_synced = tracked.history.LastSynced()};
  if (!are_clusters_running) {
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
      bool const has_all = tracked.history.IsEqual() || !tracked.follower_seen.empty();
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

MeasuredLag LagBook::Object::Measure(Tracked const& tracked, LagSample const& sample,
                                     TimePoint now) const {
  MeasuredLag measured{
      .database = tracked.database.follower, .state = sample.state, .lag = sample.lag};
  // While probes of the follower fail, nobody knows whether it has moved meanwhile.
  bool const is_guess =
      sample.state == LagState::kBehind && !tracked.history.WasFollowerSeen(now, 3 * probe / 2);
  if (is_guess) {
    measured.lag.reset();
    measured.state = LagState::kNoSample;
    measured.is_certain = false;
    return measured;
  }
  bool const could_be_told = sample.state == LagState::kNoSample ||
                             sample.state == LagState::kLeaderUnreadable ||
                             sample.state == LagState::kVersionsNotComparable;
  if (!could_be_told) return measured;
  measured.lag = AzuresFigure(now);
  if (measured.lag) measured.at = latency->at;
  measured.is_certain = sample.state == LagState::kVersionsNotComparable
                            ? tracked.history.Read(now, StaleAfter()).is_ahead
                            : false;
  return measured;
}

bool LagBook::Object::NeedsAzures(Tracked const& tracked, LagState state, TimePoint now) const {
  switch (state) {
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
    auto const sample = Read(it, now);
    next.needs_azures = next.needs_azures || NeedsAzures(it, sample.state, now);
    lags.push_back(Measure(it, sample, now));
  }
  if (judge) next.verdict = judge->Judge(lags, {.objective = *objective, .probe = probe}, now);
  return std::exchange(standing, next) != next;
}

}  // namespace adxf::follower_database
