#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply GetSubscription(Context& context);
WireReply GetResourceGroup(Context& context);

}  // namespace adxf::emulator::arm
