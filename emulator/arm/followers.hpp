#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListFollowersPost(Context& context);
WireReply ListFollowersGet(Context& context);
WireReply DetachFollower(Context& context);

}  // namespace adxf::emulator::arm
