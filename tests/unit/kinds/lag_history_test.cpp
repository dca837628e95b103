#include "kinds/follower_database/lag_history.hpp"

#include <gmock/gmock.h>

#include <chrono>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using State = LagReading::State;

constexpr Duration kNeverStale = 1000h;

TimePoint At(std::chrono::seconds offset) { return TimePoint(1'800'000'000s) + offset; }
DatabaseVersion V(std::int64_t minor) { return {.major = 1, .minor = minor}; }

TEST(ParseVersion, ReadsMajorAndMinor) {
  EXPECT_EQ(ParseVersion("v12.345"), (DatabaseVersion{.major = 12, .minor = 345}));
}

TEST(ParseVersion, RefusesEverythingElse) {
  for (char const* text : {"", "v", "v1", "1.2", "v1.", "v1.2x", "v.2", "v1.2.3"}) {
    EXPECT_EQ(ParseVersion(text), std::nullopt) << text;
  }
}

TEST(LagHistory, HasNoSampleUntilBothSidesWereRead) {
  LagHistory history;
  EXPECT_EQ(history.Read(At(0s), kNeverStale).state, State::kUnknown);

  history.SawFollower(V(1), At(0s));

  EXPECT_EQ(history.Read(At(0s), kNeverStale).state, State::kUnknown);
}

TEST(LagHistory, IsZeroWhenEqualHoweverLongTheLeaderIsIdle) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));

  auto const reading = history.Read(At(100'000s), kNeverStale);

  EXPECT_EQ(reading.state, State::kKnown);
  EXPECT_EQ(reading.lag, 0s);
}

TEST(LagHistory, GrowsFromTheMomentTheLeaderWasFirstSeenAhead) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));
  history.SawFollower(V(1), At(30s));
  history.SawLeader(V(5), At(30s));
  history.SawFollower(V(1), At(60s));
  history.SawLeader(V(9), At(60s));

  EXPECT_EQ(history.Read(At(90s), kNeverStale).lag, 60s);
}

TEST(LagHistory, FallsToTheNextMissingVersionWhenTheFollowerAdvances) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));
  history.SawLeader(V(5), At(30s));
  history.SawLeader(V(9), At(60s));

  history.SawFollower(V(6), At(90s));  // a version that no probe of the leader happened to see

  EXPECT_EQ(history.Read(At(100s), kNeverStale).lag, 40s);
}

TEST(LagHistory, HasNoSampleAfterAStartUntilTheFollowerReachesSomethingRecorded) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(7), At(0s));
  EXPECT_EQ(history.Read(At(10s), kNeverStale).state, State::kUnknown);

  history.SawLeader(V(8), At(30s));
  history.SawFollower(V(7), At(60s));

  EXPECT_EQ(history.Read(At(60s), kNeverStale).state, State::kKnown);
  EXPECT_EQ(history.Read(At(60s), kNeverStale).lag, 30s);
}

TEST(LagHistory, AFollowerAheadOfItsLeaderIsNotComparable) {
  LagHistory history;
  history.SawFollower(V(9), At(0s));
  history.SawLeader(V(1), At(0s));

  EXPECT_EQ(history.Read(At(0s), kNeverStale).state, State::kNotComparable);
}

TEST(LagHistory, DifferentForHalfAnHourOnAStandingLeaderIsNotComparable) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));
  history.SawLeader(V(2), At(10s));

  history.SawFollower(V(1), At(29min));
  history.SawLeader(V(2), At(29min));
  EXPECT_EQ(history.Read(At(29min), kNeverStale).state, State::kKnown);
  history.SawFollower(V(1), At(31min));
  history.SawLeader(V(2), At(31min));
  EXPECT_EQ(history.Read(At(31min), kNeverStale).state, State::kNotComparable);
}

TEST(LagHistory, OneThatEqualledItsLeaderTwiceIsStuckWhenItStandsApart) {
  LagHistory history;
  for (int version : {1, 2}) {
    history.SawLeader(V(version), At(version * 10s));
    history.SawFollower(V(version), At(version * 10s));
  }
  history.SawLeader(V(3), At(30s));

  auto const reading = history.Read(At(3h), kNeverStale);

  EXPECT_EQ(reading.state, State::kKnown);
  EXPECT_EQ(reading.lag, 3h - 30s);
}

