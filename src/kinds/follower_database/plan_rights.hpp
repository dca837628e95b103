#pragma once

#include "kinds/follower_database/plan_input.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/types.hpp"

#include <optional>
#include <string>
#include <vector>

/// The operator's own rights on a follower database, and how not to lose them.
namespace adxf::follower_database {

/// True when a declared change of permissions could touch the operator's own rights, which then
/// have to be known.
bool NeedsOwnRights(FollowerDatabase const& want, std::vector<SeenOverrides> const& overrides);

/// True for a principal that is the operator's identity, or a group that gives it its rights.
bool IsOwn(Observed const& seen, std::string const& principal);

/// True for the removal of a principal that gives the operator nothing.
bool IsRevocationOfOthers(Observed const& seen, Difference const& difference);

/// Why these changes of one database's permissions must not be made: they would end the operator's
/// own admin rights, and it could undo nothing of it.
std::optional<Problem> LockOut(FollowerDatabase const& want, Observed const& seen,
                               SeenOverrides const& have,
                               std::vector<Difference> const& permissions);

}  // namespace adxf::follower_database
