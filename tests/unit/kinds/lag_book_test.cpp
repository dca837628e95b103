#include "kinds/follower_database/lag_book.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr TimePoint kStart{1'800'000'000s};

TrackedDatabase Sales() {
  return {.follower_view = "f", .follower = "Sales", .leader_view = "l", .leader = "Sales"};
}

TrackRules const kHourly{.probe = std::chrono::hours(1)};

class LagBookTest : public ::testing::Test {
 protected:
  LagBookTest() { book_.Track("a/one", {{Sales()}}, kHourly, kStart); }

  void SawBoth(std::string const& follower, std::string const& leader, TimePoint when) {
    book_.Saw("f", {{.database = "Sales", .version = follower}}, when);
    book_.Saw("l", {{.database = "sales", .version = leader}}, when);
  }
  LagSample Read(TimePoint now, std::string const& object = "a/one") {
    return book_.Read(object, now).at(0);
  }

  LagBook book_;
};

TEST_F(LagBookTest, IsZeroWhileBothShowTheSame) {
  SawBoth("v1.4", "v1.4", kStart);

  auto const sample = Read(kStart + 10s);
  EXPECT_EQ(sample.state, LagState::kSynced);
  EXPECT_EQ(sample.lag, 0s);
  EXPECT_EQ(book_.Read("a/one", kStart)[0].last_synced, kStart);
}

TEST_F(LagBookTest, CountsFromWhenTheLeaderWasFirstSeenBeyondTheFollower) {
  SawBoth("v1.4", "v1.4", kStart);
  SawBoth("v1.4", "v1.5", kStart + 30s);
  SawBoth("v1.4", "v1.6", kStart + 60s);

  EXPECT_EQ(Read(kStart + 90s).lag, 60s);
  EXPECT_EQ(Read(kStart + 90s).state, LagState::kBehind);

  SawBoth("v1.6", "v1.6", kStart + 120s);
  EXPECT_EQ(Read(kStart + 120s).lag, 0s);
}

TEST_F(LagBookTest, HearsOfTheClustersThatAnObjectIsOnNow) {
  book_.Track("a/two", {{Sales()}}, kHourly, kStart);
  auto moved = Sales();
  moved.follower_view = "g";
  book_.Track("a/one", {{moved}}, kHourly, kStart);

  book_.Saw("l", {{.database = "Sales", .version = "v1.4"}}, kStart);
  book_.Saw("f", {{.database = "Sales", .version = "v1.4"}}, kStart);
  EXPECT_EQ(Read(kStart).state, LagState::kNoSample);
  EXPECT_EQ(Read(kStart, "a/two").state, LagState::kSynced);

  book_.Saw("g", {{.database = "Sales", .version = "v1.4"}}, kStart);
  EXPECT_EQ(Read(kStart).state, LagState::kSynced);

  book_.Forget("a/one");
  book_.Forget("a/two");
  EXPECT_THAT(book_.Saw("g", {{.database = "Sales", .version = "v1.5"}}, kStart), IsEmpty());
}

TEST_F(LagBookTest, KnowsNothingFromTheFollowerAlone) {
  book_.Saw("f", {{.database = "Sales", .version = "v1.4"}}, kStart);

  EXPECT_EQ(Read(kStart).state, LagState::kNoSample);
  EXPECT_FALSE(Read(kStart).lag);
}

TEST_F(LagBookTest, TakesNoFollowerVersionThatIsNewerThanTheLookAtTheLeader) {
  SawBoth("v1.4", "v1.4", kStart);

  book_.Saw("f", {{.database = "Sales", .version = "v1.9"}}, kStart + 31s);
  book_.Saw("l", {{.database = "Sales", .version = "v1.5"}}, kStart + 30s);

  EXPECT_EQ(Read(kStart + 31s).state, LagState::kSynced);  // with all that was seen so far
  EXPECT_EQ(Read(kStart + 31s).last_synced, kStart);
}

