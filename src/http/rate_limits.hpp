#pragma once

#include "http/request.hpp"
#include "http/token_buckets.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace adxf::http {

/// How many calls a limit of Azure Resource Manager still allows.
struct RateLimit {
  /// "reads", "writes", "deletes" of the subscription and principal; with "global-" before, of the
  /// subscription and all principals; with "resource-", of a resource provider; with "tenant-", of
  /// calls outside of any subscription; "resource-entities-read" of a provider's list.
  std::string kind{};
  double remaining = 0.0;
};

/// What the headers x-ms-ratelimit-remaining-* of an answer to a call of this kind tell (ARM
/// throttling, "Remaining requests"); what is no number is left out.
std::vector<RateLimit> RateLimitsIn(Response const& response, CallKind kind);

/// The subscription in a URL of Azure Resource Manager, in lower case; "" when it names none.
std::string SubscriptionIn(std::string_view url);

}  // namespace adxf::http
