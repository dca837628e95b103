// The reference page of all metrics.
#include "base/metric_table.hpp"
#include "operator/flags.hpp"

#include <fmt/format.h>

#include <array>

namespace adxf::app {
namespace {

/// A heading of the page, above the metric that it begins with.
struct Section {
  MetricId first;
  std::string_view title;
};

constexpr std::array kSections = {
    Section{MetricId::kReconciles, "Work, under controller-runtime's and client-go's names"},
    Section{MetricId::kObjectCondition, "Objects"}, Section{MetricId::kAzureRequests, "Azure"},
    Section{MetricId::kBuildInfo, "The program"}};

std::string LabelsOf(MetricInfo const& info) {
  std::string text;
  for (std::size_t i = 0; i < info.LabelCount(); ++i)
    text += fmt::format("{}`{}`", i == 0 ? "" : ", ", info.labels[i]);
  return text;
}

}  // namespace

std::string MetricsDocs() {
  std::string text =
      "# Metrics of adx-operator\n\n"
      "<!-- Made by `adx-operator --print-metrics-docs`; change src/base/metric_table.hpp instead. "
      "-->\n\n"
      "`GET /metrics` answers in Prometheus' text format, compressed where the client takes gzip.\n"
      "Series with the labels `namespace` and `name` are of one object and go with it. An answer "
      "holds at most `metrics.maxSeries` of them ([Configuration](configuration.md)).\n";
  for (auto const& info : kMetricTable) {
    for (auto const& section : kSections) {
      if (section.first != info.id) continue;
      text += fmt::format("\n## {}\n\n| Metric | Type | Labels | Meaning |\n|---|---|---|---|\n",
                          section.title);
    }
    text += fmt::format("| `{}` | {} | {} | {} |\n", info.name, ToString(info.type), LabelsOf(info),
                        info.help);
  }
  return text;
}

}  // namespace adxf::app
