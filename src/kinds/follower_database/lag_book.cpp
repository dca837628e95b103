#include "kinds/follower_database/lag_book.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

using Versions = std::map<std::string, DatabaseVersion>;

std::optional<DatabaseVersion> Find(Versions const& versions, std::string const& database) {
  auto const found = versions.find(ToLower(database));
  return found == versions.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace

void LagBook::Track(std::string const& object, std::vector<TrackedDatabase> databases,
                    Duration probe) {
  std::lock_guard const lock(mutex_);
  auto& tracked = objects_[object];
  std::vector<Tracked> next;
  for (auto& database : databases) {
    auto const before = std::ranges::find(tracked, database, &Tracked::database);
    next.push_back(before == tracked.end() ? Tracked{.database = std::move(database)}
                                           : std::move(*before));
  }
  // Three probes in a row that failed, and the time that a failing one may take.
  for (auto& it : next) it.stale_after = 3 * probe + std::chrono::seconds(30);
  tracked = std::move(next);
}

void LagBook::Forget(std::string const& object) {
  std::lock_guard const lock(mutex_);
  objects_.erase(object);
}

void LagBook::Saw(std::string const& view,
                  std::vector<std::pair<std::string, std::string>> const& versions,
                  TimePoint when) {
  Versions parsed;
  for (auto const& [name, text] : versions) {
    if (auto const version = ParseVersion(text)) parsed.emplace(ToLower(name), *version);
  }
  std::lock_guard const lock(mutex_);
  for (auto& [object, databases] : objects_) {
    for (auto& it : databases) it.Saw(view, parsed, when);
  }
}

void LagBook::Tracked::Saw(std::string const& view, Versions const& versions, TimePoint when) {
  auto const follower =
      database.follower_view == view ? Find(versions, database.follower) : std::nullopt;
  auto const leader = database.leader_view == view ? Find(versions, database.leader) : std::nullopt;
  if (follower) follower_seen = {*follower, when};
  if (leader) SawLeader(*leader, when);
}

/// The follower counts only once the leader was read after it; the other way round it could seem
/// ahead.
void LagBook::Tracked::SawLeader(DatabaseVersion version, TimePoint when) {
  if (follower_seen && follower_seen->second <= when) {
    history.SawFollower(follower_seen->first, follower_seen->second);
    follower_seen.reset();
  }
  history.SawLeader(version, when);
}

std::vector<LagSample> LagBook::Read(std::string const& object, TimePoint now) const {
  std::lock_guard const lock(mutex_);
  std::vector<LagSample> samples;
  auto const found = objects_.find(object);
  if (found == objects_.end()) return samples;
  for (auto const& it : found->second) {
    samples.push_back({.database = it.database,
                       .reading = it.history.Read(now, it.stale_after),
                       .last_synced = it.history.LastSynced()});
  }
  return samples;
}

}  // namespace adxf::follower_database
