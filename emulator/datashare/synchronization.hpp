#pragma once

#include "emulator/datashare/place.hpp"

/// Snapshots, which in-place shares do not have: what asks for one is refused, what looks for one
/// finds none. Azure's documentation says only that snapshots do not apply to Data Explorer; how a
/// call is answered is our guess.
namespace adxf::emulator::datashare {

WireReply RefuseForSubscription(Context& context);  ///< synchronize, triggers, …
WireReply RefuseForShare(Context& context);         ///< synchronizationSettings
WireReply NoneForSubscription(Context& context);
WireReply NoneForShare(Context& context);
WireReply AbsentForSubscription(Context& context);
WireReply AbsentForShare(Context& context);
WireReply NothingToDelete(Context& context);

}  // namespace adxf::emulator::datashare
