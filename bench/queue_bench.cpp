#include "base/clock.hpp"
#include "objects.hpp"
#include "runtime/work_queue.hpp"

#include <benchmark/benchmark.h>

#include <vector>

namespace adxf::bench {
namespace {

class Setting {
 public:
  Setting() {
    for (std::size_t i = 0; i < kObjects; ++i)
      keys_.push_back({.ns = "team-a", .name = "sales-" + std::to_string(i)});
  }

  runtime::WorkQueue& queue() { return queue_; }
  [[nodiscard]] std::vector<runtime::ObjectKey> const& keys() const { return keys_; }

  void Drain() {
    while (auto const item = queue_.TryTake()) queue_.Done(item->key);
  }

 private:
  RealClock clock_;
  SystemRandom random_;
  runtime::QueueObserver observer_;
  runtime::WorkQueue queue_{{}, clock_, random_, observer_};
  std::vector<runtime::ObjectKey> keys_;
};

/// Add, take and done of one key, while 10,000 keys are queued.
void BM_QueueTurn(benchmark::State& state) {
  Setting setting;
  for (auto const& key : setting.keys()) setting.queue().Add(key, runtime::kResync);
  for (auto _ : state) {
    auto const item = setting.queue().TryTake();
    setting.queue().Done(item->key);
    setting.queue().Add(item->key, runtime::kResync);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_QueueTurn);

/// 10,000 keys added, taken in order and done.
void BM_QueueFillAndDrain(benchmark::State& state) {
  Setting setting;
  for (auto _ : state) {
    for (auto const& key : setting.keys()) setting.queue().Add(key);
    setting.Drain();
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(kObjects));
}
BENCHMARK(BM_QueueFillAndDrain)->Unit(benchmark::kMillisecond);

/// A key that waits for its time is asked for sooner, among 10,000 that wait.
void BM_QueueBringForward(benchmark::State& state) {
  Setting setting;
  for (auto const& key : setting.keys()) setting.queue().AddAfter(key, std::chrono::hours(1));
  std::size_t next = 0;
  for (auto _ : state) {
    auto const& key = setting.keys()[next++ % kObjects];
    setting.queue().Add(key);
    auto const item = setting.queue().TryTake();
    setting.queue().AddAfter(item->key, std::chrono::hours(1));
    setting.queue().Done(item->key);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_QueueBringForward);

}  // namespace
}  // namespace adxf::bench
