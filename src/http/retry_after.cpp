#include "http/retry_after.hpp"

#include "base/time_format.hpp"

#include <algorithm>
#include <charconv>

namespace adxf::http {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongest = std::chrono::hours(24);

std::string_view Trimmed(std::string_view text) {
  auto const first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

/// A whole, non-negative number in `unit`, cut to kLongest.
std::optional<milliseconds> ParseCount(std::string_view text, milliseconds unit) {
  if (text.empty() || !std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; }))
    return std::nullopt;
  long long count = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count > kLongest / unit) return kLongest;
  return unit * count;
}

std::optional<milliseconds> ParseDate(std::string_view text, TimePoint now) {
  auto const at = ParseHttpDate(text);
  if (!at) return std::nullopt;
  // In milliseconds, of which the ends of the clock differ by no more than can be said.
  auto const wait = std::chrono::ceil<milliseconds>(*at) - std::chrono::floor<milliseconds>(now);
  return std::clamp(wait, milliseconds(0), kLongest);
}

}  // namespace

std::optional<milliseconds> RetryAfterOf(Response const& response, TimePoint now) {
  for (auto const* name : {"retry-after-ms", "x-ms-retry-after-ms"}) {
    if (auto const wait = ParseCount(Trimmed(response.Header(name)), milliseconds(1))) return wait;
  }
  auto const value = Trimmed(response.Header("Retry-After"));
  if (auto const wait = ParseCount(value, std::chrono::seconds(1))) return wait;
  return value.empty() ? std::nullopt : ParseDate(value, now);
}

std::optional<std::chrono::seconds> RetryAfterSeconds(Response const& response, TimePoint now) {
  auto const wait = RetryAfterOf(response, now);
  if (!wait) return std::nullopt;
  return std::chrono::ceil<std::chrono::seconds>(*wait);
}

}  // namespace adxf::http
