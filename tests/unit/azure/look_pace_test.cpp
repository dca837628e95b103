#include "azure/look_pace.hpp"

#include "support/fake_random.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;

struct LookPaceTest : ::testing::Test {
  SteadyPoint now{SteadyPoint::duration(1h)};
  test::FakeRandom random{0.5};
  LookPace pace{{}, now};

  void Look(LookPace::Seen const& seen = {}) { pace.Looked(seen, now, random); }
  [[nodiscard]] SteadyPoint::duration UntilDue() const { return pace.Due() - now; }
};

TEST_F(LookPaceTest, BeginsAtOnceAndLooksAtTicks) {
  EXPECT_EQ(UntilDue(), 0s);

  Look();

  EXPECT_EQ(UntilDue(), 15min);
  EXPECT_FALSE(pace.IsQuick());
}

TEST_F(LookPaceTest, LooksQuicklyAfterAWriteAndWhileSomethingIsExpected) {
  Look();
  now += 1s;
  pace.Wrote(now);
  EXPECT_EQ(UntilDue(), 2s);
  EXPECT_TRUE(pace.IsQuick());

  now += 2s;
  Look();
  EXPECT_FALSE(pace.IsQuick());
  pace.Expect();
  EXPECT_EQ(UntilDue(), 4s);
  EXPECT_TRUE(pace.IsQuick());
}

TEST_F(LookPaceTest, LooksAgainForWhoeverAsksWhileALookRuns) {
  now += 3s;
  pace.LookAt(now - 1s);
  Look({.began = now - 2s});
  EXPECT_EQ(UntilDue(), 0s) << "what that look finds may be older than the question";
  EXPECT_FALSE(pace.IsQuick());

  now += 1s;
  Look({.began = now});
  EXPECT_EQ(UntilDue(), 15min);
}

TEST_F(LookPaceTest, LooksAtWhatWasMadeOnceWithoutWaiting) {
  Look();
  pace.Hurry(now);
  EXPECT_EQ(UntilDue(), 15min);  // nothing was made

  pace.Wrote(now);
  pace.Made(now);
  pace.Hurry(now);
  EXPECT_EQ(UntilDue(), 0s);
  EXPECT_TRUE(pace.IsQuick());

  Look({.is_changed = true, .began = now - 1s});  // it may not have seen it
  pace.Hurry(now);
  EXPECT_EQ(UntilDue(), 0s);

  Look({.is_changed = true, .began = now + 1ms});
  pace.Expect();
  pace.Hurry(now);
  EXPECT_EQ(UntilDue(), 2s);
}

TEST_F(LookPaceTest, WhatSomebodyAsksForIsNoQuickTick) {
  Look();
  pace.Wrote(now);

  pace.LookAt(now + 1s);

  EXPECT_EQ(UntilDue(), 1s);
  EXPECT_FALSE(pace.IsQuick());
}

TEST_F(LookPaceTest, LooksQuicklyAgainWhenWhatItReadIsStale) {
  Look({.is_fresh = false});

  EXPECT_EQ(UntilDue(), 2s);
  EXPECT_TRUE(pace.IsQuick());
}

TEST_F(LookPaceTest, WaitsAfterAnErrorAsLongAsItIsAsked) {
  Look({.error = Error{.code = Code::kUnavailable, .retry_after = 17s}});

  EXPECT_EQ(UntilDue(), 17s);
  EXPECT_TRUE(pace.IsQuick());
}

}  // namespace
}  // namespace adxf::azure
