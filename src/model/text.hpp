#pragma once

#include <string>
#include <string_view>

/// Small questions about text, ASCII only: what Azure and Kusto compare regardless of case is ASCII.
namespace adxf::model {

std::string ToLower(std::string_view text);
bool EqualsIgnoringCase(std::string_view a, std::string_view b);

/// 8-4-4-4-12 hexadecimal digits, either case.
bool IsGuid(std::string_view text);

/// True when there is a byte below 0x20 or a DEL.
bool HasControlCharacter(std::string_view text);

/// Cuts to at most `limit` bytes at a character boundary of UTF-8; what is cut ends in "...".
std::string Shorten(std::string_view text, std::size_t limit);

}  // namespace adxf::model
