#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace adxf::emulator::kusto {

/// Records of RFC 4180 text: quoted cells may hold commas and line ends, a doubled quote is one.
/// Blank lines are skipped.
std::vector<std::vector<std::string>> ParseCsv(std::string_view text);

}  // namespace adxf::emulator::kusto
