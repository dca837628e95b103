#pragma once

#include "base/text.hpp"

#include <cstddef>
#include <string>
#include <string_view>

/// What is asked of a text that becomes part of a name or of a status. base/text.hpp has the rest.
namespace adxf::model {

/// 8-4-4-4-12 hexadecimal digits, either case.
bool IsGuid(std::string_view text);

/// True when there is a byte below 0x20 or a DEL.
bool HasControlCharacter(std::string_view text);

/// Cuts to at most `limit` bytes at a character boundary of UTF-8; what is cut ends in "...".
std::string Shorten(std::string_view text, std::size_t limit);

}  // namespace adxf::model
