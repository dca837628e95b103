#pragma once

#include "emulator/datashare/place.hpp"

namespace adxf::emulator::datashare {

WireReply ListMappings(Context& context);
WireReply GetMapping(Context& context);
/// Attaches the data set's databases to the consumer's cluster. The answer comes at once, with
/// `Creating`: an operation that nobody is told of does the work, and holds the cluster meanwhile
/// (our guess: the specification has no long-running operation here, but has the states of one). A
/// mapping that is broken is mended by putting it again.
WireReply PutMapping(Context& context);
/// Detaches at once.
WireReply DeleteMapping(Context& context);

}  // namespace adxf::emulator::datashare
