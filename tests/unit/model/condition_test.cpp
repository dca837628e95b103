#include "model/condition.hpp"

#include <gtest/gtest.h>

#include <string>

namespace adxf::model {
namespace {

using namespace std::chrono_literals;

constexpr TimePoint kNoon = TimePoint(1'000'000s);

Condition Ready(ConditionStatus status, std::string reason = "Ready") {
  return {.type = "Ready",
          .status = status,
          .observed_generation = 1,
          .reason = std::move(reason),
          .message = "m"};
}

TEST(Conditions, KeepTheTimeWhileTheStatusIsTheSame) {
  std::vector<Condition> list;
  SetCondition(list, Ready(ConditionStatus::kFalse, "Attaching"), kNoon);

  bool const has_changed =
      SetCondition(list, Ready(ConditionStatus::kFalse, "Applying"), kNoon + 1h);

  EXPECT_TRUE(has_changed);
  EXPECT_EQ(list[0].last_transition_time, ToTimestamp(kNoon));
  EXPECT_EQ(list[0].reason, "Applying");
}

TEST(Conditions, MoveTheTimeWhenTheStatusChanges) {
  std::vector<Condition> list;
  SetCondition(list, Ready(ConditionStatus::kFalse), kNoon);

  SetCondition(list, Ready(ConditionStatus::kTrue), kNoon + 1h + 5ms);

  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].last_transition_time, ToTimestamp(kNoon + 1h));
}

TEST(Conditions, SayWhetherAnythingChanged) {
  std::vector<Condition> list;

  EXPECT_TRUE(SetCondition(list, Ready(ConditionStatus::kTrue), kNoon));
  EXPECT_FALSE(SetCondition(list, Ready(ConditionStatus::kTrue), kNoon + 1h));
}

TEST(Conditions, AreFoundAndRemovedByType) {
  std::vector<Condition> list;
  SetCondition(list, Ready(ConditionStatus::kTrue), kNoon);

  EXPECT_TRUE(IsTrue(list, "Ready"));
  EXPECT_FALSE(IsTrue(list, "Stalled"));
  EXPECT_TRUE(RemoveCondition(list, "Ready"));
  EXPECT_FALSE(RemoveCondition(list, "Ready"));
  EXPECT_EQ(FindCondition(list, "Ready"), nullptr);
}

TEST(Conditions, CutLongMessagesAtACharacter) {
  std::vector<Condition> list;
  Condition condition = Ready(ConditionStatus::kFalse);
  std::string message;
  for (int i = 0; i < 1000; ++i) message += "\u00e9";
  condition.message = message;

  SetCondition(list, condition, kNoon);

  EXPECT_LE(list[0].message.size(), kMaxConditionMessage);
  EXPECT_TRUE(list[0].message.Text().ends_with("\u00e9..."));
}

}  // namespace
}  // namespace adxf::model
