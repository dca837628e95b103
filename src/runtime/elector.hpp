#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "kube/kube_api.hpp"
#include "kube/watcher.hpp"
#include "runtime/election.hpp"
#include "runtime/leader_gate.hpp"

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>

namespace adxf::runtime {

/// What an Elector works with; all of it outlives it.
struct ElectorParts {
  kube::KubeApi& api;  ///< On a connection of its own, without retries and without the fence.
  Clock& clock;
  LeaderGate& gate;
  std::function<void(bool is_leading)> told;  ///< Called when that changes; for metrics.
  Log log;
};

/// Takes part in the election, on a thread of its own: waits for the Lease to become free, takes
/// it, renews it, and gives it back at the end. Hears of the Lease as a watch's handler.
class Elector final : public kube::WatchHandler {
 public:
  Elector(ElectionPolicy policy, kube::ObjectKey lease, ElectorParts parts);
  ~Elector() override;

  void Start();
  /// Ends the thread. Shuts the gate and gives the lease back when this process leads: call it when
  /// nothing is left to be written.
  void Stop();

  /// Does what is due, on the caller's thread, until there is nothing to do before the moment that
  /// it returns (none: before news).
  std::optional<BootPoint> Advance(std::stop_token const& stop);

  // WatchHandler: only the one Lease is watched.
  void OnInit() override { listed_.reset(); }
  Result<void> OnInitApply(nlohmann::json const& object) override;
  void OnInitDone() override;
  Result<void> OnApply(nlohmann::json const& object) override;
  Result<void> OnDelete(nlohmann::json const& object) override;

 private:
  void Run(std::stop_token const& stop);
  void Tell(ElectionInput input);
  void TakeNews();
  void Feed(ElectionInput const& input);
  /// False when there is nothing to do but to wait or to end.
  bool Execute(ElectionCommand const& command, std::stop_token const& stop);
  void Write(ElectionCommand const& command, http::CallContext const& call, BootPoint begun);
  void GiveBack();
  Result<void> PatchReleased();
  [[nodiscard]] http::CallContext Call(std::stop_token const& stop) const;

  ElectionPolicy const policy_;
  kube::ObjectKey const key_;
  ElectorParts const parts_;
  std::optional<kube::Lease> listed_;  // of the watch's thread

  std::mutex mutex_;
  std::condition_variable_any arrived_;
  std::deque<ElectionInput> news_;  // guarded by mutex_

  // Of the elector's thread.
  ElectionState state_;
  bool may_hold_ = false;  ///< A write of ours had no answer.
  std::jthread thread_;
};

}  // namespace adxf::runtime
