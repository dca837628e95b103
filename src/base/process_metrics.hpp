#pragma once

#include "base/sample_sink.hpp"

namespace adxf {

/// The `process_*` samples of the Prometheus client libraries, read from /proc at the time of the
/// call. What cannot be read is left out.
void SampleProcess(SampleSink& out);

}  // namespace adxf
