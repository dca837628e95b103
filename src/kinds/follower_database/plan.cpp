#include "kinds/follower_database/plan.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_observe.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_preflight.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

// An attachment that vanishes a second time within this span is being detached on purpose.
constexpr auto kRemakeSpan = std::chrono::hours(1);

/// The finalizer must be stored before the first write to Azure, and only objects that write need
/// one.
void Claim(Plan& plan, FollowerDatabase const& want) {
  if (!want.metadata.HasFinalizer(kFinalizer))
    plan.actions.insert(plan.actions.begin(), AddFinalizer{});
}

Plan Observing(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  return Await(want, seen, kReady, kReasonProgressing, "The clusters are being read.", now);
}

/// What was known is too old to act on: a restart, or a write on the cluster. What the object tells
/// of this generation, Ready or under way, stands until something else is seen.
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

/// The object had its attachment, as far as the status remembers.
bool HadAttachment(FollowerDatabase const& want) {
  return model::IsTrue(want.status.conditions, kAttached);
}

bool IsRequested(FollowerDatabase const& want) {
  return HasOpenRequest(want) || want.metadata.generation != want.status.observed_generation;
}

Plan PlanAttach(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const was_stopped = [&] {
    auto const* attached = model::FindCondition(want.status.conditions, kAttached);
    return attached != nullptr && attached->reason == kReasonDetachedByOthers;
  }();
  if (was_stopped && !IsRequested(want)) return Blocked(want, seen, Vanished(), now);
  bool const is_lost = HadAttachment(want);
  if (is_lost && seen.remade_at && now - *seen.remade_at < kRemakeSpan)
    return Blocked(want, seen, Vanished(), now);
  if (seen.leader.readability == Readability::kUnread) return Observing(want, seen, now);
  if (auto problem = AttachProblem(want, seen)) return Blocked(want, seen, *problem, now);

  Plan plan = Await(want, seen, kAttached, kReasonAttaching,
                    "The attachment is being made on the follower cluster.", now);
  TellPreflight(plan, want, seen, now);
  auto put = Desired(want, seen);
  plan.status.attachment = AttachmentStatus{.resource_id = AttachmentId(want, put.name),
                                            .provisioning_state = "Creating"};
  if (is_lost) {
    put.covers = {{.key = {.field = std::string(kAttachmentField)},
                   .value = put.name,
                   .had = "absent",
                   .cause = Cause::kDrift}};
  }
  if (want.spec.attachment_name && !IsOurs(want, {.name = put.name}))
    plan.actions.emplace_back(RecordClaim{});
  plan.actions.emplace_back(std::move(put));
  plan.remakes_attachment = is_lost;
  if (is_lost) {
    plan.events.push_back(
        {.type = EventNote::Type::kWarning,
         .reason = "AttachmentVanished",
         .message = "The attachment was removed by others; it is made again once."});
  }
  return plan;
}

bool IsKind(CoveredChange const& difference) { return difference.key.field == kPrincipalsField; }

std::vector<CoveredChange> OnlyDrift(std::vector<CoveredChange> differences) {
  std::erase_if(differences, [](CoveredChange const& it) { return it.cause != Cause::kDrift; });
  return differences;
}

Plan PlanUpdate(FollowerDatabase const& want, Observed const& seen,
                std::vector<CoveredChange> differs, TimePoint now) {
  auto drift = DescribeDrift(want, OnlyDrift(differs), now);
  for (auto const& difference : differs) {
    bool const is_drift = difference.cause == Cause::kDrift;
    if (!is_drift || !IsContended(want, seen, difference.key, now)) continue;
    Plan plan = Blocked(want, seen, Contended(difference), now);
    plan.contended = {difference.key};
    plan.status.drift = std::move(drift);
    return plan;
  }
  Plan plan = Await(want, seen, kAttached, kReasonAttaching,
                    "The attachment is being changed to what is declared.", now);
  plan.status.drift = std::move(drift);
  auto put = Desired(want, seen);
  // The kind has a turn of its own, after the grants that it may leave alone in force.
  bool const has_other_reasons = differs.size() > 1 && std::erase_if(differs, IsKind) > 0;
  if (has_other_reasons) put.principals = FindMine(want, seen)->principals;
  put.covers = std::move(differs);
  plan.actions.emplace_back(std::move(put));
  return plan;
}

bool IsReadyPlan(Plan const& plan) {
  return plan.is_settled && model::IsTrue(plan.status.conditions, kReady);
}

