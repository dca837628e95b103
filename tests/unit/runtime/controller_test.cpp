#include "runtime/controller.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <functional>
#include <latch>
#include <stdexcept>
#include <vector>

namespace adxf::runtime {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

ObjectKey const kKey{.ns = "team-a", .name = "sales"};

class ScriptedReconciler final : public Reconciler {
 public:
  Outcome Reconcile(ObjectKey const& key, http::CallContext const& call) override {
    return pass(key, call);
  }
  std::function<Outcome(ObjectKey const&, http::CallContext const&)> pass =
      [](auto const&, auto const&) { return Outcome::Done(); };
};

class RecordingObserver final : public ControllerObserver {
 public:
  void PassStarted() override { ++started; }
  void PassFinished(PassResult result, Duration) override { results.push_back(result); }
  void Panicked() override { ++panics; }
  void TimedOut() override { ++timeouts; }

  std::atomic<int> started{0};
  std::vector<PassResult> results;
  int panics = 0;
  int timeouts = 0;
};

Error AnError(Code code, std::optional<std::chrono::seconds> retry_after = std::nullopt) {
  Error error;
  error.code = code;
  error.message = "it failed";
  error.retry_after = retry_after;
  return error;
}

class ControllerTest : public ::testing::Test {
 protected:
  Controller Make(int workers = 1) {
    return {{.name = "thing", .workers = workers, .grace = 0s},
            {.reconciler = reconciler_,
             .queue = queue_,
             .caches = {&latch_},
             .leads = must_lead_ ? &leads_ : nullptr,
             .clock = clock_,
             .random = random_,
             .observer = observer_,
             .log = Log(sink_)}};
  }
  void Answer(Outcome outcome) {
    reconciler_.pass = [outcome](auto const&, auto const&) { return outcome; };
  }
  Duration UntilNext() { return *queue_.NextDue() - clock_.Steady(); }

  test::FakeClock clock_;
  test::FakeRandom random_;
  test::MemoryLog sink_;
  QueueObserver queue_observer_;
  WorkQueue queue_{{}, clock_, random_, queue_observer_};
  ScriptedReconciler reconciler_;
  RecordingObserver observer_;
  ReadyLatch latch_;
  ReadyLatch leads_;
  bool must_lead_ = false;
};

TEST_F(ControllerTest, RestsAfterSuccess) {
  auto controller = Make();
  queue_.Add(kKey);

  EXPECT_TRUE(controller.RunOne());
  EXPECT_FALSE(controller.RunOne());
  EXPECT_EQ(queue_.Depth(), 0U);
  EXPECT_THAT(observer_.results, ElementsAre(PassResult::kSuccess));
}

TEST_F(ControllerTest, GivesEachPassADeadlineAndAnIdOfItsOwn) {
  auto controller = Make();
  std::vector<std::string> ids;
  reconciler_.pass = [&](ObjectKey const& key, http::CallContext const& call) {
    EXPECT_EQ(key, kKey);
    EXPECT_EQ(call.deadline, clock_.Steady() + 60s);
    ids.push_back(call.reconcile_id);
    return Outcome::Done();
  };
  for (int i = 0; i < 2; ++i) {
    queue_.Add(kKey);
    controller.RunOne();
  }

  ASSERT_EQ(ids.size(), 2U);
  EXPECT_NE(ids[0], ids[1]);
}

TEST_F(ControllerTest, RunsNothingBeforeItLeads) {
  must_lead_ = true;
  std::latch ran(1);
  reconciler_.pass = [&](auto const&, auto const&) {
    EXPECT_TRUE(leads_.IsOpen());
    ran.count_down();
    return Outcome::Done();
  };
  auto controller = Make();
  latch_.Open();
  queue_.Add(kKey);
  controller.Start();
  sink_.Await("waiting to lead");
  EXPECT_EQ(observer_.started, 0);
  leads_.Open();

  ran.wait();
  controller.Stop();
}

TEST_F(ControllerTest, RetriesAnErrorWithBackOffAndItsPriority) {
  auto controller = Make();
  Answer(Outcome::Failed(AnError(Code::kUnavailable)));
  queue_.Add(kKey, kResync);
  controller.RunOne();
  EXPECT_EQ(UntilNext(), 1s);
  clock_.Advance(1s);
  controller.RunOne();
  EXPECT_EQ(UntilNext(), 2s);
  clock_.Advance(2s);

  EXPECT_EQ(queue_.TryTake()->priority, kResync);
  EXPECT_EQ(sink_.Count("pass failed, will retry"), 2U);
}

TEST_F(ControllerTest, ObeysTheRetryAfterOfAnError) {
  auto controller = Make();
  Answer(Outcome::Failed(AnError(Code::kThrottled, 90s)));
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(UntilNext(), 90s);
}

TEST_F(ControllerTest, ForgetsFailuresWhenAPassAsksForALaterLook) {
  auto controller = Make();
  for (int i = 0; i < 4; ++i) queue_.AddRateLimited(kKey);
  clock_.Advance(1h);
  Answer(Outcome::After(15min));
  controller.RunOne();

  EXPECT_EQ(UntilNext(), 15min);
  EXPECT_EQ(queue_.Failures(kKey), 0);
  EXPECT_THAT(observer_.results, ElementsAre(PassResult::kRequeueAfter));
}

TEST_F(ControllerTest, TakesWhatOthersWaitForAsAUsersChange) {
  ObjectKey const other{.ns = "team-a", .name = "orders"};
  auto controller = Make();
  queue_.Add(kKey, kResync);
  Answer({.requeue_after = 10ms, .holds_up_others = true});
  controller.RunOne();
  queue_.Add(other, kResync);
  clock_.Advance(10ms);

  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{.key = kKey, .priority = kUserChange}));
  EXPECT_EQ(queue_.TryTake(), (WorkQueue::Item{.key = other, .priority = kResync}));
}

