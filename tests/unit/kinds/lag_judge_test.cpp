#include "kinds/follower_database/lag_judge.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using Kind = LagVerdict::Kind;

constexpr LagRules kRules{.objective = 2min, .probe = 30s};

class LagJudgeTest : public ::testing::Test {
 protected:
  static MeasuredLag Lags(Duration lag, std::string database = "Sales") {
    return {.database = std::move(database), .state = LagState::kBehind, .lag = lag};
  }
  static MeasuredLag Silent(LagState state = LagState::kNoSample, bool is_certain = false) {
    return {.database = "Sales", .state = state, .is_certain = is_certain};
  }

  LagVerdict After(Duration span, std::vector<MeasuredLag> const& lags) {
    now_ += span;
    return judge_.Judge(lags, kRules, now_);
  }
  Kind KindAfter(Duration span, MeasuredLag const& lag) { return After(span, {lag}).kind; }

  TimePoint now_{1'800'000'000s};
  LagJudge judge_{};
};

TEST_F(LagJudgeTest, HoldsAtOnceForAFirstFigureWithin) {
  EXPECT_EQ(KindAfter(0s, Lags(2min)), Kind::kWithin);
}

TEST_F(LagJudgeTest, IsBeyondOnlyWhenTwoProbesInARowAre) {
  KindAfter(0s, Lags(0s));

  EXPECT_EQ(KindAfter(30s, Lags(121s)), Kind::kWithin);
  EXPECT_EQ(KindAfter(30s, Lags(0s)), Kind::kWithin);
  EXPECT_EQ(KindAfter(30s, Lags(121s)), Kind::kWithin);
  EXPECT_EQ(KindAfter(30s, Lags(151s)), Kind::kBeyond);
}

TEST_F(LagJudgeTest, NamesTheWorstAndKeepsToIt) {
  After(0s, {Lags(3min, "Orders"), Lags(4min, "Sales")});
  auto const first = After(30s, {Lags(3min, "Orders"), Lags(4min, "Sales")});

  EXPECT_EQ(first.database, "Sales");
  EXPECT_EQ(After(30s, {Lags(9min, "Orders"), Lags(4min, "Sales")}), first);
}

TEST_F(LagJudgeTest, ASawtoothDoesNotFlap) {
  LagJudge judge({.kind = Kind::kWithin});
  int flips = 0;
  auto before = Kind::kWithin;
  for (int i = 0; i < 1000; ++i) {  // from 0 to 3 min and down again, over and over
    now_ += 30s;
    auto const kind = judge.Judge({Lags((i % 7) * 30s)}, kRules, now_).kind;
    flips += kind != before ? 1 : 0;
    before = kind;
  }
  EXPECT_EQ(flips, 1);
  EXPECT_EQ(before, Kind::kBeyond);
}

TEST_F(LagJudgeTest, HoldsAgainAfterTenCalmProbes) {
  KindAfter(0s, Lags(3min));
  KindAfter(30s, Lags(3min));

  EXPECT_EQ(KindAfter(30s, Lags(0s)), Kind::kBeyond);
  EXPECT_EQ(KindAfter(299s, Lags(0s)), Kind::kBeyond);
  EXPECT_EQ(KindAfter(1s, Lags(0s)), Kind::kWithin);
}

TEST_F(LagJudgeTest, WaitsTwiceALongObjectiveBeforeItHoldsAgain) {
  LagRules const rules{.objective = 10min, .probe = 30s};
  LagJudge judge({.kind = Kind::kBeyond});
  judge.Judge({Lags(0s)}, rules, now_);

  EXPECT_EQ(judge.Judge({Lags(0s)}, rules, now_ + 19min).kind, Kind::kBeyond);
  EXPECT_EQ(judge.Judge({Lags(0s)}, rules, now_ + 20min).kind, Kind::kWithin);
}

TEST_F(LagJudgeTest, SilenceEndsNoAlert) {
  LagJudge judge({.kind = Kind::kBeyond});  // of the process before this one

  for (auto const at : {0min, 10min, 500min}) {
    EXPECT_EQ(judge.Judge({Silent()}, kRules, now_ + at).kind, Kind::kBeyond);
    EXPECT_EQ(judge.Judge({Silent(LagState::kVersionsNotComparable)}, kRules, now_ + at).kind,
              Kind::kBeyond);
  }
}

TEST_F(LagJudgeTest, WhatIsCertainEndsAnAlert) {
  for (auto const state : {LagState::kClusterNotRunning, LagState::kDatabaseSuspended,
                           LagState::kVersionsNotComparable}) {
    LagJudge judge({.kind = Kind::kBeyond});

    auto const verdict = judge.Judge({Silent(state, true)}, kRules, now_);

    EXPECT_EQ(verdict.kind, Kind::kUnmeasured);
    EXPECT_EQ(verdict.why, state);
  }
}

TEST_F(LagJudgeTest, IsUnmeasuredAfterTenSilentProbes) {
  KindAfter(0s, Lags(0s));

  EXPECT_EQ(KindAfter(30s, Silent()), Kind::kWithin);
  EXPECT_EQ(KindAfter(299s, Silent()), Kind::kWithin);
  EXPECT_EQ(KindAfter(1s, Silent()), Kind::kUnmeasured);
  EXPECT_EQ(KindAfter(1s, Lags(0s)), Kind::kWithin);
}

TEST_F(LagJudgeTest, TellsNothingOfANewObjectForTenProbes) {
  EXPECT_EQ(KindAfter(0s, Silent()), Kind::kUndecided);
  EXPECT_EQ(KindAfter(299s, Silent()), Kind::kUndecided);
  EXPECT_EQ(KindAfter(1s, Silent()), Kind::kUnmeasured);
}

TEST_F(LagJudgeTest, OneThatIsBeyondCountsMoreThanOneThatIsSilent) {
  After(0s, {Silent(), Lags(5min, "Orders")});

  EXPECT_EQ(After(30s, {Silent(), Lags(5min, "Orders")}).database, "Orders");
}

TEST_F(LagJudgeTest, OneSilentDatabaseKeepsTheOthersFromHolding) {
  EXPECT_EQ(After(0s, {Silent(), Lags(0s, "Orders")}).kind, Kind::kUndecided);
}

TEST_F(LagJudgeTest, IsOverForOneDatabaseAlthoughAnotherIsSilent) {
  After(0s, {Silent(), Lags(5min, "Orders")});
  After(30s, {Silent(), Lags(5min, "Orders")});

  EXPECT_EQ(After(30s, {Silent(), Lags(0s, "Orders")}).kind, Kind::kBeyond);
  EXPECT_EQ(After(299s, {Silent(), Lags(0s, "Orders")}).kind, Kind::kBeyond);
  EXPECT_EQ(After(1s, {Silent(), Lags(0s, "Orders")}).kind, Kind::kUnmeasured);
}

TEST_F(LagJudgeTest, ASawtoothDoesNotFlapBesideADatabaseThatIsSuspended) {
  LagJudge judge({.kind = Kind::kWithin});
  int flips = 0;
  auto before = judge.Judge({Lags(0s)}, kRules, now_);
  for (int i = 0; i < 1000; ++i) {
    now_ += 30s;
    auto const verdict = judge.Judge(
        {{.database = "Old", .state = LagState::kDatabaseSuspended}, Lags((i % 7) * 30s)}, kRules,
        now_);
    flips += verdict != before ? 1 : 0;
    before = verdict;
  }
  EXPECT_LE(flips, 2);
  EXPECT_EQ(before.kind, Kind::kBeyond);
}

TEST_F(LagJudgeTest, KeepsTheReasonOfTheProcessBefore) {
  LagJudge judge({.kind = Kind::kUnmeasured, .why = LagState::kDatabaseSuspended});

  EXPECT_EQ(judge.Judge({Silent()}, kRules, now_).why, LagState::kDatabaseSuspended);
  EXPECT_EQ(judge.Judge({Silent()}, kRules, now_ + 299s).why, LagState::kDatabaseSuspended);
  EXPECT_EQ(judge.Judge({Silent()}, kRules, now_ + 300s).why, LagState::kNoSample);
}

TEST_F(LagJudgeTest, OneFigureOfAzuresCountsOnce) {
  MeasuredLag const figure{
      .database = "Sales", .state = LagState::kLeaderUnreadable, .lag = 9min, .at = now_};

  EXPECT_EQ(KindAfter(0s, figure), Kind::kUndecided);
  EXPECT_EQ(KindAfter(60s, figure), Kind::kUndecided);
  auto next = figure;
  next.at = now_;
  EXPECT_EQ(KindAfter(60s, next), Kind::kBeyond);
}

TEST_F(LagJudgeTest, AClockSetBackMakesNothingLast) {
  KindAfter(0s, Lags(0s));
  KindAfter(30s, Lags(3min));
  now_ -= 1h;

  EXPECT_EQ(KindAfter(0s, Lags(3min)), Kind::kWithin);
  EXPECT_EQ(KindAfter(30s, Lags(3min)), Kind::kBeyond);
}

TEST_F(LagJudgeTest, SaysNothingOfNoDatabases) { EXPECT_EQ(After(0s, {}).kind, Kind::kNothing); }

}  // namespace
}  // namespace adxf::follower_database
