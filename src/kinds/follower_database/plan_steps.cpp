#include "kinds/follower_database/plan_steps.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_preflight.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

bool IsRequested(FollowerDatabase const& want) {
  return HasOpenRequest(want) || want.metadata.generation != want.status.observed_generation;
}

std::string ReadyMessage(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto const expiry = TellExpiry(want, now);
  auto const count = MyDatabases(want, seen).size();
  bool const is_of_one =
      want.spec.source.leader ? !want.spec.source.leader->FollowsAll() : count == 1;
  if (is_of_one) return "The database is attached and its policies are as declared." + expiry;
  return std::to_string(count) + " databases are attached and their policies are as declared." +
         expiry;
}

/// The database without which an object that is else as declared cannot be used yet. Later, one
/// that cannot be read for a while takes nobody's readiness.
std::optional<std::string> ToBeServed(FollowerDatabase const& want, Observed const& seen,
                                      PolicyComparison const& compared) {
  bool const is_met = compared.unmet.empty() && !compared.problem && !compared.is_waiting;
  if (!is_met) return std::nullopt;
  if (model::IsTrue(want.status.conditions, kReady)) return std::nullopt;
  auto const* database = FindUnserved(want, seen);
  return database == nullptr ? std::nullopt : std::optional(database->name);
}

void WakeAtExpiry(Plan& plan, PolicyComparison const& compared, TimePoint now) {
  if (!compared.next_expiry || plan.requeue.when == Requeue::When::kQuickTick) return;
  auto const delay = *compared.next_expiry - now;
  bool const is_awake_by_then =
      plan.requeue.when == Requeue::When::kAfter && plan.requeue.delay <= delay;
  if (!is_awake_by_then) plan.requeue = {.when = Requeue::When::kAfter, .delay = delay};
}

/// Whether it is the policies that failed, or something that passes within minutes.
bool MustRest(Observed const& seen, TimePoint now) {
  if (!seen.hold || !seen.hold->IsOn(now)) return false;
  auto const& problem = seen.hold->problem;
  return problem.condition == kPoliciesApplied || !problem.needs_person;
}

bool HasUsableShare(FollowerDatabase const& want, Observed const& seen) {
  auto const* subscription = FindSubscription(want, seen);
  return seen.share.is_read && !seen.share.problem && !seen.older_claim &&
         subscription != nullptr && kinds::HasAccess(subscription->status) &&
         !SubscriptionProblem(want, seen);
}

bool HasUsableAttachment(FollowerDatabase const& want, Observed const& seen) {
  auto const* mine = FindMine(want, seen);
  return mine != nullptr && !IsBusy(mine->provisioning_state) && !Trespass(want, seen, *mine);
}

/// Whether what is seen of the follower and its grants can be acted on.
bool MayRevoke(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const is_denied = seen.identity_problem && !seen.is_denied_at_leader;
  if (is_denied || seen.operation || !seen.is_inventory_fresh || MustRest(seen, now)) return false;
  if (FollowerProblem(want, seen)) return false;
  if (seen.overrides_readability != Readability::kReadable || AwaitsReading(want, seen))
    return false;
  return want.spec.source.share ? HasUsableShare(want, seen) : HasUsableAttachment(want, seen);
}

}  // namespace

Plan Observing(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  return Await(want, seen, kReady, kReasonProgressing, "The clusters are being read.", now);
}

Plan ReadingAgain(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const was_ready = model::IsTrue(want.status.conditions, kReady);
  bool const is_told = want.status.observed_generation == want.metadata.generation &&
                       (was_ready || model::IsTrue(want.status.conditions, kReconciling));
  if (!is_told) return Observing(want, seen, now);
  return {.status = want.status,
          .requeue = {.when = Requeue::When::kQuickTick},
          .is_settled = was_ready};
}

Plan Resting(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  Plan plan = Blocked(want, seen, seen.hold->problem, now);
  plan.requeue = {.when = Requeue::When::kAfter, .delay = seen.hold->until - now};
  return plan;
}

Problem Vanished() {
  return {.condition = std::string(kAttached),
          .reason = std::string(kReasonDetachedByOthers),
          .message =
              "The attachment was removed by others twice within an hour and is not made again. "
              "Find out who "
              "detaches it; then set the annotation adxfollower.io/reconcile-at, or change the "
              "spec, to attach again.",
          .needs_person = true};
}

