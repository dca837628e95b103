#pragma once

#include "emulator/entra/keys.hpp"
#include "emulator/wire.hpp"

namespace adxf::emulator {
struct Estate;
}

namespace adxf::emulator::entra {

/// The managed identity endpoint of a machine, `GET /metadata/identity/oauth2/token`. The machine
/// has every identity that the seed calls a managed one. The caller holds the estate's lock.
WireReply HandleIdentityEndpoint(Estate& estate, SigningKey const& key, WireRequest const& request);

}  // namespace adxf::emulator::entra
