#include "http/throttle_transport.hpp"

#include "http/rate_limits.hpp"
#include "http/retry_after.hpp"

#include <algorithm>
#include <optional>
#include <utility>

namespace adxf::http {
namespace {

/// What the service says is left for calls of this kind; the smallest when it names several limits.
std::optional<double> RemainingIn(Response const& response, CallKind kind) {
  std::optional<double> least;
  for (auto const& limit : RateLimitsIn(response, kind)) {
    // Entities of lists are no calls.
    if (limit.kind == "resource-entities-read") continue;
    least = std::min(least.value_or(limit.remaining), limit.remaining);
  }
  return least;
}

Error Throttled(Duration wait) {
  return {.code = Code::kThrottled,
          .message = "the request limit of this subscription is used up; trying again later",
          .retry_after = std::chrono::ceil<std::chrono::seconds>(wait)};
}

}  // namespace

ThrottleTransport::ThrottleTransport(Transport& next, TokenBuckets& buckets, Clock& clock,
                                     Options options)
    : next_(next), buckets_(buckets), clock_(clock), options_(std::move(options)) {}

Result<Response> ThrottleTransport::Send(Request const& request, CallContext const& call) {
  std::string const key = options_.key_of ? options_.key_of(request) : std::string();
  if (key.empty()) return next_.Send(request, call);
  TRY_ASSIGN([[maybe_unused]] auto const admitted, Admit(key, request, call));
  auto outcome = next_.Send(request, call);
  if (outcome) Learn(key, KindOf(request.method), *outcome);
  return outcome;
}

Result<SteadyPoint> ThrottleTransport::Admit(std::string const& key, Request const& request,
                                             CallContext const& call) {
  auto const kind = KindOf(request.method);
  SteadyPoint const now = clock_.Steady();
  SteadyPoint const ready = buckets_.Take(key, kind, now);
  if (ready <= now) return ready;
  if (ready >= std::min(call.deadline, now + options_.longest_wait)) {
    buckets_.Return(key, kind);
    return Failure(Throttled(ready - now));
  }
  if (!clock_.WaitUntil(ready, call.stop)) {
    buckets_.Return(key, kind);
    return Fail(Code::kCancelled, "asked to stop while waiting for the request limit");
  }
  return ready;
}

void ThrottleTransport::Learn(std::string const& key, CallKind kind, Response const& response) {
  SteadyPoint const now = clock_.Steady();
  if (auto const remaining = RemainingIn(response, kind))
    buckets_.Lower(key, kind, *remaining, now);
  if (response.status != 429) return;
  if (auto const wait = RetryAfterOf(response, clock_.Now()))
    buckets_.Block(key, kind, now + *wait, now);
}

}  // namespace adxf::http
