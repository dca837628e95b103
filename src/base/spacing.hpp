#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <chrono>

namespace adxf {

/// Lets some come at once, and then one in each span. Not thread-safe.
class Spacing {
 public:
  Spacing(int burst, std::chrono::milliseconds span) : lead_((burst - 1) * span), span_(span) {}

  /// When the next one may come.
  [[nodiscard]] SteadyPoint Next() const { return until_ - lead_; }
  /// One comes now.
  void Take(SteadyPoint now) { until_ = std::max(until_, now) + span_; }

 private:
  std::chrono::milliseconds lead_;
  std::chrono::milliseconds span_;
  SteadyPoint until_{};  // if all had kept their distance
};

}  // namespace adxf
