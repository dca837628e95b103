#include "azure/write_slots.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace adxf::azure {

bool WriteSlots::TryAcquire(std::string const& cluster, std::string const& holder,
                            WritePriority priority) {
  std::lock_guard const lock(mutex_);
  Slot& slot = slots_[cluster];
  if (slot.holder == holder) return true;
  bool const is_first = slot.waiters.empty() || slot.waiters.begin()->holder == holder ||
                        priority < slot.waiters.begin()->priority;
  if (slot.holder.empty() && is_first) {
    Dequeue(slot, holder);
    slot.holder = holder;
    return true;
  }
  auto const mine = std::ranges::find(slot.waiters, holder, &Waiter::holder);
  if (mine == slot.waiters.end()) {
    slot.waiters.insert({.priority = priority, .ticket = next_ticket_++, .holder = holder});
  } else if (priority < mine->priority) {
    Waiter moved = *mine;
    moved.priority = priority;
    slot.waiters.erase(mine);
    slot.waiters.insert(std::move(moved));
  }
  return false;
}

void WriteSlots::Release(std::string const& cluster, std::string const& holder) {
  std::string next;
  {
    std::lock_guard const lock(mutex_);
    auto const found = slots_.find(cluster);
    if (found == slots_.end()) return;
    Slot& slot = found->second;
    Dequeue(slot, holder);
    if (slot.holder == holder) slot.holder.clear();
    if (slot.holder.empty()) {
      if (slot.waiters.empty()) {
        slots_.erase(found);
        return;
      }
      next = slot.waiters.begin()->holder;
    }
  }
  if (!next.empty()) wake_(next);
}

void WriteSlots::Yield(std::string const& cluster, std::string const& holder) {
  if (HolderOf(cluster) == holder) Release(cluster, holder);
}

void WriteSlots::ReleaseAll(std::string const& holder) {
  std::vector<std::string> clusters;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [cluster, slot] : slots_) {
      bool const waits =
          std::ranges::find(slot.waiters, holder, &Waiter::holder) != slot.waiters.end();
      if (slot.holder == holder || waits) clusters.push_back(cluster);
    }
  }
  for (auto const& cluster : clusters) Release(cluster, holder);
}

std::optional<std::string> WriteSlots::HolderOf(std::string const& cluster) const {
  std::lock_guard const lock(mutex_);
  auto const found = slots_.find(cluster);
  if (found == slots_.end() || found->second.holder.empty()) return std::nullopt;
  return found->second.holder;
}

void WriteSlots::Dequeue(Slot& slot, std::string const& holder) {
  std::erase_if(slot.waiters, [&](Waiter const& waiter) { return waiter.holder == holder; });
}

}  // namespace adxf::azure
