#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_share.hpp"
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

namespace adxf::follower_database {
namespace {

Plan Unmapping(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  return Await(want, seen, kAttached, kReasonDetaching,
               "The share is being taken off the follower cluster.", now);
}

/// Held up by `problem`: the message says what stays meanwhile.
Plan StandStill(FollowerDatabase const& want, Observed const& seen, Problem problem,
                TimePoint now) {
  problem.message = "Not taken off yet, so share subscription " +
                    SubscriptionName(want, seen.instance) +
                    " and this object stay (ways out: docs/deletion.md). " + problem.message;
  return Blocked(want, seen, problem, now);
}

Plan Rest(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  bool const is_passing = !seen.hold->problem.needs_person;
  auto plan =
      is_passing ? Unmapping(want, seen, now) : StandStill(want, seen, seen.hold->problem, now);
  plan.requeue = {.when = Requeue::When::kAfter, .delay = seen.hold->until - now};
  return plan;
}

/// Why the account, or the cluster whose turn a write takes, cannot be read.
std::optional<Problem> Unreadable(Observed const& seen) {
  if (seen.identity_problem) return seen.identity_problem;
  bool const is_refused = seen.follower.readability == Readability::kForbidden ||
                          seen.follower.readability == Readability::kFailed;
  if (is_refused) return seen.follower.problem;
  return seen.share.problem;
}

bool IsKnown(Observed const& seen) {
  bool const is_follower_known =
      seen.follower.readability == Readability::kMissing || seen.is_inventory_fresh;
  return is_follower_known && seen.share.is_read;
}

Plan Done(FollowerDatabase const& want, std::string message) {
  return LetGo(want, {{.reason = "Detached", .message = std::move(message)}});
}

}  // namespace

Plan PlanUnmap(FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  if (seen.operation && seen.operation->is_running) return Unmapping(want, seen, now);
  if (auto const problem = Unreadable(seen)) {
    auto plan = StandStill(want, seen, *problem, now);
    plan.requeue = kinds::RetryOf(*problem);
    return plan;
  }
  if (!IsKnown(seen)) return Unmapping(want, seen, now);
  // A write that got no answer may still be taken: what it asked for is waited for, then looked
  // for.
  if (seen.hold && seen.hold->IsOn(now)) return Rest(want, seen, now);
  if (!seen.share.has_account) return Done(want, "The Data Share account is gone.");
  auto const* subscription = FindSubscription(want, seen);
  if (subscription == nullptr) return Done(want, "The share subscription is gone.");
  if (SubscriptionProblem(want, seen)) {
    return LetGo(want, {{.reason = "NotOurs",
                         .message = "The share subscription " + subscription->name +
                                    " belongs to others and stays."}});
  }
  if (IsBusy(subscription->provisioning_state)) return Unmapping(want, seen, now);

  auto const mappings = OurMappings(want, seen);
  auto plan = Unmapping(want, seen, now);
  bool const is_busy =
      std::ranges::any_of(mappings, [](auto const* it) { return IsBusy(it->provisioning_state); });
  if (is_busy) return plan;
  for (auto const* it : mappings) {
    plan.actions.emplace_back(DeleteMapping{.subscription = subscription->name, .name = it->name});
  }
  if (!mappings.empty()) return plan;
  if (want.spec.deletion_policy != DeletionPolicy::kLeave) {
    return Done(want, "The mappings are gone; share subscription " + subscription->name +
                          " stays, and a new object can use it.");
  }
  plan.actions = {LeaveShare{.subscription = subscription->name}};
  return plan;
}

}  // namespace adxf::follower_database
