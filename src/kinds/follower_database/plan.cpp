#include "kinds/follower_database/plan.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_lag.hpp"
#include "kinds/follower_database/plan_observe.hpp"
#include "kinds/follower_database/plan_preflight.hpp"
#include "kinds/follower_database/plan_share.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_steps.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

/// The finalizer must be stored before the first write to Azure, and only objects that write need
/// one.
void Claim(Plan& plan, FollowerDatabase const& want) {
  if (!want.metadata.HasFinalizer(kFinalizer))
    plan.actions.insert(plan.actions.begin(), AddFinalizer{});
}

Plan PlanAttach(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (IsGivenUp(want, seen, now)) return Blocked(want, seen, Vanished(), now);
  bool const is_lost = HadAttachment(want);
  if (seen.leader.readability == Readability::kUnread) return Observing(want, seen, now);
  if (auto problem = AttachProblem(want, seen)) return Blocked(want, seen, *problem, now);

  Plan plan = Await(want, seen, kAttached, kReasonAttaching,
                    "The attachment is being made on the follower cluster.", now);
  TellPreflight(plan, want, seen, now);
  auto put = Desired(want, seen);
  TellAttachment(plan.status,
                 {.resource_id = AttachmentId(want, put.name), .provisioning_state = "Creating"});
  if (is_lost) put.covers = {Lost(put.name)};
  if (want.spec.attachment_name && !IsOurs(want, {.name = put.name}))
    plan.actions.emplace_back(RecordClaim{});
  plan.actions.emplace_back(std::move(put));
  plan.remakes_attachment = is_lost;
  if (is_lost) plan.events.push_back(LostNote());
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
    TellDrift(plan.status, std::move(drift));
    return plan;
  }
  Plan plan = Await(want, seen, kAttached, kReasonAttaching,
                    "The attachment is being changed to what is declared.", now);
  TellDrift(plan.status, std::move(drift));
  auto put = Desired(want, seen);
  // The kind has a turn of its own, after the grants that it may leave alone in force.
  bool const has_other_reasons = differs.size() > 1 && std::erase_if(differs, IsKind) > 0;
  if (has_other_reasons) put.principals = FindMine(want, seen)->principals;
  put.covers = std::move(differs);
  plan.actions.emplace_back(std::move(put));
  return plan;
}

/// The databases of an attachment show up a little after the operation has ended. One that follows
/// all of a leader without databases has none to wait for.
bool WaitsForDatabases(FollowerDatabase const& want, Observed const& seen) {
  if (!MyDatabases(want, seen).empty()) return false;
  if (!want.spec.source.leader->FollowsAll()) return true;
  return !seen.leader_databases || !seen.leader_databases->empty();
}

/// The attachment is there and at rest: first its own fields, then what is set on its databases.
Plan Converge(FollowerDatabase const& want, Observed const& seen, SeenAttachment const& mine,
              TimePoint now) {
  auto differs = Differences(want, mine);
  if (mine.provisioning_state == "Failed" || mine.provisioning_state == "Canceled") {
    differs.push_back({.key = {.field = "provisioningState"},
                       .value = "Succeeded",
                       .had = mine.provisioning_state});
  }
  bool const is_only_kind = differs.size() == 1 && IsKind(differs.front());
  if (!differs.empty() && !is_only_kind) return PlanUpdate(want, seen, std::move(differs), now);
  if (WaitsForDatabases(want, seen)) {
    if (mine.is_just_made) return ReadingAgain(want, seen, now);
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

Plan DecideAll(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (want.metadata.IsDeleting()) return PlanDetach(want, seen, now);
  if (want.spec.suspend) return SuspendedPlan(want, now);
  if (seen.identity_problem) return Blocked(want, seen, *seen.identity_problem, now);
  return want.spec.source.share ? DecideShare(want, seen, now) : DecideDirect(want, seen, now);
}

}  // namespace

Plan Decide(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  Plan plan = DecideAll(want, seen, now);
  bool const is_left_alone = want.metadata.IsDeleting() || want.spec.suspend;
  bool const only_tells = want.spec.mode == Mode::kObserve;
  if (only_tells && !is_left_alone && !seen.identity_problem)
    plan = OnlyTell(std::move(plan), want, seen, now);
  if (only_tells && !is_left_alone) ClaimNothing(plan.status, want);
  TellColumns(plan.status, want, seen);
  TellLag(plan, want, seen, now);
  if (is_left_alone || only_tells) return plan;
  RevokeMeanwhile(plan, want, seen, now);
  kinds::ClearPlan(plan.status);
  model::RemoveCondition(plan.status.conditions, kDrifted);
  bool const is_adopted = IsReadyPlan(plan);
  if (is_adopted || std::ranges::any_of(plan.actions, IsAzureWrite)) Claim(plan, want);
  return plan;
}

}  // namespace adxf::follower_database