TEST_F(LagBookTest, KeepsWhatOneIdentityReadsFromObjectsOfAnother) {
  book_.Track("b/two",
              {{{.follower_view = "f of b",
                 .follower = "Sales",
                 .leader_view = "l of b",
                 .leader = "Sales"}}},
              kHourly, kStart);

  SawBoth("v1.4", "v1.4", kStart);

  EXPECT_EQ(Read(kStart).state, LagState::kSynced);
  EXPECT_EQ(Read(kStart, "b/two").state, LagState::kNoSample);
}

TEST_F(LagBookTest, KeepsTheHistoryOfWhatIsStillTracked) {
  SawBoth("v1.4", "v1.4", kStart);
  auto other = Sales();
  other.follower = other.leader = "Orders";

  book_.Track("a/one", {{Sales(), other}}, kHourly, kStart);

  ASSERT_THAT(book_.Read("a/one", kStart), SizeIs(2));
  EXPECT_EQ(Read(kStart).state, LagState::kSynced);
}

TEST_F(LagBookTest, TellsAStoppedClusterFromASuspendedDatabase) {
  SawBoth("v1.4", "v1.4", kStart);
  book_.Saw("f", {{.database = "Sales", .version = "v1.4", .is_suspended = true}}, kStart);
  EXPECT_EQ(Read(kStart).state, LagState::kDatabaseSuspended);

  book_.Track("a/one", {{Sales()}}, {.probe = 1h, .are_clusters_running = false}, kStart);
  EXPECT_EQ(Read(kStart).state, LagState::kClusterNotRunning);
  EXPECT_FALSE(Read(kStart).lag);
}

class JudgedLag : public LagBookTest {
 protected:
  static TrackRules Rules(LagVerdict before = {}) {
    return {.probe = 30s, .objective = 2min, .before = before};
  }
  LagVerdict::Kind Verdict() const { return book_.Standing("a/one")->verdict.kind; }
};

TEST_F(JudgedLag, TellsWhoseStandingChanged) {
  book_.Track("a/one", {{Sales()}}, Rules(), kStart);
  book_.Saw("f", {{.database = "Sales", .version = "v1.4"}}, kStart);

  EXPECT_THAT(book_.Saw("l", {{.database = "Sales", .version = "v1.4"}}, kStart),
              testing::ElementsAre("a/one"));
  EXPECT_THAT(book_.Saw("l", {{.database = "Sales", .version = "v1.4"}}, kStart + 30s), IsEmpty());
  EXPECT_THAT(book_.Saw("another", {}, kStart + 30s), IsEmpty());
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kWithin);
}

TEST_F(JudgedLag, WithoutAnObjectiveNothingIsJudged) {
  SawBoth("v1.4", "v1.4", kStart);

  EXPECT_EQ(Verdict(), LagVerdict::Kind::kUndecided);
}

TEST_F(JudgedLag, BeginsWithWhatTheStatusTells) {
  book_.Forget("a/one");
  book_.Track("a/one", {{Sales()}}, Rules({.kind = LagVerdict::Kind::kBeyond}), kStart);
  SawBoth("v1.2", "v1.9", kStart);

  EXPECT_EQ(Verdict(), LagVerdict::Kind::kBeyond);
}

TEST_F(JudgedLag, AsksForAzuresFigureWhereTheLeaderCannotBeRead) {
  book_.Track("a/one", {{Sales()}}, Rules(), kStart);
  EXPECT_FALSE(book_.Standing("a/one")->needs_azures);

  book_.Saw("f", {{.database = "Sales", .version = "v1.4"}}, kStart + 1min);
  EXPECT_FALSE(book_.Standing("a/one")->needs_azures);
  auto const changed = book_.Saw("f", {{.database = "Sales", .version = "v1.4"}}, kStart + 3min);

  EXPECT_THAT(changed, testing::ElementsAre("a/one"));
  EXPECT_TRUE(book_.Standing("a/one")->needs_azures);
  EXPECT_EQ(Read(kStart + 3min).state, LagState::kLeaderUnreadable);
}

TEST_F(JudgedLag, AsksForAzuresFigureOfAShareAtOnce) {
  auto shared = Sales();
  shared.leader_view = "";

  EXPECT_TRUE(book_.Track("a/one", {{shared}}, Rules(), kStart));

  EXPECT_TRUE(book_.Standing("a/one")->needs_azures);
}

