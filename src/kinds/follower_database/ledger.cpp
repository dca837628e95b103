#include "kinds/follower_database/ledger.hpp"

#include "base/backoff.hpp"

#include <algorithm>

namespace adxf::follower_database {
namespace {

Duration RestAfter(Error const& error, Problem const& problem, int failures, Pace const& pace) {
  if (error.code == Code::kForbidden)
    return 2 * pace.poll_max;  // a role that was just given takes a while to work
  if (error.code == Code::kUnauthorized)
    return pace.poll_max;  // a corrected Secret is picked up by then
  if (problem.needs_person) return pace.tick;
  // No jitter: one cluster's writers are put in order by its slot already.
  Backoff const backoff{
      .initial = std::chrono::duration_cast<std::chrono::milliseconds>(pace.poll_min),
      .jitter = 0.0};
  return backoff.Delay(failures, 0.0);
}

}  // namespace

std::string RequestOf(FollowerDatabase const& want) {
  auto const found = want.metadata.annotations.find(std::string(kReconcileAtAnnotation));
  return found == want.metadata.annotations.end() ? "" : found->second;
}

void RecordFailure(Ledger& ledger, FollowerDatabase const& want, FailedCall const& failed,
                   Pace const& pace) {
  auto problem = Explain(failed.error, failed.doing);
  auto const rest = std::max<Duration>(RestAfter(failed.error, problem, ledger.failures, pace),
                                       failed.error.retry_after.value_or(std::chrono::seconds(0)));
  ++ledger.failures;
  auto& hold = failed.doing == Doing::kDetachingFromLeader ? ledger.leader_hold : ledger.hold;
  hold = Hold{.until = failed.now + std::chrono::duration_cast<TimePoint::duration>(rest),
              .problem = std::move(problem)};
  ledger.hold_generation = want.metadata.generation;
  ledger.hold_request = RequestOf(want);
}

void RecordPending(Ledger& ledger, CoveredChange const& covered, TimePoint now) {
  auto const found = std::ranges::find(ledger.pending, covered.key, &PendingChange::key);
  if (found == ledger.pending.end()) {
    ledger.pending.push_back(
        {.key = covered.key, .value = covered.value, .had = covered.had, .issued_at = now});
    return;
  }
  bool const is_repetition = found->value == covered.value && found->had == covered.had;
  *found = {.key = covered.key,
            .value = covered.value,
            .had = covered.had,
            .issued_at = now,
            .times = is_repetition ? found->times + 1 : 1};
}

}  // namespace adxf::follower_database
