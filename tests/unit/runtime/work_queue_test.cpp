#include "runtime/work_queue.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

namespace adxf::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

ObjectKey Key(std::string name) { return {.ns = "team-a", .name = std::move(name)}; }

/// Counts, and checks that the queue can be asked from within (no lock is held).
class CountingObserver final : public QueueObserver {
 public:
  void Added() override { ++added; }
  void Retried() override { ++retried; }
  void DepthChanged(int priority, int difference) override {
    if (queue != nullptr) static_cast<void>(queue->Depth());
    std::lock_guard const lock(mutex);
    depth[priority] += difference;
  }
  void Taken(Duration waited) override {
    std::lock_guard const lock(mutex);
    last_wait = waited;
  }
  void Finished(Duration worked) override {
    std::lock_guard const lock(mutex);
    last_work = worked;
  }

  WorkQueue* queue = nullptr;
  std::atomic<int> added{0};
  std::atomic<int> retried{0};
  std::mutex mutex;
  std::map<int, int> depth;
  Duration last_wait{};
  Duration last_work{};
};

class WorkQueueTest : public ::testing::Test {
 protected:
  WorkQueueTest() { observer_.queue = &queue_; }

  std::vector<std::string> TakeAll() {
    std::vector<std::string> names;
    while (auto const item = queue_.TryTake()) names.push_back(item->key.name);
    return names;
  }

  test::FakeClock clock_;
  test::FakeRandom random_;
  CountingObserver observer_;
  WorkQueue queue_{{}, clock_, random_, observer_};
};

TEST_F(WorkQueueTest, HandsOutKeysInTheOrderTheyCame) {
  for (auto const* name : {"c", "a", "b"}) queue_.Add(Key(name));

  EXPECT_THAT(TakeAll(), ElementsAre("c", "a", "b"));
}

TEST_F(WorkQueueTest, QueuesAKeyOnce) {
  queue_.Add(Key("a"));
  queue_.Add(Key("a"));

  EXPECT_EQ(queue_.Depth(), 1U);
  EXPECT_THAT(TakeAll(), ElementsAre("a"));
  EXPECT_EQ(observer_.added, 1);
}

TEST_F(WorkQueueTest, TellsKeysOfDifferentNamespacesApart) {
  queue_.Add({.ns = "one", .name = "a"});
  queue_.Add({.ns = "two", .name = "a"});

  EXPECT_EQ(queue_.Depth(), 2U);
}

TEST_F(WorkQueueTest, LetsAUsersChangeOvertakeAResync) {
  queue_.Add(Key("resync"), kResync);
  queue_.Add(Key("user"), kUserChange);

  EXPECT_THAT(TakeAll(), ElementsAre("user", "resync"));
}

TEST_F(WorkQueueTest, RaisesThePriorityOfAWaitingKeyButNeverLowersIt) {
  queue_.Add(Key("a"), kResync);
  queue_.Add(Key("b"), kResync);
  queue_.Add(Key("b"), kUserChange);
  queue_.Add(Key("b"), kResync);

  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{Key("b"), kUserChange}));
  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{Key("a"), kResync}));
}

TEST_F(WorkQueueTest, NeverHandsOutAKeyTwiceAtOnce) {
  queue_.Add(Key("a"));
  ASSERT_TRUE(queue_.TryTake());
  queue_.Add(Key("a"));

  EXPECT_FALSE(queue_.TryTake());
}

TEST_F(WorkQueueTest, RunsAKeyOnceMoreWhenItWasAddedWhileWorkedOn) {
  queue_.Add(Key("a"));
  ASSERT_TRUE(queue_.TryTake());
  for (int i = 0; i < 3; ++i) queue_.Add(Key("a"));
  queue_.Done(Key("a"));

  EXPECT_TRUE(queue_.TryTake());
  queue_.Done(Key("a"));
  EXPECT_FALSE(queue_.TryTake());
}

TEST_F(WorkQueueTest, KeepsThePriorityOfWhatWasAddedWhileWorkedOn) {
  queue_.Add(Key("a"), kResync);
  auto const item = queue_.TryTake();
  ASSERT_TRUE(item);
  queue_.AddAfter(Key("a"), 1h, item->priority);
  queue_.Add(Key("a"), kUserChange);
  queue_.Done(Key("a"));

  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{Key("a"), kUserChange}))
      << "the earliest time and the highest priority";
}

TEST_F(WorkQueueTest, WaitsForTheDelay) {
  queue_.AddAfter(Key("a"), 10s);
  clock_.Advance(10s - 1ns);
  EXPECT_FALSE(queue_.TryTake());
  clock_.Advance(1ns);

  EXPECT_TRUE(queue_.TryTake());
}

