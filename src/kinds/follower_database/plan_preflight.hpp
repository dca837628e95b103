#pragma once

#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>

/// What reading both clusters tells before anything is written. Only what would fail blocks; the
/// rest warns. Pure.
namespace adxf::follower_database {

/// What of the leader, or of the pair of clusters, would make attaching fail.
std::optional<Problem> LeaderProblem(FollowerDatabase const& want, Observed const& seen);

/// On the way from one state to another, without anybody's doing.
bool IsPassing(std::string const& state);

/// Nothing can be attached or set on, or from, a cluster that does not run. `name` is its name in
/// the message.
std::optional<Problem> RunningProblem(SeenCluster const& cluster, std::string const& name);

/// Tells in the condition Preflight that nothing stands in the way, with a warning in its place
/// where something may turn out badly. A settled plan that warns anew has an event of it. While the
/// leader cannot be read, what was told before stands.
void TellPreflight(Plan& plan, FollowerDatabase const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::follower_database
