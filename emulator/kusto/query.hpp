#pragma once

#include "emulator/kusto/failure.hpp"
#include "emulator/kusto/result_table.hpp"
#include "emulator/kusto/session.hpp"

#include <string_view>

namespace adxf::emulator::kusto {

/// A query of the little that is served: `print [name =] literal, …`, `T`, `T | count`, `T | take
/// N`. All else is a syntax error, never an invented answer.
Outcome<ResultTable> RunQuery(Session const& session, std::string_view text);

}  // namespace adxf::emulator::kusto
