#pragma once

#include "emulator/arm/context.hpp"

/// Who may do what, as ARM keeps it: `{scope}/providers/Microsoft.Authorization/roleAssignments`
/// (Azure RBAC's REST reference). A new assignment has effect after
/// `Settings::role_assignment_delay`; in Azure that takes minutes.
namespace adxf::emulator::arm {

WireReply ListRoleAssignments(Context& context);
WireReply GetRoleAssignment(Context& context);
WireReply PutRoleAssignment(Context& context);
WireReply DeleteRoleAssignment(Context& context);

}  // namespace adxf::emulator::arm
