#include "base/sample_text.hpp"

#include <charconv>
#include <cmath>
#include <utility>

namespace adxf {
namespace {

/// Backslash, quote and line break are the three that the format escapes in a label's value.
void AppendEscaped(std::string& out, std::string_view value) {
  while (true) {
    auto const special = value.find_first_of("\\\"\n");
    out += value.substr(0, special);
    if (special == std::string_view::npos) return;
    out += '\\';
    out += value[special] == '\n' ? 'n' : value[special];
    value.remove_prefix(special + 1);
  }
}

void AppendNumber(std::string& out, double value) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value > 0 ? "+Inf" : "-Inf";
  } else {
    std::array<char, 32> digits{};
    // Whole numbers are written out: 1800000000 is easier to read than 1.8e+09.
    constexpr double kExact = 1e15;
    bool const is_whole = std::abs(value) < kExact && value == std::trunc(value);
    auto const end = is_whole ? std::to_chars(digits.data(), digits.data() + digits.size(),
                                              static_cast<std::int64_t>(value))
                              : std::to_chars(digits.data(), digits.data() + digits.size(), value);
    out.append(digits.data(), end.ptr);
  }
}

}  // namespace

void SampleText::Append(MetricId metric, std::span<std::string_view const> labels, double value) {
  auto const index = IndexOf(metric);
  if (!is_full_ && series_ == max_series_) DropObject();
  if (is_full_) {
    ++dropped_[index];
    return;
  }
  auto const& info = InfoOf(metric);
  auto& text = texts_[index];
  text += info.name;
  for (std::size_t i = 0; i < labels.size(); ++i) {
    text += i == 0 ? '{' : ',';
    text += info.labels[i];
    text += "=\"";
    AppendEscaped(text, labels[i]);
    text += '"';
  }
  text += labels.empty() ? " " : "} ";
  AppendNumber(text, value);
  text += '\n';
  kept_[index] = {.bytes = text.size(), .series = kept_[index].series + 1};
  ++series_;
}

void SampleText::DropObject() {
  is_full_ = true;
  for (std::size_t i = 0; i < kMetricCount; ++i) {
    dropped_[i] += kept_[i].series - begun_[i].series;
    texts_[i].resize(begun_[i].bytes);
  }
  kept_ = begun_;
}

void SampleText::MoveTo(std::vector<std::string>& out, MetricId metric) {
  auto text = std::exchange(texts_[IndexOf(metric)], {});
  if (text.empty()) return;
  out.push_back(MetricHeader(metric));
  out.push_back(std::move(text));
}

std::string MetricHeader(MetricId metric) {
  auto const& info = InfoOf(metric);
  std::string const name(info.name);
  return "# HELP " + name + " " + std::string(info.help) + "\n# TYPE " + name + " " +
         std::string(ToString(info.type)) + "\n";
}

}  // namespace adxf
