#include "kinds/follower_database/ledger.hpp"

#include "kinds/follower_database/plan_drift.hpp"

#include <algorithm>

namespace adxf::follower_database {

Hold const& RecordFailure(Ledger& ledger, FollowerDatabase const& want, FailedCall const& failed,
                          Pace const& pace) {
  auto problem = Explain(failed.error, failed.doing, want, failed.principal_id);
  auto const rest = kinds::RestAfter(failed.error, problem, ledger.failures, pace);
  ++ledger.failures;
  auto& hold = failed.doing == Doing::kDetachingFromLeader ? ledger.leader_hold : ledger.hold;
  hold = Hold{.since = failed.now,
              .until = failed.now + std::chrono::duration_cast<TimePoint::duration>(rest),
              .problem = std::move(problem)};
  ledger.hold_generation = want.metadata.generation;
  ledger.hold_request = RequestOf(want);
  return *hold;
}

void RecordPending(Ledger& ledger, CoveredChange const& covered, Answer answer, TimePoint now) {
  auto found = std::ranges::find(ledger.pending, covered.key, &PendingChange::key);
  if (found == ledger.pending.end())
    found = ledger.pending.insert(found, PendingChange{.key = covered.key, .times = 0});
  bool const is_repetition = found->value == covered.value && found->had == covered.had;
  int const times_before = is_repetition ? found->times : 0;
  *found = {.key = covered.key,
            .value = covered.value,
            .had = covered.had,
            .issued_at = now,
            .times = times_before + (answer == Answer::kAccepted ? 1 : 0)};
}

void KeepPending(Ledger& ledger, Plan const& plan) {
  if (!plan.has_compared_policies) return;
  std::erase_if(ledger.pending, [&](PendingChange const& it) {
    bool const is_unmet =
        std::ranges::find(plan.unmet, it.key, &CoveredChange::key) != plan.unmet.end();
    return !is_unmet && std::ranges::find(plan.withdrawn, it.key) == plan.withdrawn.end();
  });
}

void RecordCorrection(Ledger& ledger, PolicyKey const& key, TimePoint now) {
  auto found = std::ranges::find(ledger.corrections, key, &Correction::key);
  if (found == ledger.corrections.end())
    found = ledger.corrections.insert(found, Correction{.key = key});
  std::erase_if(found->at, [&](TimePoint at) { return now - at >= kContentionSpan; });
  found->at.push_back(now);
}

void RecordContended(Ledger& ledger, Plan const& plan) {
  for (auto const& key : plan.contended) {
    auto const found = std::ranges::find(ledger.corrections, key, &Correction::key);
    if (found == ledger.corrections.end()) ledger.corrections.push_back({.key = key});
  }
  for (auto& it : ledger.corrections) {
    bool const is_named = std::ranges::find(plan.contended, it.key) != plan.contended.end();
    if (is_named || plan.has_compared_policies) it.is_stopped = is_named;
  }
}

bool IsStillQuiet(Ledger& ledger, bool waits_for_turn, SteadyPoint now) {
  constexpr auto kQuietSpan = std::chrono::seconds(10);
  if (!ledger.untold_since) ledger.untold_since = now;
  if (now - *ledger.untold_since >= kLongestTurn + kQuietSpan) return false;
  if (waits_for_turn) {
    if (!ledger.waiting_since) ledger.waiting_since = now;
    ledger.working_since.reset();
    return now - *ledger.waiting_since < kLongestTurn;
  }
  ledger.waiting_since.reset();
  if (!ledger.working_since) ledger.working_since = now;
  return now - *ledger.working_since < kQuietSpan;
}

void NoteTold(Ledger& ledger, bool is_settled) {
  ledger.untold_since.reset();
  if (!is_settled) return;
  ledger.working_since.reset();
  ledger.waiting_since.reset();
  ledger.last_change.reset();
}

}  // namespace adxf::follower_database
