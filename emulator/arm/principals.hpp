#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListPrincipals(Context& context);
WireReply AddPrincipals(Context& context);
WireReply RemovePrincipals(Context& context);
WireReply ListAssignments(Context& context);
WireReply GetAssignment(Context& context);
WireReply PutAssignment(Context& context);
WireReply DeleteAssignment(Context& context);

}  // namespace adxf::emulator::arm
