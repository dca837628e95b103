#pragma once

#include "base/sample_sink.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace adxf {

/// Samples as Prometheus text (format 0.0.4), each family in a buffer of its own, because the
/// format wants the series of a family together while samplers go from object to object.
///
/// At most `max_series` are kept. The object that would go beyond is left out, and so is every
/// later one: with objects in a fixed order the same ones are served at each scrape.
class SampleText final : public SampleSink {
 public:
  explicit SampleText(std::size_t max_series) : max_series_(max_series) {}

  void BeginObject() override { begun_ = kept_; }
  void Append(MetricId metric, std::span<std::string_view const> labels, double value) override;

  /// Appends the header of a family and its buffer, if it has series.
  void MoveTo(std::vector<std::string>& out, MetricId metric);

  [[nodiscard]] std::uint64_t Dropped(MetricId metric) const { return dropped_[IndexOf(metric)]; }

 private:
  /// What of a family is there.
  struct Extent {
    std::size_t bytes = 0;
    std::size_t series = 0;
  };
  using Extents = std::array<Extent, kMetricCount>;

  void DropObject();

  std::size_t const max_series_;
  std::size_t series_ = 0;
  bool is_full_ = false;
  std::array<std::string, kMetricCount> texts_{};
  Extents kept_{};
  Extents begun_{};  ///< As it was before the object that is being added.
  std::array<std::uint64_t, kMetricCount> dropped_{};
};

/// "# HELP …" and "# TYPE …".
std::string MetricHeader(MetricId metric);

}  // namespace adxf
