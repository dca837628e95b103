#pragma once

#include "azure/arm_types.hpp"
#include "azure/commands/show_follower_databases.hpp"

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace adxf::azure {

/// What of a cluster differs from what was seen before, so that nobody is woken whom it does not
/// concern.
struct News {
  bool is_general = false;        ///< The cluster itself, errors, who follows it: for everybody.
  std::set<std::string> names{};  ///< Attachments and databases, in lower case.

  [[nodiscard]] bool IsAny() const { return is_general || !names.empty(); }
  void Add(News other);

  /// The names of those that came, went or differ; nothing where `after` was not read.
  template <class T>
  void AddDifferences(std::shared_ptr<std::vector<T> const> const& before,
                      std::optional<std::vector<T>> const& after);
};

}  // namespace adxf::azure
