#include "azure/observer_pool.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace adxf::azure {
namespace {

// A session stands for one identity with one proof; a rotated secret makes a new session and so a
// new observer.
std::string EntryKey(model::ResourceId const& cluster, Session const* session) {
  return std::string(cluster.Key()) + " " +
         std::to_string(reinterpret_cast<std::uintptr_t>(session));
}

}  // namespace

ObserverPool::ObserverPool(ObserverTicks ticks, Clock& clock, Random& random, Log log,
                           ObserverListener& listener)
    : ticks_(ticks), clock_(clock), random_(random), log_(std::move(log)), listener_(listener) {}

ObserverPool::~ObserverPool() { Stop(); }

void ObserverPool::Start(int threads) {
  for (int i = 0; i < threads; ++i) {
    threads_.emplace_back([this](std::stop_token const& stop) { Loop(stop); });
  }
}

void ObserverPool::Stop() {
  for (auto& thread : threads_) thread.request_stop();
  threads_.clear();
}

std::shared_ptr<ClusterObserver> ObserverPool::Subscribe(model::ResourceId const& cluster,
                                                         std::shared_ptr<Session> const& session,
                                                         std::string const& who,
                                                         Interest const& interest) {
  std::shared_ptr<ClusterObserver> observer;
  bool is_due_earlier = false;
  {
    std::lock_guard const lock(mutex_);
    Entry& entry = entries_[EntryKey(cluster, session.get())];
    if (!entry.observer) {
      entry.observer =
          std::make_shared<ClusterObserver>(cluster, session, ticks_, clock_, random_, log_);
    }
    observer = entry.observer;
    auto const due_before = observer->NextDue();
    observer->Subscribe(who, interest);
    auto const due = observer->NextDue();
    is_due_earlier = due && (!due_before || *due < *due_before);
  }
  if (is_due_earlier) Wake();
  return observer;
}

void ObserverPool::Unsubscribe(ClusterObserver& observer, std::string const& who) {
  observer.Unsubscribe(who);
  std::lock_guard const lock(mutex_);
  DropUnwanted();
}

void ObserverPool::NoteWrite(model::ResourceId const& cluster) {
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [key, entry] : entries_) {
      if (entry.observer->Cluster() == cluster) entry.observer->NoteWrite();
    }
  }
  Wake();
}

void ObserverPool::Wake() {
  {
    std::lock_guard const lock(mutex_);
    ++wakes_;
  }
  changed_.notify_all();  // each thread learns anew when it is due
}

std::uint64_t ObserverPool::Wakes() const {
  std::lock_guard const lock(mutex_);
  return wakes_;
}

bool ObserverPool::RunOne(std::stop_token const& stop) {
  auto const observer = TakeDue();
  if (!observer) return false;
  auto const now = clock_.Steady();
  bool const is_look = observer->IsLookDue(now);
  bool changed = is_look && observer->Look(stop);
  // In the same step: whom a look concerns learns at once what is in force.
  if (observer->IsInForceDue(clock_.Steady())) changed = observer->ReadInForce(stop) || changed;
  if ((is_look || changed) && !stop.stop_requested()) listener_.Looked(*observer, changed);
  if (observer->IsProbeDue(now)) {
    auto const started = clock_.Now();
    auto const rows = observer->Probe(stop);
    if (!stop.stop_requested()) listener_.Probed(*observer, rows, started);
  }
  if (observer->IsLatencyDue(now)) {
    auto const sample = observer->ReadLatency(stop);
    if (sample && !stop.stop_requested()) listener_.LatencyRead(*observer, *sample);
  }
  GiveBack(*observer);
  return true;
}

void ObserverPool::Loop(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    if (RunOne(stop)) continue;
    std::unique_lock lock(mutex_);
    auto const due = EarliestDue();
    auto const woken = [this, seen = wakes_] { return wakes_ != seen; };
    if (due) {
      changed_.wait_until(lock, stop, *due, woken);
    } else {
      changed_.wait(lock, stop, woken);
    }
  }
}

std::shared_ptr<ClusterObserver> ObserverPool::TakeDue() {
  std::lock_guard const lock(mutex_);
  auto const now = clock_.Steady();
  Entry* best = nullptr;
  std::optional<SteadyPoint> best_due;
  for (auto& [key, entry] : entries_) {
    if (entry.is_running) continue;
    auto const due = entry.observer->NextDue();
    if (!due || *due > now || (best_due && *best_due <= *due)) continue;
    best = &entry;
    best_due = due;
  }
  if (best == nullptr) return nullptr;
  best->is_running = true;
  return best->observer;
}

void ObserverPool::GiveBack(ClusterObserver const& observer) {
  {
    std::lock_guard const lock(mutex_);
    for (auto& [key, entry] : entries_) {
      if (entry.observer.get() == &observer) entry.is_running = false;
    }
    DropUnwanted();
  }
  Wake();
}

std::optional<SteadyPoint> ObserverPool::EarliestDue() const {
  std::optional<SteadyPoint> earliest;
  for (auto const& [key, entry] : entries_) {
    if (entry.is_running) continue;
    auto const due = entry.observer->NextDue();
    if (due && (!earliest || *due < *earliest)) earliest = due;
  }
  return earliest;
}

void ObserverPool::DropUnwanted() {
  std::erase_if(entries_, [](auto const& it) {
    return !it.second.is_running && !it.second.observer->IsWanted();
  });
}

}  // namespace adxf::azure
