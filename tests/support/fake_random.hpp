#pragma once

#include "base/random.hpp"

#include <cstdio>
#include <deque>
#include <mutex>
#include <string>

namespace adxf::test {

/// Fractions as scripted, then `rest` forever; GUIDs count up from
/// 00000000-0000-4000-8000-000000000001.
class FakeRandom final : public Random {
 public:
  explicit FakeRandom(double rest = 0.0) : rest_(rest) {}

  void Script(double fraction) {
    std::lock_guard const lock(mutex_);
    script_.push_back(fraction);
  }

  double Fraction() override {
    std::lock_guard const lock(mutex_);
    if (script_.empty()) return rest_;
    double const next = script_.front();
    script_.pop_front();
    return next;
  }

  std::string Guid() override {
    std::lock_guard const lock(mutex_);
    char text[37];
    std::snprintf(text, sizeof text, "00000000-0000-4000-8000-%012llx", ++guids_);
    return text;
  }

 private:
  std::mutex mutex_;
  // Guarded by mutex_.
  std::deque<double> script_;
  double rest_;
  unsigned long long guids_ = 0;
};

}  // namespace adxf::test
