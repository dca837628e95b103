#include "kinds/follower_database/audience.hpp"

#include <algorithm>

namespace adxf::follower_database {

void Audience::Attend(kube::ObjectKey const& key, Seat const& from, Seat const& to,
                      std::shared_ptr<Concern const> const& concern) {
  std::lock_guard const lock(mutex_);
  for (auto const* observer : {from.follower, from.leader}) {
    if (observer != to.follower && observer != to.leader) Remove(key, observer);
  }
  for (auto const* observer : {to.follower, to.leader}) {
    if (observer != nullptr) subscribers_[observer][key] = concern;
  }
}

void Audience::Leave(kube::ObjectKey const& key, Seat const& from) {
  std::lock_guard const lock(mutex_);
  Remove(key, from.follower);
  Remove(key, from.leader);
  awaiting_.erase(key);
}

void Audience::Await(kube::ObjectKey const& key) {
  std::lock_guard const lock(mutex_);
  awaiting_.insert(key);
}

std::vector<Audience::Woken> Audience::Concerned(azure::ClusterObserver const& observer,
                                                 azure::News const& news) {
  std::lock_guard const lock(mutex_);
  std::vector<Woken> woken;
  auto const found = subscribers_.find(&observer);
  if (found == subscribers_.end()) return woken;
  for (auto const& [key, concern] : found->second) {
    bool const was_awaiting = awaiting_.erase(key) > 0;
    if (was_awaiting || Concerns(news, *concern))
      woken.push_back({.key = key, .was_awaiting = was_awaiting});
  }
  std::ranges::sort(woken, {}, &Woken::key);
  return woken;
}

void Audience::Remove(kube::ObjectKey const& key, azure::ClusterObserver const* observer) {
  auto const found = subscribers_.find(observer);
  if (found == subscribers_.end()) return;
  found->second.erase(key);
  if (found->second.empty()) subscribers_.erase(found);
}

}  // namespace adxf::follower_database
