#pragma once

#include "azure/observer_pool.hpp"
#include "base/log.hpp"
#include "base/metrics.hpp"
#include "base/spacing.hpp"
#include "kinds/follower_database/audience.hpp"
#include "kinds/follower_database/claims.hpp"
#include "kinds/follower_database/execute.hpp"
#include "kinds/follower_database/lag_book.hpp"
#include "kinds/follower_database/ledgers.hpp"
#include "kinds/follower_database/observe.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kube/event_sink.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/status_writer.hpp"
#include "runtime/store.hpp"
#include "runtime/work_queue.hpp"

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace adxf::follower_database {

/// One pass over a FollowerDatabase: look, decide, act, record. Also listens to the observers and
/// queues whom their news concerns. Thread-safe.
class FollowerDatabaseReconciler final : public runtime::Reconciler,
                                         public azure::ObserverListener {
 public:
  struct Parts {
    runtime::Store<FollowerDatabase>& store;
    runtime::WorkQueue& queue;
    Observation& observation;
    Executor& executor;
    runtime::StatusWriter& statuses;
    azure::ObserverPool& pool;
    azure::WriteSlots& slots;
    kube::EventSink& events;
    LagBook& lag;
    Metrics& metrics;
    Clock& clock;
    Log log;
    Pace pace{};
  };

  explicit FollowerDatabaseReconciler(Parts parts);

  runtime::Outcome Reconcile(kube::ObjectKey const& key, http::CallContext const& call) override;

  void Looked(azure::ClusterObserver& observer, azure::News const& news) override;
  void Probed(azure::ClusterObserver& observer, std::vector<azure::DatabaseRow> const& rows,
              TimePoint started) override;
  void LatencyRead(azure::ClusterObserver& observer, azure::LatencySample const& sample) override;

  /// Keeps the index of claims; call for every change of the store.
  void NoteChange(runtime::Change<FollowerDatabase> const& change);

 private:
  void Forget(kube::ObjectKey const& key, Ledger* ledger);
  runtime::Outcome Pass(FollowerDatabase const& want, Ledger& ledger,
                        http::CallContext const& call);
  static void Remember(Plan const& plan, Ledger& ledger);
  void Measure(FollowerDatabase const& want, Observed const& seen, Plan const& plan,
               Ledger& ledger);
  void WakeAll(std::vector<std::string> const& objects);
  Result<void> Record(FollowerDatabase const& want, Plan const& plan, Execution const& execution,
                      Ledger& ledger, http::CallContext const& call);
  void Show(FollowerDatabase const& want, model::ObjectMeta const& metadata, Status const& status);
  void LogDecision(FollowerDatabase const& want, Plan const& plan, Execution const& execution,
                   Ledger& ledger, http::CallContext const& call) const;
  void Announce(FollowerDatabase const& want, Plan const& plan, Execution const& execution);
  void HoldLeadersNews(FollowerDatabase const& want, Status& status, Ledger& ledger) const;
  void Publish(FollowerDatabase const& want, std::vector<EventNote> const& events);
  void Tell(FollowerDatabase const& want, std::vector<CoveredChange> const& noted, Ledger& ledger);
  runtime::Outcome NextLook(FollowerDatabase const& want, Plan const& plan,
                            Execution const& execution, Ledger& ledger);
  bool MayTellProgress();
  void Attend(FollowerDatabase const& want, Ledger& ledger);
  void NoteConcern(FollowerDatabase const& want, Concern concern, Ledger& ledger);
  void Await(FollowerDatabase const& want, Ledger& ledger);
  void HurryWhenIdle();

  Parts parts_;
  ClaimIndex claims_;
  Audience audience_;
  std::atomic<bool> is_awaited_ = false;  ///< A look, since the last pause in the work.

  Ledgers ledgers_;  ///< Each is taken by the worker that has its key.

  std::mutex mutex_;
  Spacing progress_{100, std::chrono::milliseconds(100)};  // guarded by mutex_
};

}  // namespace adxf::follower_database
