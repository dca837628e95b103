#include "emulator/arm/role_assignments.hpp"

#include "emulator/arm/access.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

/// The built-in roles' ids, which are the same in every tenant.
constexpr std::array<std::pair<ArmRole, std::string_view>, 3> kRoles{
    {{ArmRole::kReader, "acdd72a7-3385-48ef-bd42-f606fba81ae7"},
     {ArmRole::kContributor, "b24988ac-6180-42a0-ab88-20f7382dd24c"},
     {ArmRole::kOwner, "8e3af657-a8ff-443c-a75c-2fe8c4bcb635"}}};

std::string_view LastPart(std::string_view path) { return path.substr(path.rfind('/') + 1); }

std::optional<ArmRole> ParseRole(std::string_view definition_id) {
  auto const* const found = std::ranges::find_if(
      kRoles, [&](auto const& role) { return SameName(role.second, LastPart(definition_id)); });
  return found == kRoles.end() ? std::nullopt : std::optional(found->first);
}

std::string_view TypeOf(PrincipalKind kind) {
  return kind == PrincipalKind::kApp ? "ServicePrincipal" : ToString(kind);
}

json AssignmentJson(Context const& context, RoleAssignment const& assignment) {
  auto const* const role = std::ranges::find_if(
      kRoles, [&](auto const& entry) { return entry.first == assignment.role; });
  return {{"id", fmt::format("{}/providers/Microsoft.Authorization/roleAssignments/{}",
                             assignment.scope, assignment.name)},
          {"name", assignment.name},
          {"type", "Microsoft.Authorization/roleAssignments"},
          {"properties",
           {{"roleDefinitionId",
             fmt::format("/subscriptions/{}/providers/Microsoft.Authorization/roleDefinitions/{}",
                         context.Param("subscription"), role->second)},
            {"principalId", assignment.object_id},
            {"principalType", TypeOf(assignment.kind)},
            {"scope", assignment.scope},
            {"createdOn", Iso8601(assignment.created)},
            {"updatedOn", Iso8601(assignment.created)}}}};
}

bool IsSame(RoleAssignment const& a, RoleAssignment const& b) {
  return a.role == b.role && SameName(a.object_id, b.object_id) && SameName(a.scope, b.scope);
}

auto FindAssignment(Context const& context) {
  return std::ranges::find_if(context.estate.role_assignments, [&](RoleAssignment const& it) {
    return SameName(it.name, context.Param("assignment")) &&
           SameName(it.scope, context.Param("scope"));
  });
}

std::expected<RoleAssignment, WireReply> ReadWanted(Context const& context) {
  auto const body = JsonBody(context);
  if (!body) return std::unexpected(body.error());
  auto const properties = body->find("properties");
  auto const& given = properties == body->end() ? json::object() : *properties;
  auto const principal = Text(given, "principalId");
  auto const definition = Text(given, "roleDefinitionId");
  if (!IsGuid(context.Param("assignment"))) {
    return std::unexpected(ErrorReply(
        400, "InvalidRoleAssignmentId",
        fmt::format("The role assignment ID '{}' is not valid. The role assignment ID must be a "
                    "GUID.",
                    context.Param("assignment"))));
  }
  auto const role = ParseRole(definition);
  if (!role) {
    return std::unexpected(
        ErrorReply(400, "RoleDefinitionDoesNotExist",
                   fmt::format("The specified role definition with ID '{}' does not exist.",
                               LastPart(definition))));
  }
  auto const* const entry = FindEntry(context.estate, principal);
  if (entry == nullptr || entry->tenant_id != context.caller.tenant_id) {
    return std::unexpected(ErrorReply(
        400, "PrincipalNotFound",
        fmt::format("Principal {} does not exist in the directory {}. Check that you have the "
                    "correct principal ID. If you are creating this principal and then "
                    "immediately assigning a role, this error might be related to a replication "
                    "delay.",
                    principal, context.caller.tenant_id)));
  }
  auto const type = Text(given, "principalType");
  if (!type.empty() && !SameName(type, TypeOf(entry->kind))) {
    return std::unexpected(ErrorReply(
        400, "UnmatchedPrincipalType",
        fmt::format("The PrincipalId '{}' has type '{}' , which is different from specified "
                    "PrinciaplType '{}'.",
                    principal, TypeOf(entry->kind), type)));
  }
  return RoleAssignment{.object_id = entry->object_id,
                        .scope = context.Param("scope"),
                        .role = *role,
                        .name = Lower(context.Param("assignment")),
                        .kind = entry->kind,
                        .created = context.Now(),
                        .effective = context.Now() + context.estate.settings.role_assignment_delay};
}

/// The principal of `$filter=principalId eq '…'`; nothing where another filter, or none, is asked.
std::optional<std::string> FilteredPrincipal(std::string const& filter) {
  static constexpr std::string_view kStart = "principalId eq '";
  if (!filter.starts_with(kStart) || !filter.ends_with('\'')) return std::nullopt;
  return filter.substr(kStart.size(), filter.size() - kStart.size() - 1);
}

}  // namespace

WireReply ListRoleAssignments(Context& context) {
  auto const filter = context.request.Parameter("$filter");
  auto const principal = FilteredPrincipal(filter);
  bool const is_at_scope = filter == "atScope()";
  if (!filter.empty() && !principal && !is_at_scope) {
    return ErrorReply(400, "UnsupportedQuery",
                      fmt::format("The filter '{}' is not supported. Supported filters are "
                                  "'atScope()' and 'principalId eq'.",
                                  filter));
  }
  auto const& scope = context.Param("scope");
  auto value = json::array();
  for (auto const& assignment : context.estate.role_assignments) {
    bool const is_here =
        Covers(assignment.scope, scope) || (!is_at_scope && Covers(scope, assignment.scope));
    if (!is_here || (principal && !SameName(*principal, assignment.object_id))) continue;
    value.push_back(AssignmentJson(context, assignment));
  }
  return JsonReply(200, {{"value", std::move(value)}});
}

WireReply GetRoleAssignment(Context& context) {
  auto const found = FindAssignment(context);
  if (found == context.estate.role_assignments.end()) {
    return ErrorReply(
        404, "RoleAssignmentNotFound",
        fmt::format("The role assignment '{}' is not found.", context.Param("assignment")));
  }
  return JsonReply(200, AssignmentJson(context, *found));
}

WireReply PutRoleAssignment(Context& context) {
  auto const wanted = ReadWanted(context);
  if (!wanted) return wanted.error();
  auto& all = context.estate.role_assignments;
  if (auto const found = FindAssignment(context); found != all.end()) {
    if (IsSame(*found, *wanted)) return JsonReply(200, AssignmentJson(context, *found));
    return ErrorReply(400, "RoleAssignmentUpdateNotPermitted",
                      "Tenant ID, application ID, principal ID, and scope are not allowed to be "
                      "updated.");
  }
  if (std::ranges::any_of(all, [&](auto const& it) { return IsSame(it, *wanted); }))
    return ErrorReply(409, "RoleAssignmentExists", "The role assignment already exists.");
  all.push_back(*wanted);
  auto reply = JsonReply(201, AssignmentJson(context, *wanted));
  reply.was_accepted = true;
  return reply;
}

WireReply DeleteRoleAssignment(Context& context) {
  auto& all = context.estate.role_assignments;
  auto const found = FindAssignment(context);
  WireReply reply;
  reply.status = 204;
  if (found == all.end()) return reply;
  reply = JsonReply(200, AssignmentJson(context, *found));
  reply.was_accepted = true;
  all.erase(found);
  return reply;
}

}  // namespace adxf::emulator::arm
