#include "kinds/data_share/plan_status.hpp"

#include "kinds/data_share/conditions.hpp"

#include <algorithm>
#include <utility>

namespace adxf::data_share {
namespace {

using kinds::kReady;
using model::ConditionStatus;

kinds::ConditionWriter Writer(Status& status, DataShare const& want, TimePoint now) {
  return {status.conditions, want.metadata.generation, now};
}

InvitationCounts Count(std::vector<SeenInvitation> const& invitations) {
  InvitationCounts counts;
  for (auto const& it : invitations) {
    if (it.state == "Pending") ++counts.pending;
    if (it.state == "Accepted") ++counts.accepted;
    if (it.state == "Rejected") ++counts.rejected;
    if (it.state == "Withdrawn") ++counts.withdrawn;
  }
  return counts;
}

ConsumerCounts Count(std::vector<SeenConsumer> const& consumers) {
  ConsumerCounts counts;
  for (auto const& it : consumers) {
    if (it.state == "Active") ++counts.active;
    if (it.state == "Revoking") ++counts.revoking;
    if (it.state == "Revoked") ++counts.revoked;
    if (it.state == "SourceDeleted") ++counts.source_deleted;
  }
  return counts;
}

void DescribeShare(Status& status, Observed const& seen) {
  for (auto const* list : {"dataSets", "consumers"}) kinds::ForgetCut(status.truncated, list);
  status.data_sets.clear();
  for (auto const& it : seen.data_sets)
    status.data_sets.push_back({.name = it.name, .id = it.id, .state = it.state});
  std::ranges::sort(status.data_sets, {}, &DataSetStatus::name);
  status.consumers.clear();
  for (auto const& it : seen.consumers) {
    status.consumers.push_back({.subscription_id = it.id,
                                .name = it.name,
                                .email = it.email,
                                .tenant = it.tenant,
                                .state = it.state,
                                .since = it.since});
  }
  // In an order that Azure's own does not move; who has access is not cut off.
  std::ranges::sort(status.consumers, {}, [](ConsumerStatus const& it) {
    return std::pair(it.state != "Active", it.subscription_id);
  });
  status.consumers_by_state = Count(seen.consumers);
  status.invitations = Count(seen.invitations);
}

}  // namespace

Status Facts(DataShare const& want, Observed const& seen) {
  Status status = want.status;
  kinds::EchoRequest(status, want.metadata);
  if (seen.identity_problem || seen.reading_problem) return status;
  if (seen.account) status.account = seen.account;
  // A stranger's share is not told as ours; who only looks sees it.
  if (!status.share_id.empty() || want.spec.mode == Mode::kObserve) DescribeShare(status, seen);
  return status;
}

Plan Unchanged(DataShare const& want) {
  return {.status = want.status, .requeue = {.when = kinds::Requeue::When::kQuickTick}};
}

Plan Await(DataShare const& want, Observed const& seen, std::string_view reason,
           std::string const& message, TimePoint now) {
  Plan plan{.status = Facts(want, seen), .requeue = {.when = kinds::Requeue::When::kQuickTick}};
  auto writer = Writer(plan.status, want, now);
  writer.Tell(kDataSetsShared, ConditionStatus::kFalse, reason, message);
  writer.TellProgress(reason, message);
  return plan;
}

Status WithProblem(DataShare const& want, Status status, Problem const& problem, TimePoint now) {
  kinds::EchoRequest(status, want.metadata);
  Writer(status, want, now).TellProblem(problem);
  return status;
}

Status Unmade(Status status, Action const& refused) {
  auto const* share = std::get_if<PutShare>(&refused);
  bool const would_make_it =
      std::holds_alternative<CreateAccount>(refused) || (share != nullptr && share->is_new);
  if (would_make_it) status.share_id.clear();
  return status;
}

Plan Blocked(DataShare const& want, Observed const& seen, Problem const& problem, TimePoint now) {
  Plan plan{.status = WithProblem(want, Facts(want, seen), problem, now),
            .events = kinds::NewsOf(want.status.conditions, problem),
            .is_settled = true};
  plan.requeue = kinds::RetryOf(problem);
  return plan;
}

Plan SuspendedPlan(DataShare const& want, TimePoint now) {
  Plan plan{.status = want.status, .is_settled = true};
  kinds::EchoRequest(plan.status, want.metadata);
  Writer(plan.status, want, now)
      .TellUnknown(kinds::kReasonSuspended,
                   "spec.suspend is true: nothing is read or written in Azure until it is false.");
  return plan;
}

Plan ReadyPlan(DataShare const& want, Observed const& seen, TimePoint now) {
  Plan plan{.status = Facts(want, seen), .is_settled = true};
  auto const active = std::ranges::count(seen.consumers, "Active", &SeenConsumer::state);
  auto writer = Writer(plan.status, want, now);
  writer.Tell(kDataSetsShared, ConditionStatus::kTrue, kReasonShared,
              "Every data set is in the share.");
  writer.TellReady(kinds::kReasonReady,
                   "The share is as declared; active consumers: " + std::to_string(active) + ".");
  if (!model::IsTrue(want.status.conditions, kReady))
    plan.events.push_back({.reason = "Ready", .message = "The share is as declared."});
  return plan;
}

Plan OnlyTell(Plan plan, DataShare const& want, TimePoint now) {
  plan.status.share_id = want.status.share_id;  // looking claims nothing
  return kinds::OnlyTell(std::move(plan), want.metadata.generation,
                         "Mode Observe: Azure is not as declared, and nothing is written until "
                         "spec.mode is Manage.",
                         now);
}

}  // namespace adxf::data_share
