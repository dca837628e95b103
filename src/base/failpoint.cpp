#include "base/failpoint.hpp"

#include <atomic>
#include <csignal>
#include <cstdlib>
#include <string>

namespace adxf {

void HitFailpoint(std::string_view name, std::string_view detail) {
  static std::atomic<bool> was_hit = false;
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes the environment
  char const* const wanted = std::getenv("ADXF_FREEZE_AT");
  if (wanted == nullptr || std::string(name) + ":" + std::string(detail) != wanted) return;
  if (!was_hit.exchange(true)) std::raise(SIGSTOP);
}

}  // namespace adxf
