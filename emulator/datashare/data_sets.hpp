#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListDataSets(Context& context);
WireReply GetDataSet(Context& context);
/// A data set of the same kind and resource takes new table lists, for its consumers at once;
/// anything else under its name is refused.
WireReply PutDataSet(Context& context);
WireReply DeleteDataSet(Context& context);

}  // namespace adxf::emulator::datashare
