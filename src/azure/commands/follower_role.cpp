#include "azure/commands/follower_role.hpp"

#include "model/text.hpp"

#include <array>

namespace adxf::azure {
namespace {

constexpr std::array kRoles{FollowerRole::kAdmin, FollowerRole::kUser, FollowerRole::kViewer,
                            FollowerRole::kUnrestrictedViewer, FollowerRole::kMonitor};

}  // namespace

std::string_view ToString(FollowerRole role) {
  switch (role) {
    case FollowerRole::kAdmin: return "Admin";
    case FollowerRole::kUser: return "User";
    case FollowerRole::kViewer: return "Viewer";
    case FollowerRole::kUnrestrictedViewer: return "UnrestrictedViewer";
    case FollowerRole::kMonitor: return "Monitor";
  }
  return "Viewer";
}

std::optional<FollowerRole> ParseFollowerRole(std::string_view text) {
  // A database's name stands before the role and may hold anything, so only the last word counts.
  auto word = text.substr(text.rfind(' ') + 1);
  if (word.ends_with('s')) word.remove_suffix(1);
  for (auto const role : kRoles) {
    if (EqualsIgnoreCase(word, ToString(role))) return role;
  }
  return std::nullopt;
}

}  // namespace adxf::azure
