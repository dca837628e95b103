#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListShares(Context& context);
WireReply GetShare(Context& context);
WireReply PutShare(Context& context);
/// Takes data sets, invitations and every consumer's access along.
WireReply DeleteShare(Context& context);

}  // namespace adxf::emulator::datashare
