#pragma once

#include "emulator/entra/keys.hpp"
#include "emulator/wire.hpp"

#include <string_view>

namespace adxf::emulator {
struct Estate;
}

namespace adxf::emulator::entra {

/// True for paths of the authority: token endpoints, OpenID metadata, keys, instance discovery.
bool IsEntraPath(std::string_view path);

/// Serves them. The caller holds the estate's lock.
WireReply HandleEntra(Estate& estate, SigningKey const& key, WireRequest const& request);

}  // namespace adxf::emulator::entra
