#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/random.hpp"

#include <chrono>
#include <optional>

namespace adxf::azure {

/// How often a cluster is looked at.
struct ObserverTicks {
  Duration tick = std::chrono::minutes(15);  ///< ± 10 %, while nothing is under way.
  Duration quick_min =
      std::chrono::seconds(2);  ///< While something is under way, growing to quick_max.
  Duration quick_max = std::chrono::seconds(30);
  Duration latency = std::chrono::minutes(5);      ///< Between two readings of Azure Monitor.
  Duration call_limit = std::chrono::seconds(30);  ///< For one call.
};

/// When a cluster is looked at next: at ticks, and at quick ticks while something is under way. Not
/// thread-safe.
class LookPace {
 public:
  /// What a look has shown.
  struct Seen {
    bool is_changed = false;
    bool is_fresh = true;  ///< False when somebody wrote meanwhile.
    SteadyPoint began{};
    std::optional<Error> error{};
  };

  LookPace(ObserverTicks ticks, SteadyPoint now);

  [[nodiscard]] SteadyPoint Due() const { return due_; }
  /// Whether that is a quick tick: one of many while clusters are written on.
  [[nodiscard]] bool IsQuick() const { return is_quick_; }

  /// Somebody asks for it at this moment, if it is not due earlier.
  void LookAt(SteadyPoint when);
  /// Something is under way.
  void Expect();
  /// Somebody wrote; the quick ticks begin anew.
  void Wrote(SteadyPoint at);
  /// What was written is known; the quick ticks begin anew.
  void Made(SteadyPoint at);
  /// Nobody writes any more: what was made is looked at without waiting for the quick tick, once.
  void Hurry(SteadyPoint now);
  void Looked(Seen const& seen, SteadyPoint now, Random& random);

 private:
  void LookQuickly(SteadyPoint from);
  [[nodiscard]] static SteadyPoint After(SteadyPoint from, Duration span);

  ObserverTicks const ticks_;
  SteadyPoint due_;
  SteadyPoint last_{};                     // end of the last look
  std::optional<SteadyPoint> asked_at_{};  // perhaps while a look runs that began before
  Duration step_;
  bool is_quick_ = false;
  std::optional<SteadyPoint> made_at_{};  // of what no look has followed yet
};

}  // namespace adxf::azure
