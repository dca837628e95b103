#pragma once

#include "base/clock.hpp"
#include "base/fence.hpp"
#include "runtime/ready_latch.hpp"

#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

namespace adxf::runtime {

/// For how long a renewal is good.
struct GateTerms {
  Duration lease = std::chrono::seconds(15);           ///< Others take over no earlier.
  Duration renew_deadline = std::chrono::seconds(10);  ///< Nothing begins later.

  /// The age at which every call must have ended: a fifth of the time in between is left unused.
  [[nodiscard]] Duration LatestEnd() const { return lease - (lease - renew_deadline) / 5; }
};

/// Knows whether this process leads, and lets changes out only while it does: shut at first, open
/// from the first renewal on, shut for good when the lease is lost or given back. Age is measured
/// by the boot-time clock, so that a process which was frozen, or whose machine was suspended,
/// finds out before it sends. Thread-safe.
class LeaderGate final : public Fence {
 public:
  /// `lost` is called once, from whichever thread finds out first, and is meant to end the process.
  using Lost = std::function<void(std::string_view why)>;

  LeaderGate(GateTerms terms, Clock const& clock, Lost lost);

  Result<SteadyPoint> Pass() override;
  void Unanswered() override;

  /// A renewal that was begun then went through.
  void Renewed(BootPoint begun);
  /// The lease is gone.
  void Lose(std::string_view why);
  /// Nothing leaves from now on: the lease is about to be given back.
  void Close();

  /// Whether a change may still be going on whose answer was not awaited.
  [[nodiscard]] bool LeftSomethingOpen() const;

  /// Opens when this process begins to lead.
  [[nodiscard]] ReadyLatch const& Leads() const { return leads_; }

 private:
  GateTerms const terms_;
  Clock const& clock_;
  Lost const lost_;
  ReadyLatch leads_;
  mutable std::mutex mutex_;
  std::optional<BootPoint> renewed_at_;     // guarded by mutex_; none: shut
  bool is_over_ = false;                    // guarded by mutex_
  std::optional<BootPoint> unanswered_at_;  // guarded by mutex_; the last one
};

}  // namespace adxf::runtime
