#include "azure/commands/caching.hpp"

#include "azure/json_fields.hpp"
#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <array>

namespace adxf::azure {
namespace {

/// {"Value":"7.00:00:00"}, or the text alone.
std::optional<model::Timespan> ReadSpan(nlohmann::json const& span) {
  auto const text = span.is_string() ? span.get<std::string>() : TextAt(span, "Value");
  auto parsed = model::Timespan::Parse(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

/// A missing zone is UTC: Kusto has no other.
std::optional<TimePoint> ReadMoment(nlohmann::json const& moment) {
  auto const text = moment.is_string() ? moment.get<std::string>() : TextAt(moment, "Value");
  auto const parsed = ParseRfc3339(text);
  return parsed ? parsed : ParseRfc3339(text + "Z");
}

struct WindowNames {
  std::string_view from;
  std::string_view to;
};

/// How the ends of a window are called is not documented; whatever is not taken here would show as
/// a policy not taken.
constexpr std::array kWindowNames{WindowNames{"MinValue", "MaxValue"},
                                  WindowNames{"MinTime", "MaxTime"}, WindowNames{"From", "To"},
                                  WindowNames{"Start", "End"}};

std::optional<HotWindow> ReadWindow(nlohmann::json const& window) {
  for (auto const& [from_name, to_name] : kWindowNames) {
    auto const from = ReadMoment(At(window, from_name));
    auto const to = ReadMoment(At(window, to_name));
    if (from && to) return HotWindow{.from = *from, .to = *to};
  }
  return std::nullopt;
}

}  // namespace

Csl RenderCaching(model::Timespan hot, std::vector<HotWindow> const& windows) {
  auto text = Csl::Of("hot = {}", TimespanLiteral(hot));
  for (auto const& window : windows) {
    text = Csl::Of("{}, hot_window = {} .. {}", text, DateTimeLiteral(window.from),
                   DateTimeLiteral(window.to));
  }
  return text;
}

std::optional<CachingPolicy> ReadCachingPolicy(nlohmann::json const& policy) {
  if (!policy.is_object()) return std::nullopt;
  CachingPolicy read{.hot = ReadSpan(At(policy, "DataHotSpan"))};
  auto const& windows = At(policy, "HotWindows");
  if (!windows.is_array()) return read;
  for (auto const& window : windows) {
    if (auto const known = ReadWindow(window)) read.windows.push_back(*known);
  }
  return read;
}

}  // namespace adxf::azure
