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

/// The same for a time that the API server has taken: what lies before the clock begins (1677)
/// counts as 1970, and what lies after its end (2262), as the year 9999 for "never", as the end.
std::optional<TimePoint> ParseAnyRfc3339(std::string_view text);

/// The three forms of an HTTP-date (RFC 9110, section 5.6.7): IMF-fixdate, RFC 850 and asctime.
std::optional<TimePoint> ParseHttpDate(std::string_view text);

}  // namespace adxf
