#pragma once

#include <condition_variable>
#include <mutex>
#include <stop_token>

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

  /// Blocks until it opens (true) or a stop is requested (false).
  bool Wait(std::stop_token stop) const {
    std::unique_lock lock(mutex_);
    return opened_.wait(lock, std::move(stop), [this] { return is_open_; });
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable_any opened_;
  bool is_open_ = false;  // guarded by mutex_
};

}  // namespace adxf::runtime
