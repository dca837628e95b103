#pragma once

#include "kinds/follower_database/plan.hpp"

namespace adxf::follower_database {

/// The plan for an object that is being deleted: detach what is ours, see it gone, let the object
/// go.
///
/// Guarantees: the finalizer goes only when the attachment is seen to be absent (or not ours, or to
/// be left in place), or when the whole follower cluster is gone for certain. What cannot be read
/// never counts as gone.
Plan PlanDetach(FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
