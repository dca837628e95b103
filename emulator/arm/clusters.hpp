#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListClusters(Context& context);
WireReply GetCluster(Context& context);
WireReply PatchCluster(Context& context);
WireReply StartCluster(Context& context);
WireReply StopCluster(Context& context);

}  // namespace adxf::emulator::arm
