#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>

namespace adxf::azure {

/// Who goes first when several wait for the same cluster: taking access away before a user's
/// change, or what was begun, before a roll-out.
enum class WritePriority { kTakeAway = 0, kUserChange = 1, kRollOut = 2 };

/// One write slot per Azure cluster, over all identities: the service refuses overlapping writes on
/// one cluster with `ServiceIsInMaintenance`. Nobody blocks: who does not get the slot is queued
/// and woken when its turn comes. The slot stays with its holder until it is released, so a
/// long-running operation keeps it. Thread-safe.
class WriteSlots {
 public:
  /// Called, outside the lock, with the holder whose turn it is now.
  using Wake = std::function<void(std::string const& holder)>;

  explicit WriteSlots(Wake wake) : wake_(std::move(wake)) {}

  /// True when `holder` has the slot of `cluster` now (also when it had it before). Otherwise it is
  /// queued.
  bool TryAcquire(std::string const& cluster, std::string const& holder, WritePriority priority);

  /// Gives back the slot, or the place in the queue, and wakes the next one. Harmless when neither
  /// is held.
  void Release(std::string const& cluster, std::string const& holder);

  /// Gives back the slot and wakes the next one, but keeps a place in the queue.
  void Yield(std::string const& cluster, std::string const& holder);

  /// Gives back everything of `holder`: its object is gone.
  void ReleaseAll(std::string const& holder);

  [[nodiscard]] std::optional<std::string> HolderOf(std::string const& cluster) const;
  /// How many wait for a slot, of whatever cluster.
  [[nodiscard]] std::size_t Waiting() const;
  /// Somebody has the slot, or waits for it.
  [[nodiscard]] bool IsWanted(std::string const& cluster) const;

 private:
  struct Waiter {
    WritePriority priority = WritePriority::kRollOut;
    unsigned long ticket = 0;
    std::string holder{};
    auto operator<=>(Waiter const&) const = default;
  };
  struct Slot {
    std::string holder{};
    std::set<Waiter> waiters{};
    std::unordered_map<std::string, Waiter> places{};  // the waiters by holder
  };

  void Enqueue(Slot& slot, Waiter const& waiter);
  void Dequeue(Slot& slot, std::string const& holder);

  Wake wake_;
  mutable std::mutex mutex_;
  std::map<std::string, Slot> slots_;  // guarded by mutex_
  // The clusters of which somebody holds the slot or waits for it; guarded by mutex_.
  std::unordered_map<std::string, std::set<std::string>> clusters_of_;
  unsigned long next_ticket_ = 0;  // guarded by mutex_
  std::size_t waiting_ = 0;        // guarded by mutex_; over all slots
};

}  // namespace adxf::azure
