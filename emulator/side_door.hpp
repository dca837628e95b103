#pragma once

#include "emulator/wire.hpp"

#include <string_view>

namespace adxf::emulator {

struct Estate;

bool IsSideDoorPath(std::string_view path);

/// Serves `/_emulator/…`: what tests see and turn. The caller holds the estate's lock.
WireReply HandleSideDoor(Estate& estate, WireRequest const& request);

}  // namespace adxf::emulator
