#pragma once

#include "emulator/seed_node.hpp"
#include "emulator/state.hpp"

namespace adxf::emulator::datashare {

/// One entry of `dataShareAccounts`: the account with its identity, its shares and their data sets.
/// Throws SeedError.
void LoadAccount(Estate& estate, SeedNode const& node);

/// Whether all data sets name clusters and databases of the seed. Throws SeedError.
void CheckSeed(Estate const& estate);

}  // namespace adxf::emulator::datashare
