#pragma once

#include "azure/observer_pool.hpp"
#include "base/metrics.hpp"
#include "runtime/controller.hpp"
#include "runtime/work_queue.hpp"

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

/// Small adapters between what happens and who counts or hears it.
namespace adxf::app {

/// What happens in the queue, in controller-runtime's metrics.
class QueueMetrics final : public runtime::QueueObserver {
 public:
  QueueMetrics(Metrics& metrics, std::string name) : metrics_(metrics), name_(std::move(name)) {}

  void Added() override { metrics_.QueueAdded(name_); }
  void Retried() override { metrics_.QueueRetried(name_); }
  void DepthChanged(int /*priority*/, int difference) override {
    auto const depth = depth_.fetch_add(difference) + difference;
    metrics_.SetQueueDepth(name_, "", static_cast<std::size_t>(depth > 0 ? depth : 0));
  }
  void Taken(Duration waited) override {
    auto const work = metrics_.WorkStarted(name_, waited);
    std::lock_guard const lock(mutex_);
    works_.push_back(work);
  }
  void Finished(Duration /*worked*/) override {
    std::uint64_t work = 0;
    {
      std::lock_guard const lock(mutex_);
      if (works_.empty()) return;
      work = works_.front();
      works_.erase(works_.begin());
    }
    metrics_.WorkDone(name_, work);
  }

 private:
  Metrics& metrics_;
  std::string const name_;
  std::atomic<int> depth_ = 0;
  std::mutex mutex_;
  std::vector<std::uint64_t> works_;  // guarded by mutex_
};

/// How passes end, in controller-runtime's metrics.
class ControllerMetrics final : public runtime::ControllerObserver {
 public:
  ControllerMetrics(Metrics& metrics, std::string name)
      : metrics_(metrics), name_(std::move(name)) {}

  void PassFinished(runtime::PassResult result, Duration took) override {
    metrics_.ReconcileDone(name_, Translate(result), took);
  }
  void Panicked() override {
    metrics_.ReconcileDone(name_, ReconcileResult::kPanic, Duration::zero());
  }

 private:
  static ReconcileResult Translate(runtime::PassResult result) {
    switch (result) {
      case runtime::PassResult::kSuccess: return ReconcileResult::kSuccess;
      case runtime::PassResult::kRequeueAfter: return ReconcileResult::kRequeueAfter;
      case runtime::PassResult::kError: return ReconcileResult::kError;
      case runtime::PassResult::kTerminalError: return ReconcileResult::kTerminal;
    }
    return ReconcileResult::kError;
  }

  Metrics& metrics_;
  std::string const name_;
};

/// Lets the observers exist before the kind that listens to them; the target is set before anything
/// runs.
class ListenerRelay final : public azure::ObserverListener {
 public:
  void SetTarget(azure::ObserverListener& target) { target_ = &target; }
  void Looked(azure::ClusterObserver& observer, azure::News const& news) override {
    target_->Looked(observer, news);
  }
  void Probed(azure::ClusterObserver& observer, std::vector<azure::DatabaseRow> const& rows,
              TimePoint started) override {
    target_->Probed(observer, rows, started);
  }
  void LatencyRead(azure::ClusterObserver& observer, azure::LatencySample const& sample) override {
    target_->LatencyRead(observer, sample);
  }

 private:
  azure::ObserverListener* target_ = nullptr;
};

}  // namespace adxf::app
