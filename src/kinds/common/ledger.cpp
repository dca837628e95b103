#include "kinds/common/ledger.hpp"

#include "base/backoff.hpp"

#include <algorithm>
#include <utility>

namespace adxf::kinds {
namespace {

// An operation that goes on for longer says nothing any more: what is listed tells how it stands.
constexpr auto kLongestOperation = std::chrono::hours(2);

/// A status that cannot be read for now says nothing about the operation (ARM contract). One that
/// the service has forgotten, or never lets us read, is as good as over.
bool IsLost(Error const& error) {
  return error.code == Code::kNotFound || error.code == Code::kUnauthorized ||
         error.code == Code::kForbidden || error.code == Code::kInvalid;
}

}  // namespace

Duration RestAfter(Error const& error, Problem const& problem, int failures, Pace const& pace) {
  auto const asked = Duration(error.retry_after.value_or(std::chrono::seconds(0)));
  if (error.code == Code::kForbidden)
    return std::max(asked, 2 * pace.poll_max);  // a role that was just given takes a while to work
  if (error.code == Code::kUnauthorized)
    return std::max(asked, pace.poll_max);  // a corrected Secret is picked up by then
  if (problem.needs_person) return std::max(asked, pace.tick);
  // No jitter: writers on one thing are put in order already.
  Backoff const backoff{
      .initial = std::chrono::duration_cast<std::chrono::milliseconds>(pace.poll_min),
      .jitter = 0.0};
  return std::max(asked, Duration(backoff.Delay(failures, 0.0)));
}

bool MayHaveHappened(Error const& error) {
  if (error.code == Code::kInvalid && error.http_status == 0) return true;
  return error.code == Code::kUnavailable || error.code == Code::kDeadline ||
         error.code == Code::kCancelled;
}

bool IsAnswerLost(Error const& error) {
  auto const status = error.http_status;
  bool const is_told = status >= 300 && status != 502 && status != 504;
  return MayHaveHappened(error) && !is_told;
}

RunningOperation Begin(azure::OperationRef ref, std::shared_ptr<azure::Session> session,
                       Clock const& clock) {
  // What was quick is over by now: one question, where Azure does not ask for patience.
  auto const first = Duration(ref.retry_after.value_or(std::chrono::seconds(0)));
  return {.ref = std::move(ref),
          .session = std::move(session),
          .next_poll = clock.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(first),
          .step = {}};
}

PollResult Poll(RunningOperation& operation, Clock const& clock, Pace const& pace,
                http::CallContext const& call) {
  if (clock.Steady() < operation.next_poll) return {};
  auto const status = operation.session->Arm().Poll(operation.ref, call);
  bool const is_stuck = clock.Now() - operation.ref.started_at > kLongestOperation;
  bool const is_under_way = !is_stuck && (status ? !status->IsFinal() : !IsLost(status.error()));
  if (is_under_way) {
    operation.step = std::clamp<Duration>(2 * operation.step, pace.poll_min, pace.poll_max);
    auto const asked = status ? status->retry_after : status.error().retry_after;
    auto const wait = std::max<Duration>(operation.step, asked.value_or(std::chrono::seconds(0)));
    operation.next_poll = clock.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(wait);
    return {};
  }
  bool const has_succeeded = status && status->state == azure::OperationStatus::kSucceeded;
  bool const has_failed =
      status && status->IsFinal() && !status->error.message.empty() && !has_succeeded;
  return {.is_over = true,
          .has_succeeded = has_succeeded,
          .error = has_failed ? std::optional(status->error) : std::nullopt};
}

void WorkLedger::EndStaleHold(model::ObjectMeta const& metadata, TimePoint now) {
  if (!hold) return;
  bool const is_same_wish =
      hold_generation == metadata.generation && hold_request == RequestOf(metadata);
  if (is_same_wish && hold->IsOn(now)) return;
  hold.reset();
  if (!is_same_wish) failures = 0;
}

void WorkLedger::HoldWrites(model::ObjectMeta const& metadata, Error const& error, Problem problem,
                            TimePoint now, Pace const& pace) {
  auto const rest = RestAfter(error, problem, failures, pace);
  ++failures;
  hold = Hold{.since = now,
              .until = now + std::chrono::duration_cast<TimePoint::duration>(rest),
              .problem = std::move(problem)};
  hold_generation = metadata.generation;
  hold_request = RequestOf(metadata);
}

}  // namespace adxf::kinds
