#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace adxf::azure {

/// The characters of UTF-8 text; nullopt for bytes that are none (overlong forms and surrogates
/// included).
std::optional<std::u32string> DecodeUtf8(std::string_view text);

}  // namespace adxf::azure