bool WasGivenUp(FollowerDatabase const& want) {
  auto const* attached = model::FindCondition(want.status.conditions, kAttached);
  bool const was_told = attached != nullptr && attached->reason == kReasonDetachedByOthers;
  return was_told && !IsRequested(want);
}

bool IsGivenUp(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (WasGivenUp(want)) return true;
  return HadAttachment(want) && seen.remade_at && now - *seen.remade_at < kRemakeSpan;
}

CoveredChange Lost(std::string name) {
  return {.key = {.field = std::string(kAttachmentField)},
          .value = std::move(name),
          .had = "absent",
          .cause = Cause::kDrift};
}

EventNote LostNote() {
  return {.type = EventNote::Type::kWarning,
          .reason = "AttachmentVanished",
          .message = "The attachment was removed by others; it is made again once."};
}

bool HadAttachment(FollowerDatabase const& want) {
  auto const* attached = model::FindCondition(want.status.conditions, kAttached);
  return attached != nullptr &&
         (attached->status == ConditionStatus::kTrue || attached->reason == kReasonVanished);
}

bool IsReadyPlan(Plan const& plan) {
  return plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
}

Plan PlanPolicies(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (seen.overrides_readability == Readability::kUnread) return ReadingAgain(want, seen, now);
  if (seen.overrides_readability != Readability::kReadable)
    return Blocked(want, seen, seen.overrides_problem, now);
  if (AwaitsReading(want, seen)) {
    if (seen.in_force_problem) return Blocked(want, seen, *seen.in_force_problem, now);
    return ReadingAgain(want, seen, now);
  }
  auto compared = ComparePolicies(want, seen, now);
  if (auto const unserved = ToBeServed(want, seen, compared))
    return Await(want, seen, kAttached, kReasonWaitingForDatabases,
                 "The attachment is made; the follower cluster does not serve database " +
                     *unserved + " yet.",
                 now);

  Plan plan;
  if (!compared.changes.empty()) {
    plan = Await(want, seen, kPoliciesApplied, kReasonApplying,
                 "Hot cache and permissions are being applied.", now);
    for (auto& change : compared.changes) plan.actions.emplace_back(std::move(change));
  } else if (compared.problem) {
    plan = Blocked(want, seen, *compared.problem, now);
  } else if (compared.is_waiting) {
    plan = Await(
        want, seen, kPoliciesApplied, kReasonWaitingForSchemaRefresh,
        "Hot cache and permissions were sent; they show after the follower's next schema refresh.",
        now);
  } else {
    plan = ReadyPlan(want, seen, ReadyMessage(want, seen, now), now);
    Tell(plan.status, want, kPoliciesApplied, ConditionStatus::kTrue, kReasonApplied,
         "Hot cache and permissions are as declared.", now);
  }
  TellPreflight(plan, want, seen, now);
  Tell(plan.status, want, kAttached, ConditionStatus::kTrue, kReasonAttached,
       want.spec.source.leader ? "The follower cluster follows the leader."
                               : "The share is mapped onto the follower cluster.",
       now);
  TellDrift(plan.status, DescribeDrift(want, compared.drift, now));
  plan.unmet = std::move(compared.unmet);
  plan.withdrawn = std::move(compared.withdrawn);
  plan.contended = std::move(compared.contended);
  plan.has_compared_policies = true;
  WakeAtExpiry(plan, compared, now);
  return plan;
}

void RevokeMeanwhile(Plan& plan, FollowerDatabase const& want, Observed const& seen,
                     TimePoint now) {
  if (plan.has_compared_policies || !MayRevoke(want, seen, now)) return;
  auto compared = ComparePolicies(want, seen, now, Issues::kRevocations);
  plan.actions.insert(plan.actions.begin(), std::move_iterator(compared.changes.begin()),
                      std::move_iterator(compared.changes.end()));
  if (compared.problem) {
    Tell(plan.status, want, kPoliciesApplied, ConditionStatus::kFalse, compared.problem->reason,
         compared.problem->message, now);
  }
  std::ranges::move(compared.contended, std::back_inserter(plan.contended));
  plan.unmet = std::move(compared.unmet);
  plan.withdrawn = std::move(compared.withdrawn);
  plan.has_compared_policies = true;
  WakeAtExpiry(plan, compared, now);
}

}  // namespace adxf::follower_database
