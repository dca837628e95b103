#pragma once

#include "kinds/follower_database/plan.hpp"

/// The condition LagWithinObjective. It changes when the verdict does, and never for a figure:
/// those are metrics.
namespace adxf::follower_database {

/// Empty where none is declared.
std::optional<Duration> ObjectiveOf(FollowerDatabase const& want);

/// What the condition told last.
LagVerdict ToldOfLag(FollowerDatabase const& want);

/// Brings the condition of the plan up to date, with an event where the verdict is another.
void TellLag(Plan& plan, FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
