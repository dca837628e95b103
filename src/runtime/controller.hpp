#pragma once

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "runtime/ready_latch.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/work_queue.hpp"

#include <chrono>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace adxf::runtime {

enum class PassResult { kSuccess, kRequeueAfter, kError, kTerminalError };
/// "success", "requeue_after", "error"; a terminal error is an "error" as well.
std::string_view ToString(PassResult result);

/// What happens in a controller, for metrics. Called from any worker.
class ControllerObserver {
 public:
  virtual ~ControllerObserver() = default;
  virtual void PassStarted() {}
  virtual void PassFinished(PassResult /*result*/, Duration /*took*/) {}
  virtual void Panicked() {}
  virtual void TimedOut() {}
};

struct ControllerOptions {
  std::string name{};  ///< "followerdatabase"
  std::string kind{};  ///< "FollowerDatabase", in lines about one object.
  int workers = 2;
  Duration pass_deadline = std::chrono::seconds(60);
  Duration grace = std::chrono::seconds(
      5);  ///< At Stop(), passes may run on so long before their stop is requested.
  Duration sync_warning =
      std::chrono::minutes(2);  ///< Caches that are not ready by then are complained about.
};

struct ControllerParts {
  Reconciler& reconciler;
  WorkQueue& queue;
  std::vector<ReadyLatch const*> caches;  ///< Nothing runs before all of them are open.
  ReadyLatch const* leads = nullptr;      ///< Nor before this one is, however long it takes.
  Clock& clock;
  Random& random;
  ControllerObserver& observer;
  Log log;
};

/// Workers that take keys from a queue and run passes, with the rules of controller-runtime:
/// an error retries with back-off, a terminal one does not, requeue_after forgets failures, success
/// forgets and rests. An exception out of a pass is counted as a panic and retried like an error.
class Controller {
 public:
  Controller(ControllerOptions options, ControllerParts parts);
  ~Controller();

  /// Starts the workers; they wait for the caches. Stop the watches before Stop().
  void Start();

  /// Takes up nothing more; the grace of running passes begins. Of several controllers all begin
  /// before the first is waited for.
  void BeginStop();
  /// Lets running passes finish within the grace, then stops and joins them.
  void Stop();

  /// One pass if a key is due, on the caller's thread; for tests and simulations. False when none
  /// is.
  bool RunOne();

 private:
  void Work(std::stop_token const& stop);
  bool AwaitCaches(std::stop_token const& stop) const;
  bool AwaitCache(ReadyLatch const& cache, std::stop_token const& stop) const;
  bool AwaitLead(std::stop_token const& stop) const;
  void RunPass(WorkQueue::Item const& item);
  Outcome Guarded(ObjectKey const& key, http::CallContext const& call, Log const& log) const;
  PassResult Settle(WorkQueue::Item const& item, Outcome const& outcome, Log const& log) const;

  void LogRetry(Error const& error, Log const& log) const;

  ControllerOptions const options_;
  ControllerParts const parts_;
  std::stop_source passes_;  ///< Stops running passes, after the grace.
  std::optional<SteadyPoint> grace_end_;
  std::vector<std::jthread> workers_;
};

}  // namespace adxf::runtime
