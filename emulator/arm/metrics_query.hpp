#pragma once

#include "emulator/arm/context.hpp"
#include "emulator/arm/metric_definitions.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::arm {

/// One dimension of a $filter, with the values that are wanted; "*" is any.
struct DimensionFilter {
  std::string name{};
  std::vector<std::string> values{};

  [[nodiscard]] bool Takes(std::string_view value) const;
};

/// What a request for metrics asks for. Points begin at whole minutes from `start` on, one for each
/// `grain` that begins before `end`.
struct MetricsQuery {
  std::vector<MetricDefinition const*> metrics{};
  std::vector<std::string_view> aggregations{};  ///< as Azure spells them; none: each metric's own
  std::vector<DimensionFilter> filter{};
  TimePoint start{};
  TimePoint end{};
  Ticks grain{};
  bool wants_metadata = false;  ///< which series there are, without their points

  [[nodiscard]] std::string Timespan() const;
};

/// Reads the parameters; the error says what is wrong, in Azure Monitor's words where they are
/// known.
std::expected<MetricsQuery, std::string> ParseMetricsQuery(Context const& context);

/// An error where the request asks for another namespace than that of clusters.
std::expected<void, std::string> CheckMetricNamespace(Context const& context);

/// The error of Azure Monitor itself: without the envelope that ARM's own errors have
/// (`ErrorResponse` of its OpenAPI file).
WireReply MonitorRefusal(std::string const& message);

/// "2026-01-02T03:04:05Z"
std::string WholeSeconds(TimePoint time);

}  // namespace adxf::emulator::arm
