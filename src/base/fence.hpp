#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

namespace adxf {

/// Says whether this process may still change things. Thread-safe.
class Fence {
 public:
  virtual ~Fence() = default;

  /// The moment by which a change that begins now must have ended. Error kCancelled: nothing may
  /// leave any more.
  virtual Result<SteadyPoint> Pass() = 0;

  /// A change that was let through ended without an answer: it may go on where it was sent.
  virtual void Unanswered() {}
};

/// For a process that is the only one.
class OpenFence final : public Fence {
 public:
  Result<SteadyPoint> Pass() override { return SteadyPoint::max(); }
};

}  // namespace adxf
