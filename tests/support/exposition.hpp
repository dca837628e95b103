#pragma once

#include "base/metric_table.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace adxf::test {

/// What a text in Prometheus' format says of one family.
struct Family {
  std::string help{};
  std::string type{};
  std::set<std::set<std::string>> label_names{};  ///< Of each series, without `le`.
  std::size_t series = 0;                         ///< Lines, so that a histogram has many.
};
using Families = std::map<std::string, Family>;

/// The names between the braces of a series, without `le`.
inline std::set<std::string> LabelNamesIn(std::string const& line) {
  std::set<std::string> names;
  auto at = line.find('{');
  while (at != std::string::npos && line[at] != '}') {
    auto const equals = line.find("=\"", at);
    names.insert(line.substr(at + 1, equals - at - 1));
    at = equals + 2;
    while (line[at] != '"') at += line[at] == '\\' ? 2 : 1;
    ++at;
  }
  names.erase("le");
  return names;
}

/// Families by name. A series belongs to the header above it; one that is named otherwise makes a
/// family of its own, without type.
inline Families Parse(std::string const& exposition) {
  Families families;
  std::string current;
  std::istringstream lines(exposition);
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("# ")) {
      auto const name_end = line.find(' ', 7);
      current = line.substr(7, name_end - 7);
      auto& family = families[current];
      (line.starts_with("# HELP") ? family.help : family.type) = line.substr(name_end + 1);
      continue;
    }
    auto const name = line.substr(0, line.find_first_of("{ "));
    auto const suffix = name.starts_with(current) ? name.substr(current.size()) : name;
    bool const is_of_histogram = families[current].type == "histogram" &&
                                 (suffix == "_bucket" || suffix == "_sum" || suffix == "_count");
    auto& family = families[suffix.empty() || is_of_histogram ? current : name];
    family.label_names.insert(LabelNamesIn(line));
    ++family.series;
  }
  return families;
}

/// How the families differ from the table of metrics, one sentence each.
inline std::vector<std::string> StraysFromTheTable(Families const& families) {
  std::vector<std::string> strays;
  for (auto const& [name, family] : families) {
    auto const* const info = std::ranges::find(kMetricTable, name, &MetricInfo::name);
    if (info == kMetricTable.end()) {
      strays.push_back(name + " is not in the table");
      continue;
    }
    std::set<std::string> labels;
    for (std::size_t i = 0; i < info->LabelCount(); ++i) labels.emplace(info->labels[i]);
    if (family.type != ToString(info->type)) strays.push_back(name + " is a " + family.type);
    if (family.help != info->help) strays.push_back(name + " has another help text");
    bool const has_these = family.label_names == std::set<std::set<std::string>>{labels};
    if (!has_these) strays.push_back(name + " has other labels");
  }
  return strays;
}

}  // namespace adxf::test
