#pragma once

#include "azure/arm_types.hpp"
#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <optional>

namespace adxf::azure {

/// The newest point with a maximum in an answer of Azure Monitor that holds one metric; empty when
/// there is none, as for a cluster that is stopped or follows nothing. Errors: kUnavailable for a
/// metric that Azure could not compute, and for a unit that is no duration.
Result<std::optional<LatencySample>> ReadLatency(nlohmann::json const& answer);

}  // namespace adxf::azure
