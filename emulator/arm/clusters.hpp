#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply ListClusters(Context& context);
WireReply GetCluster(Context& context);
WireReply PatchCluster(Context& context);
/// Refused while somebody follows the cluster; what it follows itself goes with it.
WireReply DeleteCluster(Context& context);
WireReply StartCluster(Context& context);
WireReply StopCluster(Context& context);

}  // namespace adxf::emulator::arm
