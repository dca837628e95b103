#pragma once

#include "kinds/invitation/plan.hpp"

namespace adxf::invitation {

/// The plan for an object that stays, whose DataShare, identity and Azure are all in reach: who has
/// accepted, is access to be given or taken, was it sent and answered, is all as declared?
Plan PlanLive(Invitation const& want, Observed const& seen, TimePoint now);

}  // namespace adxf::invitation
