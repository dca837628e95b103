#include "kinds/follower_database/ledger.hpp"

#include "support/fake_azure.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::SizeIs;

constexpr TimePoint kNow{1'800'000'000s};

Duration RestAfter(Ledger& ledger, Error error) {
  RecordFailure(ledger, {}, {.error = std::move(error), .now = kNow}, Pace{});
  return ledger.hold->until - kNow;
}

TEST(FollowerLedger, TellsOfWorkAfterTenSecondsAndOfWaitingForATurnAfterAMinute) {
  Ledger ledger;
  SteadyPoint const start{1h};
  EXPECT_TRUE(IsStillQuiet(ledger, true, start));
  EXPECT_TRUE(IsStillQuiet(ledger, true, start + 59s));
  EXPECT_FALSE(IsStillQuiet(ledger, true, start + 60s));
  NoteTold(ledger, /*is_settled=*/false);

  auto const turn = start + 61s;
  EXPECT_TRUE(IsStillQuiet(ledger, false, turn));  // waiting is not counted as work
  EXPECT_FALSE(IsStillQuiet(ledger, false, turn + 10s));
  NoteTold(ledger, /*is_settled=*/false);
  EXPECT_TRUE(IsStillQuiet(ledger, true, turn + 11s));
}

TEST(FollowerLedger, TellsOfManyShortTurnsAfterSeventySeconds) {
  Ledger ledger;
  SteadyPoint const start{1h};
  auto now = start;
  for (bool waits = true; now < start + 70s; now += 2s, waits = !waits)
    EXPECT_TRUE(IsStillQuiet(ledger, waits, now));

  EXPECT_FALSE(IsStillQuiet(ledger, false, now));
  EXPECT_FALSE(IsStillQuiet(ledger, true, now));
}

TEST(FollowerLedger, RestsLongerWithEachPassingFailureInARow) {
  Ledger ledger;

  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kUnavailable, "ServerBusy")), 2s);
  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kUnavailable, "ServerBusy")), 4s);
  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kConflict, "ServiceIsInMaintenance")), 8s);
}

TEST(FollowerLedger, RestsAsLongAsTheServiceAsks) {
  Ledger ledger;

  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kThrottled, "TooManyRequests", 99s)), 99s);
}

TEST(FollowerLedger, RestsAMinuteWhereARightIsMissingAndATickWhereSomebodyMustAct) {
  Ledger ledger;

  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kForbidden, "AuthorizationFailed")), 60s);
  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kUnauthorized, "InvalidToken")), 30s);
  EXPECT_EQ(RestAfter(ledger, test::AzureError(Code::kInvalid, "BadRequest")), 15min);
}

TEST(FollowerLedger, CountsHowOftenTheSameWishWasSent) {
  Ledger ledger;
  CoveredChange wish{
      .key = {.database = "Sales", .field = "caching.database"}, .value = "7d", .had = "31d"};

  RecordPending(ledger, wish, Answer::kAccepted, kNow);
  RecordPending(ledger, wish, Answer::kAccepted, kNow + 1min);
  ASSERT_THAT(ledger.pending, SizeIs(1));
  EXPECT_EQ(ledger.pending[0].times, 2);
  EXPECT_EQ(ledger.pending[0].issued_at, kNow + 1min);

  wish.value = "8d";
  RecordPending(ledger, wish, Answer::kAccepted, kNow + 2min);
  ASSERT_THAT(ledger.pending, SizeIs(1));
  EXPECT_EQ(ledger.pending[0].times, 1);
}

TEST(FollowerLedger, KeepsWhatIsUnmetOrWithdrawnAndForgetsWhatShows) {
  Ledger ledger;
  std::vector<PolicyKey> keys;
  for (auto const* field : {"unmet", "withdrawn", "shown"}) {
    keys.push_back({.database = "Sales", .field = field});
    RecordPending(ledger, {.key = keys.back()}, Answer::kAccepted, kNow);
  }
  Plan plan;
  KeepPending(ledger, plan);
  EXPECT_THAT(ledger.pending, SizeIs(3)) << "nothing was compared";

  plan.has_compared_policies = true;
  plan.unmet = {{.key = keys[0]}};
  plan.withdrawn = {keys[1]};
  KeepPending(ledger, plan);
  EXPECT_THAT(ledger.pending, SizeIs(2));
}

TEST(FollowerLedger, DoesNotCountAWishWhoseAnswerWasLost) {
  Ledger ledger;
  CoveredChange const wish{
      .key = {.database = "Sales", .field = "caching.database"}, .value = "7d", .had = "31d"};

  RecordPending(ledger, wish, Answer::kLost, kNow);
  RecordPending(ledger, wish, Answer::kLost, kNow + 1min);

  ASSERT_THAT(ledger.pending, SizeIs(1));
  EXPECT_EQ(ledger.pending[0].times, 0);
  EXPECT_TRUE(ledger.pending[0].IsOnItsWay(kNow + 1min + 59s, kNow + 5min, 10min));
  EXPECT_FALSE(ledger.pending[0].IsOnItsWay(kNow + 2min, kNow + 5min, 10min));
}

}  // namespace
}  // namespace adxf::follower_database
