#include "runtime/leader_gate.hpp"

#include <utility>

namespace adxf::runtime {

LeaderGate::LeaderGate(GateTerms terms, Clock const& clock, Lost lost)
    : terms_(terms), clock_(clock), lost_(std::move(lost)) {}

Result<SteadyPoint> LeaderGate::Pass() {
  std::optional<BootPoint> renewed_at;
  {
    std::lock_guard const lock(mutex_);
    renewed_at = renewed_at_;
  }
  if (!renewed_at) return Fail(Code::kCancelled, "not sent: this process does not hold the lease");
  // The steady clock is read first: what passes in between makes the deadline earlier.
  auto const steady = clock_.Steady();
  auto const age = clock_.Boot() - *renewed_at;
  if (age >= terms_.renew_deadline) {
    Lose("the lease was not renewed in time");
    return Fail(Code::kCancelled, "not sent: the lease is lost");
  }
  return steady + std::chrono::duration_cast<SteadyPoint::duration>(terms_.LatestEnd() - age);
}

void LeaderGate::Unanswered() {
  std::lock_guard const lock(mutex_);
  unanswered_at_ = clock_.Boot();
}

bool LeaderGate::LeftSomethingOpen() const {
  std::lock_guard const lock(mutex_);
  return unanswered_at_ && clock_.Boot() - *unanswered_at_ < terms_.lease;
}

void LeaderGate::Renewed(BootPoint begun) {
  {
    std::lock_guard const lock(mutex_);
    if (is_over_) return;
    renewed_at_ = begun;
  }
  leads_.Open();
}

void LeaderGate::Lose(std::string_view why) {
  {
    std::lock_guard const lock(mutex_);
    if (std::exchange(is_over_, true)) return;
    renewed_at_.reset();
  }
  lost_(why);
}

void LeaderGate::Close() {
  std::lock_guard const lock(mutex_);
  is_over_ = true;
  renewed_at_.reset();
}

}  // namespace adxf::runtime
