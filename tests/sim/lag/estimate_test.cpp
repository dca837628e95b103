// The estimate of sync lag against the truth, which only the emulator's lag model knows: patterns
// of ingestion and of lag, watched by probes of both sides that are out of step with each other.
#include "emulator/state.hpp"
#include "kinds/follower_database/lag_book.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <deque>
#include <functional>
#include <ranges>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using std::chrono::seconds;

constexpr TimePoint kStart{std::chrono::hours(24 * 365 * 50)};
constexpr seconds kHistory = 90min;

/// Leader and follower in the emulator, second by second.
class Truth {
 public:
  Truth() {
    auto& leader = estate_.clusters["corp"];
    leader.name = "corp";
    auto& sales = leader.databases["Sales"];
    sales.name = "Sales";
    sales.history.push_back({{12, 40}, kStart});
    auto& follower = estate_.clusters["reporting"];
    follower.name = "reporting";
    follower.attachments["a"] = {.name = "a",
                                 .leader_id = leader.Id(),
                                 .database_name = "Sales",
                                 .provisioning_state = "Succeeded"};
    emulator::Settle(estate_);
  }

  void Ingest() { Leader().Bump(estate_.Now()); }
  void SetLag(seconds lag) { estate_.settings.lag = lag; }
  void CountOwnVersions() { estate_.settings.own_versions = true; }
  void Pass(seconds span) { estate_.clock.Advance(span); }
  [[nodiscard]] TimePoint Now() const { return estate_.Now(); }

  [[nodiscard]] std::string LeadersVersion() { return ToString(Leader().Latest()); }
  [[nodiscard]] std::string FollowersVersion() { return ToString(Sight().version); }

  /// How long ago the first version was made that the follower has not.
  [[nodiscard]] Duration Lag() {
    auto const floor = Followed(Sight()).floor;
    for (auto const& mark : Leader().history) {
      if (mark.version > floor) return Now() - mark.at;
    }
    return 0s;
  }

 private:
  emulator::Database& Leader() { return estate_.clusters.at("corp").databases.at("Sales"); }
  emulator::FollowedDatabase& Followed(emulator::FollowerSight const& /*brought up to date*/) {
    return estate_.clusters.at("reporting").followed.at("Sales");
  }
  emulator::FollowerSight Sight() {
    auto& follower = estate_.clusters.at("reporting");
    return emulator::Sight(estate_, follower, follower.followed.at("Sales"));
  }

  emulator::Estate estate_{.clock = emulator::EmulatorClock(kStart)};
};

struct Pattern {
  std::string name{};
  std::function<bool(seconds)> ingests{};  ///< In this second?
  std::function<seconds(seconds)> lag{};   ///< How far the follower trails at this moment.
};

bool Always(seconds at) { return at >= 60s; }
bool EveryTenSeconds(seconds at) { return at % 10 == 0s; }
bool Burst(seconds at) { return at >= 60s && at % 600 < 20s; }
bool Seldom(seconds at) { return at % 900 == 7s; }

seconds Steady(seconds /*at*/) { return 20s; }
seconds Step(seconds at) { return at > 15min && at < 35min ? 180s : 5s; }
seconds Ramp(seconds at) { return at < 40min ? at / 8 : std::max(0s, 300s - (at - 40min) / 2); }
/// Fetches what is new once in two minutes.
seconds Refresh(seconds at) { return at % 120; }
/// Takes nothing for half an hour.
seconds Stuck(seconds at) { return at > 20min && at < 50min ? at - 20min : 0s; }

std::vector<Pattern> Patterns() {
  return {{"steady lag, busy leader", Always, Steady},
          {"steady lag, bursts", Burst, Steady},
          {"step up and down, busy leader", Always, Step},
          {"step up and down, bursts", Burst, Step},
          {"ramp, ingests every 10 s", EveryTenSeconds, Ramp},
          {"refresh every 2 min, busy leader", Always, Refresh},
          {"refresh every 2 min, seldom ingests", Seldom, Refresh},
          {"stuck for 30 min, busy leader", Always, Stuck},
          {"stuck for 30 min, bursts", Burst, Stuck}};
}

TrackedDatabase Sales() {
  return {.follower_view = "f", .follower = "Sales", .leader_view = "l", .leader = "Sales"};
}

/// The operator's eyes: each side is probed once an interval, the leader a third of it after the
/// follower, or both at once: then the follower's answer comes later. Its clock is its own.
class Watcher {
 public:
  Watcher(seconds interval, Duration skew, seconds phase, LagVerdict before = {})
      : interval_(interval), skew_(skew), phase_(phase) {
    book_.Track("a/one", {{Sales()}}, {.probe = interval, .objective = 2min, .before = before},
                kStart + skew);
  }

