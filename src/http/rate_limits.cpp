#include "http/rate_limits.hpp"

#include "base/text.hpp"

#include <array>
#include <charconv>
#include <optional>
#include <utility>

namespace adxf::http {
namespace {

std::optional<double> CountIn(std::string_view text) {
  long long count = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  bool const is_count =
      !text.empty() && error == std::errc{} && end == text.data() + text.size() && count >= 0;
  return is_count ? std::optional(static_cast<double>(count)) : std::nullopt;
}

}  // namespace

std::vector<RateLimit> RateLimitsIn(Response const& response, CallKind kind) {
  std::string const name(ToString(kind));
  // The provider's own limit carries no kind in its name, but has a number for each.
  std::array const limits = {
      std::pair{"subscription-" + name, name},
      std::pair{"subscription-global-" + name, "global-" + name},
      std::pair{"tenant-" + name, "tenant-" + name},
      std::pair{std::string("subscription-resource-requests"), "resource-" + name},
      std::pair{std::string("subscription-resource-entities-read"),
                std::string("resource-entities-read")}};
  std::vector<RateLimit> found;
  for (auto const& [header, known_as] : limits) {
    auto const count = CountIn(response.Header("x-ms-ratelimit-remaining-" + header));
    if (count) found.push_back({.kind = known_as, .remaining = *count});
  }
  return found;
}

std::string SubscriptionIn(std::string_view url) {
  constexpr std::string_view kMarker = "/subscriptions/";
  auto const start = url.find(kMarker);
  if (start == std::string_view::npos) return "";
  url.remove_prefix(start + kMarker.size());
  return ToLower(url.substr(0, url.find_first_of("/?")));
}

}  // namespace adxf::http
