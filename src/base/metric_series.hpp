#pragma once

#include "base/metric_table.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace adxf {

inline constexpr std::size_t kMaxSeriesOfFamily = 2000;

template <class Builder>
auto& RegisterFamily(Builder builder, prometheus::Registry& registry, MetricId metric) {
  auto const& info = InfoOf(metric);
  return builder().Name(std::string(info.name)).Help(std::string(info.help)).Register(registry);
}

/// Counts what is dropped, by the family that it would have gone to. Thread-safe.
class DroppedSeries {
 public:
  /// Every family that could have too many series starts at zero, so that a first drop is seen as
  /// an increase.
  explicit DroppedSeries(prometheus::Registry& registry) {
    auto& family = RegisterFamily(prometheus::BuildCounter, registry, MetricId::kSeriesDropped);
    for (auto const& info : kMetricTable) {
      bool const has_one_series = info.LabelCount() == 0 || info.id == MetricId::kBuildInfo;
      if (has_one_series || info.id == MetricId::kSeriesDropped) continue;
      auto const label = std::string(InfoOf(MetricId::kSeriesDropped).labels.front());
      counters_[IndexOf(info.id)] = &family.Add({{label, std::string(info.name)}});
    }
  }

  void Count(MetricId metric, std::uint64_t count) {
    auto* const counter = counters_[IndexOf(metric)];
    if (counter != nullptr && count > 0) counter->Increment(static_cast<double>(count));
  }

 private:
  std::array<prometheus::Counter*, kMetricCount> counters_{};
};

/// The series of one family that is kept between scrapes, named and labelled as the table says. It
/// refuses to grow beyond kMaxSeriesOfFamily. Thread-safe.
template <MetricId kId>
class Series {
  static constexpr MetricType kType = InfoOf(kId).type;

 public:
  using Metric = std::conditional_t<
      kType == MetricType::kCounter, prometheus::Counter,
      std::conditional_t<kType == MetricType::kGauge, prometheus::Gauge, prometheus::Histogram>>;
  using Buckets = prometheus::Histogram::BucketBoundaries;

  Series(prometheus::Registry& registry, DroppedSeries& dropped, Buckets buckets = {})
      : family_(RegisterFamily(BuilderOfType, registry, kId)),
        dropped_(dropped),
        buckets_(std::move(buckets)) {}

  /// Runs `use` on the series with these values of the labels, unless it would be one too many.
  template <std::size_t kGiven, class Use>
  void With(std::string_view const (&labels)[kGiven], Use&& use) {
    static_assert(kGiven == kLabelCount<kId>, "one value for each label of the metric");
    if (auto* const metric = Find(labels)) use(*metric);
  }

  template <class Use>
  void With(Use&& use) {
    static_assert(kLabelCount<kId> == 0, "one value for each label of the metric");
    if (auto* const metric = Find({})) use(*metric);
  }

 private:
  static auto BuilderOfType() {
    if constexpr (kType == MetricType::kCounter) return prometheus::BuildCounter();
    if constexpr (kType == MetricType::kGauge) return prometheus::BuildGauge();
    if constexpr (kType == MetricType::kHistogram) return prometheus::BuildHistogram();
  }

  /// The family itself is asked for new series only: a scrape holds its lock while it copies them.
  Metric* Find(std::span<std::string_view const> values) {
    std::string key;
    for (auto const value : values) (key += value) += '\xff';  // Never part of UTF-8.
    std::lock_guard const lock(mutex_);
    if (auto const found = series_.find(key); found != series_.end()) return found->second;
    if (series_.size() >= kMaxSeriesOfFamily) {
      dropped_.Count(kId, 1);
      return nullptr;
    }
    return series_.emplace(std::move(key), &Make(values)).first->second;
  }

  Metric& Make(std::span<std::string_view const> values) {
    prometheus::Labels labels;
    for (std::size_t i = 0; i < values.size(); ++i)
      labels.emplace(InfoOf(kId).labels[i], values[i]);
    if constexpr (kType == MetricType::kHistogram)
      return family_.Add(labels, buckets_);
    else
      return family_.Add(labels);
  }

  prometheus::Family<Metric>& family_;
  DroppedSeries& dropped_;
  Buckets const buckets_;
  std::mutex mutex_;
  std::map<std::string, Metric*> series_;  // guarded by mutex_
};

}  // namespace adxf
