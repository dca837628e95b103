#include "kube/slim_text.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace adxf::kube {
namespace {

constexpr std::array<std::string_view, 2> kDropped{
    "\"managedFields\"", "\"kubectl.kubernetes.io/last-applied-configuration\""};

bool IsSpace(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }

std::size_t SkipSpace(std::string_view text, std::size_t at) {
  while (at < text.size() && IsSpace(text[at])) ++at;
  return at;
}

/// Behind the string that begins at `at`.
std::size_t SkipString(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size()) {
    at = text.find_first_of("\"\\", at);
    if (at == std::string_view::npos) return text.size();
    if (text[at] == '"') return at + 1;
    at += 2;  // the backslash and the character that it escapes
  }
  return text.size();
}

bool Opens(char c) { return c == '{' || c == '['; }
bool Closes(char c) { return c == '}' || c == ']'; }

/// Behind the value that begins at `at`.
std::size_t SkipValue(std::string_view text, std::size_t at) {
  std::size_t depth = 0;
  for (; at < text.size(); ++at) {
    char const c = text[at];
    bool const ends_before = c == ',' || Closes(c);  // a bare number or word ends so
    if (depth == 0 && ends_before) return at;
    if (c == '"') at = SkipString(text, at) - 1;
    if (Opens(c)) ++depth;
    if (Closes(c)) --depth;
    bool const ends_here = c == '"' || Closes(c);
    if (depth == 0 && ends_here) return at + 1;
  }
  return at;
}

/// Behind a member to drop that begins at `at`, its comma included; `at` itself for any other.
std::size_t SkipDropped(std::string_view text, std::size_t at, std::size_t key_end,
                        std::string& kept) {
  if (std::ranges::find(kDropped, text.substr(at, key_end - at)) == kDropped.end()) return at;
  auto const colon = SkipSpace(text, key_end);
  if (colon == text.size() || text[colon] != ':') return at;  // a text of that name, no member
  auto const end = SkipSpace(text, SkipValue(text, SkipSpace(text, colon + 1)));
  if (end < text.size() && text[end] == ',') return end + 1;
  while (!kept.empty() && IsSpace(kept.back())) kept.pop_back();
  if (!kept.empty() && kept.back() == ',') kept.pop_back();
  return end;
}

}  // namespace

std::string SlimText(std::string_view text) {
  std::string kept;
  kept.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    auto const quote = std::min(text.find('"', at), text.size());
    kept.append(text.substr(at, quote - at));
    if (quote == text.size()) break;
    auto const end = SkipString(text, quote);
    at = SkipDropped(text, quote, end, kept);
    if (at != quote) continue;
    kept.append(text.substr(quote, end - quote));
    at = end;
  }
  return kept;
}

}  // namespace adxf::kube
