#pragma once

#include "emulator/measurements.hpp"
#include "emulator/names.hpp"

#include <nlohmann/json_fwd.hpp>

#include <array>
#include <chrono>
#include <span>
#include <string_view>

namespace adxf::emulator::arm {

constexpr std::string_view kMetricNamespace = "Microsoft.Kusto/clusters";

/// A dimension, and its only value here: Azure does not publish those of `State`.
struct MetricDimension {
  std::string_view name{};
  std::string_view value{};
};

/// A metric of a cluster ("Supported metrics for Microsoft.Kusto/clusters").
struct MetricDefinition {
  std::string_view name{};
  std::string_view shown_name{};
  std::string_view description{};
  std::string_view unit{};
  std::span<std::string_view const> aggregations{};  ///< the first is the primary one
  std::span<MetricDimension const> dimensions{};
  Measured ClusterMinute::* measured = nullptr;
};

/// The first is what is read where none is asked for.
std::span<MetricDefinition const> MetricDefinitions();

/// A length of time over which Azure Monitor aggregates.
struct TimeGrain {
  std::string_view text{};
  Ticks span{};
};
constexpr std::array<TimeGrain, 8> kTimeGrains{{{"PT1M", std::chrono::minutes(1)},
                                                {"PT5M", std::chrono::minutes(5)},
                                                {"PT15M", std::chrono::minutes(15)},
                                                {"PT30M", std::chrono::minutes(30)},
                                                {"PT1H", std::chrono::hours(1)},
                                                {"PT6H", std::chrono::hours(6)},
                                                {"PT12H", std::chrono::hours(12)},
                                                {"P1D", std::chrono::hours(24)}}};

/// An entry of the list of definitions that a cluster has.
nlohmann::json DefinitionJson(MetricDefinition const& metric, std::string_view cluster_id);

/// A name beside the one that is shown to people.
nlohmann::json LocalizedJson(std::string_view value, std::string_view shown);

}  // namespace adxf::emulator::arm
