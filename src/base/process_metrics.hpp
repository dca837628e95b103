#pragma once

#include <vector>

#include "base/metrics.hpp"

namespace adxf {

/// The `process_*` samples of the Prometheus client libraries, read from /proc at the time of the call. What cannot be
/// read is left out.
std::vector<Sample> ProcessSamples();

}  // namespace adxf
