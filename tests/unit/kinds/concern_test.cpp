#include "kinds/follower_database/concern.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "unit/kinds/plan_scene.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using ::testing::UnorderedElementsAre;

FollowerDatabase Sales() {
  FollowerDatabase want;
  want.spec.source.leader = LeaderSource{.cluster_resource_id = kLeaderId, .database = "Sales"};
  return want;
}

Plan Settled() {
  Plan plan{.is_settled = true};
  plan.status.attachment =
      AttachmentStatus{.resource_id = kFollowerId + "/attachedDatabaseConfigurations/Ours",
                       .databases = {{.leader = "Sales", .follower = "SalesRO"}}};
  plan.status.conditions = {{.type = std::string(kReady), .status = model::ConditionStatus::kTrue}};
  return plan;
}

TEST(Concern, OfOneAtRestIsWhatCarriesItsNames) {
  auto const concern = ConcernOf(Sales(), "Ours", Settled(), false);

  EXPECT_THAT(concern.names, UnorderedElementsAre("ours", "sales", "salesro"));
  EXPECT_TRUE(Concerns({.names = {"other", "salesro"}}, concern));
  EXPECT_FALSE(Concerns({.names = {"other"}}, concern));
  EXPECT_TRUE(Concerns({.is_general = true}, concern));
}

TEST(Concern, OfOneThatWaitsForItsTurnIsNoMore) {
  auto waiting = Settled();
  waiting.is_settled = false;

  EXPECT_FALSE(ConcernOf(Sales(), "Ours", waiting, true).is_any);
  EXPECT_TRUE(ConcernOf(Sales(), "Ours", waiting, false).is_any);
}

TEST(Concern, OfOneThatIsNotReadyIsEverything) {
  auto blocked = Settled();
  blocked.status.conditions.front().status = model::ConditionStatus::kFalse;

  auto const concern = ConcernOf(Sales(), "Ours", blocked, false);

  EXPECT_TRUE(Concerns({.names = {"other"}}, concern));
  EXPECT_FALSE(Concerns({}, concern));
}

TEST(Concern, OfOneThatIsDeletedOrFollowsAllIsEverything) {
  auto all = Sales();
  all.spec.source.leader->database = "*";
  auto deleted = Sales();
  deleted.metadata.deletion_timestamp.emplace();

  EXPECT_TRUE(ConcernOf(all, "Ours", Settled(), false).is_any);
  EXPECT_TRUE(ConcernOf(deleted, "Ours", Settled(), false).is_any);
}

}  // namespace
}  // namespace adxf::follower_database
