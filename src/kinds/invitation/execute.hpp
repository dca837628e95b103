#pragma once

#include "azure/arm_types.hpp"
#include "azure/session.hpp"
#include "azure/share_client.hpp"
#include "base/result.hpp"
#include "kinds/invitation/plan.hpp"

namespace adxf::invitation {

/// Sends one action to Azure as the identity of the session.
Result<azure::Accepted> Execute(azure::ShareRef const& share, Action const& action,
                                azure::Session& session, http::CallContext const& call);

/// The condition that an action is about.
std::string_view ConditionOf(Action const& action);

}  // namespace adxf::invitation
