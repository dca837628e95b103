#pragma once

#include "azure/arm_client.hpp"
#include "base/clock.hpp"

#include <mutex>
#include <optional>

namespace adxf::azure {

/// Azure's own figure of how far one cluster is behind all that it follows: asked for while it is
/// wanted, once an interval and never more often. A failed call keeps the figure that was
/// read before; its age tells. Thread-safe; Read is called by one thread at a time.
class FollowerLatency {
 public:
  FollowerLatency(Duration interval, Clock& clock) : interval_(interval), clock_(clock) {}

  void Want(bool is_wanted);
  /// Never while it is not wanted.
  [[nodiscard]] std::optional<SteadyPoint> NextDue() const;
  /// The newest figure that Azure has; empty when there is none.
  Result<std::optional<LatencySample>> Read(ArmApi& arm, model::ResourceId const& cluster,
                                            http::CallContext const& call);

 private:
  Duration const interval_;
  Clock& clock_;
  mutable std::mutex mutex_;
  // Guarded by mutex_.
  bool is_wanted_ = false;
  SteadyPoint due_{};
};

}  // namespace adxf::azure
