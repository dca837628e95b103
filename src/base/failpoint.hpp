#pragma once

#include <string_view>

/// ADXF_FAILPOINT(name, detail): a place where a test may freeze the process. Nothing at all where
/// ADXF_FAILPOINTS is not defined, as in what ships.
#ifdef ADXF_FAILPOINTS
#define ADXF_FAILPOINT(name, detail) ::adxf::HitFailpoint(name, detail)
#else
#define ADXF_FAILPOINT(name, detail) static_cast<void>(0)
#endif

namespace adxf {

/// Stops the whole process, as SIGSTOP does, once, when the environment's ADXF_FREEZE_AT is
/// "<name>:<detail>". SIGCONT lets it go on.
void HitFailpoint(std::string_view name, std::string_view detail);

}  // namespace adxf
