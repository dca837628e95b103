#include "kinds/follower_database/plan_status.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_policies.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

std::optional<ClusterStatus> Describe(SeenCluster const& cluster,
                                      std::optional<ClusterStatus> before) {
  if (cluster.readability != Readability::kReadable) return before;
  return ClusterStatus{.name = cluster.key.substr(cluster.key.rfind('/') + 1),
                       .uri = cluster.uri,
                       .location = cluster.location,
                       .state = cluster.state};
}

kinds::ConditionWriter Writer(Status& status, FollowerDatabase const& want, TimePoint now) {
  return {status.conditions, want.metadata.generation, now};
}

}  // namespace

bool HasOpenRequest(FollowerDatabase const& want) {
  auto const asked = RequestOf(want);
  return !asked.empty() && asked != want.status.last_handled_reconcile_at;
}

Status Facts(FollowerDatabase const& want, Observed const& seen) {
  Status status = want.status;
  kinds::EchoRequest(status, want.metadata);
  status.follower_cluster = Describe(seen.follower, std::move(status.follower_cluster));
  status.leader_cluster = Describe(seen.leader, std::move(status.leader_cluster));
  if (want.spec.source.share) {
    if (seen.is_inventory_fresh && seen.share.is_read) DescribeShare(status, want, seen);
  } else if (seen.is_inventory_fresh) {
    // What the status holds counts as ours from then on: a stranger's attachment never gets there.
    auto const* mine = FindMine(want, seen);
    if (mine != nullptr && !Trespass(want, seen, *mine)) {
      status.attachment = DescribeAttachment(want, seen, *mine);
    } else if (mine == nullptr && status.attachment) {
      status.attachment->provisioning_state.clear();  // its name stays ours
      status.attachment->databases.clear();
    }
  }
  if (seen.overrides_readability == Readability::kReadable) DescribePolicies(status, want, seen);
  return status;
}

void Tell(Status& status, FollowerDatabase const& want, std::string_view type,
          ConditionStatus value, std::string_view reason, std::string message, TimePoint now) {
  Writer(status, want, now).Tell(type, value, reason, std::move(message));
}

void TellProgress(Status& status, FollowerDatabase const& want, std::string_view reason,
                  std::string const& message, TimePoint now) {
  Writer(status, want, now).TellProgress(reason, message);
}

Plan Await(FollowerDatabase const& want, Observed const& seen, std::string_view condition,
           std::string_view reason, std::string const& message, TimePoint now) {
  Plan plan;
  plan.status = Facts(want, seen);
  if (condition != kReady)
    Tell(plan.status, want, condition, ConditionStatus::kFalse, reason, message, now);
  TellProgress(plan.status, want, reason, message, now);
  plan.requeue.when = Requeue::When::kQuickTick;
  return plan;
}

Status WithProblem(FollowerDatabase const& want, Status status, Problem const& problem,
                   TimePoint now) {
  kinds::EchoRequest(status, want.metadata);
  Writer(status, want, now).TellProblem(problem);
  return status;
}

Plan Blocked(FollowerDatabase const& want, Observed const& seen, Problem const& problem,
             TimePoint now) {
  Plan plan;
  plan.status = WithProblem(want, Facts(want, seen), problem, now);
  plan.is_settled = true;
  plan.events = NewsOf(want, problem);
  if (kinds::IsAboutCredentials(problem))
    plan.requeue = {.when = Requeue::When::kAfter, .delay = kinds::kCredentialRetry};
  bool const is_passing = problem.reason == kReasonClusterNotRunning && !problem.needs_person;
  if (is_passing) plan.requeue.when = Requeue::When::kQuickTick;
  return plan;
}

std::vector<EventNote> NewsOf(FollowerDatabase const& want, Problem const& problem) {
  return kinds::NewsOf(want.status.conditions, problem);
}

Plan SuspendedPlan(FollowerDatabase const& want, TimePoint now) {
  Plan plan;
  plan.status = want.status;
  kinds::EchoRequest(plan.status, want.metadata);
  Writer(plan.status, want, now)
      .TellUnknown(kReasonSuspended,
                   "spec.suspend is true: nothing is read or written in Azure until it is false.");
  plan.is_settled = true;
  return plan;
}

Plan ReadyPlan(FollowerDatabase const& want, Observed const& seen, std::string message,
               TimePoint now) {
  Plan plan;
  plan.status = Facts(want, seen);
  Writer(plan.status, want, now).TellReady(kReasonReady, std::move(message));
  plan.is_settled = true;
  if (!model::IsTrue(want.status.conditions, kReady)) {
    plan.events.push_back(
        {.reason = "Ready", .message = "The attachment and its policies are as declared."});
  }
  return plan;
}

}  // namespace adxf::follower_database
