#pragma once

#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <string>
#include <vector>

/// Builders of the plans that end a decision without a write, and of the status that goes with
/// each.
namespace adxf::follower_database {

/// The status as it stands, with what this look at Azure tells about clusters and the attachment,
/// and the echoes of generation and annotation that only a settled pass may write.
Status Facts(FollowerDatabase const& want, Observed const& seen);

/// What `kubectl get` shows of every object, also of one about which nothing could be read: what is
/// followed (the database, or the share as soon as its name is known), and by which cluster.
void TellColumns(Status& status, FollowerDatabase const& want, Observed const& seen);

/// The annotation asks for a look that the status does not tell to be done.
bool HasOpenRequest(FollowerDatabase const& want);

/// Something is under way and nothing is wrong: look again at the next quick tick.
Plan Await(FollowerDatabase const& want, Observed const& seen, std::string_view condition,
           std::string_view reason, std::string const& message, TimePoint now);

/// Nothing can be done until `problem` goes away.
Plan Blocked(FollowerDatabase const& want, Observed const& seen, Problem const& problem,
             TimePoint now);

/// The event of a problem that the object does not tell yet; none when it does.
std::vector<EventNote> NewsOf(FollowerDatabase const& want, Problem const& problem);

Plan SuspendedPlan(FollowerDatabase const& want, TimePoint now);

/// All as declared.
Plan ReadyPlan(FollowerDatabase const& want, Observed const& seen, std::string const& message,
               TimePoint now);

/// Lists of the status, told anew in place of what was told and perhaps cut before.
void TellAttachment(Status& status, AttachmentStatus attachment);
void TellDrift(Status& status, std::vector<Drift> drift);
/// The attachment has no databases any more; its name stays ours.
void ClearDatabases(Status& status);

/// Sets one condition of the object's generation.
void Tell(Status& status, FollowerDatabase const& want, std::string_view type,
          model::ConditionStatus value, std::string_view reason, std::string const& message,
          TimePoint now);

/// Marks the status as under way: Ready is not True, Reconciling is, Stalled is gone.
void TellProgress(Status& status, FollowerDatabase const& want, std::string_view reason,
                  std::string const& message, TimePoint now);

}  // namespace adxf::follower_database
