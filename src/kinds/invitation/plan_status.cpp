#include "kinds/invitation/plan_status.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"

#include <algorithm>
#include <utility>

namespace adxf::invitation {
namespace {

using kinds::kReady;
using model::ConditionStatus;

kinds::ConditionWriter Writer(Status& status, Invitation const& want, TimePoint now) {
  return {status.conditions, want.metadata.generation, now};
}

std::optional<model::Timestamp> ToTimestamp(std::optional<TimePoint> const& time) {
  return time ? std::optional(model::ToTimestamp(*time)) : std::nullopt;
}

}  // namespace

SeenInvitation const* FindMine(Invitation const& want, Observed const& seen) {
  auto const name = InvitationName(want, seen.instance);
  auto const found = std::ranges::find_if(
      seen.invitations, [&](SeenInvitation const& it) { return EqualsIgnoreCase(it.name, name); });
  return found == seen.invitations.end() ? nullptr : &*found;
}

Status Facts(Invitation const& want, Observed const& seen, SeenInvitation const* mine) {
  Status status = want.status;
  kinds::EchoRequest(status, want.metadata);
  if (!seen.location.empty()) status.location = seen.location;
  if (mine == nullptr) return status;
  status.invitation_id = mine->id;
  status.sent_at = ToTimestamp(mine->sent_at);
  status.responded_at = ToTimestamp(mine->responded_at);
  return status;
}

void Tell(Status& status, Invitation const& want, std::string_view condition, ConditionStatus value,
          std::string_view reason, std::string const& message, TimePoint now) {
  Writer(status, want, now).Tell(condition, value, reason, message);
}

void Bind(Status& status, std::vector<SeenConsumer> const& consumers) {
  if (consumers.empty()) return;
  auto const known = status.consumer ? status.consumer->subscription_id : consumers.front().id;
  auto const found = std::ranges::find(consumers, known, &SeenConsumer::id);
  if (found == consumers.end()) return;
  auto const& consumer = *found;
  status.consumer = ConsumerStatus{.subscription_id = consumer.id,
                                   .name = consumer.name,
                                   .email = consumer.email,
                                   .tenant = consumer.tenant,
                                   .state = consumer.state,
                                   .expires_at = ToTimestamp(consumer.expires_at)};
}

Plan Await(Invitation const& want, Status status, std::string_view condition,
           std::string_view reason, std::string const& message, TimePoint now) {
  Plan plan{.status = std::move(status), .requeue = {.when = kinds::Requeue::When::kQuickTick}};
  auto writer = Writer(plan.status, want, now);
  if (condition != kReady) writer.Tell(condition, ConditionStatus::kFalse, reason, message);
  writer.TellProgress(reason, message);
  return plan;
}

Status WithProblem(Invitation const& want, Status status, Problem const& problem, TimePoint now) {
  kinds::EchoRequest(status, want.metadata);
  Writer(status, want, now).TellProblem(problem);
  return status;
}

Status Unmade(Status status, Action const& refused) {
  if (std::holds_alternative<Send>(refused)) status.resource_id.clear();
  return status;
}

Plan Blocked(Invitation const& want, Status status, Problem const& problem, TimePoint now) {
  Plan plan{.status = WithProblem(want, std::move(status), problem, now),
            .events = kinds::NewsOf(want.status.conditions, problem),
            .is_settled = true};
  plan.requeue = kinds::RetryOf(problem);
  return plan;
}

Plan SuspendedPlan(Invitation const& want, TimePoint now) {
  Plan plan{.status = want.status, .is_settled = true};
  kinds::EchoRequest(plan.status, want.metadata);
  Writer(plan.status, want, now)
      .TellUnknown(kinds::kReasonSuspended,
                   "spec.suspend of the DataShare is true: nothing is read or written in Azure "
                   "until it is false.");
  return plan;
}

Plan ReadyPlan(Invitation const& want, Status status, std::string const& message, TimePoint now) {
  Plan plan{.status = std::move(status), .is_settled = true};
  Writer(plan.status, want, now).TellReady(kinds::kReasonReady, message);
  return plan;
}

Plan OnlyTell(Plan plan, Invitation const& want, TimePoint now) {
  plan.status.resource_id = want.status.resource_id;  // looking claims nothing
  return kinds::OnlyTell(std::move(plan), want.metadata.generation,
                         "The DataShare's mode is Observe: Azure is not as declared, and nothing "
                         "is written until it is Manage.",
                         now);
}

}  // namespace adxf::invitation
