#include "runtime/work_queue.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>
#include <vector>

namespace adxf::runtime {

/// Collected under the lock, told after it.
struct WorkQueue::Notes {
  int added = 0;
  std::vector<std::pair<int, int>> depth{};  ///< Priority and difference.
  std::optional<Duration> taken{};
  std::optional<Duration> finished{};
};

WorkQueue::WorkQueue(Options options, Clock& clock, Random& random, QueueObserver& observer)
    : options_(options), clock_(clock), random_(random), observer_(observer) {}

void WorkQueue::Add(ObjectKey const& key, int priority) {
  AddAfter(key, Duration::zero(), priority);
}

void WorkQueue::AddAfter(ObjectKey const& key, Duration delay, int priority) {
  auto const wait = std::clamp(delay, Duration::zero(), options_.longest_delay);
  Notes notes;
  {
    std::lock_guard const lock(mutex_);
    Enqueue(key, clock_.Steady() + wait, priority, notes);
  }
  changed_.notify_all();
  Tell(notes);
}

void WorkQueue::AddRateLimited(ObjectKey const& key, int priority, Duration at_least) {
  double const fraction = random_.Fraction();
  Notes notes;
  {
    std::lock_guard const lock(mutex_);
    if (is_shut_down_) return;
    auto& entry = entries_[key];
    Duration const step = options_.backoff.Delay(entry.failures, fraction);
    ++entry.failures;
    auto const wait = std::min(std::max(step, at_least), options_.longest_delay);
    Enqueue(key, clock_.Steady() + wait, priority, notes);
  }
  changed_.notify_all();
  Tell(notes);
  observer_.Retried();
}

void WorkQueue::Forget(ObjectKey const& key) {
  std::lock_guard const lock(mutex_);
  auto const found = entries_.find(key);
  if (found == entries_.end()) return;
  found->second.failures = 0;
  DropIfUnused(found);
}

int WorkQueue::Failures(ObjectKey const& key) const {
  std::lock_guard const lock(mutex_);
  auto const found = entries_.find(key);
  return found == entries_.end() ? 0 : found->second.failures;
}

std::optional<WorkQueue::Item> WorkQueue::TryTake() {
  Notes notes;
  std::optional<Item> item;
  {
    std::lock_guard const lock(mutex_);
    item = TakeLocked(notes);
  }
  Tell(notes);
  return item;
}

std::optional<WorkQueue::Item> WorkQueue::Take(std::stop_token const& stop) {
  Notes notes;
  std::optional<Item> item;
  {
    std::unique_lock lock(mutex_);
    while (!is_shut_down_ && !stop.stop_requested()) {
      item = TakeLocked(notes);
      if (item) break;
      auto const seen = next_change_;
      auto const is_changed = [&] { return is_shut_down_ || next_change_ != seen; };
      if (later_.empty()) {
        changed_.wait(lock, stop, is_changed);
      } else {
        changed_.wait_for(lock, stop, (*later_.begin())->second.due - clock_.Steady(), is_changed);
      }
    }
  }
  Tell(notes);
  return item;
}

void WorkQueue::Done(ObjectKey const& key) {
  Notes notes;
  {
    std::lock_guard const lock(mutex_);
    auto const found = entries_.find(key);
    if (found == entries_.end() || !found->second.is_running) return;
    auto& entry = found->second;
    entry.is_running = false;
    --running_;
    notes.finished = clock_.Steady() - entry.taken;
    if (entry.is_queued) Insert(*found, notes);
    DropIfUnused(found);
    ++next_change_;
  }
  changed_.notify_all();
  Tell(notes);
}

void WorkQueue::ShutDown() {
  Notes notes;
  {
    std::lock_guard const lock(mutex_);
    is_shut_down_ = true;
    for (auto const* queued : due_) notes.depth.emplace_back(queued->second.priority, -1);
    due_.clear();
    later_.clear();
    for (auto& [key, entry] : entries_) entry.is_queued = false;
    std::erase_if(entries_, [](auto const& entry) { return !entry.second.is_running; });
  }
  changed_.notify_all();
  Tell(notes);
}

bool WorkQueue::AwaitIdle(SteadyPoint deadline) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, deadline - clock_.Steady(), [this] { return running_ == 0; });
}

std::size_t WorkQueue::Depth() const {
  std::lock_guard const lock(mutex_);
  return due_.size() + later_.size();
}

