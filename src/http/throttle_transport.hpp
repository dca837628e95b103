#pragma once

#include "base/clock.hpp"
#include "http/token_buckets.hpp"
#include "http/transport.hpp"

#include <functional>
#include <string>

namespace adxf::http {

/// Which bucket a request draws on, e.g. "<identity>/<subscription>/<region>"; "" for none.
using BucketKeyOf = std::function<std::string(Request const&)>;

/// Keeps within the service's own limits, so that it need not refuse: waits for a token through the
/// clock, but not longer than `longest_wait` nor past the call's deadline; else returns kThrottled
/// with `retry_after` at once, without a request. Learns from x-ms-ratelimit-remaining-* and from
/// 429 with Retry-After. Thread-safe.
class ThrottleTransport final : public Transport {
 public:
  struct Options {
    BucketKeyOf key_of{};
    Duration longest_wait = std::chrono::seconds(10);
  };
  ThrottleTransport(Transport& next, TokenBuckets& buckets, Clock& clock, Options options);

  Result<Response> Send(Request const& request, CallContext const& call) override;

 private:
  Result<SteadyPoint> Admit(std::string const& key, Request const& request,
                            CallContext const& call);
  void Learn(std::string const& key, CallKind kind, Response const& response);

  Transport& next_;
  TokenBuckets& buckets_;
  Clock& clock_;
  Options const options_;
};

}  // namespace adxf::http
