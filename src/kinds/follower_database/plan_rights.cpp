#include "kinds/follower_database/plan_rights.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace adxf::follower_database {
namespace {

/// "cccc…" of "aadapp=cccc…;tenant", in lower case.
std::string IdOf(std::string_view principal) {
  auto const equals = principal.find('=');
  if (equals == std::string_view::npos) return {};
  auto const id = principal.substr(equals + 1);
  return ToLower(std::string(id.substr(0, id.find(';'))));
}

bool HasAdmin(Observed const& seen, std::vector<std::string> const& principals, Role role) {
  return role == Role::kAdmin &&
         std::ranges::any_of(principals, [&](std::string const& it) { return IsOwn(seen, it); });
}

/// How many of the follower's own principals make the operator an admin.
std::ptrdiff_t CountOwnAdmins(Observed const& seen, SeenOverrides const& have) {
  return std::ranges::count_if(have.principals, [&](SeenPrincipal const& it) {
    return it.role == Role::kAdmin && IsOwn(seen, it.principal);
  });
}

/// Whether the follower's own principals make the operator an admin while the changes are made, and
/// afterwards. What is granted again does not make up for what is dropped: it may be refused, may
/// name the same identity in other words, and in between the operator could do nothing.
bool StaysAdminByOverride(Observed const& seen, SeenOverrides const& have,
                          std::vector<Difference> const& permissions) {
  auto left = CountOwnAdmins(seen, have);
  bool is_granted = false;
  bool is_dropped = false;
  for (auto const& it : permissions) {
    if (auto const* add = std::get_if<AddPrincipals>(&it.command))
      is_granted = is_granted || HasAdmin(seen, add->principals, add->role);
    auto const* drop = std::get_if<DropPrincipals>(&it.command);
    if (drop == nullptr || !HasAdmin(seen, drop->principals, drop->role)) continue;
    is_dropped = true;
    --left;  // one difference is about one principal
  }
  return left > 0 || (is_granted && !is_dropped);
}

}  // namespace

bool NeedsOwnRights(FollowerDatabase const& want, std::vector<SeenOverrides> const& overrides) {
  auto const permissions = want.spec.permissions.value_or(Permissions{});
  if (permissions.modification_kind != ModificationKind::kUnion ||
      permissions.ownership == Ownership::kAuthoritative)
    return true;
  return std::ranges::any_of(overrides, [&](SeenOverrides const& it) {
    return std::ranges::any_of(it.principals, [&](SeenPrincipal const& principal) {
      return principal.role == Role::kAdmin && IsMarkedAsOurs(want, principal.note);
    });
  });
}

bool IsOwn(Observed const& seen, std::string const& principal) {
  auto const id = IdOf(principal);
  if (id.empty()) return false;
  if (EqualsIgnoreCase(id, seen.client_id)) return true;
  return seen.own_rights &&
         std::ranges::find(seen.own_rights->object_ids, id) != seen.own_rights->object_ids.end();
}

bool IsRevocationOfOthers(Observed const& seen, Difference const& difference) {
  auto const* drop = std::get_if<DropPrincipals>(&difference.command);
  return drop != nullptr && std::ranges::none_of(drop->principals, [&](std::string const& it) {
           return IsOwn(seen, it);
         });
}

std::optional<Problem> LockOut(FollowerDatabase const& want, Observed const& seen,
                               SeenOverrides const& have,
                               std::vector<Difference> const& permissions) {
  if (!seen.own_rights || seen.own_rights->is_cluster_admin) return std::nullopt;
  auto const kind = want.spec.permissions.value_or(Permissions{}).modification_kind;
  bool const by_override =
      kind != ModificationKind::kNone && StaysAdminByOverride(seen, have, permissions);
  // Who is an admin both ways cannot be told from the outside; then only the override counts.
  bool const by_leader = kind != ModificationKind::kReplace && seen.own_rights->is_database_admin &&
                         CountOwnAdmins(seen, have) == 0;
  if (by_override || by_leader || permissions.empty()) return std::nullopt;
  return Problem{
      .condition = std::string(kPoliciesApplied),
      .reason = std::string(kReasonWouldLockOutOperator),
      .message = "The declared permissions of database " + have.database +
                 " would end the operator's own admin rights there, if only until it is granted "
                 "again, and nothing could be changed or taken back afterwards. Make its identity" +
                 (seen.client_id.empty() ? "" : " " + seen.client_id) +
                 " AllDatabasesAdmin of the follower cluster, or keep or declare a grant of role "
                 "Admin for it, unchanged.",
      .needs_person = true};
}

}  // namespace adxf::follower_database
