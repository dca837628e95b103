#pragma once

#include "kinds/follower_database/plan.hpp"

namespace adxf::follower_database {

/// The plan for an object that is being deleted: detach what is ours, see it gone, let the object
/// go. Where the follower's side is of no use (no credential, refused, no right) and the leader's
/// is, the attachment is removed and seen to be gone from there.
///
/// Guarantees: the finalizer goes only when the attachment is seen to be absent (or not ours, or to
/// be left in place), when the whole follower cluster is gone for certain, or when a person gives
/// up on Azure by annotation. What cannot be read never counts as gone. An event tells what stays.
Plan PlanDetach(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// The finalizer goes; `events` tell why, and what stays.
Plan LetGo(FollowerDatabase const& want, std::vector<EventNote> events);

/// True when a deletion gets no further from the follower's side, so that the leader is asked.
/// `seen.from_leader` is not looked at.
bool NeedsLeaderSide(FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
