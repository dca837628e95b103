#include "unit/kinds/reconciler_scene.hpp"

#include <nlohmann/json.hpp>

namespace adxf::follower_database {
namespace {

using nlohmann::json;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Ge;
using ::testing::Le;
using ::testing::SizeIs;

/// What the passes over FollowerDatabases tell in the log.
class FollowerLog : public ReconcilerScene {
 protected:
  using Lines = std::vector<test::MemoryLog::Line>;

  Lines Decisions(std::string const& name = "sales") const {
    auto lines = log_.lines();
    std::erase_if(lines, [&](test::MemoryLog::Line const& it) {
      return it.message != "decided" || it.Field("name") != name;
    });
    return lines;
  }
  static std::vector<std::string> ActionsOf(test::MemoryLog::Line const& line) {
    std::vector<std::string> names;
    if (auto const text = line.Field("actions"); !text.empty()) {
      for (auto const& it : json::parse(text)) names.push_back(it["action"]);
    }
    return names;
  }
  void ApplyReady(std::string const& name = "sales") {
    Apply(name);
    RunFor(1min);
    ASSERT_TRUE(IsReady(name));
  }
};

TEST_F(FollowerLog, TellsFromNewToReadyInAFewLines) {
  ApplyReady();

  auto const lines = Decisions();
  ASSERT_THAT(lines, SizeIs(AllOf(Ge(2U), Le(3U))));
  EXPECT_THAT(ActionsOf(lines.front()), ElementsAre("AddFinalizer", "Attach"));
  EXPECT_EQ(lines.front().Field("end"), "under way");
  EXPECT_EQ(lines.front().Field("correlation_id"),
            Object("sales").status.last_change->correlation_id);
  EXPECT_THAT(ActionsOf(lines.back()), SizeIs(0));
  EXPECT_EQ(lines.back().Field("end"), "done");
  EXPECT_EQ(lines.back().Field("reason"), "Ready");
}

TEST_F(FollowerLog, IsSilentAtRest) {
  ApplyReady();
  auto const before = log_.lines().size();

  RunFor(2h, 1min);

  EXPECT_THAT(log_.lines(), SizeIs(before));
}

TEST_F(FollowerLog, TellsOfEachOfManyObjectsOnOneClusterNoMoreThanItsOwnLife) {
  std::vector<std::string> names;
  for (int i = 0; i < 20; ++i) {
    auto const database = "Db" + std::to_string(i);
    azure_.AddDatabase(leader_, database);
    names.push_back("many-" + std::to_string(i));
    Apply(names.back(), database);
  }

  RunFor(10min);

  for (auto const& name : names) {
    ASSERT_TRUE(IsReady(name)) << name;
    EXPECT_THAT(Decisions(name), SizeIs(Le(5U))) << name;
  }
}

TEST_F(FollowerLog, SaysWhatAzureRefused) {
  azure_.FailNext("PutAttachment", test::AzureError(Code::kForbidden, "LinkedAuthorizationFailed"));

  Apply("sales");
  Run();
  RunFor(5s);

  auto const lines = Decisions();
  ASSERT_FALSE(lines.empty());
  EXPECT_EQ(lines[0].level, LogLevel::kWarn);
  EXPECT_EQ(lines[0].Field("end"), "failed");
  EXPECT_EQ(lines[0].Field("reason"), "MissingRoleOnLeader");
  EXPECT_EQ(json::parse(lines[0].Field("actions")).back()["service_code"],
            "LinkedAuthorizationFailed");
}

TEST_F(FollowerLog, LeavesLastWords) {
  ApplyReady();

  Delete("sales");
  RunFor(1min);

  ASSERT_FALSE(Exists("sales"));
  auto const last = Decisions().back();
  EXPECT_EQ(last.Field("end"), "let go");
  EXPECT_EQ(json::parse(last.Field("last_words"))[0]["reason"], "Detached");
}

}  // namespace
}  // namespace adxf::follower_database
