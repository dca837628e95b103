// Durations as users write them, and the reference page of all settings.
#include "operator/flags.hpp"
#include "operator/settings.hpp"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <limits>

namespace adxf::app {
namespace {

struct Unit {
  std::string_view name;
  Duration length;
};

// "ms" before "m": the first that matches counts.
constexpr std::array kUnits = {Unit{"ms", std::chrono::milliseconds(1)},
                               Unit{"h", std::chrono::hours(1)}, Unit{"m", std::chrono::minutes(1)},
                               Unit{"s", std::chrono::seconds(1)}};

/// "15m" and the like off the front of `text`.
std::optional<Duration> TakeTerm(std::string_view& text) {
  long long count = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (error != std::errc{} || count < 0) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  for (auto const& [name, length] : kUnits) {
    if (!text.starts_with(name)) continue;
    text.remove_prefix(name.size());
    constexpr std::chrono::hours kLongest(24 * 365);
    return count > kLongest / length ? std::nullopt : std::optional(count * length);
  }
  return std::nullopt;
}

std::string Cell(std::string_view text) {
  return text.empty() ? std::string() : fmt::format("`{}`", text);
}

}  // namespace

std::optional<Duration> ParseDuration(std::string_view text) {
  if (text.empty()) return std::nullopt;
  Duration total{};
  while (!text.empty()) {
    auto const term = TakeTerm(text);
    if (!term) return std::nullopt;
    total += *term;
  }
  return total;
}

std::string FormatDuration(Duration duration) {
  std::string text;
  for (auto const index : {1U, 2U, 3U, 0U}) {
    auto const& [name, length] = kUnits[index];
    if (auto const count = duration / length; count > 0) text += fmt::format("{}{}", count, name);
    duration %= length;
  }
  return text.empty() ? "0s" : text;
}

std::string ConfigurationDocs() {
  std::string text =
      "# Configuration of adx-operator\n\n"
      "<!-- Made by `adx-operator --print-config-docs`; change operator/settings.cpp instead. "
      "-->\n\n"
      "A flag counts more than a variable of the environment, that more than the YAML file "
      "(`--config FILE` or `ADXF_CONFIG`), and that more than the default.\n"
      "Durations are written like `15m`, `30s` or `500ms`; lists are separated by commas, in YAML "
      "they may be lists.\n"
      "`adx-operator --print-config` shows the settings in force, secrets redacted.\n\n"
      "| YAML | Flag | Variable | Default | Meaning |\n"
      "|---|---|---|---|---|\n";
  for (auto const& setting : Settings()) {
    auto const flag = setting.flag.empty() ? std::string() : "--" + std::string(setting.flag);
    text += fmt::format("| {} | {} | {} | {} | {} |\n", Cell(setting.path), Cell(flag),
                        Cell(setting.variable), Cell(setting.fallback), setting.help);
  }
  return text;
}

}  // namespace adxf::app
