#pragma once

#include "emulator/datashare/place.hpp"

/// The provider's view of who accepted: `shares/{share}/providerShareSubscriptions`.
namespace adxf::emulator::datashare {

WireReply ListProviderSubscriptions(Context& context);
WireReply GetProviderSubscription(Context& context);
/// 202 with Revoking; when the operation ends, the databases are gone at the consumer.
WireReply RevokeSubscription(Context& context);
/// Active again until the date given, with mappings that stay broken until they are put again.
WireReply ReinstateSubscription(Context& context);
/// Another end for one that is active.
WireReply AdjustSubscription(Context& context);

}  // namespace adxf::emulator::datashare
