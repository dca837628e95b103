#pragma once

#include "base/clock.hpp"

#include <algorithm>
#include <cstdint>

namespace adxf::emulator {

/// What was seen of one quantity over some time.
struct Measured {
  double sum = 0;
  double least = 0;
  double greatest = 0;
  std::uint64_t count = 0;

  void Add(double value) { Add(Measured{value, value, value, 1}); }
  void Add(Measured const& other) {
    if (other.count == 0) return;
    least = count == 0 ? other.least : std::min(least, other.least);
    greatest = count == 0 ? other.greatest : std::max(greatest, other.greatest);
    sum += other.sum;
    count += other.count;
  }
};

/// What was measured of a cluster within one minute, in the units of Azure Monitor. A quantity that
/// was not there (nothing is followed) has a count of 0.
struct ClusterMinute {
  TimePoint start{};
  Measured follower_latency{};  ///< milliseconds, over all databases that the cluster follows
  Measured keep_alive{};        ///< 1: it answers
};

}  // namespace adxf::emulator
