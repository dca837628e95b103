#include "kinds/invitation/plan.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/plan_live.hpp"
#include "kinds/invitation/plan_status.hpp"

#include <utility>

namespace adxf::invitation {
namespace {

using kinds::kReady;

Problem Stalled(std::string_view reason, std::string message) {
  return kinds::Stalled(kSentCondition, reason, std::move(message));
}

/// Sent in a share that is not the DataShare's any more, so that it is not for us to judge.
bool IsOfAnotherShare(Invitation const& want, SeenDataShare const& share) {
  auto const& id = want.status.resource_id;
  return !id.empty() && !ToLower(id).starts_with(ToLower(share.share_id + "/invitations/"));
}

Plan Waiting(Invitation const& want, Status status, std::string const& message, TimePoint now) {
  return Await(want, std::move(status), kReady, kReasonWaitingForShare, message, now);
}

Plan DecideLive(Invitation const& want, Observed const& seen, TimePoint now) {
  Status const facts = Facts(want, seen, nullptr);
  if (seen.reading_problem) return Blocked(want, facts, *seen.reading_problem, now);
  if (seen.is_operation_running) {
    return Await(want, facts, kReady, kReasonRevoking, "Azure is working on the consumer's access.",
                 now);
  }
  if (seen.hold && seen.hold->IsOn(now)) {
    auto plan = Blocked(want, facts, seen.hold->problem, now);
    plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  auto const& share = *seen.data_share;
  if (!share.is_owned)
    return Waiting(want, facts, "The DataShare has no share of its own in Azure yet.", now);
  if (!seen.is_share_there)
    return Waiting(want, facts, "The share of the DataShare does not exist in Azure yet.", now);
  bool const gives = want.spec.access == Access::kActive;
  if (share.is_deleting && gives)
    return Waiting(want, facts, "The DataShare is being deleted: no access is given any more.",
                   now);
  return PlanLive(want, seen, now);
}

Plan Manage(Plan plan, Invitation const& want, Observed const& seen) {
  kinds::ClearPlan(plan.status);
  model::RemoveCondition(plan.status.conditions, kinds::kDrifted);
  bool const is_adopted = plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
  if (!plan.Writes() && !is_adopted) return plan;
  plan.adds_finalizer = !want.metadata.HasFinalizer(kFinalizer);
  // Whose access it is, and that we end it, is stored before: afterwards Azure may not tell whose
  // it was, and never tells who ended it.
  bool const is_newly_bound = plan.status.consumer && !want.status.consumer;
  bool const begins_to_end =
      plan.status.state == State::kRevoking && want.status.state != State::kRevoking;
  plan.records_claim =
      plan.Writes() && (want.status.resource_id.empty() || is_newly_bound || begins_to_end);
  if (!want.status.resource_id.empty()) return plan;
  plan.status.resource_id =
      seen.data_share->share_id + "/invitations/" + InvitationName(want, seen.instance);
  return plan;
}

}  // namespace

std::string InvitationName(Invitation const& want, std::string const& instance) {
  if (want.spec.invitation_name) return *want.spec.invitation_name;
  return want.metadata.name_space + "." + want.metadata.name + "." + instance;
}

bool IsSameRecipient(Recipient const& want, SeenInvitation const& have) {
  return EqualsIgnoreCase(want.email.value_or(""), have.email) &&
         EqualsIgnoreCase(want.tenant_id.value_or(""), have.tenant_id) &&
         EqualsIgnoreCase(want.object_id.value_or(""), have.object_id);
}

Plan Decide(Invitation const& want, Observed const& seen, TimePoint now) {
  if (want.metadata.IsDeleting()) return PlanWithdraw(want, seen, now);
  Status const facts = Facts(want, seen, nullptr);
  if (!seen.data_share) {
    return Blocked(
        want, facts,
        Stalled(kReasonDataShareNotFound,
                "DataShare " + want.spec.data_share_ref.name +
                    " does not exist in this namespace: make it, or delete this object."),
        now);
  }
  if (seen.data_share->is_suspended) return SuspendedPlan(want, now);
  if (IsOfAnotherShare(want, *seen.data_share)) {
    return Blocked(want, facts,
                   Stalled(kReasonDataShareNotFound,
                           "It was sent as " + want.status.resource_id + ", and DataShare " +
                               want.spec.data_share_ref.name +
                               " is another share by now: delete this object, which ends the old "
                               "access, and make it anew."),
                   now);
  }
  if (seen.identity_problem) return Blocked(want, facts, *seen.identity_problem, now);
  if (seen.older_claim) {
    return Blocked(want, facts,
                   Stalled(kinds::kReasonDuplicateClaim,
                           "Invitation " + *seen.older_claim +
                               " is older and has the same name in Azure or the same recipient: "
                               "delete one of the two."),
                   now);
  }
  auto plan = DecideLive(want, seen, now);
  if (seen.data_share->mode == kinds::Mode::kObserve) return OnlyTell(std::move(plan), want, now);
  return Manage(std::move(plan), want, seen);
}

}  // namespace adxf::invitation
