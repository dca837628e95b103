#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListInvitations(Context& context);
WireReply GetInvitation(Context& context);
/// A new one is sent by mail where it has an address; PUT again only moves the end of one that is
/// pending, and sends nothing.
WireReply PutInvitation(Context& context);
/// Withdraws what is pending. An accepted one is forgotten, and what it gave stays.
WireReply DeleteInvitation(Context& context);

}  // namespace adxf::emulator::datashare
