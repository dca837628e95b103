#pragma once

#include "base/clock.hpp"

#include <chrono>

namespace adxf::model {

/// A moment as Kubernetes stores it (metav1.Time): UTC, whole seconds. Converts to TimePoint by
/// itself; the other way needs `ToTimestamp`, so that a status compares equal to the same status
/// read back from the API server.
using Timestamp = std::chrono::sys_seconds;

/// Drops what is below a second.
inline Timestamp ToTimestamp(TimePoint time) {
  return std::chrono::floor<std::chrono::seconds>(time);
}

}  // namespace adxf::model
