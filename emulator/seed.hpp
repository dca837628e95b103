#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace adxf::emulator {

struct Estate;

/// Fills an empty estate from a YAML seed (emulator/README.md tells the format). Code::kInvalid
/// with the path of the field at fault, e.g. "clusters[2].databases[0].name is missing".
Result<void> LoadSeed(Estate& estate, std::string const& yaml);
Result<void> LoadSeedFile(Estate& estate, std::filesystem::path const& file);

}  // namespace adxf::emulator
