// Names and texts in commands, read by a lexer of Kusto's rules that shares nothing with ours: each
// is one token to its end, and means what was given.
#include "azure/csl.hpp"
#include "fuzz/fuzz.hpp"

#include <optional>

namespace adxf {
namespace {

/// One escape after a backslash; advances `at` behind it.
std::optional<std::string> Escape(std::string_view text, std::size_t& at) {
  char const c = text[at++];
  switch (c) {
    case '\\':
    case '\'':
    case '"': return std::string(1, c);
    case 'n': return "\n";
    case 't': return "\t";
    case 'r': return "\r";
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
    if (c == '\n' || c == '\r') return std::nullopt;
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

void Check(std::string_view input) {
  if (auto const literal = azure::Literal::Parse(input))
    fuzz::Require(MeaningOf(literal->Quoted()) == input,
                  "a literal is one token that means the text");
  if (auto const name = azure::Entity::Parse(input)) {
    auto const whole = name->Quoted();
    std::string_view quoted = whole;
    fuzz::Require(quoted.starts_with("[") && quoted.ends_with("]"), "a name is in brackets");
    quoted = quoted.substr(1, quoted.size() - 2);
    fuzz::Require(MeaningOf(quoted) == input, "a name is one token that means the name");
  }
}

}  // namespace
}  // namespace adxf

ADXF_FUZZ_TARGET(adxf::Check)
