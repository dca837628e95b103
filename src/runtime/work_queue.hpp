#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "kube/resource.hpp"

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <set>
#include <stop_token>
#include <string>
#include <unordered_map>

namespace adxf::runtime {

using kube::ObjectKey;

inline constexpr int kUserChange = 0;  ///< Somebody changed something and waits for it.
inline constexpr int kResync = -100;   ///< First list, periodic look; may wait behind changes.

/// What happens in a queue, for metrics. Called without the queue's lock, from any thread; the
/// calls of two threads may arrive in another order than they happened, which is why depth is told
/// as a difference.
class QueueObserver {
 public:
  virtual ~QueueObserver() = default;
  virtual void Added() {}
  virtual void Retried() {}
  virtual void DepthChanged(int /*priority*/, int /*difference*/) {}
  virtual void Taken(Duration /*waited_since_due*/) {}
  virtual void Finished(Duration /*worked*/) {}
};

/// Work under way, for gauges at scrape time.
struct QueueWork {
  Duration unfinished{};  ///< Sum over all keys being worked on.
  Duration longest{};
  std::size_t running = 0;
};

/// Keys to work on. Guarantees:
/// - a key is queued once, at the earliest time and the highest priority that anybody asked for;
/// - a key is never handed out twice at once; added while worked on, it is handed out once more
/// after Done();
/// - among keys that are due the higher priority goes first, then the one that became due first,
/// then the one added first;
/// - a priority survives retries, as AddRateLimited and AddAfter take the one the key was taken
/// with. Thread-safe. Delays are measured with the injected clock; the blocking Take() waits in
/// real time for them.
class WorkQueue {
 public:
  struct Options {
    Backoff backoff{.initial = std::chrono::milliseconds(1000),
                    .maximum = std::chrono::milliseconds(300'000),
                    .factor = 2.0,
                    .jitter = 0.5};
    Duration longest_delay = std::chrono::hours(24);  ///< Longer delays are cut to this.
  };

  struct Item {
    ObjectKey key{};
    int priority = kUserChange;

    bool operator==(Item const&) const = default;
  };

  WorkQueue(Options options, Clock& clock, Random& random, QueueObserver& observer);

  void Add(ObjectKey const& key, int priority = kUserChange);
  void AddAfter(ObjectKey const& key, Duration delay, int priority = kUserChange);

  /// After a failure: exponential back-off per key, never sooner than `at_least` (what the service
  /// asked for).
  void AddRateLimited(ObjectKey const& key, int priority = kUserChange,
                      Duration at_least = Duration::zero());

  /// The key's failures no longer count.
  void Forget(ObjectKey const& key);
  [[nodiscard]] int Failures(ObjectKey const& key) const;

  /// The next key that is due, to be ended by Done(); nullopt when none is, or after ShutDown().
  std::optional<Item> TryTake();
  /// Blocks for one; nullopt after a stop or ShutDown().
  std::optional<Item> Take(std::stop_token const& stop);
  void Done(ObjectKey const& key);

  /// Hands out nothing any more and forgets what waits; what is being worked on may finish.
  void ShutDown();
  /// Blocks until nothing is being worked on, or until `deadline` on the injected clock; true when
  /// idle.
  bool AwaitIdle(SteadyPoint deadline);

  /// Keys waiting, due or not; not those being worked on.
  [[nodiscard]] std::size_t Depth() const;
  /// Keys that wait and are due.
  [[nodiscard]] std::size_t Due() const;
  /// When the earliest waiting key is due; goes through all that are.
  [[nodiscard]] std::optional<SteadyPoint> NextDue() const;
  [[nodiscard]] QueueWork Work() const;

 private:
  struct Entry {
    SteadyPoint due{};
    std::uint64_t order = 0;  ///< No two that are queued have the same.
    SteadyPoint taken{};
    int priority = kUserChange;
    int failures = 0;
    bool is_queued = false;
    bool is_due = false;  ///< In due_, else in later_.
    bool is_running = false;
  };
  using Entries = std::unordered_map<ObjectKey, Entry>;
  using Queued = Entries::value_type;  ///< Stays where it is as long as it is queued.
  struct GoesFirst {
    bool operator()(Queued const* a, Queued const* b) const;
  };
  struct IsDueFirst {
    bool operator()(Queued const* a, Queued const* b) const;
  };
  struct Notes;  ///< What to tell the observer once the lock is released.

  void Enqueue(ObjectKey const& key, SteadyPoint due, int priority, Notes& notes);
  void Insert(Queued& queued, Notes& notes);
  void Remove(Queued& queued, Notes& notes);
  void PromoteDue(SteadyPoint now, Notes& notes);
  std::optional<Item> TakeLocked(Notes& notes);
  void DropIfUnused(Entries::iterator entry);
  void Tell(Notes const& notes) const;

  Options const options_;
  Clock& clock_;
  Random& random_;
  QueueObserver& observer_;

  mutable std::mutex mutex_;
  std::condition_variable_any changed_;
  // Guarded by mutex_.
  Entries entries_;
  std::set<Queued*, GoesFirst> due_;
  std::set<Queued*, IsDueFirst> later_;
  std::uint64_t next_order_ = 0;
  std::uint64_t next_change_ = 0;  ///< Moves with every addition and end, to wake who waits.
  std::size_t running_ = 0;
  bool is_shut_down_ = false;
};

}  // namespace adxf::runtime
