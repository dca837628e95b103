#include "runtime/store.hpp"

#include <algorithm>

namespace adxf::runtime {
namespace {

bool IsNumber(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

std::string_view WithoutLeadingZeros(std::string_view number) {
  auto const first = number.find_first_not_of('0');
  return first == std::string_view::npos ? std::string_view() : number.substr(first);
}

}  // namespace

bool IsAtLeast(std::string_view version, std::string_view other) {
  if (!IsNumber(version) || !IsNumber(other)) return version == other;
  auto const left = WithoutLeadingZeros(version);
  auto const right = WithoutLeadingZeros(other);
  if (left.size() != right.size()) return left.size() > right.size();
  return left >= right;
}

}  // namespace adxf::runtime
