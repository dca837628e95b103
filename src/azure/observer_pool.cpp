#include "azure/observer_pool.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

namespace adxf::azure {
namespace {

// A session stands for one identity with one proof; a rotated secret makes a new session and so a
// new observer.
std::string EntryKey(model::ResourceId const& cluster, Session const* session) {
  return cluster.Key() + " " + std::to_string(reinterpret_cast<std::uintptr_t>(session));
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
    auto& entry = observers_[EntryKey(cluster, session.get())];
    if (!entry) {
      entry = std::make_shared<ClusterObserver>(cluster, session, ticks_, clock_, random_, log_);
    }
    observer = entry;
    auto const due_before = observer->NextDue();
    observer->Subscribe(who, interest);
    auto const due = observer->NextDue();
    is_due_earlier = due && (!due_before || *due < *due_before);
  }
  if (is_due_earlier) Wake(*observer);
  return observer;
}

void ObserverPool::Unsubscribe(ClusterObserver& observer, std::string const& who) {
  observer.Unsubscribe(who);
  std::lock_guard const lock(mutex_);
  DropUnwanted();
}

SteadyPoint ObserverPool::NoteWrite(model::ResourceId const& cluster) {
  auto const at = clock_.Steady();
  bool must_wake = false;
  {
    std::lock_guard const lock(mutex_);
    for (auto const& observer : ObserversOf(cluster)) {
      observer->NoteWrite(at);
      must_wake |= NoteDue(DueOf(*observer));
    }
  }
  if (must_wake) changed_.notify_one();
  return at;
}

void ObserverPool::NoteMade(model::ResourceId const& cluster, Attachment const& attachment,
                            SteadyPoint written_at) {
  std::lock_guard const lock(mutex_);
  for (auto const& observer : ObserversOf(cluster)) observer->NoteMade(attachment, written_at);
}

std::vector<std::shared_ptr<ClusterObserver>> ObserverPool::ObserversOf(
    model::ResourceId const& cluster) const {
  std::vector<std::shared_ptr<ClusterObserver>> observers;
  for (auto it = observers_.lower_bound(cluster.Key());
       it != observers_.end() && it->first.starts_with(cluster.Key()); ++it) {
    if (it->second->Cluster() == cluster) observers.push_back(it->second);
  }
  return observers;
}

void ObserverPool::Hurry(WriteSlots const& slots) {
  {
    std::lock_guard const lock(mutex_);
    for (auto const& [key, observer] : observers_) {
      if (!slots.IsWanted(observer->Cluster().Key())) observer->Hurry();
    }
  }
  Wake();
}

void ObserverPool::NoteBacklog(bool has_backlog) {
  if (has_backlog_.exchange(has_backlog) && !has_backlog) Wake();
}

void ObserverPool::Expect(ClusterObserver& observer) {
  observer.Expect();
  Wake(observer);
}

void ObserverPool::Wake(ClusterObserver const& observer) {
  {
    std::lock_guard const lock(mutex_);
    if (!NoteDue(DueOf(observer))) return;
  }
  changed_.notify_one();  // it learns anew when it is due
}

void ObserverPool::Wake() {
  {
    std::lock_guard const lock(mutex_);
    if (!NoteDue(EarliestDue())) return;
  }
  changed_.notify_one();
}

bool ObserverPool::NoteDue(std::optional<SteadyPoint> due) {
  ++wakes_;
  if (sleepers_.empty()) return false;  // threads at work look by themselves when they have ended
  return due && *due < *sleepers_.begin();
}

std::uint64_t ObserverPool::Wakes() const {
  std::lock_guard const lock(mutex_);
  return wakes_;
}

bool ObserverPool::RunOne(std::stop_token const& stop) {
  auto const observer = TakeDue();
  if (!observer) return false;
  Wake();  // who slept until the earliest moment is busy now: another must watch for the next
  auto const now = clock_.Steady();
  bool const is_look = observer->IsLookDue(now);
  News news;
  if (is_look) news = observer->Look(stop);
  // In the same step: whom a look concerns learns at once what is in force.
  if (observer->IsInForceDue(clock_.Steady())) news.Add(observer->ReadInForce(stop));
  if ((is_look || news.IsAny()) && !stop.stop_requested()) listener_.Looked(*observer, news);
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
    auto const due = EarliestDue().value_or(SteadyPoint::max());
    auto const woken = [this, seen = wakes_] { return wakes_ != seen; };
    auto const sleeper = sleepers_.insert(due);
    if (due == SteadyPoint::max()) {
      changed_.wait(lock, stop, woken);
    } else {
      changed_.wait_until(lock, stop, due, woken);
    }
    sleepers_.erase(sleeper);
  }
}

std::shared_ptr<ClusterObserver> ObserverPool::TakeDue() {
  std::lock_guard const lock(mutex_);
  auto const now = clock_.Steady();
  std::shared_ptr<ClusterObserver> best;
  std::optional<SteadyPoint> best_asked;
  for (auto const& [key, observer] : observers_) {
    auto const due = DueOf(*observer);
    if (!due || *due > now) continue;
    // Those that wait for their turn at quick looks are all due when it comes: the one that has
    // waited longest has it.
    auto const asked = observer->NextDue();
    if (!asked || (best_asked && *best_asked <= *asked)) continue;
    best = observer;
    best_asked = asked;
  }
  if (!best) return nullptr;
  running_.push_back(best.get());
  if (best->IsLookQuick()) QuickLooks(*this).Take(now);
  return best;
}

void ObserverPool::GiveBack(ClusterObserver const& observer) {
  {
    std::lock_guard const lock(mutex_);
    std::erase(running_, &observer);
    DropUnwanted();
  }
  Wake();
}

bool ObserverPool::IsRunning(ClusterObserver const& observer) const {
  return std::ranges::find(running_, &observer) != running_.end();
}

std::optional<SteadyPoint> ObserverPool::DueOf(ClusterObserver const& observer) const {
  if (IsRunning(observer)) return std::nullopt;
  auto const due = observer.NextDue();
  if (!due || !observer.IsLookQuick()) return due;
  return std::max(*due, QuickLooks(*this).Next());
}

std::optional<SteadyPoint> ObserverPool::EarliestDue() const {
  std::optional<SteadyPoint> earliest;
  for (auto const& [key, observer] : observers_) {
    auto const due = DueOf(*observer);
    if (due && (!earliest || *due < *earliest)) earliest = due;
  }
  return earliest;
}

void ObserverPool::DropUnwanted() {
  std::erase_if(observers_,
                [&](auto const& it) { return !IsRunning(*it.second) && !it.second->IsWanted(); });
}

}  // namespace adxf::azure
