#pragma once

#include "emulator/wire.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace adxf::emulator::arm {

/// The api-versions that a resource provider takes; none for one that is unknown here.
std::span<std::string_view const> VersionsOf(std::string_view provider);

/// The 400 for a version that is missing or unknown.
std::optional<WireReply> CheckVersion(std::string_view provider, std::string_view type,
                                      std::string const& version);

/// The 409 for a subscription that is not registered to use the provider.
WireReply NotRegistered(std::string_view provider);

}  // namespace adxf::emulator::arm
