#include "kinds/follower_database/plan_status.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_mappings.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_subscription.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

using model::ConditionStatus;

std::string NameOf(std::string const& cluster_id) {
  return ToLower(cluster_id.substr(cluster_id.rfind('/') + 1));
}

std::optional<ClusterStatus> Describe(SeenCluster const& cluster,
                                      std::optional<ClusterStatus> before) {
  if (cluster.readability != Readability::kReadable) return before;
  return ClusterStatus{.name = NameOf(cluster.key),
                       .uri = cluster.uri,
                       .location = cluster.location,
                       .state = cluster.state};
}

SharedText SourceOf(FollowerDatabase const& want, Observed const& seen) {
  if (want.spec.source.leader) return want.spec.source.leader->database;
  auto const* subscription = FindSubscription(want, seen);
  if (subscription != nullptr && !subscription->share_name.empty()) return subscription->share_name;
  auto const& source = *want.spec.source.share;
  // As Azure gave it before: what the spec has may differ in case.
  bool const is_told =
      EqualsIgnoreCase(want.status.source, source.match ? source.match->share_name : "");
  if (source.match) return is_told ? want.status.source : SharedText(source.match->share_name);
  if (seen.share.offers.size() == 1) return seen.share.offers.front().share_name;
  if (!want.status.source.empty()) return want.status.source;
  return source.invitation_ref ? "invitation " + source.invitation_ref->name
                               : "invitation " + source.invitation->id;
}

/// True where Azure shows that nothing is there of what the conditions may tell of still.
bool IsGone(FollowerDatabase const& want, Observed const& seen) {
  if (seen.follower.readability == Readability::kMissing) return true;
  if (!seen.is_inventory_fresh) return false;
  if (want.spec.source.share) return seen.share.is_read && MyDatabases(want, seen).empty();
  auto const* mine = FindMine(want, seen);
  return mine == nullptr || Trespass(want, seen, *mine).has_value();
}

/// What was attached and is not any more, nor is made again now: no condition says otherwise.
void TellGone(Status& status, FollowerDatabase const& want, Observed const& seen,
              Problem const& problem, TimePoint now) {
  if (!IsGone(want, seen)) return;
  auto const turn = [&](std::string_view type, std::string_view reason,
                        std::string const& message) {
    if (type != problem.condition && model::IsTrue(status.conditions, type))
      Tell(status, want, type, ConditionStatus::kFalse, reason, message, now);
  };
  // By this reason it is known to have been there: others may take it away only twice.
  turn(kAttached, kReasonVanished,
       "The follower cluster does not have it any more. " + problem.message);
  turn(kPoliciesApplied, problem.reason,
       "There are no databases to apply hot cache and permissions to.");
}

kinds::ConditionWriter Writer(Status& status, FollowerDatabase const& want, TimePoint now) {
  return {status.conditions, want.metadata.generation, now};
}

}  // namespace

void TellColumns(Status& status, FollowerDatabase const& want, Observed const& seen) {
  status.source = SourceOf(want, seen);
  if (!status.follower_cluster)
    status.follower_cluster = ClusterStatus{.name = NameOf(want.spec.follower_cluster.resource_id)};
}

bool HasOpenRequest(FollowerDatabase const& want) {
  auto const asked = RequestOf(want);
  return !asked.empty() && asked != want.status.last_handled_reconcile_at;
}

Status Facts(FollowerDatabase const& want, Observed const& seen) {
  Status status = want.status;
  status.observed_generation = want.metadata.generation;
  if (seen.is_request_answered) kinds::EchoRequest(status, want.metadata);
  status.follower_cluster = Describe(seen.follower, std::move(status.follower_cluster));
  status.leader_cluster = Describe(seen.leader, std::move(status.leader_cluster));
  if (want.spec.source.share) {
    if (seen.is_inventory_fresh && seen.share.is_read) DescribeShare(status, want, seen);
  } else if (seen.is_inventory_fresh) {
    // What the status holds counts as ours from then on: a stranger's attachment never gets there.
    auto const* mine = FindMine(want, seen);
    if (mine != nullptr && !Trespass(want, seen, *mine)) {
      TellAttachment(status, DescribeAttachment(want, seen, *mine));
    } else if (mine == nullptr && status.attachment) {
      status.attachment->provisioning_state.clear();
      ClearDatabases(status);
    }
  }
  if (seen.overrides_readability == Readability::kReadable) DescribePolicies(status, want, seen);
  return status;
}

void TellAttachment(Status& status, AttachmentStatus attachment) {
  ClearDatabases(status);
  status.attachment = std::move(attachment);
}

void TellDrift(Status& status, std::vector<Drift> drift) {
  kinds::ForgetCut(status.truncated, "drift");
  status.drift = std::move(drift);
}

void ClearDatabases(Status& status) {
  kinds::ForgetCut(status.truncated, "attachment.databases");
  if (status.attachment) status.attachment->databases.clear();
}

void Tell(Status& status, FollowerDatabase const& want, std::string_view type,
          ConditionStatus value, std::string_view reason, std::string const& message,
          TimePoint now) {
  Writer(status, want, now).Tell(type, value, reason, message);
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
  status.observed_generation = want.metadata.generation;
  Writer(status, want, now).TellProblem(problem);
  return status;
}

Plan Blocked(FollowerDatabase const& want, Observed const& seen, Problem const& problem,
             TimePoint now) {
  Plan plan;
  plan.status = WithProblem(want, Facts(want, seen), problem, now);
  TellGone(plan.status, want, seen, problem, now);
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
  plan.status.observed_generation = want.metadata.generation;
  Writer(plan.status, want, now)
      .TellUnknown(kReasonSuspended,
                   "spec.suspend is true: nothing is read or written in Azure until it is false.");
  plan.is_settled = true;
  return plan;
}

Plan ReadyPlan(FollowerDatabase const& want, Observed const& seen, std::string const& message,
               TimePoint now) {
  Plan plan;
  plan.status = Facts(want, seen);
  Writer(plan.status, want, now).TellReady(kReasonReady, message);
  plan.is_settled = true;
  if (!model::IsTrue(want.status.conditions, kReady)) {
    plan.events.push_back(
        {.reason = "Ready", .message = "The attachment and its policies are as declared."});
  }
  return plan;
}

}  // namespace adxf::follower_database
