// Names and texts in commands, read by a lexer of Kusto's rules that shares nothing with ours: each
// is one token to its end, and means what was given.
#include "azure/csl.hpp"
#include "fuzz/fuzz.hpp"

#include <optional>

namespace adxf {
namespace {

constexpr std::string_view kHighest = "\U0010FFFF";

/// The number that so many hexadecimal digits write; advances `at` behind them.
std::optional<std::uint32_t> Hex(std::string_view text, std::size_t& at, std::size_t digits) {
  if (text.size() - at < digits) return std::nullopt;
  std::uint32_t number = 0;
  for (char const c : text.substr(at, digits)) {
    auto const place = std::string_view("0123456789abcdefABCDEF").find(c);
    if (place == std::string_view::npos) return std::nullopt;
    number = number * 16 + static_cast<std::uint32_t>(place < 16 ? place : place - 6);
  }
  at += digits;
  return number;
}

std::string Utf8(std::uint32_t c) {
  auto const tail = [&](unsigned shift) { return static_cast<char>(0x80 + (c >> shift) % 64); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {static_cast<char>(0xc0 + (c >> 6)), tail(0)};
  if (c < 0x10000) return {static_cast<char>(0xe0 + (c >> 12)), tail(6), tail(0)};
  return {static_cast<char>(0xf0 + (c >> 18)), tail(12), tail(6), tail(0)};
}

/// \uXXXX is a unit of UTF-16, as in a .NET string: a high surrogate needs its low one behind it.
std::optional<std::string> Unit(std::string_view text, std::size_t& at) {
  auto const first = Hex(text, at, 4);
  if (!first || (*first >= 0xdc00 && *first < 0xe000)) return std::nullopt;
  if (*first < 0xd800 || *first >= 0xe000) return Utf8(*first);
  if (!text.substr(at).starts_with("\\u")) return std::nullopt;
  at += 2;
  auto const second = Hex(text, at, 4);
  if (!second || *second < 0xdc00 || *second >= 0xe000) return std::nullopt;
  return Utf8(0x10000 + (*first - 0xd800) * 0x400 + (*second - 0xdc00));
}

/// One escape after a backslash; advances `at` behind it. Kusto knows some more, for which nothing
/// here has a use: none of them may be written.
std::optional<std::string> Escape(std::string_view text, std::size_t& at) {
  char const c = text[at++];
  switch (c) {
    case '\\':
    case '\'':
    case '"': return std::string(1, c);
    case 'n': return "\n";
    case 't': return "\t";
    case 'r': return "\r";
    case 'u': return Unit(text, at);
    default: return std::nullopt;
  }
}

/// The meaning of a literal in single quotes that is all of `text`; nothing where it is none.
std::optional<std::string> MeaningOf(std::string_view text) {
  if (text.size() < 2 || text.front() != '\'') return std::nullopt;
  std::string meaning;
  std::size_t at = 1;
  while (at < text.size()) {
    char const c = text[at++];
    if (c == '\'') return at == text.size() ? std::optional(meaning) : std::nullopt;
    // A line break ends a literal, and what is no ASCII could be one to somebody.
    if (c < ' ' || c > '~') return std::nullopt;
    if (c != '\\') {
      meaning += c;
      continue;
    }
    if (at == text.size()) return std::nullopt;
    auto const escaped = Escape(text, at);
    if (!escaped) return std::nullopt;
    meaning += *escaped;
  }
  return std::nullopt;
}

/// Whatever is written into it, a command keeps its form: each place holds its own token.
void CheckCommand(azure::Entity const& name, azure::Literal const& text) {
  auto const command = azure::Csl::Of(".add {} ({})", name, text);
  fuzz::Require(command.Text() == ".add " + name.Quoted() + " (" + text.Quoted() + ")",
                "what is filled in is not filled again");
}

void Check(std::string_view input) {
  fuzz::Require(MeaningOf(R"('\udbff\uDFFF')") == kHighest && !MeaningOf(R"('\ud800x')") &&
                    !MeaningOf(R"('\u12g4')") && !MeaningOf(R"('a\')"),
                "the lexer knows its rules");
  auto const literal = azure::Literal::Parse(input);
  if (literal)
    fuzz::Require(MeaningOf(literal->Quoted()) == input,
                  "a literal is one token that means the text");
  auto const name = azure::Entity::Parse(input);
  if (!name) return;
  auto const whole = name->Quoted();
  std::string_view quoted = whole;
  fuzz::Require(quoted.starts_with("[") && quoted.ends_with("]"), "a name is in brackets");
  quoted = quoted.substr(1, quoted.size() - 2);
  fuzz::Require(MeaningOf(quoted) == input, "a name is one token that means the name");
  fuzz::Require(literal.has_value(), "what can be a name can be a text");
  CheckCommand(*name, *literal);
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