  void Watch(Truth& truth, seconds at) {
    auto const now = truth.Now() + skew_;
    if (at % interval_ == phase_)
      book_.Saw("l", {{.database = "Sales", .version = truth.LeadersVersion()}}, now);
    if (at % interval_ == 0s) {
      auto const takes = phase_ == 0s ? 500ms : 0ms;
      book_.Saw("f", {{.database = "Sales", .version = truth.FollowersVersion()}}, now,
                now + takes);
    }
  }
  [[nodiscard]] LagSample Read(Truth const& truth) const {
    return book_.Read("a/one", truth.Now() + skew_).at(0);
  }
  [[nodiscard]] LagVerdict::Kind Verdict() const { return book_.Standing("a/one")->verdict.kind; }

 private:
  seconds interval_;
  Duration skew_;
  seconds phase_;
  LagBook book_;
};

struct Errors {
  Duration too_small{0};  ///< Beyond anything that was true within the last interval.
  Duration too_large{0};
  int scrapes = 0;
  int without = 0;
};

/// What a scrape in every second shows, against what was true at some moment of the last interval.
Errors Compare(Pattern const& pattern, seconds interval, Duration skew, seconds phase) {
  Truth truth;
  Watcher watcher(interval, skew, phase);
  std::deque<Duration> recent;
  Errors errors;
  for (seconds at{0}; at < kHistory; at += 1s) {
    truth.SetLag(pattern.lag(at));
    if (pattern.ingests(at)) truth.Ingest();
    watcher.Watch(truth, at);
    recent.push_back(truth.Lag());
    if (recent.size() > static_cast<std::size_t>(interval.count()) + 1) recent.pop_front();
    auto const sample = watcher.Read(truth);
    ++errors.scrapes;
    if (sample.lag) {
      auto const [least, most] = std::ranges::minmax(recent);
      errors.too_small = std::max(errors.too_small, least - *sample.lag);
      errors.too_large = std::max(errors.too_large, *sample.lag - most);
    } else {
      ++errors.without;
    }
    truth.Pass(1s);
  }
  return errors;
}

double Seconds(Duration span) { return std::chrono::duration<double>(span).count(); }

TEST(LagEstimate, IsExactToOneProbeIntervalEitherWay) {
  fmt::print("{:<38} {:>8} {:>12} {:>12} {:>11}\n", "pattern", "interval", "too small by",
             "too large by", "no sample");
  for (auto const& pattern : Patterns()) {
    for (auto const interval : {10s, 30s, 60s}) {
      // The operator's clock is wrong by an hour, which must not matter.
      for (auto const& [skew, phase] :
           {std::pair{0s, interval / 3}, {3600s, interval / 3}, {-3600s, 0s}}) {
        auto const errors = Compare(pattern, interval, skew, phase);
        if (skew == 0s) {
          fmt::print("{:<38} {:>7}s {:>11.0f}s {:>11.0f}s {:>10.1f}%\n", pattern.name,
                     interval.count(), Seconds(errors.too_small), Seconds(errors.too_large),
                     100.0 * errors.without / errors.scrapes);
        }
        EXPECT_LE(errors.too_small, interval) << pattern.name << " " << interval.count();
        EXPECT_LE(errors.too_large, interval) << pattern.name << " " << interval.count();
        // Only the time from the start to the first refresh that brings something.
        EXPECT_LT(errors.without, errors.scrapes / 10) << pattern.name;
      }
    }
  }
}

TEST(LagEstimate, AfterARestartInventsNoSmallLagAndEndsNoAlert) {
  auto const interval = 30s;
  Truth truth;
  Watcher before(interval, 0s, 10s);
  for (seconds at{0}; at < 30min; at += 1s) {  // stuck since the 20th minute
    truth.SetLag(Stuck(at));
    truth.Ingest();
    before.Watch(truth, at);
    truth.Pass(1s);
  }
  ASSERT_EQ(before.Verdict(), LagVerdict::Kind::kBeyond);
  Watcher after(interval, 0s, 10s, {.kind = before.Verdict()});

  int with_figure = 0;
  for (seconds at = 30min; at < kHistory; at += 1s) {
    truth.SetLag(Stuck(at));
    truth.Ingest();
    after.Watch(truth, at);
    if (auto const lag = after.Read(truth).lag) {
      ++with_figure;
      EXPECT_GE(*lag, truth.Lag() - interval) << at.count();
    }
    if (at < 50min) {
      EXPECT_EQ(after.Verdict(), LagVerdict::Kind::kBeyond) << at.count();
    }
    truth.Pass(1s);
  }
  EXPECT_GT(with_figure, 30 * 60);  // once the follower moved
  EXPECT_EQ(after.Verdict(), LagVerdict::Kind::kWithin);
}

TEST(LagEstimate, DoesNotBelieveAFollowerThatCountsItsOwnVersions) {
  for (auto const& ingests : {Always, Burst, Seldom}) {
    Truth truth;
    truth.CountOwnVersions();
    Watcher watcher(30s, 0s, 10s);
    for (seconds at{0}; at < 3h; at += 1s) {
      if (ingests(at) && at < 2h) truth.Ingest();
      watcher.Watch(truth, at);
      EXPECT_FALSE(watcher.Read(truth).lag) << at.count();
      truth.Pass(1s);
    }
    EXPECT_EQ(watcher.Read(truth).state, LagState::kVersionsNotComparable);
  }
}

}  // namespace
}  // namespace adxf::follower_database
