#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <functional>
#include <string>

/// Secrets in files. Files rotate, so whoever uses one reads it anew each time.
namespace adxf::azure {

using FileReader = std::function<Result<Secret>(std::string const& path)>;

/// The whole file, at most 64 KiB. Errors: kUnavailable when it cannot be read, naming the path:
/// whoever rotates a file may be between removing and writing it.
Result<Secret> ReadSecretFile(std::string const& path);

/// What `read` finds there, without the blanks and line breaks around it. Errors: those of `read`,
/// and kUnavailable when nothing is left.
Result<Secret> LoadSecret(FileReader const& read, std::string const& path);

}  // namespace adxf::azure
