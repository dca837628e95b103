#pragma once

#include "kinds/follower_database/types.hpp"

#include <cstddef>
#include <string>

/// What the benchmarks work on; the same at every run.
namespace adxf::bench {

inline constexpr std::size_t kObjects = 10'000;

/// FollowerDatabase number `index` as the API server sends it once it is Ready: with managedFields,
/// kubectl's copy of what was applied, and a status. About 6 KiB of JSON.
std::string ObjectJson(std::size_t index);

/// The line of a watch that brings the object.
std::string WatchLine(std::string const& type, std::size_t index);

/// The typed object, without a status.
follower_database::FollowerDatabase Typed(std::size_t index);

/// MiB of memory in use by the process now, and the most it had since ResetPeak().
double ResidentMiB();
double PeakMiB();
void ResetPeak();

}  // namespace adxf::bench
