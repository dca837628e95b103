#pragma once

#include <chrono>
#include <stop_token>

namespace adxf {

using TimePoint = std::chrono::system_clock::time_point;  ///< Wall clock, UTC; for what is shown or
                                                          ///< compared with services.
using SteadyPoint =
    std::chrono::steady_clock::time_point;  ///< Monotonic; for deadlines, back-off and age.
using Duration = std::chrono::nanoseconds;

/// Goes on while the machine is suspended, which the steady clock does not. Named as std has it.
struct BootTime {
  using duration = std::chrono::nanoseconds;  // NOLINT(readability-identifier-naming)
};
using BootPoint = std::chrono::time_point<BootTime>;  ///< For what others may take over meanwhile.

/// Time as a dependency, so that tests own it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  [[nodiscard]] virtual TimePoint Now() const = 0;
  [[nodiscard]] virtual SteadyPoint Steady() const = 0;
  [[nodiscard]] virtual BootPoint Boot() const = 0;

  /// Blocks until `deadline` or until a stop is requested. Returns false when stopped.
  virtual bool WaitUntil(SteadyPoint deadline, std::stop_token stop) = 0;
};

/// The machine's clocks. The only place in the program that sleeps.
class RealClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override;
  [[nodiscard]] SteadyPoint Steady() const override;
  [[nodiscard]] BootPoint Boot() const override;
  bool WaitUntil(SteadyPoint deadline, std::stop_token stop) override;
};

}  // namespace adxf
