#include "emulator/follower_latency.hpp"

#include "emulator/state.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>
#include <ranges>
#include <ratio>

namespace adxf::emulator {

namespace {

/// The time between two measurements.
using Quarter = std::chrono::duration<std::int64_t, std::ratio<15>>;

/// How long ago the first version of the leader was made that the follower does not have; 0 where
/// it has all, nothing where the leader is gone.
std::optional<TimePoint::duration> Latency(Estate const& estate, Cluster const& follower,
                                           FollowedDatabase& followed, TimePoint when) {
  auto const sight = SightAt(estate, follower, followed, when);
  if (sight.leader == nullptr) return std::nullopt;
  auto const& history = sight.leader->history;
  auto const missing = std::ranges::upper_bound(history, followed.floor, {}, &VersionMark::version);
  if (missing == history.end() || missing->at > when) return TimePoint::duration::zero();
  return when - missing->at;
}

ClusterMinute& MinuteOf(Cluster& cluster, TimePoint when) {
  auto& minutes = cluster.minutes;
  TimePoint const start = std::chrono::floor<std::chrono::minutes>(when);
  if (minutes.empty() || minutes.back().start < start) minutes.push_back({.start = start});
  while (minutes.front().start < start - kMinutesKept) minutes.pop_front();
  return minutes.back();
}

void MeasureAt(Estate const& estate, Cluster& cluster, TimePoint when) {
  if (cluster.state != "Running") return;
  auto& minute = MinuteOf(cluster, when);
  minute.keep_alive.Add(1);
  for (auto& followed : cluster.followed | std::views::values) {
    auto const latency = Latency(estate, cluster, followed, when);
    if (!latency) continue;
    minute.follower_latency.Add(std::chrono::duration<double, std::milli>(*latency).count());
  }
}

}  // namespace

void Measure(Estate& estate) {
  auto const now = estate.Now();
  auto const since = std::max(estate.measured.value_or(now), now - kMinutesKept);
  TimePoint const last = std::chrono::floor<Quarter>(since);
  for (auto& cluster : estate.clusters | std::views::values) {
    for (auto when = last + Quarter(1); when <= now; when += Quarter(1))
      MeasureAt(estate, cluster, when);
    if (cluster.state != "Running") continue;
    // What a follower has it keeps, whatever its lag becomes.
    for (auto& followed : cluster.followed | std::views::values)
      SightAt(estate, cluster, followed, now);
  }
  estate.measured = now;
}

void MeasureIfDue(Estate& estate) {
  bool const is_due = !estate.measured || std::chrono::floor<Quarter>(*estate.measured) !=
                                              std::chrono::floor<Quarter>(estate.Now());
  if (is_due) Measure(estate);
}

}  // namespace adxf::emulator
