#include "azure/metrics_json.hpp"

#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"
#include "base/text.hpp"
#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <cmath>

namespace adxf::azure {
namespace {

using Json = nlohmann::json;

Result<double> SecondsPerUnit(std::string const& unit) {
  if (EqualsIgnoreCase(unit, "MilliSeconds")) return 1e-3;
  if (EqualsIgnoreCase(unit, "Seconds")) return 1.0;
  return Fail(Code::kUnavailable,
              "reading FollowerLatency: Azure gives it in no unit of time that is known here");
}

void Take(std::optional<LatencySample>& newest, Json const& point, double seconds_per_unit) {
  auto const& value = At(point, "maximum");
  auto const at = ParseRfc3339(TextAt(point, "timeStamp"));
  if (!value.is_number() || !at) return;
  auto const seconds = value.get<double>() * seconds_per_unit;
  // Far beyond what a lag can be, yet within what a Duration holds.
  constexpr double kMost = 1e9;
  if (!std::isfinite(seconds) || seconds < 0 || seconds > kMost) return;
  auto const latency = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(seconds));
  if (newest && newest->at > *at) return;
  // Several series of one minute: the worst counts.
  if (newest && newest->at == *at && newest->latency > latency) return;
  newest = LatencySample{.latency = latency, .at = *at};
}

}  // namespace

Result<std::optional<LatencySample>> ReadLatency(Json const& answer) {
  std::optional<LatencySample> newest;
  for (auto const& metric : At(answer, "value")) {
    auto const code = TextAt(metric, "errorCode");
    if (!code.empty() && code != "Success") {
      return Fail(
          Code::kUnavailable,
          "reading FollowerLatency: Azure Monitor could not compute it (" + CleanText(code) + ")");
    }
    TRY_ASSIGN(auto const unit, SecondsPerUnit(TextAt(metric, "unit")));
    for (auto const& series : At(metric, "timeseries")) {
      for (auto const& point : At(series, "data")) Take(newest, point, unit);
    }
  }
  return newest;
}

}  // namespace adxf::azure
