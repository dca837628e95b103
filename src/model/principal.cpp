#include "model/principal.hpp"

#include "model/text.hpp"

#include <algorithm>
#include <array>

namespace adxf::model {

namespace {

constexpr std::array kKinds{PrincipalKind::kUser, PrincipalKind::kGroup, PrincipalKind::kApp,
                            PrincipalKind::kMicrosoftAccount};

Failure Malformed(std::string_view text, std::string_view why) {
  return Fail(Code::kInvalid, "principal '" + Shorten(text, 200) + "' " + std::string(why));
}

bool IsTenant(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-';
  });
}

/// What is missing or too much for this kind; empty when all is well.
std::string_view Complaint(PrincipalKind kind, std::string_view id, std::string_view tenant) {
  bool const is_mail = id.find('@') != std::string_view::npos;
  if (kind == PrincipalKind::kApp && tenant.empty())
    return "names no tenant; write aadapp=<application id>;<tenant id>";
  if (kind == PrincipalKind::kGroup && tenant.empty() && !is_mail) {
    return "names no tenant; write aadgroup=<mail> or aadgroup=<object id>;<tenant id>";
  }
  if (kind == PrincipalKind::kMicrosoftAccount && (!tenant.empty() || !is_mail)) {
    return "is no Microsoft account; write msauser=<mail>";
  }
  return {};
}

}  // namespace

std::string_view ToString(PrincipalKind kind) {
  switch (kind) {
    case PrincipalKind::kUser: return "aaduser";
    case PrincipalKind::kGroup: return "aadgroup";
    case PrincipalKind::kApp: return "aadapp";
    case PrincipalKind::kMicrosoftAccount: return "msauser";
  }
  return "aaduser";
}

Result<Principal> Principal::Parse(std::string_view text) {
  if (HasControlCharacter(text)) return Malformed("", "holds a control character");
  if (text.find_first_of("\"\\") != std::string_view::npos)
    return Malformed(text, "holds a double quote or backslash");
  std::size_t const equals = text.find('=');
  if (equals == std::string_view::npos)
    return Malformed(text, "has no kind; start it with aaduser=, aadgroup=, aadapp= or msauser=");
  auto const kind = std::ranges::find_if(kKinds, [&](PrincipalKind k) {
    return EqualsIgnoreCase(ToString(k), text.substr(0, equals));
  });
  if (kind == kKinds.end())
    return Malformed(text, "is of no known kind; use aaduser, aadgroup, aadapp or msauser");

  std::string_view const rest = text.substr(equals + 1);
  std::size_t const semicolon = rest.find(';');
  std::string_view const id = rest.substr(0, semicolon);
  std::string_view const tenant =
      semicolon == std::string_view::npos ? "" : rest.substr(semicolon + 1);
  if (id.empty() || id.front() == ' ' || id.back() == ' ') return Malformed(text, "names nobody");
  if (semicolon != std::string_view::npos && !IsTenant(tenant))
    return Malformed(text, "has no proper tenant after the semicolon");
  if (auto const complaint = Complaint(*kind, id, tenant); !complaint.empty())
    return Malformed(text, complaint);

  Principal principal;
  principal.kind_ = *kind;
  principal.id_ = id;
  principal.tenant_ = tenant;
  return principal;
}

bool Principal::IsResolved() const { return IsGuid(id_) && IsGuid(tenant_); }

std::string Principal::ToFqn() const {
  std::string fqn(ToString(kind_));
  fqn.append("=").append(id_);
  if (!tenant_.empty()) fqn.append(";").append(tenant_);
  return fqn;
}

std::string Principal::Key() const { return ToLower(ToFqn()); }

}  // namespace adxf::model
