#include "kinds/follower_database/plan_drift.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

bool IsOfThisGeneration(FollowerDatabase const& want) {
  return want.status.observed_generation == want.metadata.generation;
}

bool IsTold(FollowerDatabase const& want, PolicyKey const& key) {
  return IsOfThisGeneration(want) && std::ranges::find(want.status.drift, PathOf(key),
                                                       &Drift::field) != want.status.drift.end();
}

/// A database that the status does not list is new, or beyond what the status has room for.
bool Knows(FollowerDatabase const& want, std::string const& database) {
  if (database.empty()) return true;
  if (!want.status.attachment) return false;
  return std::ranges::any_of(want.status.attachment->databases, [&](DatabasePair const& it) {
    return EqualsIgnoreCase(it.follower, database);
  });
}

/// After a restart the counts are lost, but not that the object was given up on.
bool WasStopped(FollowerDatabase const& want) {
  auto const* stalled = model::FindCondition(want.status.conditions, kStalled);
  return stalled != nullptr && stalled->reason == kReasonContended && !HasOpenRequest(want);
}

}  // namespace

bool IsDrift(FollowerDatabase const& want, PolicyKey const& key) {
  if (IsTold(want, key)) return true;
  auto const* ready = model::FindCondition(want.status.conditions, kReady);
  bool const was_settled = model::IsTrue(want.status.conditions, kReady) &&
                           ready->observed_generation == want.metadata.generation;
  return was_settled && Knows(want, key.database);
}

bool IsContended(FollowerDatabase const& want, Observed const& seen, PolicyKey const& key,
                 TimePoint now) {
  auto const found = std::ranges::find(seen.corrections, key, &Correction::key);
  if (found == seen.corrections.end())
    return seen.corrections.empty() && WasStopped(want) && IsTold(want, key);
  if (found->is_stopped) return true;
  auto const recent =
      std::ranges::count_if(found->at, [&](TimePoint at) { return now - at < kContentionSpan; });
  return static_cast<std::size_t>(recent) >= kMostCorrections;
}

Problem Contended(CoveredChange const& difference) {
  return {.condition = std::string(difference.key.database.empty() ? kAttached : kPoliciesApplied),
          .reason = std::string(kReasonContended),
          .message = "Others keep changing " + PathOf(difference.key) + ": it is \"" +
                     difference.had + "\", declared is \"" + difference.value +
                     "\", and it was put right " + std::to_string(kMostCorrections) +
                     " times within an hour. Find out who changes it, or declare what they want; "
                     "then set the annotation adxfollower.io/reconcile-at to put it right again.",
          .needs_person = true};
}

std::vector<Drift> DescribeDrift(FollowerDatabase const& want,
                                 std::vector<CoveredChange> const& differences, TimePoint now) {
  std::vector<Drift> result;
  for (auto const& difference : differences) {
    Drift drift{.field = PathOf(difference.key),
                .want = difference.value,
                .have = difference.had,
                .since = model::ToTimestamp(now)};
    auto const before = std::ranges::find(want.status.drift, drift.field, &Drift::field);
    if (before != want.status.drift.end()) drift.since = before->since;
    result.push_back(std::move(drift));
  }
  return result;
}

std::vector<EventNote> EventsAbout(std::vector<CoveredChange> const& changes) {
  std::vector<EventNote> events;
  for (auto const& it : changes) {
    if (it.key.field == kAttachmentField) continue;
    bool const is_drift = it.cause == Cause::kDrift;
    auto const what = PathOf(it.key);
    events.push_back(
        {.type = is_drift ? EventNote::Type::kWarning : EventNote::Type::kNormal,
         .reason = is_drift ? "DriftCorrected" : "GrantExpired",
         .message = is_drift ? "Others had changed " + what + " to \"" + it.had +
                                   "\"; it is being put back to \"" + it.value + "\"."
                             : "The time of " + what + " is over: the grant is taken back."});
  }
  return events;
}

std::string PathOf(PolicyKey const& key) {
  return key.database.empty() ? key.field : key.database + "/" + key.field;
}

std::string_view FamilyOf(PolicyKey const& key) {
  return std::string_view(key.field).substr(0, key.field.find('/'));
}

std::vector<kinds::FieldChange> ChangesOf(std::vector<CoveredChange> const& covers) {
  std::vector<kinds::FieldChange> changes;
  changes.reserve(covers.size());
  for (auto const& it : covers) {
    changes.push_back({.field = PathOf(it.key),
                       .have = it.had,
                       .want = it.value,
                       .is_drift = it.cause == Cause::kDrift});
  }
  return changes;
}

}  // namespace adxf::follower_database
