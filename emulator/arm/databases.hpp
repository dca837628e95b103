#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListDatabases(Context& context);
WireReply GetDatabase(Context& context);
WireReply PutDatabase(Context& context);
WireReply PatchDatabase(Context& context);
WireReply DeleteDatabase(Context& context);

}  // namespace adxf::emulator::arm
