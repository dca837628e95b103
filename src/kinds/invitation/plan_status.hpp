#pragma once

#include "kinds/invitation/plan.hpp"
#include "kinds/invitation/plan_consumers.hpp"

#include <string>
#include <string_view>
#include <vector>

/// Builders of the plans that end a decision without a write, and of the status that goes with
/// each.
namespace adxf::invitation {

/// The status as it stands, with what this look at Azure tells; `mine` may be null.
Status Facts(Invitation const& want, Observed const& seen, SeenInvitation const* mine);

/// Something is under way and nothing is wrong: look again at the next quick tick.
Plan Await(Invitation const& want, Status status, std::string_view condition,
           std::string_view reason, std::string const& message, TimePoint now);

/// Nothing can be done until `problem` goes away.
Plan Blocked(Invitation const& want, Status status, Problem const& problem, TimePoint now);

Plan SuspendedPlan(Invitation const& want, TimePoint now);

/// All as declared.
Plan ReadyPlan(Invitation const& want, Status status, std::string const& message, TimePoint now);

/// Mode Observe: what Manage would do goes into the status, and nothing is written to Azure.
Plan OnlyTell(Plan plan, Invitation const& want, TimePoint now);

void Tell(Status& status, Invitation const& want, std::string_view condition,
          model::ConditionStatus value, std::string_view reason, std::string const& message,
          TimePoint now);

SeenInvitation const* FindMine(Invitation const& want, Observed const& seen);

/// The status tells whose access it is: bound once, to the first of these, and kept up to date from
/// then on.
void Bind(Status& status, std::vector<SeenConsumer> const& consumers);

}  // namespace adxf::invitation
