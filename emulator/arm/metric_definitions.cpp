#include "emulator/arm/metric_definitions.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string>
#include <utility>
#include <vector>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

constexpr std::array<std::string_view, 3> kLatencyAggregations{"Average", "Maximum", "Minimum"};
constexpr std::array<std::string_view, 1> kAverage{"Average"};
constexpr std::array<MetricDimension, 2> kLatencyDimensions{
    {{"State", "Emulated"}, {"RoleInstance", "Engine_0"}}};

constexpr std::array<MetricDefinition, 2> kDefinitions{
    {{.name = "FollowerLatency",
      .shown_name = "FollowerLatency",
      .description = "How far the databases that the cluster follows are behind their leaders.",
      .unit = "MilliSeconds",
      .aggregations = kLatencyAggregations,
      .dimensions = kLatencyDimensions,
      .measured = &ClusterMinute::follower_latency},
     {.name = "KeepAlive",
      .shown_name = "Keep alive",
      .description = "Whether the cluster answers queries: 1 where it does.",
      .unit = "Count",
      .aggregations = kAverage,
      .dimensions = {},
      .measured = &ClusterMinute::keep_alive}}};

}  // namespace

std::span<MetricDefinition const> MetricDefinitions() { return kDefinitions; }

json LocalizedJson(std::string_view value, std::string_view shown) {
  return {{"value", value}, {"localizedValue", shown}};
}

json DefinitionJson(MetricDefinition const& metric, std::string_view cluster_id) {
  auto grains = json::array();
  for (auto const& grain : kTimeGrains)
    grains.push_back({{"timeGrain", grain.text}, {"retention", "P93D"}});
  json body{{"id", fmt::format("{}/providers/microsoft.insights/metricdefinitions/{}", cluster_id,
                               metric.name)},
            {"resourceId", cluster_id},
            {"namespace", kMetricNamespace},
            {"category", "Cluster health"},
            {"name", LocalizedJson(metric.name, metric.shown_name)},
            {"displayDescription", metric.description},
            {"isDimensionRequired", false},
            {"unit", metric.unit},
            {"primaryAggregationType", metric.aggregations.front()},
            {"supportedAggregationTypes",
             std::vector<std::string>(metric.aggregations.begin(), metric.aggregations.end())},
            {"metricAvailabilities", std::move(grains)}};
  for (auto const& dimension : metric.dimensions)
    body["dimensions"].push_back(LocalizedJson(dimension.name, dimension.name));
  return body;
}

}  // namespace adxf::emulator::arm
