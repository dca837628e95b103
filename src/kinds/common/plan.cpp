#include "kinds/common/plan.hpp"

#include "base/text.hpp"
#include "kinds/common/conditions.hpp"

#include <utility>

namespace adxf::kinds {

using model::ConditionStatus;

Problem Stalled(std::string_view condition, std::string_view reason, std::string message) {
  return {.condition = std::string(condition),
          .reason = std::string(reason),
          .message = std::move(message),
          .needs_person = true};
}

bool IsAboutCredentials(Problem const& problem) {
  return problem.reason == kReasonCredentialsMissing ||
         problem.reason == kReasonCredentialsRefused || problem.reason == kReasonIdentityNotAllowed;
}

bool HasAccess(std::string_view consumer_state) {
  return !EqualsIgnoreCase(consumer_state, "Revoked") &&
         !EqualsIgnoreCase(consumer_state, "SourceDeleted");
}

void ConditionWriter::Tell(std::string_view type, ConditionStatus value, std::string_view reason,
                           std::string_view message) {
  model::SetCondition(conditions_,
                      {.type = SharedText(type),
                       .status = value,
                       .observed_generation = generation_,
                       .reason = SharedText(reason),
                       .message = SharedText(message)},
                      now_);
}

void ConditionWriter::TellProgress(std::string_view reason, std::string_view message) {
  Tell(kReady, ConditionStatus::kFalse, reason, message);
  Tell(kReconciling, ConditionStatus::kTrue, kReasonProgressing, message);
  model::RemoveCondition(conditions_, kStalled);
}

void ConditionWriter::TellProblem(Problem const& problem) {
  if (!problem.condition.empty() && problem.condition != kReady)
    Tell(problem.condition, ConditionStatus::kFalse, problem.reason, problem.message);
  Tell(kReady, ConditionStatus::kFalse, problem.reason, problem.message);
  auto const [present, absent] =
      problem.needs_person ? std::pair(kStalled, kReconciling) : std::pair(kReconciling, kStalled);
  Tell(present, ConditionStatus::kTrue, problem.reason, problem.message);
  model::RemoveCondition(conditions_, absent);
}

void ConditionWriter::TellReady(std::string_view reason, std::string_view message) {
  Tell(kReady, ConditionStatus::kTrue, reason, message);
  model::RemoveCondition(conditions_, kReconciling);
  model::RemoveCondition(conditions_, kStalled);
}

void ConditionWriter::TellUnknown(std::string_view reason, std::string_view message) {
  Tell(kReady, ConditionStatus::kUnknown, reason, message);
  model::RemoveCondition(conditions_, kReconciling);
  model::RemoveCondition(conditions_, kStalled);
}

Requeue RetryOf(Problem const& problem) {
  using When = Requeue::When;
  if (IsAboutCredentials(problem)) return {.when = When::kAfter, .delay = kCredentialRetry};
  bool const is_about_roles =
      problem.reason == kReasonMissingRole || problem.reason == kReasonAccountRoleMissing;
  if (is_about_roles) return {.when = When::kAfter, .delay = std::chrono::minutes(1)};
  return {.when = problem.needs_person ? When::kOnChange : When::kQuickTick};
}

std::vector<EventNote> NewsOf(std::vector<model::Condition> const& conditions,
                              Problem const& problem) {
  auto const* ready = model::FindCondition(conditions, kReady);
  if (ready != nullptr && ready->reason == problem.reason) return {};
  return {
      {.type = EventNote::Type::kWarning, .reason = problem.reason, .message = problem.message}};
}

}  // namespace adxf::kinds
