#pragma once

#include "azure/arm_types.hpp"
#include "azure/session.hpp"
#include "base/result.hpp"
#include "kinds/data_share/plan.hpp"

namespace adxf::data_share {

/// Sends one action to Azure as the identity of the session.
Result<azure::Accepted> Execute(DataShare const& want, Action const& action,
                                azure::Session& session, http::CallContext const& call);

/// The cluster that an action concerns; empty for the share as a whole.
std::string ClusterOf(Action const& action);

}  // namespace adxf::data_share
