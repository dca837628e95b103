#pragma once

#include "base/clock.hpp"
#include "http/request.hpp"

#include <chrono>
#include <optional>

namespace adxf::http {

/// How long the service asks to wait, from now on. Reads, in this order, `retry-after-ms`,
/// `x-ms-retry-after-ms` and `Retry-After` (seconds or HTTP-date); malformed and negative values
/// are ignored, a date in the past is zero, and more than a day is cut to a day.
std::optional<std::chrono::milliseconds> RetryAfterOf(Response const& response, TimePoint now);

/// The same in whole seconds, rounded up, as Error::retry_after holds it.
std::optional<std::chrono::seconds> RetryAfterSeconds(Response const& response, TimePoint now);

}  // namespace adxf::http