TEST_F(JudgedLag, JudgesByAzuresFigureWhereThereIsNoOther) {
  auto shared = Sales();
  shared.leader_view = "";
  book_.Track("a/one", {{shared}}, Rules(), kStart);

  EXPECT_THAT(book_.SawLatency("f", {.latency = 10s, .at = kStart}, kStart + 3min),
              testing::ElementsAre("a/one"));
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kWithin);
  EXPECT_EQ(book_.AzuresFigure("a/one", kStart + 3min), 10s);
  EXPECT_FALSE(Read(kStart + 3min).lag);  // none of this database's own

  book_.SawLatency("f", {.latency = 10min, .at = kStart + 5min}, kStart + 8min);
  book_.SawLatency("f", {.latency = 10min, .at = kStart + 10min}, kStart + 13min);
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kBeyond);
}

TEST_F(JudgedLag, AnOldFigureOfAzureIsNone) {
  book_.SawLatency("f", {.latency = 10s, .at = kStart}, kStart + 3min);

  EXPECT_FALSE(book_.AzuresFigure("a/one", kStart + 21min));
}

TEST_F(LagBookTest, KeepsItsHistoriesWhileTheDatabasesAreNotKnown) {
  SawBoth("v1.4", "v1.4", kStart);

  book_.Track("a/one", std::nullopt, kHourly, kStart);

  EXPECT_EQ(Read(kStart).state, LagState::kSynced);
}

TEST_F(LagBookTest, BeginsOnceTheDatabasesAreKnown) {
  book_.Forget("a/one");

  for (int i = 0; i < 2; ++i) EXPECT_FALSE(book_.Track("a/one", std::nullopt, kHourly, kStart));

  EXPECT_FALSE(book_.Standing("a/one"));
}

TEST_F(LagBookTest, TakesOverlappingProbesInTheOrderInWhichTheyWereServed) {
  SawBoth("v1.4", "v1.4", kStart);

  for (int i = 1; i < 10; ++i) {  // the follower's call ends after the leader's began, each time
    auto const at = kStart + i * 30s;
    auto const version = [](int minor) { return "v1." + std::to_string(minor); };
    book_.Saw("l", {{.database = "Sales", .version = version(10 * i)}}, at, at + 1s);
    book_.Saw("f", {{.database = "Sales", .version = version(10 * i + 1)}}, at, at + 2s);
    EXPECT_EQ(Read(at + 3s).lag, 0s);
  }
}

TEST_F(JudgedLag, IsNoLagWhileProbesOfTheFollowerFail) {
  book_.Track("a/one", {{Sales()}}, Rules(), kStart);
  SawBoth("v1.4", "v1.4", kStart);
  SawBoth("v1.4", "v1.5", kStart + 90s);
  for (std::chrono::seconds at = 2min; at < 5min; at += 30s)
    book_.Saw("l", {{.database = "Sales", .version = "v1.5"}}, kStart + at);

  EXPECT_EQ(Verdict(), LagVerdict::Kind::kWithin);
}

TEST_F(JudgedLag, AnotherObjectiveIsJudgedAnew) {
  book_.Forget("a/one");
  book_.Track("a/one", {{Sales()}}, Rules({.kind = LagVerdict::Kind::kBeyond}), kStart);
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kBeyond);
  auto rules = Rules();
  rules.objective = 1h;

  book_.Track("a/one", std::nullopt, rules, kStart);
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kUndecided);
  SawBoth("v1.5", "v1.5", kStart + 30s);
  EXPECT_EQ(Verdict(), LagVerdict::Kind::kWithin);
}

TEST_F(JudgedLag, SaysNothingOfNoDatabases) {
  book_.Track("a/one", {{Sales()}}, Rules({.kind = LagVerdict::Kind::kBeyond}), kStart);

  EXPECT_TRUE(book_.Track("a/one", std::vector<TrackedDatabase>{}, Rules(), kStart));

  EXPECT_EQ(Verdict(), LagVerdict::Kind::kNothing);
}

TEST_F(LagBookTest, ForgetsTheObject) {
  book_.Forget("a/one");

  EXPECT_THAT(book_.Read("a/one", kStart), IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