/// The databases of an attachment show up a little after the operation has ended. One that follows
/// all of a leader without databases has none to wait for.
bool WaitsForDatabases(FollowerDatabase const& want, Observed const& seen) {
  if (!MyDatabases(want, seen).empty()) return false;
  if (!want.spec.source.leader->FollowsAll()) return true;
  return !seen.leader_databases || !seen.leader_databases->empty();
}

std::string ReadyMessage(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto const expiry = TellExpiry(want, now);
  auto const count = MyDatabases(want, seen).size();
  if (!want.spec.source.leader->FollowsAll())
    return "The database is attached and its policies are as declared." + expiry;
  return std::to_string(count) + " databases are attached and their policies are as declared." +
         expiry;
}

void WakeAtExpiry(Plan& plan, PolicyComparison const& compared, TimePoint now) {
  if (!compared.next_expiry || plan.requeue.when == Requeue::When::kQuickTick) return;
  plan.requeue = {.when = Requeue::When::kAfter, .delay = *compared.next_expiry - now};
}

Plan PlanPolicies(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (seen.overrides_readability == Readability::kUnread) return ReadingAgain(want, seen, now);
  if (seen.overrides_readability != Readability::kReadable)
    return Blocked(want, seen, seen.overrides_problem, now);
  if (AwaitsReading(want, seen)) return ReadingAgain(want, seen, now);
  auto compared = ComparePolicies(want, seen, now);

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
       "The follower cluster follows the leader.", now);
  plan.status.drift = DescribeDrift(want, compared.drift, now);
  plan.unmet = std::move(compared.unmet);
  plan.contended = std::move(compared.contended);
  plan.has_compared_policies = true;
  WakeAtExpiry(plan, compared, now);
  return plan;
}

/// The attachment is there and at rest: first its own fields, then what is set on its databases.
Plan Converge(FollowerDatabase const& want, Observed const& seen, SeenAttachment const& mine,
              TimePoint now) {
  auto differs = Differences(want, mine);
  if (mine.provisioning_state == "Failed") {
    differs.push_back(
        {.key = {.field = "provisioningState"}, .value = "Succeeded", .had = "Failed"});
  }
  bool const is_only_kind = differs.size() == 1 && IsKind(differs.front());
  if (!differs.empty() && !is_only_kind) return PlanUpdate(want, seen, std::move(differs), now);
  if (WaitsForDatabases(want, seen)) {
    return Await(
        want, seen, kAttached, kReasonWaitingForDatabases,
        "The attachment is made; its databases have not appeared on the follower cluster yet.",
        now);
  }
  auto policies = PlanPolicies(want, seen, now);
  if (is_only_kind && IsReadyPlan(policies)) return PlanUpdate(want, seen, std::move(differs), now);
  return policies;
}

Plan DecideDirect(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (seen.follower.readability == Readability::kUnread) return ReadingAgain(want, seen, now);
  if (auto problem = FollowerProblem(want, seen)) return Blocked(want, seen, *problem, now);
  if (seen.operation && seen.operation->is_running) {
    return Await(want, seen, kAttached, kReasonAttaching, "Azure is working on the attachment.",
                 now);
  }
  if (!seen.is_inventory_fresh) return ReadingAgain(want, seen, now);
  if (seen.hold && seen.hold->IsOn(now)) return Resting(want, seen, now);

  auto const* mine = FindMine(want, seen);
  if (mine == nullptr) return PlanAttach(want, seen, now);
  if (auto problem = Trespass(want, seen, *mine)) return Blocked(want, seen, *problem, now);
  if (IsBusy(mine->provisioning_state)) {
    return Await(want, seen, kAttached, kReasonAttaching, "Azure is working on the attachment.",
                 now);
  }
  return Converge(want, seen, *mine, now);
}

}  // namespace

Plan Decide(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (want.metadata.IsDeleting()) return PlanDetach(want, seen, now);
  if (want.spec.suspend) return SuspendedPlan(want, now);
  if (!want.spec.source.leader) {
    return Blocked(want, seen,
                   {.condition = std::string(kPreflight),
                    .reason = std::string(kReasonNotImplemented),
                    .message = "This version attaches directly only: use spec.source.leader.",
                    .needs_person = true},
                   now);
  }
  if (seen.identity_problem) return Blocked(want, seen, *seen.identity_problem, now);
  Plan plan = DecideDirect(want, seen, now);
  if (want.spec.mode == Mode::kObserve) return OnlyTell(std::move(plan), want, seen, now);
  plan.status.plan.clear();
  model::RemoveCondition(plan.status.conditions, kDrifted);
  bool const is_adopted = IsReadyPlan(plan);
  if (is_adopted || std::ranges::any_of(plan.actions, IsAzureWrite)) Claim(plan, want);
  return plan;
}

}  // namespace adxf::follower_database
