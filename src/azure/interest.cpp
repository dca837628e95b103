#include "azure/interest.hpp"

#include <utility>

namespace adxf::azure {

Interest Interests::Put(SharedText const& who, Interest const& interest) {
  auto& kept = all_[who];
  Count(kept, -1);
  Count(interest, 1);
  return std::exchange(kept, interest);
}

void Interests::Remove(SharedText const& who) {
  auto const found = all_.find(who);
  if (found == all_.end()) return;
  Count(found->second, -1);
  all_.erase(found);
}

bool Interests::Has(SharedText const& who, Interest const& interest) const {
  auto const found = all_.find(who);
  return found != all_.end() && found->second == interest;
}

std::optional<Duration> Interests::Probe() const {
  return probes_.empty() ? std::nullopt : std::optional(probes_.begin()->first);
}

void Interests::Count(Interest const& interest, int by) {
  followers_ += interest.as_follower ? by : 0;
  leaders_ += interest.as_leader ? by : 0;
  latencies_ += interest.latency ? by : 0;
  if (!interest.probe) return;
  auto& count = probes_[*interest.probe];
  count += by;
  if (count == 0) probes_.erase(*interest.probe);
}

}  // namespace adxf::azure
