#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <utility>
#include <vector>

namespace adxf::test {

/// Time that only the test moves. Thread-safe.
/// kJumps (default): WaitUntil moves the clock to the deadline and returns at once.
/// kByHand: WaitUntil blocks until Advance() passes the deadline or a stop is requested.
class FakeClock final : public Clock {
 public:
  enum class Waiting { kJumps, kByHand };

  explicit FakeClock(Waiting waiting = Waiting::kJumps) : waiting_(waiting) {}

  [[nodiscard]] TimePoint Now() const override {
    std::lock_guard const lock(mutex_);
    return now_;
  }

  [[nodiscard]] SteadyPoint Steady() const override {
    std::lock_guard const lock(mutex_);
    return steady_;
  }

  [[nodiscard]] BootPoint Boot() const override {
    std::lock_guard const lock(mutex_);
    return boot_;
  }

  bool WaitUntil(SteadyPoint deadline, std::stop_token stop) override {
    std::unique_lock lock(mutex_);
    if (stop.stop_requested()) return false;
    waits_.push_back(std::max(Duration::zero(), Duration(deadline - steady_)));
    if (waiting_ == Waiting::kJumps) {
      MoveTo(std::max(deadline, steady_));
      return true;
    }
    ++sleepers_;
    changed_.notify_all();
    bool const reached = changed_.wait(lock, stop, [&] { return steady_ >= deadline; });
    --sleepers_;
    changed_.notify_all();
    return reached && !stop.stop_requested();
  }

  /// Moves all clocks and wakes whoever is due.
  void Advance(Duration by) {
    std::lock_guard const lock(mutex_);
    MoveTo(steady_ + std::chrono::duration_cast<SteadyPoint::duration>(by));
    changed_.notify_all();
  }

  /// The machine is suspended: the steady clock stands still meanwhile.
  void Suspend(Duration by) {
    std::lock_guard const lock(mutex_);
    now_ += std::chrono::duration_cast<TimePoint::duration>(by);
    boot_ += by;
  }

  /// Sets the wall clock alone, as an administrator would.
  void SetNow(TimePoint now) {
    std::lock_guard const lock(mutex_);
    now_ = now;
  }

  /// How long each WaitUntil so far asked to wait, in order.
  [[nodiscard]] std::vector<Duration> waits() const {
    std::lock_guard const lock(mutex_);
    return waits_;
  }

  /// Blocks (in real time) until `count` threads are inside WaitUntil; for kByHand.
  void AwaitSleepers(std::size_t count) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return sleepers_ >= count; });
  }

 private:
  void MoveTo(SteadyPoint to) {
    now_ += std::chrono::duration_cast<TimePoint::duration>(to - steady_);
    boot_ += to - steady_;
    steady_ = to;
  }

  Waiting const waiting_;
  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_. 2026-01-01T00:00:00Z, and a steady clock that is not at its origin.
  TimePoint now_ = TimePoint(std::chrono::seconds(1'767'225'600));
  SteadyPoint steady_ = SteadyPoint(std::chrono::hours(1));
  BootPoint boot_ = BootPoint(std::chrono::hours(2));
  std::vector<Duration> waits_;
  std::size_t sleepers_ = 0;
};

}  // namespace adxf::test
