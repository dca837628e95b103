#include "base/sample_text.hpp"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iterator>
#include <utility>

namespace adxf {
namespace {

constexpr std::size_t kPiece = std::size_t{128} * 1024;

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

void SampleText::BeginObject() {
  for (auto& family : families_) family.Keep();
}

void SampleText::Append(MetricId metric, std::span<std::string_view const> labels, double value) {
  auto& family = families_[IndexOf(metric)];
  if (!is_full_ && series_ == max_series_) {
    is_full_ = true;
    for (auto& it : families_) it.Drop();
  }
  if (is_full_) {
    ++family.dropped;
    return;
  }
  auto const& info = InfoOf(metric);
  auto& text = family.of_object;
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
  ++family.series_of_object;
  ++series_;
}

void SampleText::Family::Keep() {
  if (of_object.empty()) return;
  last += of_object;
  of_object.clear();
  series_of_object = 0;
  if (last.size() < kPiece) return;
  kept.push_back(Deflate(last));
  last.clear();
}

void SampleText::Family::Drop() {
  of_object.clear();
  dropped += std::exchange(series_of_object, 0);
}

void SampleText::MoveTo(std::vector<DeflatedText>& out, MetricId metric) {
  auto& family = families_[IndexOf(metric)];
  family.Keep();
  if (family.kept.empty() && family.last.empty()) return;
  out.push_back(Deflate(MetricHeader(metric)));
  std::ranges::move(std::exchange(family.kept, {}), std::back_inserter(out));
  out.push_back(Deflate(std::exchange(family.last, {})));
}

std::string MetricHeader(MetricId metric) {
  auto const& info = InfoOf(metric);
  std::string const name(info.name);
  return "# HELP " + name + " " + std::string(info.help) + "\n# TYPE " + name + " " +
         std::string(ToString(info.type)) + "\n";
}

}  // namespace adxf
