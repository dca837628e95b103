#include "operator/flags.hpp"

#include "operator/settings.hpp"
#include "operator/version.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>
#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <map>
#include <sstream>

namespace adxf::app {
namespace {

using Problems = std::vector<std::string>;

/// A value and the words for where it came from.
struct Given {
  std::string value{};
  std::string origin{};
};
using GivenValues = std::map<std::string_view, Given>;  // by Setting::Name()

std::size_t EditDistance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::ranges::generate(row, [next = std::size_t{0}]() mutable { return next++; });
  for (char const from : a) {
    std::size_t diagonal = row[0]++;
    for (std::size_t j = 0; j < b.size(); ++j) {
      std::size_t const same = diagonal + (std::tolower(from) == std::tolower(b[j]) ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({same, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

/// "; did you mean x?" when some candidate is close, else "".
std::string Hint(std::string_view wrong, std::vector<std::string> const& candidates) {
  auto const nearest = std::ranges::min_element(
      candidates, {}, [&](auto const& name) { return EditDistance(wrong, name); });
  if (nearest == candidates.end() || EditDistance(wrong, *nearest) > wrong.size() / 3 + 1)
    return {};
  return "; did you mean " + *nearest + "?";
}

std::string JoinScalars(YAML::Node const& list, char separator) {
  std::string joined;
  for (auto const& item : list)
    joined += (joined.empty() ? "" : std::string(1, separator)) + item.as<std::string>();
  return joined;
}

/// {namespace: a, resourcePrefixes: [x, y]} as "a=x;y".
Result<std::string> GrantText(YAML::Node const& item) {
  if (item.IsScalar()) return item.as<std::string>();
  if (!item.IsMap() || !item["namespace"])
    return Fail(Code::kInvalid, "each entry needs the key namespace");
  for (auto const& entry : item) {
    auto const key = entry.first.as<std::string>();
    if (key != "namespace" && key != "resourcePrefixes")
      return Fail(Code::kInvalid,
                  "unknown key " + key + Hint(key, {"namespace", "resourcePrefixes"}));
  }
  auto const name = item["namespace"].as<std::string>();
  auto const prefixes = item["resourcePrefixes"];
  return prefixes ? name + "=" + JoinScalars(prefixes, ';') : name;
}

/// A YAML value as the text that the setting's parser takes.
Result<std::string> YamlText(Setting const& setting, YAML::Node const& node) {
  if (node.IsScalar()) return node.as<std::string>();
  if (node.IsSequence() && setting.kind == Setting::Kind::kList) return JoinScalars(node, ',');
  if (!node.IsSequence() || setting.kind != Setting::Kind::kGrants)
    return Fail(Code::kInvalid, "a single value is wanted here");
  std::string joined;
  for (auto const& item : node) {
    TRY_ASSIGN(auto const text, GrantText(item));
    joined += (joined.empty() ? "" : ",") + text;
  }
  return joined;
}

class YamlReader {
 public:
  YamlReader(GivenValues& values, Problems& problems) : values_(values), problems_(problems) {}

  void Read(std::string const& path) {
    std::ifstream in(path);
    std::stringstream text;
    if (!in || !(text << in.rdbuf())) {
      problems_.push_back("config: cannot read " + path + "; check that it exists and is readable");
      return;
    }
    try {
      auto const root = YAML::Load(text.str());
      if (root.IsMap()) return Walk(root, "", path);
      if (!root.IsNull()) problems_.push_back("config: " + path + " is no YAML map of settings");
    } catch (YAML::Exception const& error) {
      problems_.push_back("config: " + path + " is no valid YAML: " + error.what());
    }
  }

 private:
  void Walk(YAML::Node const& map, std::string const& prefix, std::string const& file) {
    for (auto const& entry : map) {
      auto const path = prefix + entry.first.as<std::string>();
      auto const setting = std::ranges::find(Settings(), path, &Setting::path);
      bool const is_group = std::ranges::any_of(
          Settings(), [&](auto const& s) { return s.path.starts_with(path + "."); });
      if (setting != Settings().end() && !path.empty()) {
        Take(*setting, entry.second, file);
      } else if (is_group && (entry.second.IsMap() || entry.second.IsNull())) {
        if (entry.second.IsMap()) Walk(entry.second, path + ".", file);
      } else {
        std::vector<std::string> known;
        for (auto const& s : Settings()) known.emplace_back(s.path);
        problems_.push_back(
            fmt::format("{}: no such setting (in {}){}", path, file, Hint(path, known)));
      }
    }
  }

  void Take(Setting const& setting, YAML::Node const& node, std::string const& file) {
    if (node.IsNull()) return;
    auto text = YamlText(setting, node);
    if (text) {
      values_[setting.Name()] = {.value = std::move(*text), .origin = file};
    } else {
      problems_.push_back(
          fmt::format("{} (from {}): {}", setting.path, file, text.error().message));
    }
  }

  GivenValues& values_;
  Problems& problems_;
};

/// What the command line alone says.
struct CommandLine {
  std::map<std::string_view, std::string> flags{};  // by Setting::flag
  std::string config_file{};
  bool wants_version = false;
  bool wants_config = false;
  bool wants_config_docs = false;
  bool wants_metrics_docs = false;
  std::string help{};  ///< Not empty when it was asked for.
};

void AddFlags(CLI::App& app, CommandLine& line) {
  app.allow_extras();  // Reported by us, all at once and with hints.
  app.add_option("--config", line.config_file, "YAML file with settings [env ADXF_CONFIG]")
      ->type_name("FILE");
  app.add_flag("--version", line.wants_version, "Print the version and end");
  app.add_flag("--print-config", line.wants_config,
               "Print the settings in force, secrets redacted, and end");
  app.add_flag("--print-config-docs", line.wants_config_docs,
               "Print the reference of all settings and end")
      ->group("");
  app.add_flag("--print-metrics-docs", line.wants_metrics_docs,
               "Print the reference of all metrics and end")
      ->group("");
  for (auto const& setting : Settings()) {
    if (setting.flag.empty()) continue;
    auto const help =
        fmt::format("{} [env {}]{}", setting.help, setting.variable,
                    setting.fallback.empty() ? "" : fmt::format(" (default {})", setting.fallback));
    auto const name = "--" + std::string(setting.flag);
    auto& target = line.flags[setting.flag];
    if (setting.kind == Setting::Kind::kSwitch) {
      app.add_flag(name + "{true}", target, help);
    } else {
      auto* const option = app.add_option(name, target, help)->type_name("");
      if (setting.kind != Setting::Kind::kText) option->join(',');
    }
  }
}

/// Takes "--flag=" out: CLI11 would take the next argument for its value.
void TakeEmptyValues(std::vector<std::string>& arguments, GivenValues& values) {
  for (auto const& setting : Settings()) {
    auto const flag = "--" + std::string(setting.flag);
    bool const is_given = !setting.flag.empty() && std::erase(arguments, flag + "=") > 0;
    if (is_given) values[setting.Name()] = {.value = "", .origin = flag};
  }
}

CommandLine ReadCommandLine(std::vector<std::string> arguments, GivenValues& values,
                            Problems& problems) {
  CLI::App app(
      "Attaches Azure Data Explorer follower databases as Kubernetes objects declare them.",
      "adx-operator");
  CommandLine line;
  AddFlags(app, line);
  TakeEmptyValues(arguments, values);
  try {
    // CLI11 takes the arguments last first.
    app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
  } catch (CLI::CallForHelp const&) {
    line.help = app.help();
  } catch (CLI::ParseError const& error) {
    problems.push_back(std::string("command line: ") + error.what());
  }
  std::vector<std::string> known = {"--config", "--help", "--version", "--print-config"};
  for (auto const& setting : Settings()) {
    if (setting.flag.empty()) continue;
    known.push_back("--" + std::string(setting.flag));
    if (app.count(known.back()) > 0)
      values[setting.Name()] = {.value = line.flags[setting.flag], .origin = known.back()};
  }
  for (auto const& extra : app.remaining()) {
    problems.push_back(fmt::format("command line: {} is not known{}", extra,
                                   Hint(extra.substr(0, extra.find('=')), known)));
  }
  return line;
}

GivenValues ReadEnvironment(Environment const& environment) {
  GivenValues values;
  for (auto const& setting : Settings()) {
    for (auto const variable : {setting.variable, setting.other_variable}) {
      auto value = variable.empty() ? std::nullopt : environment(variable);
      // An empty variable is how shells and manifests leave one out.
      if (value && !value->empty() && !values.contains(setting.Name()))
        values[setting.Name()] = {.value = std::move(*value), .origin = std::string(variable)};
    }
  }
  return values;
}

Config Apply(GivenValues const& values, Problems& problems) {
  Config config;
  for (auto const& setting : Settings()) {
    auto const given = values.find(setting.Name());
    auto const problem = setting.apply(
        config, given == values.end() ? setting.fallback : std::string_view(given->second.value));
    if (!problem.empty())
      problems.push_back(
          fmt::format("{} (from {}): {}", setting.Name(), given->second.origin, problem));
  }
  return config;
}

/// The settings in force as a YAML file that could be given back.
std::string Printed(GivenValues const& values) {
  YAML::Node root;
  for (auto const& setting : Settings()) {
    auto const given = values.find(setting.Name());
    std::string value = given == values.end() ? std::string(setting.fallback) : given->second.value;
    if (setting.is_secret) {
      if (!value.empty()) root[std::string(setting.Name())] = "(redacted)";
      continue;
    }
    auto const dot = setting.path.find('.');
    if (dot == std::string_view::npos) {
      root[std::string(setting.path)] = value;
    } else {
      root[std::string(setting.path.substr(0, dot))][std::string(setting.path.substr(dot + 1))] =
          value;
    }
  }
  return YAML::Dump(root) + "\n";
}

Invocation Text(std::string text, int exit_code = 0) {
  return {.config = std::nullopt, .text = std::move(text), .exit_code = exit_code};
}

Invocation Refusal(Problems const& problems) {
  std::string text;
  for (auto const& problem : problems) text += "adx-operator: " + problem + "\n";
  return Text(text + "Run adx-operator --help for the settings.\n", 2);
}

}  // namespace

Environment ProcessEnvironment() {
  return [](std::string_view name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
    char const* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
  };
}

Invocation ParseCommandLine(std::vector<std::string> const& arguments,
                            Environment const& environment) {
  Problems problems;
  GivenValues from_flags;
  auto const line = ReadCommandLine(arguments, from_flags, problems);
  if (!line.help.empty()) return Text(line.help);
  if (line.wants_version) return Text(fmt::format("adx-operator {}\n", kVersion));
  if (line.wants_config_docs) return Text(ConfigurationDocs());
  if (line.wants_metrics_docs) return Text(MetricsDocs());

  // merge() keeps what is there already, so the strongest source goes first.
  GivenValues values = std::move(from_flags);
  values.merge(ReadEnvironment(environment));
  GivenValues from_file;
  auto const file =
      line.config_file.empty() ? environment("ADXF_CONFIG").value_or("") : line.config_file;
  if (!file.empty()) YamlReader(from_file, problems).Read(file);
  values.merge(from_file);

  if (!environment("AZURE_KUBERNETES_TOKEN_PROXY").value_or("").empty()) {
    problems.emplace_back(
        "AZURE_KUBERNETES_TOKEN_PROXY: identity bindings of AKS are not supported; use workload "
        "identity without them");
  }
  auto config = Apply(values, problems);
  if (problems.empty()) problems = Complete(config);
  if (!problems.empty()) return Refusal(problems);
  if (line.wants_config) return Text(Printed(values));
  return {.config = std::move(config), .text = {}, .exit_code = 0};
}

}  // namespace adxf::app
