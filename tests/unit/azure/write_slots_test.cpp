#include "azure/write_slots.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace adxf::azure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct WriteSlotsTest : ::testing::Test {
  std::vector<std::string> woken;
  WriteSlots slots{[this](std::string const& holder) { woken.push_back(holder); }};
};

TEST_F(WriteSlotsTest, OneHolderPerClusterAtATime) {
  EXPECT_TRUE(slots.TryAcquire("c1", "a", WritePriority::kRollOut));
  EXPECT_FALSE(slots.TryAcquire("c1", "b", WritePriority::kRollOut));
  EXPECT_TRUE(slots.TryAcquire("c2", "b", WritePriority::kRollOut));
  EXPECT_TRUE(slots.TryAcquire("c1", "a", WritePriority::kRollOut))
      << "the holder keeps what it has";
}

TEST_F(WriteSlotsTest, ReleaseWakesTheMostUrgentWaiterFirst) {
  slots.TryAcquire("c", "holder", WritePriority::kRollOut);
  slots.TryAcquire("c", "roll-out", WritePriority::kRollOut);
  slots.TryAcquire("c", "user", WritePriority::kUserChange);
  slots.TryAcquire("c", "detach", WritePriority::kTakeAway);

  slots.Release("c", "holder");

  EXPECT_THAT(woken, ElementsAre("detach"));
  EXPECT_FALSE(slots.TryAcquire("c", "user", WritePriority::kUserChange))
      << "the woken one goes first";
  EXPECT_TRUE(slots.TryAcquire("c", "detach", WritePriority::kTakeAway));
}

TEST_F(WriteSlotsTest, CountsThoseWhoWaitOfAllClusters) {
  for (auto const* holder : {"a", "b", "c"})
    slots.TryAcquire("east", holder, WritePriority::kRollOut);
  for (auto const* holder : {"a", "d"}) slots.TryAcquire("west", holder, WritePriority::kRollOut);
  EXPECT_EQ(slots.Waiting(), 3U);

  slots.TryAcquire("east", "c", WritePriority::kTakeAway);
  EXPECT_EQ(slots.Waiting(), 3U) << "in another place, and one place all the same";
  slots.Release("east", "a");
  slots.TryAcquire("east", "c", WritePriority::kTakeAway);
  EXPECT_EQ(slots.Waiting(), 2U) << "who has its turn waits no more";
  slots.ReleaseAll("b");
  slots.ReleaseAll("d");
  EXPECT_EQ(slots.Waiting(), 0U);
}

TEST_F(WriteSlotsTest, WaitersOfOnePriorityAreServedInOrderOfArrival) {
  slots.TryAcquire("c", "holder", WritePriority::kRollOut);
  slots.TryAcquire("c", "first", WritePriority::kRollOut);
  slots.TryAcquire("c", "second", WritePriority::kRollOut);
  slots.TryAcquire("c", "first", WritePriority::kRollOut);

  slots.Release("c", "holder");

  EXPECT_THAT(woken, ElementsAre("first"));
}

TEST_F(WriteSlotsTest, AWaiterThatLeavesLetsTheNextOneIn) {
  slots.TryAcquire("c", "holder", WritePriority::kRollOut);
  slots.TryAcquire("c", "gone", WritePriority::kUserChange);
  slots.TryAcquire("c", "next", WritePriority::kRollOut);
  slots.Release("c", "holder");

  slots.ReleaseAll("gone");

  EXPECT_THAT(woken, ElementsAre("gone", "next"));
  EXPECT_TRUE(slots.TryAcquire("c", "next", WritePriority::kRollOut));
}

TEST_F(WriteSlotsTest, AnUrgentNewcomerPassesTheWaitersButNotTheHolder) {
  slots.TryAcquire("c", "holder", WritePriority::kRollOut);
  slots.TryAcquire("c", "waiter", WritePriority::kRollOut);
  EXPECT_FALSE(slots.TryAcquire("c", "urgent", WritePriority::kTakeAway));

  slots.Release("c", "holder");

  EXPECT_THAT(woken, ElementsAre("urgent"));
}

TEST_F(WriteSlotsTest, YieldingFreesTheSlotButKeepsAPlaceInTheQueue) {
  slots.TryAcquire("c", "holder", WritePriority::kRollOut);
  slots.TryAcquire("c", "first", WritePriority::kRollOut);
  slots.TryAcquire("c", "second", WritePriority::kRollOut);

  slots.Yield("c", "first");
  slots.Yield("c", "holder");

  EXPECT_THAT(woken, ElementsAre("first"));
  EXPECT_FALSE(slots.TryAcquire("c", "second", WritePriority::kRollOut)) << "first kept its place";
  EXPECT_TRUE(slots.TryAcquire("c", "first", WritePriority::kRollOut));
}

TEST_F(WriteSlotsTest, ReleasingWhatIsNotHeldDoesNothing) {
  slots.Release("c", "stranger");

  EXPECT_THAT(woken, IsEmpty());
  EXPECT_EQ(slots.HolderOf("c"), std::nullopt);
}

}  // namespace
}  // namespace adxf::azure
