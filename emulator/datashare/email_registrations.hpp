#pragma once

#include "emulator/datashare/place.hpp"

/// How a guest proves an address in a tenant that is not its home. The emulator has no guests:
/// nothing depends on a registration here.
namespace adxf::emulator::datashare {

/// Sends an activation code to the caller's own address.
WireReply RegisterEmail(Context& context);
WireReply ActivateEmail(Context& context);

}  // namespace adxf::emulator::datashare
