#pragma once

#include "emulator/kusto/parser/cursor.hpp"
#include "emulator/model.hpp"

#include <optional>
#include <string_view>

namespace adxf::emulator::kusto {

/// A number with a unit and nothing else: `7d`, `1.5h`, `30m`, `10s`, `100ms`, `7days`.
std::optional<Ticks> ParseUnitSpan(std::string_view text);

/// A timespan literal: a unit span, or `timespan(…)`/`time(…)` around `d.hh:mm:ss`, a unit span or
/// a count of days.
Parsed<Ticks> ExpectTimespan(Cursor& cursor);

/// `datetime(…)`.
Parsed<TimePoint> ExpectDatetime(Cursor& cursor);

/// `hot = T` or `hotdata = T hotindex = T`, then any number of `, hot_window = datetime(a) ..
/// datetime(b)`.
Parsed<CachingPolicy> ExpectCaching(Cursor& cursor);

}  // namespace adxf::emulator::kusto
