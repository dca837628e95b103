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

class LagBookTest : public ::testing::Test {
 protected:
  LagBookTest() { book_.Track("a/one", {Sales()}, std::chrono::hours(1)); }

  void SawBoth(std::string const& follower, std::string const& leader, TimePoint when) {
    book_.Saw("f", {{"Sales", follower}}, when);
    book_.Saw("l", {{"sales", leader}}, when);
  }
  LagReading Read(TimePoint now, std::string const& object = "a/one") {
    return book_.Read(object, now).at(0).reading;
  }

  LagBook book_;
};

TEST_F(LagBookTest, IsZeroWhileBothShowTheSame) {
  SawBoth("v1.4", "v1.4", kStart);

  auto const reading = Read(kStart + 10s);
  EXPECT_EQ(reading.state, LagReading::State::kKnown);
  EXPECT_EQ(reading.lag, 0s);
  EXPECT_EQ(book_.Read("a/one", kStart)[0].last_synced, kStart);
}

TEST_F(LagBookTest, CountsFromWhenTheLeaderWasFirstSeenBeyondTheFollower) {
  SawBoth("v1.4", "v1.4", kStart);
  SawBoth("v1.4", "v1.5", kStart + 30s);
  SawBoth("v1.4", "v1.6", kStart + 60s);

  EXPECT_EQ(Read(kStart + 90s).lag, 60s);

  SawBoth("v1.6", "v1.6", kStart + 120s);
  EXPECT_EQ(Read(kStart + 120s).lag, 0s);
}

TEST_F(LagBookTest, KnowsNothingFromTheFollowerAlone) {
  book_.Saw("f", {{"Sales", "v1.4"}}, kStart);

  EXPECT_EQ(Read(kStart).state, LagReading::State::kUnknown);
}

TEST_F(LagBookTest, TakesNoFollowerVersionThatIsNewerThanTheLookAtTheLeader) {
  SawBoth("v1.4", "v1.4", kStart);

  book_.Saw("f", {{"Sales", "v1.9"}}, kStart + 31s);
  book_.Saw("l", {{"Sales", "v1.5"}}, kStart + 30s);

  EXPECT_EQ(Read(kStart + 31s).state, LagReading::State::kKnown);
}

TEST_F(LagBookTest, KeepsWhatOneIdentityReadsFromObjectsOfAnother) {
  book_.Track("b/two",
              {{.follower_view = "f of b",
                .follower = "Sales",
                .leader_view = "l of b",
                .leader = "Sales"}},
              std::chrono::hours(1));

  SawBoth("v1.4", "v1.4", kStart);

  EXPECT_EQ(Read(kStart).state, LagReading::State::kKnown);
  EXPECT_EQ(Read(kStart, "b/two").state, LagReading::State::kUnknown);
}

TEST_F(LagBookTest, KeepsTheHistoryOfWhatIsStillTracked) {
  SawBoth("v1.4", "v1.4", kStart);
  auto other = Sales();
  other.follower = other.leader = "Orders";

  book_.Track("a/one", {Sales(), other}, std::chrono::hours(1));

  ASSERT_THAT(book_.Read("a/one", kStart), SizeIs(2));
  EXPECT_EQ(Read(kStart).state, LagReading::State::kKnown);
}

TEST_F(LagBookTest, ForgetsTheObject) {
  book_.Forget("a/one");

  EXPECT_THAT(book_.Read("a/one", kStart), IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
