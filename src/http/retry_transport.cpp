#include "http/retry_transport.hpp"

#include "http/retry_after.hpp"

#include <algorithm>
#include <array>

namespace adxf::http {
namespace {

bool IsTransientStatus(int status) {
  static constexpr std::array kTransient = {408, 429, 500, 502, 503, 504};
  return std::ranges::find(kTransient, status) != kTransient.end();
}

Error Stopped() {
  return {.code = Code::kCancelled, .message = "asked to stop while waiting to try again"};
}

}  // namespace

bool IsWorthRetrying(Request const& request, Result<Response> const& outcome) {
  if (!outcome) {
    // An oversized answer stays oversized.
    return request.IsRepeatable() && outcome.error().code == Code::kUnavailable &&
           outcome.error().service_code != "BodyTooLarge";
  }
  if (request.IsRepeatable()) return IsTransientStatus(outcome->status);
  return (outcome->status == 429 || outcome->status == 503) && !outcome->body.empty();
}

RetryTransport::RetryTransport(Transport& next, Clock& clock, Random& random, RetryPolicy policy,
                               Backoff backoff)
    : next_(next), clock_(clock), random_(random), policy_(policy), backoff_(backoff) {}

Result<Response> RetryTransport::Send(Request const& request, CallContext const& call) {
  SteadyPoint const give_up = std::min(call.deadline, clock_.Steady() + policy_.budget);
  for (int attempt = 0;; ++attempt) {
    auto outcome = next_.Send(request, call);
    if (attempt + 1 >= policy_.tries || !IsWorthRetrying(request, outcome)) return outcome;
    SteadyPoint const again = clock_.Steady() + PauseAfter(outcome, attempt);
    if (again >= give_up) return outcome;
    if (!clock_.WaitUntil(again, call.stop)) return Failure(Stopped());
  }
}

Duration RetryTransport::PauseAfter(Result<Response> const& outcome, int attempt) {
  if (outcome) {
    if (auto const asked = RetryAfterOf(*outcome, clock_.Now())) return *asked;
  }
  return backoff_.Delay(attempt, random_.Fraction());
}

}  // namespace adxf::http
