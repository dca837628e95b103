#include "emulator/arm/metrics.hpp"

#include "emulator/arm/metric_definitions.hpp"
#include "emulator/arm/metrics_query.hpp"
#include "emulator/follower_latency.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <expected>
#include <optional>
#include <ranges>
#include <utility>
#include <vector>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;
using std::chrono::minutes;

/// The cluster whose metrics are asked for; of other resources there are none here.
std::expected<Cluster const*, WireReply> Target(Context const& context) {
  auto const& scope = context.Param("scope");
  auto const parts = PathParts(scope);
  bool const is_cluster =
      parts.size() == 8 && SameName(parts[5] + "/" + parts[6], kMetricNamespace);
  if (!is_cluster) {
    std::string type = parts.size() > 6 ? parts[5] + "/" + parts[6] : scope;
    for (std::size_t i = 8; i < parts.size(); i += 2) type += "/" + parts[i];
    return std::unexpected(MonitorRefusal(
        fmt::format("{} is not a supported platform metric namespace, supported ones are {}", type,
                    kMetricNamespace)));
  }
  auto const* const cluster = FindClusterById(std::as_const(context.estate), scope);
  if (cluster == nullptr)
    return std::unexpected(NotFound(kMetricNamespace, parts[7], context.Param("group")));
  return cluster;
}

struct Point {
  TimePoint start{};
  Measured measured{};
};

/// The points of a metric that this emulator can tell about: neither older than what it keeps, nor
/// of the future.
std::vector<Point> PointsOf(Context const& context, Cluster const& cluster,
                            MetricsQuery const& query, MetricDefinition const& metric) {
  auto const grain = std::chrono::duration_cast<TimePoint::duration>(query.grain);
  TimePoint const first = std::chrono::floor<minutes>(query.start);
  TimePoint const end = std::min(TimePoint(std::chrono::floor<minutes>(query.end)), context.Now());
  std::vector<Point> points;
  auto start = first;
  if (auto const oldest = context.Now() - kMinutesKept; start + grain <= oldest)
    start += (oldest - start) / grain * grain;
  for (; start < end; start += grain) points.push_back({.start = start});
  for (auto const& minute : cluster.minutes) {
    bool const is_published =
        minute.start + minutes(1) + context.estate.settings.metrics_delay <= context.Now();
    if (points.empty() || !is_published || minute.start < points.front().start ||
        minute.start >= end)
      continue;
    auto const index = static_cast<std::size_t>((minute.start - points.front().start) / grain);
    points[index].measured.Add(minute.*metric.measured);
  }
  return points;
}

double ValueOf(Measured const& measured, std::string_view aggregation) {
  if (aggregation == "Minimum") return measured.least;
  if (aggregation == "Maximum") return measured.greatest;
  return measured.sum / static_cast<double>(measured.count);
}

/// A point without a value has its time alone, as Azure shows what it does not know (yet).
json PointJson(Point const& point, std::vector<std::string_view> const& aggregations) {
  json body{{"timeStamp", WholeSeconds(point.start)}};
  if (point.measured.count == 0) return body;
  for (auto const aggregation : aggregations)
    body[Lower(aggregation)] = ValueOf(point.measured, aggregation);
  return body;
}

/// The dimensions that the filter names, with their values, or nothing where the filter wants
/// other values.
std::optional<json> MetadataOf(MetricsQuery const& query, MetricDefinition const& metric) {
  auto values = json::array();
  for (auto const& wanted : query.filter) {
    auto const found = std::ranges::find_if(metric.dimensions, [&](MetricDimension const& it) {
      return SameName(it.name, wanted.name);
    });
    if (found == metric.dimensions.end()) continue;
    if (!wanted.Takes(found->value)) return std::nullopt;
    auto const name = Lower(found->name);
    values.push_back({{"name", LocalizedJson(name, name)}, {"value", found->value}});
  }
  return values;
}

json SeriesJson(Context const& context, Cluster const& cluster, MetricsQuery const& query,
                MetricDefinition const& metric, std::vector<std::string_view> const& aggregations) {
  auto metadata = MetadataOf(query, metric);
  auto const points = PointsOf(context, cluster, query, metric);
  bool const has_values =
      std::ranges::any_of(points, [](Point const& it) { return it.measured.count > 0; });
  if (!metadata || !has_values) return json::array();
  json series{{"metadatavalues", std::move(*metadata)}};
  if (query.wants_metadata) return json::array({series});
  series["data"] = json::array();
  for (auto const& point : points) series["data"].push_back(PointJson(point, aggregations));
  return json::array({series});
}

json MetricJson(Context const& context, Cluster const& cluster, MetricsQuery const& query,
                MetricDefinition const& metric) {
  json body{
      {"id", fmt::format("{}/providers/Microsoft.Insights/metrics/{}", cluster.Id(), metric.name)},
      {"type", "Microsoft.Insights/metrics"},
      {"name", LocalizedJson(metric.name, metric.shown_name)},
      {"displayDescription", metric.description},
      {"unit", metric.unit}};
  auto aggregations = query.aggregations;
  std::erase(aggregations, "None");
  if (aggregations.empty()) aggregations.push_back(metric.aggregations.front());
  auto const unsupported = std::ranges::find_if(aggregations, [&](std::string_view it) {
    return std::ranges::find(metric.aggregations, it) == metric.aggregations.end();
  });
  if (unsupported != aggregations.end()) {
    body["timeseries"] = json::array();
    body["errorCode"] = "InvalidSamplingType";
    body["errorMessage"] = fmt::format("Sampling type is not found. Metric:{}, SamplingType:{}.",
                                       metric.name, *unsupported);
    return body;
  }
  body["timeseries"] = SeriesJson(context, cluster, query, metric, aggregations);
  body["errorCode"] = "Success";
  return body;
}

}  // namespace

WireReply ListMetrics(Context& context) {
  auto const cluster = Target(context);
  if (!cluster) return cluster.error();
  auto const query = ParseMetricsQuery(context);
  if (!query) return MonitorRefusal(query.error());
  auto value = json::array();
  for (auto const* const metric : query->metrics)
    value.push_back(MetricJson(context, **cluster, *query, *metric));
  json body{{"timespan", query->Timespan()},
            {"namespace", kMetricNamespace},
            {"resourceregion", (*cluster)->location},
            {"value", std::move(value)}};
  if (!query->wants_metadata) {
    body["cost"] = 0;
    body["interval"] = IsoDuration(query->grain);
  }
  return JsonReply(200, body);
}

WireReply ListMetricDefinitions(Context& context) {
  auto const cluster = Target(context);
  if (!cluster) return cluster.error();
  if (auto const named = CheckMetricNamespace(context); !named)
    return MonitorRefusal(named.error());
  auto value = json::array();
  for (auto const& metric : MetricDefinitions())
    value.push_back(DefinitionJson(metric, (*cluster)->Id()));
  return JsonReply(200, {{"value", std::move(value)}});
}

}  // namespace adxf::emulator::arm
