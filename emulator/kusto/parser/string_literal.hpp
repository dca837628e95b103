#pragma once

#include "emulator/kusto/parser/token.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace adxf::emulator::kusto {

/// A literal's value and the offset behind its closing quote.
struct StringLiteral {
  std::string value{};
  std::size_t end = 0;
};

/// Reads `'…'` or `"…"` with backslash escapes; `text[begin]` is the opening quote. The value is
/// UTF-8.
Parsed<StringLiteral> ReadEscapedString(std::string_view text, std::size_t begin);

/// Reads what follows `@`: no escapes, a doubled quote stands for one; `text[begin]` is the opening
/// quote.
Parsed<StringLiteral> ReadVerbatimString(std::string_view text, std::size_t begin);

/// The text as a double-quoted Kusto literal, for messages and for answers that hold commands.
std::string QuoteLiteral(std::string_view value);

}  // namespace adxf::emulator::kusto
