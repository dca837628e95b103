#pragma once

#include "emulator/arm/context.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace adxf::emulator::arm {

/// The most a caller may do at a scope, over all assignments on it and above it (groups included)
/// that have taken effect.
std::optional<ArmRole> RoleAt(Estate const& estate, Caller const& caller, std::string_view scope);

enum class Right {
  kRead,    ///< Reader is enough.
  kAction,  ///< Changes nothing, yet is a POST action that Reader does not have.
  kWrite,
  kGrant,  ///< Gives or takes roles: Owner only.
};
bool MayDo(Estate const& estate, Caller const& caller, Right right, std::string_view scope);

/// True where `scope` is `assigned` or lies below it.
bool Covers(std::string_view assigned, std::string_view scope);

/// True where the caller has any role on the scope, above it or below it.
bool HasRoleWithin(Estate const& estate, Caller const& caller, std::string_view scope);

/// The 403 of ARM for an action over a scope.
WireReply AuthorizationFailed(Caller const& caller, std::string_view action,
                              std::string_view scope);
/// The 403 for a right that is missing on another resource which the body names.
WireReply LinkedAuthorizationFailed(Caller const& caller, std::string_view action,
                                    std::string_view scope, std::string_view linked_scope);
/// The same where that resource belongs to another tenant, in which no role helps.
WireReply LinkedTenantNotAuthorized(Caller const& caller, std::string_view action,
                                    std::string_view scope, std::string_view linked_subscription);

/// Takes one token of the caller's bucket for this kind of request. A 429 if there is none;
/// otherwise the headers that tell what remains are put on `headers`.
std::optional<WireReply> Throttle(Context& context, ByName<std::string>& headers);

}  // namespace adxf::emulator::arm
