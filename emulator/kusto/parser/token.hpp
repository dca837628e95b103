#pragma once

#include <cstddef>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::kusto {

/// Why a text is not Kusto, and where.
struct SyntaxError {
  std::size_t offset = 0;
  std::string message{};
};

template <class T>
using Parsed = std::expected<T, SyntaxError>;

enum class TokenKind {
  kWord,     ///< Bare name or keyword; keywords may hold hyphens: `materialized-views`.
  kName,     ///< Bracketed name, `['x']` or `["x"]`; `text` is the name itself.
  kString,   ///< String literal; `text` is its value.
  kLiteral,  ///< Starts with a digit: `7d`, `1.5h`, `30`.
  kTyped,  ///< `datetime(…)`, `timespan(…)`; `text` is the type in lower case, `argument` what the
           ///< parentheses hold.
  kPunct,  ///< One character, or `..`.
  kRest,   ///< What follows `<|`, untouched.
  kEnd,
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string text{};
  std::string argument{};
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// Cuts a command or query into tokens; the last is kEnd. Comments run from `//` to the end of the
/// line.
Parsed<std::vector<Token>> Tokenize(std::string_view text);

/// Line and position of an offset, both from 1, as the service reports them.
struct TextPosition {
  std::size_t line = 1;
  std::size_t position = 1;
};
TextPosition PositionOf(std::string_view text, std::size_t offset);

}  // namespace adxf::emulator::kusto
