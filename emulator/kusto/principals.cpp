#include "emulator/kusto/principals.hpp"

#include "base/result.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string_view>

namespace adxf::emulator::kusto {
namespace {

struct PrincipalText {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string who{};
  std::string tenant{};
};

std::optional<PrincipalKind> KindOf(std::string_view prefix) {
  if (SameName(prefix, "aaduser") || SameName(prefix, "msauser")) return PrincipalKind::kUser;
  if (SameName(prefix, "aadgroup")) return PrincipalKind::kGroup;
  if (SameName(prefix, "aadapp")) return PrincipalKind::kApp;
  return std::nullopt;
}

std::optional<PrincipalText> Split(std::string_view text) {
  auto const equals = text.find('=');
  if (equals == std::string_view::npos) return std::nullopt;
  auto const kind = KindOf(text.substr(0, equals));
  auto const rest = text.substr(equals + 1);
  auto const semicolon = rest.find(';');
  if (!kind || rest.empty() || semicolon == 0) return std::nullopt;
  PrincipalText parts{.kind = *kind, .who = std::string(rest.substr(0, semicolon))};
  if (semicolon != std::string_view::npos) parts.tenant = std::string(rest.substr(semicolon + 1));
  return parts;
}

DirectoryEntry const* Lookup(Session const& session, PrincipalText parts) {
  bool const is_guid = IsGuid(parts.who);
  bool const is_mail = parts.who.find('@') != std::string::npos;
  if (!is_guid && !is_mail && (parts.tenant.empty() || parts.kind == PrincipalKind::kUser))
    return nullptr;
  if (is_guid && parts.tenant.empty()) parts.tenant = session.cluster.tenant_id;
  return ResolveDirectory(session.estate, parts.kind, parts.who, parts.tenant);
}

}  // namespace

Outcome<std::vector<Principal>> ResolvePrincipals(Session const& session,
                                                  std::vector<std::string> const& texts) {
  std::vector<Principal> principals;
  for (auto const& text : texts) {
    auto const parts = Split(text);
    if (!parts)
      return RefuseRequest(fmt::format(
          "'{}' is not a valid principal: expected aaduser=, aadgroup=, aadapp= or msauser=.",
          text));
    auto const* const entry = Lookup(session, *parts);
    if (entry == nullptr)
      return RefuseRequest(
          fmt::format("Principal '{}' could not be resolved in Microsoft Entra ID.", text));
    principals.push_back(ToPrincipal(*entry));
  }
  return principals;
}

std::vector<Grant> ChangeGrants(std::vector<Grant> grants, GrantChange const& change,
                                std::vector<Principal> const& principals) {
  for (auto const& principal : principals) {
    auto const is_it = [&](Grant const& grant) {
      return grant.role == change.role && grant.principal.Fqn() == principal.Fqn();
    };
    if (change.change == Change::kDrop) {
      std::erase_if(grants, is_it);
      continue;
    }
    if (std::ranges::any_of(grants, is_it)) continue;
    grants.push_back({.role = change.role, .principal = principal, .notes = change.notes});
  }
  return grants;
}

}  // namespace adxf::emulator::kusto
