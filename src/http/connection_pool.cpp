#include "http/connection_pool.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace adxf::http {

std::unique_ptr<Connection> ConnectionPool::Take(std::string const& origin) {
  for (;;) {
    Resting last;
    {
      std::lock_guard const lock(mutex_);
      auto const found = resting_.find(origin);
      if (found == resting_.end()) return nullptr;
      last = std::move(found->second.back());
      found->second.pop_back();
      if (found->second.empty()) resting_.erase(found);
    }
    // What is on the way may have forgotten an old one without a word to either end.
    bool const is_young = std::chrono::steady_clock::now() - last.since < longest_rest_;
    if (is_young && last.connection->IsIdle()) return std::move(last.connection);
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
        list, [&](Resting const& it) { return now - it.since < longest_rest_; });
    std::move(list.begin(), young, std::back_inserter(old));
    list.erase(list.begin(), young);
  }
  std::erase_if(resting_, [](auto const& entry) { return entry.second.empty(); });
  return old;
}

}  // namespace adxf::http
