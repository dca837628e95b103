#pragma once

#include "emulator/arm/context.hpp"

namespace adxf::emulator::arm {

WireReply GetSubscription(Context& context);
WireReply GetResourceGroup(Context& context);
/// Whether the subscription may use a resource provider, and the request to be let.
WireReply GetProvider(Context& context);
WireReply RegisterProvider(Context& context);

}  // namespace adxf::emulator::arm
