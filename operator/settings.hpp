#pragma once

#include "operator/flags.hpp"

#include <span>
#include <string>
#include <string_view>

namespace adxf::app {

/// One row of the table that flags, environment, YAML file, --help, --print-config and
/// docs/configuration.md come from. Every source delivers text; lists are joined with commas,
/// identity grants are "namespace[=prefix[;prefix]]".
struct Setting {
  enum class Kind { kText, kList, kSwitch, kGrants };

  std::string_view flag{};      ///< Without dashes; empty: no flag, because it is a secret.
  std::string_view variable{};  ///< Of the environment.
  std::string_view path{};      ///< In the YAML file; empty: not there, because it is a secret.
  std::string_view fallback{};
  std::string_view help{};
  /// Stores a value; returns what is wrong with it and what to give instead, or "".
  std::string (*apply)(Config& config, std::string_view value) = nullptr;
  Kind kind = Kind::kText;
  bool is_secret = false;
  std::string_view other_variable{};  ///< Looked at where the first is not set.

  /// The name that users know it by.
  [[nodiscard]] std::string_view Name() const { return path.empty() ? variable : path; }
};

std::span<Setting const> Settings();

/// What the settings are worth together: fills what follows from the cloud, and returns problems,
/// one sentence each.
std::vector<std::string> Complete(Config& config);

}  // namespace adxf::app
