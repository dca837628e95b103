#pragma once

#include "kinds/follower_database/plan.hpp"

/// Mode Observe: what would be done is told, and nothing is done.
namespace adxf::follower_database {

/// Turns what Manage would decide into what Observe tells. `status.plan` lists all writes up to the
/// end, also those of later passes, as they would follow one another if nothing else moved. A pass
/// that could not compare says nothing new about differences.
Plan OnlyTell(Plan decided, FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// By its id in the status an attachment under a name of the user's is known to be ours: to look at
/// it puts none there.
void ClaimNothing(Status& status, FollowerDatabase const& want);

}  // namespace adxf::follower_database
