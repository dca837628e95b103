#pragma once

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan.hpp"

#include <string>
#include <string_view>

/// What a plan tells in a condition.
namespace adxf::follower_database {

inline std::string ReasonOf(Plan const& plan, std::string_view type = kReady) {
  auto const* condition = model::FindCondition(plan.status.conditions, type);
  return condition == nullptr ? "absent" : condition->reason;
}

inline std::string MessageOf(Plan const& plan) {
  auto const* condition = model::FindCondition(plan.status.conditions, kReady);
  return condition == nullptr ? "" : condition->message;
}

}  // namespace adxf::follower_database
