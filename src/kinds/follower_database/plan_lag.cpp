#include "kinds/follower_database/plan_lag.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>

namespace adxf::follower_database {
namespace {

using Kind = LagVerdict::Kind;
using model::ConditionStatus;

struct Told {
  ConditionStatus status = ConditionStatus::kUnknown;
  std::string_view reason{};
  std::string message{};
};

std::string_view ReasonOf(LagState why) {
  switch (why) {
    case LagState::kVersionsNotComparable: return kReasonVersionsNotComparable;
    case LagState::kLeaderUnreadable: return kReasonLeaderUnreadable;
    case LagState::kClusterNotRunning: return kReasonClusterNotRunning;
    case LagState::kDatabaseSuspended: return kReasonDatabaseSuspended;
    case LagState::kSynced:
    case LagState::kBehind:
    case LagState::kNoSample: break;
  }
  return kReasonNoSample;
}

constexpr std::array kUnknowns{LagState::kNoSample, LagState::kVersionsNotComparable,
                               LagState::kLeaderUnreadable, LagState::kClusterNotRunning,
                               LagState::kDatabaseSuspended};

/// Nobody looks at the databases, or there are none: what was told would be no more than a memory.
bool IsUnwatched(FollowerDatabase const& want, Observed const& seen) {
  bool const is_denied = seen.identity_problem && seen.identity_problem->needs_person;
  bool const has_nothing = seen.lag && seen.lag->kind == Kind::kNothing;
  return want.metadata.IsDeleting() || want.spec.suspend || is_denied || has_nothing;
}

std::string WhyUnknown(LagVerdict const& verdict) {
  auto const about = "The lag of database " + verdict.database + " is not known: ";
  switch (verdict.why) {
    case LagState::kVersionsNotComparable:
      return about +
             "it shows other version numbers than its leader, and Azure Monitor has no "
             "FollowerLatency of "
             "the cluster.";
    case LagState::kLeaderUnreadable:
      return about +
             "its leader cannot be read from here, and Azure Monitor has no FollowerLatency of the "
             "cluster. "
             "Give the identity the role Reader on the follower cluster, or, for a leader of your "
             "own, "
             "AllDatabasesMonitor on it.";
    case LagState::kClusterNotRunning:
      return about + "the follower cluster or its leader is not running.";
    case LagState::kDatabaseSuspended:
      return about + "it is suspended, as it is when the leader's storage or key cannot be used.";
    case LagState::kSynced:
    case LagState::kBehind:
    case LagState::kNoSample: break;
  }
  return about +
         "it has reached no version that was seen since the operator started, and Azure Monitor "
         "has no "
         "FollowerLatency of the cluster.";
}

Told Words(LagVerdict const& verdict, std::string const& objective) {
  switch (verdict.kind) {
    case Kind::kWithin:
      return {.status = ConditionStatus::kTrue,
              .reason = kReasonWithinObjective,
              .message = "All databases keep to the objective of " + objective + "."};
    case Kind::kBeyond:
      return {.status = ConditionStatus::kFalse,
              .reason = kReasonBeyondObjective,
              .message = "Database " + verdict.database +
                         " lags further behind than the objective of " + objective +
                         "; the metric adxfollower_sync_lag_seconds tells how far."};
    case Kind::kUnmeasured:
    case Kind::kNothing:
    case Kind::kUndecided: break;
  }
  return {.reason = ReasonOf(verdict.why), .message = WhyUnknown(verdict)};
}

/// Normal where the objective holds again, a warning where it no longer does.
EventNote NewsOf(Told const& told) {
  bool const is_good = told.status == ConditionStatus::kTrue;
  return {.type = is_good ? EventNote::Type::kNormal : EventNote::Type::kWarning,
          .reason = std::string(told.reason),
          .message = told.message};
}

}  // namespace

std::optional<Duration> ObjectiveOf(FollowerDatabase const& want) {
  if (!want.spec.sync_lag || !want.spec.sync_lag->objective) return std::nullopt;
  auto const parsed = model::Timespan::Parse(*want.spec.sync_lag->objective);
  return parsed ? std::optional(parsed->ToDuration()) : std::nullopt;
}

LagVerdict ToldOfLag(FollowerDatabase const& want) {
  auto const* condition = model::FindCondition(want.status.conditions, kLagWithinObjective);
  // Told of another spec, and so perhaps of another objective.
  if (condition == nullptr || condition->observed_generation != want.metadata.generation) return {};
  switch (condition->status) {
    case ConditionStatus::kTrue: return {.kind = Kind::kWithin};
    case ConditionStatus::kFalse: return {.kind = Kind::kBeyond};
    case ConditionStatus::kUnknown: break;
  }
  auto const* why = std::ranges::find(kUnknowns, condition->reason, ReasonOf);
  return {.kind = Kind::kUnmeasured,
          .why = why == std::end(kUnknowns) ? LagState::kNoSample : *why};
}

void TellLag(Plan& plan, FollowerDatabase const& want, Observed const& seen, TimePoint now) {
  auto& conditions = plan.status.conditions;
  bool const has_objective = want.spec.sync_lag && want.spec.sync_lag->objective;
  if (!has_objective || IsUnwatched(want, seen)) {
    model::RemoveCondition(conditions, kLagWithinObjective);
    return;
  }
  if (!seen.lag || seen.lag->kind == Kind::kUndecided) return;
  auto told = Words(*seen.lag, *want.spec.sync_lag->objective);
  auto const* before = model::FindCondition(conditions, kLagWithinObjective);
  bool const is_same_story =
      before != nullptr && before->status == told.status && before->reason == told.reason;
  // After a restart another database may be the one that is named: no reason to write.
  if (is_same_story && before->observed_generation == want.metadata.generation) return;
  bool const is_news = told.status != ConditionStatus::kUnknown && !is_same_story &&
                       (before != nullptr || told.status == ConditionStatus::kFalse);
  if (is_news && plan.is_settled) plan.events.push_back(NewsOf(told));
  Tell(plan.status, want, kLagWithinObjective, told.status, told.reason, told.message, now);
}

}  // namespace adxf::follower_database
