#pragma once

#include "kinds/common/conditions.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/common/types.hpp"

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace adxf::kinds {

/// Everything that a pass wants, as data: in the order of the members that are writes. Execution
/// stops at the first write that fails or is not finished.
template <class Status, class Action>
struct PlanOf {
  bool adds_finalizer = false;
  bool records_claim = false;  ///< Writes the status at once: what is made next must count as ours
                               ///< even if the answer is lost.
  std::vector<Action> actions{};  ///< Writes to Azure.
  bool removes_finalizer = false;
  Status status{};  ///< As it should be when the writes so far succeed.
  Requeue requeue{};
  std::vector<EventNote> events{};
  bool is_settled = false;  ///< False: under way; the status is written only when this lasts.

  [[nodiscard]] bool Writes() const { return !actions.empty(); }
};

/// Mode Observe: what Manage would do goes into the status, and nothing is written to Azure.
template <class Status, class Action>
PlanOf<Status, Action> OnlyTell(PlanOf<Status, Action> plan, std::int64_t generation,
                                std::string not_managed, TimePoint now) {
  bool const has_news = plan.Writes();
  plan.adds_finalizer = plan.records_claim = false;
  ClearPlan(plan.status);
  for (auto const& action : plan.actions) plan.status.plan.push_back(Describe(action));
  plan.actions.clear();
  plan.events.clear();
  ConditionWriter writer(plan.status.conditions, generation, now);
  if (has_news) {
    writer.Tell(kDrifted, model::ConditionStatus::kTrue, kReasonDrifted,
                "Azure differs from the spec: status.plan shows what mode Manage would do.");
    writer.TellProblem(Stalled("", kReasonNotManaged, std::move(not_managed)));
    plan.is_settled = true;
    plan.requeue = {};
    return plan;
  }
  if (plan.is_settled && model::IsTrue(plan.status.conditions, kReady))
    writer.Tell(kDrifted, model::ConditionStatus::kFalse, kReasonInSync, "Azure is as declared.");
  return plan;
}

}  // namespace adxf::kinds
