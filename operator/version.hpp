#pragma once

namespace adxf::app {

inline constexpr char kVersion[] = "0.1.0";

}  // namespace adxf::app
