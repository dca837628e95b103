#include "azure/commands/caching.hpp"

#include <date/date.h>
#include <nlohmann/json.hpp>

#include <sstream>

#include "azure/json_fields.hpp"

namespace adxf::azure {
namespace {

/// {"Value":"7.00:00:00"}, or the text alone.
std::optional<model::Timespan> ReadSpan(nlohmann::json const& span) {
  auto const text = span.is_string() ? span.get<std::string>() : TextAt(span, "Value");
  auto parsed = model::Timespan::Parse(text);
  return parsed ? std::optional(*parsed) : std::nullopt;
}

/// RFC 3339 with any number of digits below the second; a missing zone is UTC, as Kusto has no other.
std::optional<TimePoint> ReadMoment(nlohmann::json const& moment) {
  auto const text = moment.is_string() ? moment.get<std::string>() : TextAt(moment, "Value");
  std::chrono::sys_time<std::chrono::nanoseconds> time;
  std::istringstream stream(text.substr(0, text.find('Z')));
  stream >> date::parse("%FT%T", time);
  if (stream.fail()) return std::nullopt;
  return std::chrono::floor<TimePoint::duration>(time);
}

std::optional<HotWindow> ReadWindow(nlohmann::json const& window) {
  auto const from = ReadMoment(At(window, At(window, "MinValue").is_null() ? "From" : "MinValue"));
  auto const to = ReadMoment(At(window, At(window, "MaxValue").is_null() ? "To" : "MaxValue"));
  if (!from || !to) return std::nullopt;
  return HotWindow{.from = *from, .to = *to};
}

}  // namespace

Csl RenderCaching(model::Timespan hot, std::vector<HotWindow> const& windows) {
  auto text = Csl::Of("hot = {}", TimespanLiteral(hot));
  for (auto const& window : windows) {
    text = Csl::Of("{}, hot_window = {} .. {}", text, DateTimeLiteral(window.from), DateTimeLiteral(window.to));
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
