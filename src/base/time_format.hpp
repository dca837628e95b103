#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adxf {

/// "2026-01-31T09:05:07Z": UTC, whole seconds (fractions are cut towards the past).
std::string FormatRfc3339(TimePoint at);

/// The same with microseconds, "2026-01-31T09:05:07.250000Z", as Kubernetes' MicroTime wants it.
std::string FormatRfc3339Micros(TimePoint at);

/// RFC 3339 with an optional fraction (cut to nanoseconds) and "Z" or a numeric offset; nullopt for
/// anything else.
std::optional<TimePoint> ParseRfc3339(std::string_view text);

/// The three forms of an HTTP-date (RFC 9110, section 5.6.7): IMF-fixdate, RFC 850 and asctime.
std::optional<TimePoint> ParseHttpDate(std::string_view text);

}  // namespace adxf
