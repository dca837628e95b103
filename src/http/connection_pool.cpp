#include "http/connection_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adxf::http {

std::unique_ptr<Connection> ConnectionPool::Take(std::string const& origin) {
  for (;;) {
    std::unique_ptr<Connection> connection;
    {
      std::lock_guard const lock(mutex_);
      auto const found = resting_.find(origin);
      if (found == resting_.end()) return nullptr;
      connection = std::move(found->second.back().connection);
      found->second.pop_back();
      if (found->second.empty()) resting_.erase(found);
    }
    if (connection->IsIdle()) return connection;
  }
}

void ConnectionPool::Return(std::string const& origin, std::unique_ptr<Connection> connection) {
  auto const now = std::chrono::steady_clock::now();
  std::vector<Resting> old;  // Closed without the lock.
  std::lock_guard const lock(mutex_);
  resting_[origin].push_back({.connection = std::move(connection), .since = now});
  if (now - swept_ >= kBetweenSweeps) old = Sweep(now);
}

std::vector<ConnectionPool::Resting> ConnectionPool::Sweep(SteadyPoint now) {
  swept_ = now;
  std::vector<Resting> old;
  for (auto& [origin, list] : resting_) {
    auto const young = std::ranges::find_if(
        list, [&](Resting const& it) { return now - it.since < kLongestRest; });
    std::move(list.begin(), young, std::back_inserter(old));
    list.erase(list.begin(), young);
  }
  std::erase_if(resting_, [](auto const& entry) { return entry.second.empty(); });
  return old;
}

}  // namespace adxf::http
