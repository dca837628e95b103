#include "base/clock.hpp"

#include <condition_variable>
#include <ctime>
#include <mutex>

namespace adxf {

TimePoint RealClock::Now() const { return std::chrono::system_clock::now(); }

SteadyPoint RealClock::Steady() const { return std::chrono::steady_clock::now(); }

BootPoint RealClock::Boot() const {
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  return BootPoint(std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec));
}

bool RealClock::WaitUntil(SteadyPoint deadline, std::stop_token stop) {
  std::mutex mutex;
  std::condition_variable_any never_notified;
  std::unique_lock lock(mutex);
  never_notified.wait_until(lock, stop, deadline, [] { return false; });
  return !stop.stop_requested();
}

}  // namespace adxf
