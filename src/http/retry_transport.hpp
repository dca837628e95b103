#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "http/transport.hpp"

namespace adxf::http {

/// How much a single call may try. What takes longer is the queue's business.
struct RetryPolicy {
  int tries = 3;
  Duration budget = std::chrono::seconds(10);  ///< From the first try to the start of the last.
};

/// Whether sending `request` again after this outcome can help and cannot do harm.
/// Statuses 408, 429, 500, 502, 503 and 504 and broken connections can; for a request that is not
/// repeatable only a 429 or 503 with a body, since there the service itself says that it has done
/// nothing.
bool IsWorthRetrying(Request const& request, Result<Response> const& outcome);

/// Sends again after short trouble; waits through the clock, as long as the service asks or with
/// back-off and jitter. When the wait would go beyond the budget or the call's deadline the last
/// outcome is returned as it is, its Retry-After included. Thread-safe. `next`, `clock` and
/// `random` must outlive it.
class RetryTransport final : public Transport {
 public:
  RetryTransport(Transport& next, Clock& clock, Random& random, RetryPolicy policy = {},
                 Backoff backoff = {.initial = std::chrono::milliseconds(500),
                                    .maximum = std::chrono::milliseconds(4000)});

  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  [[nodiscard]] Duration PauseAfter(Result<Response> const& outcome, int attempt);

  Transport& next_;
  Clock& clock_;
  Random& random_;
  RetryPolicy const policy_;
  Backoff const backoff_;
};

}  // namespace adxf::http
