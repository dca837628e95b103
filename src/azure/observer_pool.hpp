#pragma once

#include "azure/cluster_observer.hpp"
#include "azure/write_slots.hpp"
#include "base/spacing.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace adxf::azure {

/// Told, on a thread of the pool and without any lock, what observers find.
class ObserverListener {
 public:
  virtual ~ObserverListener() = default;
  virtual void Looked(ClusterObserver& observer, News const& news) = 0;
  virtual void Probed(ClusterObserver& observer, std::vector<DatabaseRow> const& rows,
                      TimePoint started) = 0;
  virtual void LatencyRead(ClusterObserver& observer, LatencySample const& sample) = 0;
};

/// All observers and the few threads that run them when they are due. However many clusters are
/// written on, quick looks come no more often than some forty a second. Thread-safe.
class ObserverPool {
 public:
  ObserverPool(ObserverTicks ticks, Clock& clock, Random& random, Log log,
               ObserverListener& listener);
  ~ObserverPool();

  void Start(int threads);
  void Stop();

  /// The observer of the cluster with the session's identity; made when there is none. `who`
  /// becomes a subscriber. Asking again for the same is cheap: no thread is woken for it.
  std::shared_ptr<ClusterObserver> Subscribe(model::ResourceId const& cluster,
                                             std::shared_ptr<Session> const& session,
                                             std::string const& who, Interest const& interest);
  void Unsubscribe(ClusterObserver& observer, std::string const& who);

  /// Over all identities: a write on the cluster makes what each of them read before it stale.
  /// Returns the moment of the write.
  SteadyPoint NoteWrite(model::ResourceId const& cluster);
  /// The write of that moment is over, and this is all that it did.
  void NoteMade(model::ResourceId const& cluster, Attachment const& attachment,
                SteadyPoint written_at);

  /// There is a pause in the work: what was just made on clusters where nobody writes is looked at
  /// now, without waiting for the next quick tick.
  void Hurry(WriteSlots const& slots);

  /// Something is under way there: it is looked at again at the next quick tick.
  void Expect(ClusterObserver& observer);

  /// Something may be due earlier than the threads know.
  void Wake();
  /// Whether there is more to do than can be done at once. Then one look at a cluster serves for
  /// much of it, and quick looks are fewer.
  void NoteBacklog(bool has_backlog);
  /// How often something may have become due earlier than the threads knew.
  [[nodiscard]] std::uint64_t Wakes() const;

  /// Runs one observer that is due, on the caller's thread; false when none is.
  bool RunOne(std::stop_token const& stop = {});

 private:
  /// One for each session.
  [[nodiscard]] std::vector<std::shared_ptr<ClusterObserver>> ObserversOf(
      model::ResourceId const& cluster) const;  // mutex_ held
  void Loop(std::stop_token const& stop);
  std::shared_ptr<ClusterObserver> TakeDue();
  void GiveBack(ClusterObserver const& observer);
  [[nodiscard]] bool IsRunning(ClusterObserver const& observer) const;  // mutex_ held
  /// Quick looks wait for their turn. Nothing while it is run.
  std::optional<SteadyPoint> DueOf(ClusterObserver const& observer) const;  // mutex_ held
  std::optional<SteadyPoint> EarliestDue() const;                           // mutex_ held
  /// This one may be due earlier than the threads know.
  void Wake(ClusterObserver const& observer);
  /// The threads learn by themselves that something is due then; true when one must be woken for
  /// it.
  bool NoteDue(std::optional<SteadyPoint> due);  // mutex_ held
  void DropUnwanted();                           // mutex_ held
  /// Those that count now.
  static auto& QuickLooks(auto& pool) {  // mutex_ held
    return pool.has_backlog_ ? pool.looks_beside_work_ : pool.quick_looks_;
  }

  ObserverTicks const ticks_;
  Clock& clock_;
  Random& random_;
  Log const log_;
  ObserverListener& listener_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_; by cluster and session.
  std::map<std::string, std::shared_ptr<ClusterObserver>> observers_;
  std::vector<ClusterObserver const*> running_;  // guarded by mutex_; as many as threads at most
  std::multiset<SteadyPoint> sleepers_;          // guarded by mutex_; until when each thread waits
  std::uint64_t wakes_ = 0;                      // guarded by mutex_
  std::atomic<bool> has_backlog_ = false;
  // Guarded by mutex_.
  Spacing quick_looks_{40, std::chrono::milliseconds(25)};
  Spacing looks_beside_work_{10, std::chrono::milliseconds(200)};
  std::vector<std::jthread> threads_;
};

}  // namespace adxf::azure
