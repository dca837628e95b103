#pragma once

#include "azure/arm_types.hpp"
#include "base/result.hpp"

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

/// What the JSON of all ARM resources has in common.
namespace adxf::azure {

/// "adc1" of "follower/adc1": Microsoft.Kusto puts the parents' names in front. Where Azure gives
/// no name, the last part of the id.
std::string OwnName(nlohmann::json const& resource);
/// The last part of the resource's `id`; "" without one.
std::string LastPartOfId(nlohmann::json const& resource);
/// Missing means Succeeded (ARM resource-provider contract).
std::string ProvisioningState(nlohmann::json const& properties);
/// The member as a resource id. kUnavailable, with `what` it belongs to, when it is none.
Result<model::ResourceId> ReadId(std::string_view what, std::string_view field,
                                 nlohmann::json const& object);
/// kUnavailable: what cannot be read now may be whole the next time.
Failure Unreadable(std::string_view what, std::string_view field, std::string_view value);

/// The lists of `tableLevelSharingProperties` that are not empty.
nlohmann::json SharingBody(TableSharing const& sharing);
TableSharing ReadSharing(nlohmann::json const& properties);

}  // namespace adxf::azure
