#pragma once

#include "azure/csl.hpp"

#include <optional>
#include <string_view>

namespace adxf::azure {

/// Database roles that a follower can grant.
enum class FollowerRole { kAdmin, kUser, kViewer, kUnrestrictedViewer, kMonitor };

std::string_view ToString(FollowerRole role);  ///< "Admin", …, as specs spell it.
/// From "Viewer" as well as from what Kusto shows: "Database Sales Viewer", "viewers". Without
/// regard to case.
std::optional<FollowerRole> ParseFollowerRole(std::string_view text);

/// The plural word of the grammar.
constexpr Keyword KeywordOf(FollowerRole role) {
  switch (role) {
    case FollowerRole::kAdmin: return Keyword("admins");
    case FollowerRole::kUser: return Keyword("users");
    case FollowerRole::kUnrestrictedViewer: return Keyword("unrestrictedviewers");
    case FollowerRole::kMonitor: return Keyword("monitors");
    case FollowerRole::kViewer: break;
  }
  return Keyword("viewers");
}

}  // namespace adxf::azure