TEST_F(ControllerTest, LetsAnErrorWinOverALaterLook) {
  auto controller = Make();
  Answer({.requeue_after = 15min, .error = AnError(Code::kUnavailable), .terminal = false});
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(UntilNext(), 1s);
}

TEST_F(ControllerTest, DoesNotRetryATerminalError) {
  auto controller = Make();
  Answer(Outcome::Terminal(AnError(Code::kInvalid)));
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(queue_.Depth(), 0U);
  EXPECT_THAT(observer_.results, ElementsAre(PassResult::kTerminalError));
}

TEST_F(ControllerTest, SurvivesAnExceptionCountsItAndRetries) {
  auto controller = Make();
  reconciler_.pass = [](auto const&, auto const&) -> Outcome {
    throw std::runtime_error("a defect");
  };
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(observer_.panics, 1);
  EXPECT_EQ(UntilNext(), 1s);
}

TEST_F(ControllerTest, SurvivesAnExceptionOfAnyType) {
  auto controller = Make();
  reconciler_.pass = [](auto const&, auto const&) -> Outcome { throw 42; };
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(observer_.panics, 1);
}

TEST_F(ControllerTest, CountsAPassThatOutlastsItsDeadline) {
  auto controller = Make();
  reconciler_.pass = [&](auto const&, auto const&) {
    clock_.Advance(60s);
    return Outcome::Failed(AnError(Code::kDeadline));
  };
  queue_.Add(kKey);
  controller.RunOne();

  EXPECT_EQ(observer_.timeouts, 1);
}

TEST_F(ControllerTest, RunsOnceMoreWhenChangedDuringAPass) {
  auto controller = Make();
  reconciler_.pass = [&](auto const&, auto const&) {
    if (observer_.started == 1) queue_.Add(kKey);
    return Outcome::After(1h);
  };
  queue_.Add(kKey);

  EXPECT_TRUE(controller.RunOne());
  EXPECT_TRUE(controller.RunOne());
  EXPECT_FALSE(controller.RunOne());
}

TEST_F(ControllerTest, StartsNoPassBeforeTheCachesAreReady) {
  std::latch passed(1);
  std::atomic<bool> was_ready{false};
  reconciler_.pass = [&](auto const&, auto const&) {
    was_ready = latch_.IsOpen();
    passed.count_down();
    return Outcome::Done();
  };
  auto controller = Make();
  queue_.Add(kKey);
  controller.Start();
  latch_.Open();
  passed.wait();
  controller.Stop();

  EXPECT_TRUE(was_ready);
}

TEST_F(ControllerTest, StopsWhileTheCachesAreNotReady) {
  auto controller = Make(3);
  queue_.Add(kKey);
  controller.Start();
  controller.Stop();

  EXPECT_EQ(observer_.started, 0);
}

TEST_F(ControllerTest, StopsAPassThatOutlastsTheGrace) {
  std::latch begun(1);
  reconciler_.pass = [&](auto const&, http::CallContext const& call) {
    begun.count_down();
    ReadyLatch never;
    never.Wait(call.stop, 1h);
    return Outcome::Failed(AnError(Code::kCancelled));
  };
  auto controller = Make();
  latch_.Open();
  queue_.Add(kKey);
  controller.Start();
  begun.wait();
  controller.Stop();

  EXPECT_THAT(observer_.results, ElementsAre(PassResult::kError));
  EXPECT_EQ(queue_.Depth(), 0U) << "nothing is queued after the shutdown";
}

}  // namespace
}  // namespace adxf::runtime
