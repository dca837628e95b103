#include "azure/follower_latency.hpp"

namespace adxf::azure {
namespace {

// Azure publishes a minute's value some minutes later.
constexpr Duration kLookBack = std::chrono::minutes(20);

}  // namespace

void FollowerLatency::Want(bool is_wanted) {
  std::lock_guard const lock(mutex_);
  is_wanted_ = is_wanted;
}

std::optional<SteadyPoint> FollowerLatency::NextDue() const {
  std::lock_guard const lock(mutex_);
  return is_wanted_ ? std::optional(due_) : std::nullopt;
}

Result<std::optional<LatencySample>> FollowerLatency::Read(ArmApi& arm,
                                                           model::ResourceId const& cluster,
                                                           http::CallContext const& call) {
  {
    std::lock_guard const lock(mutex_);
    due_ = clock_.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(interval_);
  }
  auto const now = clock_.Now();
  return arm.ReadFollowerLatency(cluster, {.from = now - kLookBack, .to = now}, call);
}

}  // namespace adxf::azure