TEST_F(WorkQueueTest, LetsTheEarliestTimeWin) {
  queue_.AddAfter(Key("a"), 10s);
  queue_.AddAfter(Key("a"), 2s);
  queue_.AddAfter(Key("a"), 60s);
  clock_.Advance(2s);

  EXPECT_TRUE(queue_.TryTake());
  queue_.Done(Key("a"));
  clock_.Advance(1h);
  EXPECT_FALSE(queue_.TryTake()) << "the later times are gone";
}

TEST_F(WorkQueueTest, HandsOutDelayedKeysInTheOrderTheyBecameDue) {
  queue_.AddAfter(Key("late"), 3s);
  queue_.AddAfter(Key("early"), 1s);
  queue_.AddAfter(Key("middle"), 2s);
  clock_.Advance(5s);

  EXPECT_THAT(TakeAll(), ElementsAre("early", "middle", "late"));
}

TEST_F(WorkQueueTest, LetsADelayedUserChangeOvertakeOnlyOnceItIsDue) {
  queue_.AddAfter(Key("user"), 5s, kUserChange);
  queue_.Add(Key("resync"), kResync);

  EXPECT_EQ(queue_.TryTake()->key.name, "resync");
}

TEST_F(WorkQueueTest, TreatsANegativeDelayAsNow) {
  queue_.AddAfter(Key("a"), -5s);

  EXPECT_TRUE(queue_.TryTake());
}

TEST_F(WorkQueueTest, TellsHowManyKeysAreDue) {
  EXPECT_EQ(queue_.Due(), 0U);
  queue_.AddAfter(Key("a"), 5s);
  queue_.AddAfter(Key("b"), 6s);
  EXPECT_EQ(queue_.Due(), 0U);

  clock_.Advance(5s);

  EXPECT_EQ(queue_.Due(), 1U);
  ASSERT_TRUE(queue_.TryTake());
  EXPECT_EQ(queue_.Due(), 0U) << "it is being worked on";
  queue_.Add(Key("c"));
  clock_.Advance(1s);
  EXPECT_EQ(queue_.Due(), 2U);
}

TEST_F(WorkQueueTest, CutsAbsurdDelays) {
  queue_.AddAfter(Key("a"), Duration::max());
  clock_.Advance(24h);

  EXPECT_TRUE(queue_.TryTake());
}

TEST_F(WorkQueueTest, BacksOffFromOneSecondToFiveMinutesPerKey) {
  std::vector<Duration> waits;
  for (int i = 0; i < 11; ++i) {
    queue_.AddRateLimited(Key("a"));
    waits.push_back(*queue_.NextDue() - clock_.Steady());
    clock_.Advance(waits.back());
    ASSERT_TRUE(queue_.TryTake());
    queue_.Done(Key("a"));
  }

  EXPECT_THAT(waits, ElementsAre(1s, 2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 300s, 300s));
  EXPECT_EQ(observer_.retried, 11);
  queue_.AddRateLimited(Key("b"));
  EXPECT_EQ(*queue_.NextDue() - clock_.Steady(), 1s) << "another key has failures of its own";
}

TEST_F(WorkQueueTest, SpreadsRetries) {
  random_.Script(0.5);
  queue_.AddRateLimited(Key("a"));

  EXPECT_EQ(*queue_.NextDue() - clock_.Steady(), 750ms);
}

TEST_F(WorkQueueTest, ObeysRetryAfterAsTheLeastDelay) {
  queue_.AddRateLimited(Key("a"), kUserChange, 40s);
  EXPECT_EQ(*queue_.NextDue() - clock_.Steady(), 40s);
  clock_.Advance(40s);
  ASSERT_TRUE(queue_.TryTake());
  queue_.AddRateLimited(Key("a"), kUserChange, 1s);
  queue_.Done(Key("a"));

  EXPECT_EQ(*queue_.NextDue() - clock_.Steady(), 2s)
      << "a shorter one does not shorten the back-off";
}

TEST_F(WorkQueueTest, StartsOverAfterForget) {
  for (int i = 0; i < 5; ++i) queue_.AddRateLimited(Key("a"));
  EXPECT_EQ(queue_.Failures(Key("a")), 5);
  queue_.Forget(Key("a"));

  EXPECT_EQ(queue_.Failures(Key("a")), 0);
  EXPECT_EQ(queue_.Depth(), 1U) << "what waits goes on waiting";
}

TEST_F(WorkQueueTest, RemembersFailuresBetweenPasses) {
  queue_.AddRateLimited(Key("a"));
  clock_.Advance(1s);
  ASSERT_TRUE(queue_.TryTake());
  queue_.Done(Key("a"));

  EXPECT_EQ(queue_.Failures(Key("a")), 1);
}

TEST_F(WorkQueueTest, LetsAChangeCutTheBackOffShort) {
  for (int i = 0; i < 8; ++i) queue_.AddRateLimited(Key("a"), kResync);
  queue_.Add(Key("a"), kUserChange);

  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{Key("a"), kUserChange}));
}

