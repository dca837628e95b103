#include "kinds/follower_database/plan_detach.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <utility>

namespace adxf::follower_database {
namespace {

Plan LetGo(FollowerDatabase const& want, std::vector<EventNote> events = {}) {
  Plan plan;
  plan.status = want.status;
  plan.actions = {RemoveFinalizer{}};
  plan.events = std::move(events);
  return plan;
}

Plan Detaching(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  return Await(want, seen, kAttached, kReasonDetaching,
               "The attachment is being removed from the follower cluster.", now);
}

bool LeavesAzureAlone(FollowerDatabase const& want) {
  return want.spec.mode == Mode::kObserve || want.spec.deletion_policy == DeletionPolicy::kOrphan;
}

}  // namespace

Plan PlanDetach(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return {.status = want.status};
  if (LeavesAzureAlone(want)) {
    return LetGo(want, {{.reason = "Orphaned",
                         .message = "The attachment and its policies stay in Azure."}});
  }
  if (!want.spec.source.leader) return LetGo(want);
  if (seen.identity_problem) return Blocked(want, seen, *seen.identity_problem, now);
  if (seen.operation && seen.operation->is_running) return Detaching(want, seen, now);
  if (seen.follower.readability == Readability::kMissing) {
    return LetGo(want, {{.reason = "FollowerGone",
                         .message = "The follower cluster is gone, and the attachment with it."}});
  }
  if (seen.follower.readability == Readability::kUnread) return Detaching(want, seen, now);
  if (seen.follower.readability != Readability::kReadable)
    return Blocked(want, seen, seen.follower.problem, now);
  if (!seen.is_inventory_fresh) return Detaching(want, seen, now);

  auto const* mine = FindMine(want, seen);
  // A PUT that got no answer may still be taken: what it asked for is waited for, then looked for.
  bool const may_appear = seen.hold && now < seen.hold->until && !seen.hold->problem.needs_person;
  if (mine == nullptr && may_appear) {
    auto plan = Detaching(want, seen, now);
    plan.requeue = {.when = Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  if (mine == nullptr)
    return LetGo(want, {{.reason = "Detached", .message = "The attachment is gone."}});
  if (Trespass(want, seen, *mine)) {
    return LetGo(want,
                 {{.reason = "NotOurs",
                   .message = "The attachment " + mine->name + " belongs to others and stays."}});
  }
  if (IsBusy(mine->provisioning_state)) return Detaching(want, seen, now);
  if (seen.hold && now < seen.hold->until) {
    auto plan = Blocked(want, seen, seen.hold->problem, now);
    plan.requeue = {.when = Requeue::When::kAfter, .delay = seen.hold->until - now};
    return plan;
  }
  auto plan = Detaching(want, seen, now);
  plan.actions = {DeleteAttachment{.name = mine->name}};
  return plan;
}

}  // namespace adxf::follower_database
