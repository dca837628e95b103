#pragma once

#include "kinds/follower_database/plan.hpp"

namespace adxf::follower_database {

/// The decision about an object that takes what Azure Data Share offers, and is not being deleted.
///
/// The order of questions: follower cluster usable? an operation under way? Data Share read? a
/// failed write to rest from? an older object with the same subscription? a subscription, else an
/// invitation to accept? access? data sets there and mapped? their databases there? policies as
/// declared? then Ready.
Plan DecideShare(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// The plan for an object that is being deleted: its mappings go, and with deletionPolicy Leave the
/// subscription; the account stays. What cannot be read never counts as gone.
Plan PlanUnmap(FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
