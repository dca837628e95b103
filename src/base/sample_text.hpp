#pragma once

#include "base/deflated_text.hpp"
#include "base/sample_sink.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace adxf {

/// Samples as Prometheus text (format 0.0.4), each family by itself, because the format wants the
/// series of a family together while samplers go from object to object. With 10,000 objects it is
/// some 30 MB, and so it is compressed as it grows.
///
/// At most `max_series` are kept. The object that would go beyond is left out, and so is every
/// later one: with objects in a fixed order the same ones are served at each scrape.
class SampleText final : public SampleSink {
 public:
  explicit SampleText(std::size_t max_series) : max_series_(max_series) {}

  void BeginObject() override;
  void Append(MetricId metric, std::span<std::string_view const> labels, double value) override;

  /// Appends the header of a family and its text, if it has series. Nothing may be added
  /// afterwards.
  void MoveTo(std::vector<DeflatedText>& out, MetricId metric);

  [[nodiscard]] std::uint64_t Dropped(MetricId metric) const {
    return families_[IndexOf(metric)].dropped;
  }

 private:
  struct Family {
    std::vector<DeflatedText> kept{};
    std::string last{};       ///< What comes after those.
    std::string of_object{};  ///< Of the object that is being added.
    std::size_t series_of_object = 0;
    std::uint64_t dropped = 0;

    void Keep();
    void Drop();
  };

  std::size_t const max_series_;
  std::size_t series_ = 0;
  bool is_full_ = false;
  std::array<Family, kMetricCount> families_{};
};

/// "# HELP …" and "# TYPE …".
std::string MetricHeader(MetricId metric);

}  // namespace adxf
