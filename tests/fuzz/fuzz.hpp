#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

/// What the fuzz targets share. A target is one file with a function `Check(std::string_view)`;
/// ADXF_FUZZ_TARGET(Check) makes a program of it.
namespace adxf::fuzz {

/// Ends the process with the rule that does not hold, which libFuzzer takes for a finding.
inline void Require(bool holds, char const* rule) {
  if (holds) return;
  std::fprintf(stderr, "broken rule: %s\n", rule);
  std::abort();
}

/// The parts between newlines, empty ones included.
inline std::vector<std::string> Lines(std::string_view input) {
  std::vector<std::string> lines;
  while (true) {
    auto const end = input.find('\n');
    lines.emplace_back(input.substr(0, end));
    if (end == std::string_view::npos) return lines;
    input.remove_prefix(end + 1);
  }
}

}  // namespace adxf::fuzz

#define ADXF_FUZZ_TARGET(check)                                                       \
  extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) { \
    check(std::string_view(reinterpret_cast<char const*>(data), size));               \
    return 0;                                                                         \
  }
