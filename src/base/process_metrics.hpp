#pragma once

#include "base/metrics.hpp"

#include <vector>

namespace adxf {

/// The `process_*` samples of the Prometheus client libraries, read from /proc at the time of the
/// call. What cannot be read is left out.
std::vector<Sample> ProcessSamples();

}  // namespace adxf
