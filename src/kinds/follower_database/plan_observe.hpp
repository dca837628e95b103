#pragma once

#include "kinds/follower_database/plan.hpp"

/// Mode Observe: what would be done is told, and nothing is done.
namespace adxf::follower_database {

/// Turns what Manage would decide into what Observe tells. `status.plan` lists all writes up to the
/// end, also those of later passes, as they would follow one another if nothing else moved. A pass
/// that could not compare says nothing new about differences.
Plan OnlyTell(Plan decided, FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
