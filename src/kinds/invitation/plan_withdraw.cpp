#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/plan.hpp"
#include "kinds/invitation/plan_consumers.hpp"
#include "kinds/invitation/plan_status.hpp"

#include <utility>

namespace adxf::invitation {
namespace {

Plan LetGo(Invitation const& want, std::vector<kinds::EventNote> events = {}) {
  return {.removes_finalizer = true, .status = want.status, .events = std::move(events)};
}

Plan GiveUp(Invitation const& want) {
  return LetGo(want, {{.type = kinds::EventNote::Type::kWarning,
                       .reason = "ForceDeleted",
                       .message = "The annotation adxfollower.io/force-delete gives up on Azure: " +
                                  want.status.resource_id +
                                  " was not taken back. Whoever accepted it keeps the access."}});
}

Plan StandStill(Invitation const& want, Problem problem, TimePoint now) {
  problem.message =
      "Not taken back yet, so the invitation and this object stay (ways out: "
      "docs/deletion.md). " +
      problem.message;
  return Blocked(want, want.status, problem, now);
}

bool LeavesAzureAlone(Invitation const& want, Observed const& seen) {
  bool const is_observed = seen.data_share && seen.data_share->mode == kinds::Mode::kObserve;
  return is_observed || want.spec.deletion_policy == DeletionPolicy::kOrphan;
}

/// Ends the access, then removes the invitation.
Plan EndAccess(Invitation const& want, Observed const& seen, TimePoint now) {
  auto const* mine = FindMine(want, seen);
  // One of that name that others made since is not ours to take.
  if (mine != nullptr && !IsSameRecipient(want.spec.recipient, *mine)) mine = nullptr;
  auto const consumers = FindConsumers(want, seen, mine, now);
  if (consumers.problem) return StandStill(want, *consumers.problem, now);
  auto plan = Await(want, Facts(want, seen, mine), kRevokedCondition, kReasonRevoking,
                    "The access is being ended and the invitation removed.", now);
  Bind(plan.status, consumers.bound);
  auto taking = TakeAccess(consumers.bound, mine);
  plan.records_claim = plan.status.consumer && !want.status.consumer;
  plan.actions = std::move(taking.actions);
  if (!taking.is_over || seen.may_still_show) return plan;
  if (mine != nullptr) {  // accepted, and the access is over
    plan.actions = {Withdraw{.name = mine->name}};
    return plan;
  }
  return LetGo(want, {{.reason = "Withdrawn",
                       .message = "The invitation is gone, and nobody has access by it."}});
}

}  // namespace

Plan PlanWithdraw(Invitation const& want, Observed const& seen, TimePoint now) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return {.status = want.status, .is_settled = true};
  if (kinds::IsForced(want.metadata)) return GiveUp(want);
  if (LeavesAzureAlone(want, seen)) {
    return LetGo(want, {{.reason = "Orphaned",
                         .message = want.status.resource_id +
                                    " stays in Azure as it is; whoever accepted it keeps the "
                                    "access."}});
  }
  if (want.status.resource_id.empty()) return LetGo(want);  // nothing was ever sent
  if (seen.identity_problem) return StandStill(want, *seen.identity_problem, now);
  if (seen.reading_problem) return StandStill(want, *seen.reading_problem, now);
  if (seen.hold && seen.hold->IsOn(now) && !seen.is_operation_running) {
    auto plan = StandStill(want, seen.hold->problem, now);
    plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (seen.is_operation_running) {
    return Await(want, want.status, kRevokedCondition, kReasonRevoking,
                 "Azure is ending the consumer's access.", now);
  }
  if (!seen.is_share_there) {
    return LetGo(
        want, {{.reason = "Withdrawn", .message = "The share is gone, and with it the access."}});
  }
  return EndAccess(want, seen, now);
}

}  // namespace adxf::invitation
