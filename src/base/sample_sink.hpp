#pragma once

#include "base/metric_table.hpp"

#include <cstddef>
#include <functional>
#include <span>
#include <string_view>

namespace adxf {

/// Takes the values of families that are built at scrape time. Not thread-safe: each scrape has its
/// own.
class SampleSink {
 public:
  virtual ~SampleSink() = default;

  /// What is added until the next call is of one object: either all of it is served or none.
  virtual void BeginObject() = 0;

  /// `labels`: values in the order of the metric's labels; kept no longer than the call.
  virtual void Append(MetricId metric, std::span<std::string_view const> labels, double value) = 0;

  template <MetricId kId, std::size_t kGiven>
  void Add(std::string_view const (&labels)[kGiven], double value) {
    static_assert(kGiven == kLabelCount<kId>, "one value for each label of the metric");
    Append(kId, labels, value);
  }

  template <MetricId kId>
  void Add(double value) {
    static_assert(kLabelCount<kId> == 0, "one value for each label of the metric");
    Append(kId, {}, value);
  }
};

using Sampler = std::function<void(SampleSink& out)>;

}  // namespace adxf
