#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

/// The values of a cluster's metrics. Whole minutes of the last 24 h are shown, once they are as
/// old as the setting `metrics_delay`.
WireReply ListMetrics(Context& context);
WireReply ListMetricDefinitions(Context& context);

}  // namespace adxf::emulator::arm
