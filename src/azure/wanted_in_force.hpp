#pragma once

#include "azure/cluster_observer.hpp"
#include "azure/interest.hpp"
#include "azure/policies_in_force.hpp"

#include <vector>

namespace adxf::azure {

/// Of which databases of a cluster what is in force is read: of those that somebody asks for, with
/// their overrides. None as long as they are not known.
std::vector<WantedDatabase> WantedInForce(ClusterView const& view, Interests const& interests);

}  // namespace adxf::azure
