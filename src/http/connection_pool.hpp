#pragma once

#include "base/clock.hpp"
#include "http/connection.hpp"

#include <chrono>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace adxf::http {

/// Connections that nobody uses at the moment, by origin; each is closed when it has not been used
/// for a while. Thread-safe.
class ConnectionPool {
 public:
  explicit ConnectionPool(Duration longest_rest) : longest_rest_(longest_rest) {}

  /// The one that was used last and is still good; null when there is none.
  std::unique_ptr<Connection> Take(std::string const& origin);
  void Return(std::string const& origin, std::unique_ptr<Connection> connection);

 private:
  static constexpr std::chrono::seconds kBetweenSweeps{1};

  struct Resting {
    std::unique_ptr<Connection> connection{};
    SteadyPoint since{};
  };
  using ByOrigin = std::map<std::string, std::vector<Resting>>;

  /// Takes out what has rested for too long. Called with the lock held.
  std::vector<Resting> Sweep(SteadyPoint now);

  Duration const longest_rest_;
  std::mutex mutex_;
  ByOrigin resting_;     // guarded by mutex_; each list in the order of `since`
  SteadyPoint swept_{};  // guarded by mutex_
};

}  // namespace adxf::http
