#pragma once

#include "emulator/arm/router.hpp"

#include <span>

namespace adxf::emulator::datashare {

/// The operations of Microsoft.DataShare, in the order they are tried.
std::span<arm::Route const> Routes();

}  // namespace adxf::emulator::datashare
