#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListShareSubscriptions(Context& context);
WireReply GetShareSubscription(Context& context);
/// Accepts the invitation that the body names.
WireReply PutShareSubscription(Context& context);
WireReply DeleteShareSubscription(Context& context);
/// What there is to map; nothing unless the subscription is active (our guess).
WireReply ListSourceDataSets(Context& context);

/// The id as Data Share spells it: "sharesubscriptions" (the provider's own examples).
std::string SubscriptionId(Context const& context, ShareSubscription const& subscription);

}  // namespace adxf::emulator::datashare
