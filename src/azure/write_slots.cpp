#include "azure/write_slots.hpp"

#include <utility>

namespace adxf::azure {

bool WriteSlots::TryAcquire(std::string const& cluster, std::string const& holder,
                            WritePriority priority) {
  std::lock_guard const lock(mutex_);
  Slot& slot = slots_[cluster];
  if (slot.holder == holder) return true;
  clusters_of_[holder].insert(cluster);
  bool const is_first = slot.waiters.empty() || slot.waiters.begin()->holder == holder ||
                        priority < slot.waiters.begin()->priority;
  if (slot.holder.empty() && is_first) {
    Dequeue(slot, holder);
    slot.holder = holder;
    return true;
  }
  auto const mine = slot.places.find(holder);
  if (mine == slot.places.end()) {
    Enqueue(slot, {.priority = priority, .ticket = next_ticket_++, .holder = holder});
  } else if (priority < mine->second.priority) {
    Waiter moved = mine->second;
    moved.priority = priority;
    Dequeue(slot, holder);
    Enqueue(slot, moved);
  }
  return false;
}

void WriteSlots::Release(std::string const& cluster, std::string const& holder) {
  std::string next;
  {
    std::lock_guard const lock(mutex_);
    if (auto const mine = clusters_of_.find(holder); mine != clusters_of_.end()) {
      mine->second.erase(cluster);
      if (mine->second.empty()) clusters_of_.erase(mine);
    }
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
  std::set<std::string> clusters;
  {
    std::lock_guard const lock(mutex_);
    auto const mine = clusters_of_.find(holder);
    if (mine == clusters_of_.end()) return;
    clusters = mine->second;
  }
  for (auto const& cluster : clusters) Release(cluster, holder);
}

std::optional<std::string> WriteSlots::HolderOf(std::string const& cluster) const {
  std::lock_guard const lock(mutex_);
  auto const found = slots_.find(cluster);
  if (found == slots_.end() || found->second.holder.empty()) return std::nullopt;
  return found->second.holder;
}

std::size_t WriteSlots::Waiting() const {
  std::lock_guard const lock(mutex_);
  return waiting_;
}

bool WriteSlots::IsWanted(std::string const& cluster) const {
  std::lock_guard const lock(mutex_);
  auto const found = slots_.find(cluster);
  return found != slots_.end() && (!found->second.holder.empty() || !found->second.waiters.empty());
}

void WriteSlots::Enqueue(Slot& slot, Waiter const& waiter) {
  slot.waiters.insert(waiter);
  slot.places.emplace(waiter.holder, waiter);
  ++waiting_;
}

void WriteSlots::Dequeue(Slot& slot, std::string const& holder) {
  auto const mine = slot.places.find(holder);
  if (mine == slot.places.end()) return;
  slot.waiters.erase(mine->second);
  slot.places.erase(mine);
  --waiting_;
}

}  // namespace adxf::azure
