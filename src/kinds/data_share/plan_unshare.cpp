#include "base/text.hpp"
#include "kinds/data_share/conditions.hpp"
#include "kinds/data_share/plan.hpp"
#include "kinds/data_share/plan_status.hpp"

#include <algorithm>
#include <utility>

namespace adxf::data_share {
namespace {

Plan LetGo(DataShare const& want, std::vector<kinds::EventNote> events = {}) {
  return {.removes_finalizer = true, .status = want.status, .events = std::move(events)};
}

Plan GiveUp(DataShare const& want) {
  return LetGo(want, {{.type = kinds::EventNote::Type::kWarning,
                       .reason = "ForceDeleted",
                       .message = "The annotation adxfollower.io/force-delete gives up on Azure: " +
                                  ShareId(want) +
                                  " was not removed. If it is there, its consumers keep their "
                                  "access. To end that: az resource delete --ids with that id."}});
}

Plan LeaveInPlace(DataShare const& want) {
  auto const why =
      want.spec.mode == Mode::kObserve ? "spec.mode is Observe" : "deletionPolicy is Orphan";
  return LetGo(want, {{.reason = "Orphaned",
                       .message = std::string(why) + ": " + ShareId(want) +
                                  " stays in Azure as it is; its consumers keep their access."}});
}

Plan StandStill(DataShare const& want, Observed const& seen, Problem problem, TimePoint now) {
  problem.message =
      "Not removed yet, so the share and this object stay (ways out: "
      "docs/deletion.md). " +
      problem.message;
  return Blocked(want, seen, problem, now);
}

/// What has to go before the share may: in the order that nobody keeps access longer than needed.
/// Nothing while a consumer's access is still being ended.
std::vector<Action> Unsharing(Observed const& seen) {
  std::vector<Action> actions;
  for (auto const& it : seen.consumers) {
    if (kinds::HasAccess(it.state) && !EqualsIgnoreCase(it.state, "Revoking"))
      actions.emplace_back(
          RevokeConsumer{.id = it.id, .who = it.email.empty() ? it.name : it.email});
  }
  if (!actions.empty() ||
      std::ranges::any_of(seen.consumers, kinds::HasAccess, &SeenConsumer::state))
    return actions;
  for (auto const& it : seen.invitations) actions.emplace_back(DeleteInvitation{.name = it.name});
  for (auto const& it : seen.data_sets) {
    if (it.state != "Deleting") actions.emplace_back(DeleteDataSet{.name = it.name});
  }
  if (actions.empty() && seen.data_sets.empty()) actions.emplace_back(DeleteShare{});
  return actions;
}

}  // namespace

Plan PlanUnshare(DataShare const& want, Observed const& seen, TimePoint now) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return Unchanged(want);
  if (kinds::IsForced(want.metadata)) return GiveUp(want);
  if (!seen.leaving.empty()) {
    return Await(want, seen, kReasonWaitingForInvitations,
                 "Waits for Invitation " + Join(seen.leaving, ", ") + ", which is being deleted.",
                 now);
  }
  bool const leaves_azure_alone =
      want.spec.mode == Mode::kObserve || want.spec.deletion_policy == DeletionPolicy::kOrphan;
  if (leaves_azure_alone) return LeaveInPlace(want);
  if (want.status.share_id.empty()) return LetGo(want);  // nothing was ever made
  if (seen.identity_problem) return StandStill(want, seen, *seen.identity_problem, now);
  if (seen.reading_problem) return StandStill(want, seen, *seen.reading_problem, now);
  auto plan =
      Await(want, seen, kReasonUnsharing, "The share is being taken back and removed.", now);
  if (seen.is_operation_running) return plan;
  if (seen.hold && seen.hold->IsOn(now)) {
    plan = StandStill(want, seen, seen.hold->problem, now);
    plan.requeue = {.when = kinds::Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (!seen.share) {
    return LetGo(want, {{.reason = "Unshared", .message = ShareId(want) + " is gone."}});
  }
  if (seen.share->state == "Deleting") return plan;
  plan.actions = Unsharing(seen);
  return plan;
}

}  // namespace adxf::data_share
