#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace adxf {

/// ASCII only: names and ids of Azure compare so.
std::string ToLower(std::string_view text);
bool EqualsIgnoreCase(std::string_view a, std::string_view b);

std::string Join(std::vector<std::string> const& parts, std::string_view separator);

}  // namespace adxf
