#include "emulator/kusto/parser/string_literal.hpp"

#include <cstdint>
#include <optional>

namespace adxf::emulator::kusto {
namespace {

void AppendUtf8(std::string& out, std::uint32_t code) {
  auto const put = [&out](std::uint32_t byte) {
    out.push_back(static_cast<char>(static_cast<unsigned char>(byte)));
  };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xC0 | (code >> 6));
    return put(0x80 | (code & 0x3F));
  }
  if (code < 0x10000) {
    put(0xE0 | (code >> 12));
    put(0x80 | ((code >> 6) & 0x3F));
    return put(0x80 | (code & 0x3F));
  }
  put(0xF0 | (code >> 18));
  put(0x80 | ((code >> 12) & 0x3F));
  put(0x80 | ((code >> 6) & 0x3F));
  put(0x80 | (code & 0x3F));
}

std::optional<std::uint32_t> DigitOf(char symbol, std::uint32_t base) {
  std::uint32_t digit = 99;
  if (symbol >= '0' && symbol <= '9') digit = static_cast<std::uint32_t>(symbol - '0');
  if (symbol >= 'a' && symbol <= 'f') digit = static_cast<std::uint32_t>(symbol - 'a') + 10;
  if (symbol >= 'A' && symbol <= 'F') digit = static_cast<std::uint32_t>(symbol - 'A') + 10;
  if (digit >= base) return std::nullopt;
  return digit;
}

/// Exactly `count` digits of `base` at `at`.
std::optional<std::uint32_t> Number(std::string_view text, std::size_t at, std::size_t count,
                                    std::uint32_t base) {
  if (at + count > text.size()) return std::nullopt;
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    auto const digit = DigitOf(text[at + i], base);
    if (!digit) return std::nullopt;
    value = value * base + *digit;
  }
  return value;
}

std::optional<char> SimpleEscape(char symbol) {
  switch (symbol) {
    case '\\': return '\\';
    case '\'': return '\'';
    case '"': return '"';
    case 'n': return '\n';
    case 't': return '\t';
    case 'r': return '\r';
    case 'a': return '\a';
    case 'b': return '\b';
    case 'f': return '\f';
    case 'v': return '\v';
    default: return std::nullopt;
  }
}

Parsed<std::size_t> Malformed(std::size_t at) {
  return std::unexpected(SyntaxError{at, "unknown escape sequence in a string literal"});
}

/// A `\uXXXX`, where a high surrogate must be followed by its low one. Returns the offset behind
/// it.
Parsed<std::size_t> AppendUtf16(std::string_view text, std::size_t at, std::string& out) {
  auto const high = Number(text, at + 2, 4, 16);
  if (!high) return Malformed(at);
  if (*high < 0xD800 || *high > 0xDFFF) {
    AppendUtf8(out, *high);
    return at + 6;
  }
  bool const has_low = text.substr(at + 6, 2) == "\\u";
  auto const low = has_low ? Number(text, at + 8, 4, 16) : std::nullopt;
  if (*high > 0xDBFF || !low || *low < 0xDC00 || *low > 0xDFFF) return Malformed(at);
  AppendUtf8(out, 0x10000 + ((*high - 0xD800) << 10) + (*low - 0xDC00));
  return at + 12;
}

Parsed<std::size_t> AppendOctal(std::string_view text, std::size_t at, std::string& out) {
  std::uint32_t code = 0;
  std::size_t end = at + 1;
  for (; end < text.size() && end < at + 4; ++end) {
    auto const digit = DigitOf(text[end], 8);
    if (!digit) break;
    code = code * 8 + *digit;
  }
  if (end == at + 1 || code > 0xFF) return Malformed(at);
  AppendUtf8(out, code);
  return end;
}

/// Decodes the escape whose backslash is at `at`; returns the offset behind it.
Parsed<std::size_t> AppendEscape(std::string_view text, std::size_t at, std::string& out) {
  if (at + 1 >= text.size()) return Malformed(at);
  char const symbol = text[at + 1];
  if (auto const plain = SimpleEscape(symbol)) {
    out.push_back(*plain);
    return at + 2;
  }
  if (symbol == 'u') return AppendUtf16(text, at, out);
  if (symbol != 'x' && symbol != 'U') return AppendOctal(text, at, out);
  std::size_t const width = symbol == 'x' ? 2 : 8;
  auto const code = Number(text, at + 2, width, 16);
  if (!code || *code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) return Malformed(at);
  AppendUtf8(out, *code);
  return at + 2 + width;
}

}  // namespace

Parsed<StringLiteral> ReadEscapedString(std::string_view text, std::size_t begin) {
  char const quote = text[begin];
  StringLiteral literal;
  for (std::size_t at = begin + 1; at < text.size();) {
    char const symbol = text[at];
    if (symbol == quote) {
      literal.end = at + 1;
      return literal;
    }
    if (symbol == '\n' || symbol == '\r') break;
    if (symbol != '\\') {
      literal.value.push_back(symbol);
      ++at;
      continue;
    }
    auto const next = AppendEscape(text, at, literal.value);
    if (!next) return std::unexpected(next.error());
    at = *next;
  }
  return std::unexpected(SyntaxError{begin, "unterminated string literal"});
}

Parsed<StringLiteral> ReadVerbatimString(std::string_view text, std::size_t begin) {
  char const quote = text[begin];
  StringLiteral literal;
  for (std::size_t at = begin + 1; at < text.size(); ++at) {
    bool const is_quote = text[at] == quote;
    if (is_quote && (at + 1 >= text.size() || text[at + 1] != quote)) {
      literal.end = at + 1;
      return literal;
    }
    literal.value.push_back(text[at]);
    if (is_quote) ++at;
  }
  return std::unexpected(SyntaxError{begin, "unterminated string literal"});
}

std::string QuoteLiteral(std::string_view value) {
  std::string out = "\"";
  for (char const symbol : value) {
    if (symbol == '"' || symbol == '\\') out.push_back('\\');
    out.push_back(symbol);
  }
  return out + "\"";
}

}  // namespace adxf::emulator::kusto
