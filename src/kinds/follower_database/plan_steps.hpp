#pragma once

#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <chrono>

/// Steps that the decisions about an attachment and about a share have in common.
namespace adxf::follower_database {

/// What is lost a second time within this span is being taken away on purpose.
inline constexpr auto kRemakeSpan = std::chrono::hours(1);

/// Nothing is known yet of what the decision needs.
Plan Observing(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// What was known is too old to act on: a restart, or a write on the cluster. What the object tells
/// of this generation, Ready or under way, stands until something else is seen.
Plan ReadingAgain(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// A write failed of late.
Plan Resting(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// Others took away what this object had, twice within kRemakeSpan.
Problem Vanished();

/// It was told that what was lost is left alone, and nobody has asked since.
bool WasGivenUp(FollowerDatabase const& want);

/// Whether an attachment that was lost a second time is left alone.
bool IsGivenUp(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// What is made again after others took it away: `name` of the attachment or data set.
CoveredChange Lost(std::string name);
EventNote LostNote();

/// The object had its attachment, as far as the status remembers.
bool HadAttachment(FollowerDatabase const& want);

bool IsReadyPlan(Plan const& plan);

/// The databases are there: hot cache and permissions are brought to what is declared.
Plan PlanPolicies(FollowerDatabase const& want, Observed const& seen, TimePoint now);

/// Puts in front what takes access from others, and wakes the object when a grant runs out, where
/// the plan is about something else: an attachment that Azure keeps refusing, a data set in
/// trouble, a rest after a failure.
void RevokeMeanwhile(Plan& plan, FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