TEST_F(WorkQueueTest, HandsOutNothingAfterShutDownAndForgetsWhatWaits) {
  queue_.Add(Key("a"));
  queue_.AddAfter(Key("b"), 1s);
  queue_.ShutDown();
  queue_.Add(Key("c"));
  queue_.AddRateLimited(Key("d"));
  clock_.Advance(1h);

  EXPECT_FALSE(queue_.TryTake());
  EXPECT_FALSE(queue_.Take({}));
  EXPECT_EQ(queue_.Depth(), 0U);
}

TEST_F(WorkQueueTest, LetsWorkUnderWayFinishAfterShutDown) {
  queue_.Add(Key("a"));
  ASSERT_TRUE(queue_.TryTake());
  queue_.Add(Key("a"));
  queue_.ShutDown();
  EXPECT_FALSE(queue_.AwaitIdle(clock_.Steady()));
  queue_.Done(Key("a"));

  EXPECT_TRUE(queue_.AwaitIdle(clock_.Steady()));
  EXPECT_FALSE(queue_.TryTake());
}

TEST_F(WorkQueueTest, ToleratesDoneForAKeyThatIsNotWorkedOn) {
  queue_.Done(Key("never"));
  queue_.Add(Key("a"));
  queue_.Done(Key("a"));

  EXPECT_TRUE(queue_.TryTake());
}

TEST_F(WorkQueueTest, TellsTheObserverDepthByPriorityWaitAndWork) {
  queue_.Add(Key("a"), kResync);
  queue_.Add(Key("b"));
  queue_.AddAfter(Key("c"), 5s);
  EXPECT_EQ(observer_.depth[kResync], 1);
  EXPECT_EQ(observer_.depth[kUserChange], 1) << "what is not due does not count";
  queue_.Add(Key("a"), kUserChange);
  EXPECT_EQ(observer_.depth[kResync], 0);
  clock_.Advance(2s);
  auto const item = queue_.TryTake();
  EXPECT_EQ(observer_.last_wait, 2s);
  clock_.Advance(3s);
  EXPECT_EQ(queue_.Work().longest, 3s);
  EXPECT_EQ(queue_.Work().running, 1U);
  queue_.Done(item->key);

  EXPECT_EQ(observer_.last_work, 3s);
  EXPECT_EQ(observer_.depth[kUserChange], 1);
  queue_.ShutDown();
  EXPECT_EQ(observer_.depth[kUserChange], 0);
}

TEST_F(WorkQueueTest, WakesABlockedWorkerForANewKey) {
  std::jthread const adder([this] { queue_.Add(Key("a")); });

  EXPECT_EQ(queue_.Take({})->key.name, "a");
}

TEST_F(WorkQueueTest, WakesABlockedWorkerOnStop) {
  std::stop_source stop;
  std::jthread const stopper([&] { stop.request_stop(); });

  EXPECT_FALSE(queue_.Take(stop.get_token()));
}

TEST_F(WorkQueueTest, WakesABlockedWorkerOnShutDown) {
  queue_.AddAfter(Key("a"), 1h);
  std::jthread const stopper([this] { queue_.ShutDown(); });

  EXPECT_FALSE(queue_.Take({}));
}

// Many producers and workers on few keys: exclusivity holds, and no addition is lost.
TEST(WorkQueueUnderLoad, NeverWorksOnAKeyTwiceAtOnceAndLosesNothing) {
  RealClock clock;
  test::FakeRandom random;
  CountingObserver observer;
  WorkQueue queue({}, clock, random, observer);
  constexpr int kKeys = 5;
  constexpr int kAdds = 2000;
  std::array<std::atomic<int>, kKeys> wanted{};
  std::array<std::atomic<int>, kKeys> seen{};
  std::array<std::atomic<int>, kKeys> inside{};
  std::atomic<bool> was_shared{false};

  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) {
      workers.emplace_back([&] {
        while (auto const item = queue.Take({})) {
          auto const index = static_cast<std::size_t>(std::stoi(item->key.name));
          if (inside[index].fetch_add(1) != 0) was_shared = true;
          seen[index] = wanted[index].load();
          inside[index].fetch_sub(1);
          queue.Done(item->key);
        }
      });
    }
    {
      std::vector<std::jthread> producers;
      for (int producer = 0; producer < 3; ++producer) {
        producers.emplace_back([&, producer] {
          for (int i = 0; i < kAdds; ++i) {
            auto const index = static_cast<std::size_t>((i + producer) % kKeys);
            wanted[index].fetch_add(1);
            queue.Add(Key(std::to_string(index)), i % 2 == 0 ? kUserChange : kResync);
          }
        });
      }
    }
    while (queue.Depth() > 0 || queue.Work().running > 0) std::this_thread::yield();
    queue.ShutDown();
  }

  EXPECT_FALSE(was_shared);
  for (std::size_t i = 0; i < kKeys; ++i)
    EXPECT_EQ(seen[i], wanted[i]) << "the last addition was worked on";
}

}  // namespace
}  // namespace adxf::runtime
