#pragma once

#include <chrono>

namespace adxf {

/// Exponential growth with jitter; a value, so each user keeps its own attempt count.
struct Backoff {
  std::chrono::milliseconds initial{1000};
  std::chrono::milliseconds maximum{300'000};
  double factor = 2.0;
  double jitter = 0.5;  ///< The delay is spread over [1 - jitter, 1] of the full step.

  /// Delay before attempt number `attempt` + 1 (0: the first failure). `fraction` is uniform in [0,
  /// 1).
  [[nodiscard]] std::chrono::milliseconds Delay(int attempt, double fraction) const;
};

}  // namespace adxf
