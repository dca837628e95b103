#pragma once

#include "kinds/data_share/plan.hpp"

#include <string>
#include <string_view>

/// Builders of the plans that end a decision without a write, and of the status that goes with
/// each.
namespace adxf::data_share {

/// The status as it stands, with what this look at Azure tells.
Status Facts(DataShare const& want, Observed const& seen);

/// Nothing is known to say yet: the status stands.
Plan Unchanged(DataShare const& want);

/// Something is under way and nothing is wrong: look again at the next quick tick.
Plan Await(DataShare const& want, Observed const& seen, std::string_view reason,
           std::string const& message, TimePoint now);

/// Nothing can be done until `problem` goes away.
Plan Blocked(DataShare const& want, Observed const& seen, Problem const& problem, TimePoint now);

Plan SuspendedPlan(DataShare const& want, TimePoint now);

/// All as declared.
Plan ReadyPlan(DataShare const& want, Observed const& seen, TimePoint now);

/// Mode Observe: what Manage would do goes into the status, and nothing is written to Azure.
Plan OnlyTell(Plan plan, DataShare const& want, TimePoint now);

}  // namespace adxf::data_share