TEST(LagHistory, OneThatCountsByItselfIsNotBelievedWhenTheLeaderMovesOn) {
  LagHistory history;
  history.SawFollower(V(3), At(0s));
  history.SawLeader(V(10), At(0s));
  history.SawFollower(V(3), At(31min));
  history.SawLeader(V(10), At(31min));      // different, and nothing moved
  for (int more = 1; more <= 10; ++more) {  // both move: the same distance, and no lag at all
    history.SawFollower(V(3 + more), At(31min + more * 30s));
    history.SawLeader(V(10 + more), At(31min + more * 30s));
  }

  EXPECT_EQ(history.Read(At(37min), kNeverStale).state, State::kNotComparable);
}

TEST(LagHistory, OneThatWasAheadIsBelievedAgainOnceItEqualsItsLeader) {
  LagHistory history;
  history.SawFollower(V(9), At(0s));
  history.SawLeader(V(1), At(0s));
  history.SawLeader(V(20), At(30s));
  EXPECT_EQ(history.Read(At(30s), kNeverStale).state, State::kNotComparable);
  EXPECT_TRUE(history.Read(At(30s), kNeverStale).is_ahead);

  history.SawFollower(V(20), At(60s));

  EXPECT_EQ(history.Read(At(60s), kNeverStale).state, State::kKnown);
}

TEST(LagHistory, OneThatGoesBackWithItsLeaderIsBelievedAgain) {
  LagHistory history;
  history.SawFollower(V(5), At(0s));
  history.SawLeader(V(5), At(0s));
  history.SawLeader(V(2), At(30s));  // restored from something older
  history.SawLeader(V(3), At(60s));

  history.SawFollower(V(2), At(90s));

  EXPECT_EQ(history.Read(At(90s), kNeverStale).state, State::kKnown);
  EXPECT_EQ(history.Read(At(90s), kNeverStale).lag, 30s);
}

TEST(LagHistory, OneThatNobodySawStandsApartFromNobody) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));
  for (auto at = 10min; at < 12h; at += 10min)
    history.SawLeader(V(2), At(at));  // stopped for the night

  history.SawLeader(V(9), At(12h));
  history.SawFollower(V(2), At(12h));

  EXPECT_EQ(history.Read(At(12h), kNeverStale).state, State::kKnown);
}

TEST(LagHistory, ALagGrowsHoweverManyVersionsTheLeaderMakes) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(0s));
  for (int version = 2; version < 10'000; ++version)
    history.SawLeader(V(version), At(version * 10s));

  EXPECT_EQ(history.Read(At(100'000s), kNeverStale).lag, 100'000s - 20s);
}

TEST(LagHistory, AClockSetBackHidesNoLagForLong) {
  LagHistory history;
  history.SawFollower(V(1), At(2h));
  history.SawLeader(V(1), At(2h));
  history.SawLeader(V(2), At(2h + 30s));

  history.SawLeader(V(3), At(1h));  // an hour earlier all of a sudden
  history.SawFollower(V(1), At(1h));

  EXPECT_EQ(history.Read(At(1h + 10min), kNeverStale).lag, 10min);
}

TEST(LagHistory, ALeaderThatGoesBackStartsAnew) {
  LagHistory history;
  history.SawFollower(V(5), At(0s));
  history.SawLeader(V(5), At(0s));

  history.SawLeader({.major = 0, .minor = 1}, At(60s));

  EXPECT_EQ(history.Read(At(60s), kNeverStale).state, State::kNotComparable);
}

TEST(LagHistory, HasNoSampleWhenASideWasNotSeenForTooLong) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(100s));

  EXPECT_EQ(history.Read(At(110s), 120s).state, State::kKnown);
  EXPECT_EQ(history.Read(At(121s), 120s).state, State::kUnknown);
}

TEST(LagHistory, RemembersWhenTheFollowerWasLastInSync) {
  LagHistory history;
  history.SawFollower(V(1), At(0s));
  history.SawLeader(V(1), At(5s));
  history.SawLeader(V(2), At(30s));

  EXPECT_EQ(history.LastSynced(), At(5s));
}

}  // namespace
}  // namespace adxf::follower_database
