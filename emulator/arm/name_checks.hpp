#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply CheckClusterName(Context& context);
WireReply CheckDatabaseName(Context& context);
WireReply CheckAttachmentName(Context& context);
WireReply CheckClusterAssignmentName(Context& context);
WireReply CheckDatabaseAssignmentName(Context& context);

}  // namespace adxf::emulator::arm
