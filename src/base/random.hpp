#pragma once

#include <cstdint>
#include <mutex>
#include <random>
#include <string>

namespace adxf {

/// Randomness as a dependency: jitter and identifiers. Thread-safe.
class Random {
 public:
  virtual ~Random() = default;

  /// Uniform in [0, 1).
  virtual double Fraction() = 0;

  /// A version 4 GUID in lower case.
  virtual std::string Guid() = 0;
};

class SystemRandom final : public Random {
 public:
  SystemRandom();
  double Fraction() override;
  std::string Guid() override;

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_;  // guarded by mutex_
};

}  // namespace adxf
