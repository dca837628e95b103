#include "base/text.hpp"

#include <algorithm>

namespace adxf {
namespace {

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string ToLower(std::string_view text) {
  std::string result(text);
  std::ranges::transform(result, result.begin(), Lower);
  return result;
}

bool EqualsIgnoreCase(std::string_view a, std::string_view b) {
  // From the end: of names that are made by one rule the ends differ.
  return a.size() == b.size() && std::equal(a.rbegin(), a.rend(), b.rbegin(),
                                            [](char x, char y) { return Lower(x) == Lower(y); });
}

std::string Join(std::vector<std::string> const& parts, std::string_view separator) {
  std::string result;
  for (auto const& part : parts) {
    if (!result.empty()) result += separator;
    result += part;
  }
  return result;
}

}  // namespace adxf
