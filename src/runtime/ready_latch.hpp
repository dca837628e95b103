#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <utility>

namespace adxf::runtime {

/// Opens once and stays open. Thread-safe.
class ReadyLatch {
 public:
  void Open() {
    {
      std::lock_guard const lock(mutex_);
      is_open_ = true;
    }
    opened_.notify_all();
  }

  [[nodiscard]] bool IsOpen() const {
    std::lock_guard const lock(mutex_);
    return is_open_;
  }

  /// Blocks until it opens (true), or until a stop is requested or the time is over (false).
  /// Measured in real time.
  bool Wait(std::stop_token stop, std::chrono::nanoseconds at_most) const {
    std::unique_lock lock(mutex_);
    return opened_.wait_for(lock, std::move(stop), at_most, [this] { return is_open_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any opened_;
  bool is_open_ = false;  // guarded by mutex_
};

}  // namespace adxf::runtime