std::size_t WorkQueue::Due() const {
  std::lock_guard const lock(mutex_);
  auto const now = clock_.Steady();
  auto const is_due = [&](Queued const* it) { return it->second.due <= now; };
  auto const more = std::ranges::find_if_not(later_, is_due);
  return due_.size() + static_cast<std::size_t>(std::distance(later_.begin(), more));
}

std::optional<SteadyPoint> WorkQueue::NextDue() const {
  std::lock_guard const lock(mutex_);
  std::optional<SteadyPoint> earliest;
  for (auto const* queued : due_)
    earliest = std::min(earliest.value_or(SteadyPoint::max()), queued->second.due);
  if (!earliest && !later_.empty()) earliest = (*later_.begin())->second.due;
  return earliest;
}

QueueWork WorkQueue::Work() const {
  std::lock_guard const lock(mutex_);
  auto const now = clock_.Steady();
  QueueWork work;
  for (auto const& [key, entry] : entries_) {
    if (!entry.is_running) continue;
    Duration const age = now - entry.taken;
    work.unfinished += age;
    work.longest = std::max(work.longest, age);
    ++work.running;
  }
  return work;
}

void WorkQueue::Enqueue(ObjectKey const& key, SteadyPoint due, int priority, Notes& notes) {
  if (is_shut_down_) return;
  ++next_change_;
  auto& queued = *entries_.try_emplace(key).first;
  auto& entry = queued.second;
  if (!entry.is_queued) {
    entry.is_queued = true;
    entry.due = due;
    entry.priority = priority;
    entry.order = next_order_++;
    ++notes.added;
    if (!entry.is_running) Insert(queued, notes);
    return;
  }
  auto const earlier = std::min(entry.due, due);
  auto const higher = std::max(entry.priority, priority);
  if (earlier == entry.due && higher == entry.priority) return;
  if (!entry.is_running) Remove(queued, notes);
  entry.due = earlier;
  entry.priority = higher;
  if (!entry.is_running) Insert(queued, notes);
}

bool WorkQueue::GoesFirst::operator()(Queued const* a, Queued const* b) const {
  auto const rank = [](Entry const& it) { return std::tuple(-it.priority, it.due, it.order); };
  return rank(a->second) < rank(b->second);
}

bool WorkQueue::IsDueFirst::operator()(Queued const* a, Queued const* b) const {
  return std::tie(a->second.due, a->second.order) < std::tie(b->second.due, b->second.order);
}

void WorkQueue::Insert(Queued& queued, Notes& notes) {
  auto& entry = queued.second;
  entry.is_due = entry.due <= clock_.Steady();
  if (!entry.is_due) {
    later_.insert(&queued);
    return;
  }
  due_.insert(&queued);
  notes.depth.emplace_back(entry.priority, 1);
}

void WorkQueue::Remove(Queued& queued, Notes& notes) {
  auto const& entry = queued.second;
  if (!entry.is_due) {
    later_.erase(&queued);
    return;
  }
  due_.erase(&queued);
  notes.depth.emplace_back(entry.priority, -1);
}

void WorkQueue::PromoteDue(SteadyPoint now, Notes& notes) {
  while (!later_.empty() && (*later_.begin())->second.due <= now) {
    auto* const queued = *later_.begin();
    later_.erase(later_.begin());
    queued->second.is_due = true;
    due_.insert(queued);
    notes.depth.emplace_back(queued->second.priority, 1);
  }
}

std::optional<WorkQueue::Item> WorkQueue::TakeLocked(Notes& notes) {
  if (is_shut_down_) return std::nullopt;
  auto const now = clock_.Steady();
  PromoteDue(now, notes);
  if (due_.empty()) return std::nullopt;
  auto& [key, entry] = **due_.begin();
  due_.erase(due_.begin());
  entry.is_queued = false;
  entry.is_running = true;
  entry.taken = now;
  ++running_;
  notes.depth.emplace_back(entry.priority, -1);
  notes.taken = now - entry.due;
  return Item{.key = key, .priority = entry.priority};
}

void WorkQueue::DropIfUnused(Entries::iterator entry) {
  auto const& [key, state] = *entry;
  if (!state.is_queued && !state.is_running && state.failures == 0) entries_.erase(entry);
}

void WorkQueue::Tell(Notes const& notes) const {
  for (int i = 0; i < notes.added; ++i) observer_.Added();
  for (auto const& [priority, difference] : notes.depth)
    observer_.DepthChanged(priority, difference);
  if (notes.taken) observer_.Taken(*notes.taken);
  if (notes.finished) observer_.Finished(*notes.finished);
}

}  // namespace adxf::runtime
