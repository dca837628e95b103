#pragma once

#include "emulator/model.hpp"

#include <chrono>

namespace adxf::emulator {

struct Estate;

/// How long the minutes of a cluster are kept.
inline constexpr std::chrono::hours kMinutesKept{24};

/// Measures every running cluster at each instant that was due since the last call (four in a
/// minute), and lets its followed databases take what their lag allows. Between two calls nothing
/// but the leaders' versions may have changed, and those are dated; so what is measured is right
/// although it is measured afterwards, also where the lag, a state or an attachment changes later.
void Measure(Estate& estate);
/// Only where a measurement is due; enough as long as nobody changes how far followers trail.
void MeasureIfDue(Estate& estate);

}  // namespace adxf::emulator
