#include "kinds/follower_database/plan_observe.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "unit/kinds/plan_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>
#include <utility>

/// Mode Observe, as Decide() uses it.
namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

std::vector<std::string> const kTwo{"Sales", "Stock"};  // databases of the leader

FollowerDatabase Observing(std::string database = "Sales") {
  FollowerDatabase want;
  want.metadata = {.name = "sales", .name_space = "analytics", .uid = "u", .generation = 3};
  want.spec.follower_cluster.resource_id = kClusters + "reporting";
  want.spec.source.leader =
      LeaderSource{.cluster_resource_id = kClusters + "corp", .database = std::move(database)};
  want.spec.attachment_name = "by-hand";
  want.spec.mode = Mode::kObserve;
  want.status.observed_generation = -1;
  return want;
}

Observed MadeByHand() {
  auto seen = NothingAttached(kTwo);
  seen.attachments = {{.name = "by-hand",
                       .leader_key = ToLower(kClusters + "corp"),
                       .leader_id = kClusters + "corp",
                       .database = "Sales",
                       .provisioning_state = "Succeeded"}};
  seen.databases = {{.name = "Sales",
                     .is_following = true,
                     .leader_key = ToLower(kClusters + "corp"),
                     .attachment_name = "by-hand",
                     .original_name = "Sales"}};
  return seen;
}

Caching HotFor(std::string hot) { return {.database = CachePolicy{.hot = std::move(hot)}}; }

std::vector<std::string> Actions(Plan const& plan) {
  std::vector<std::string> actions;
  for (auto const& planned : plan.status.plan) actions.push_back(planned.action);
  return actions;
}

std::string ReasonOf(Plan const& plan, std::string_view type) {
  auto const* condition = model::FindCondition(plan.status.conditions, type);
  return condition == nullptr ? "absent" : condition->reason;
}

TEST(ObservePlan, NeedsNoLeaveToLookAtAnAttachmentOfOthers) {
  auto const plan = Decide(Observing(), MadeByHand(), kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_THAT(plan.status.plan, IsEmpty());
  EXPECT_EQ(ReasonOf(plan, kDrifted), "InSync");
  EXPECT_THAT(model::FindCondition(plan.status.conditions, kDrifted)->message,
              HasSubstr("spec.adoption to IfIdentical"));
}

// A policy of the cluster's may give new objects the finalizer before anything is written.
TEST(ObservePlan, LookingIsNoClaimWithOrWithoutTheFinalizer) {
  for (auto const& finalizers : {std::vector<SharedText>{}, {std::string(kFinalizer)}}) {
    auto want = Observing();
    want.metadata.finalizers = finalizers;
    want.status = Decide(want, MadeByHand(), kNow).status;
    ASSERT_THAT(want.status.attachment->databases, SizeIs(1));
    auto denied = MadeByHand();
    denied.identity_problem = Problem{.reason = std::string(kReasonCredentialsMissing)};
    denied.is_denied_at_leader = true;
    want.status = Decide(want, denied, kNow).status;
    want.spec.mode = Mode::kManage;

    auto const plan = Decide(want, MadeByHand(), kNow);

    EXPECT_THAT(plan.actions, IsEmpty());
    EXPECT_EQ(ReasonOf(plan, kReady), "AttachmentExists");
  }
}

TEST(ObservePlan, SaysNothingOfAdoptionWhereTheAttachmentIsItsOwn) {
  auto want = Observing();
  want.metadata.finalizers = {std::string(kFinalizer)};
  want.status.attachment = AttachmentStatus{
      .resource_id = kClusters + "reporting/attachedDatabaseConfigurations/by-hand"};

  auto const plan = Decide(want, MadeByHand(), kNow);

  EXPECT_EQ(model::FindCondition(plan.status.conditions, kDrifted)->message,
            "Azure is as declared.");
  EXPECT_EQ(plan.status.attachment->resource_id, want.status.attachment->resource_id);
}

TEST(ObservePlan, ForeseesThePoliciesOfAnAttachmentThatIsNotThere) {
  auto want = Observing();
  want.spec.caching = HotFor("1d");

  auto const plan = Decide(want, NothingAttached(kTwo), kNow);

  EXPECT_THAT(Actions(plan), ElementsAre("Attach", "SetDatabaseCache"));
  EXPECT_THAT(plan.status.plan[1].detail, HasSubstr("database Sales"));
}

TEST(ObservePlan, ForeseesEveryDatabaseThatFollowingAllWillBring) {
  auto want = Observing("*");
  want.spec.database_name = DatabaseName{.prefix = "corp_"};
  want.spec.caching = HotFor("1d");
  auto seen = NothingAttached(kTwo);
  seen.databases = {{.name = "corp_Stock"}};  // the follower's own keeps the name

  auto const plan = Decide(want, seen, kNow);

  ASSERT_THAT(Actions(plan), ElementsAre("Attach", "SetDatabaseCache"));
  EXPECT_THAT(plan.status.plan[0].detail, HasSubstr("with prefix corp_"));
  EXPECT_THAT(plan.status.plan[1].detail, HasSubstr("database corp_Sales"));
}

TEST(ObservePlan, ForeseesTheAttachmentsKindAfterTheGrants) {
  auto want = Observing();
  want.metadata.finalizers = {std::string(kFinalizer)};
  want.status.attachment = AttachmentStatus{
      .resource_id = kClusters + "reporting/attachedDatabaseConfigurations/by-hand"};
  want.spec.sharing = Sharing{.tables = {.include = {"Events"}}};
  want.spec.permissions =
      Permissions{.modification_kind = ModificationKind::kReplace,
                  .grants = {{.role = Role::kViewer, .principal = "aaduser=ana@contoso.com"}}};

  auto const plan = Decide(want, MadeByHand(), kNow);

  EXPECT_THAT(Actions(plan), ElementsAre("UpdateAttachment", "AddPrincipals", "SetPrincipalsKind",
                                         "UpdateAttachment"));
  EXPECT_THAT(plan.status.plan[0].detail, HasSubstr("sharing.tables include Events"));
  EXPECT_EQ(plan.status.plan[3].detail, "attachment by-hand: permissions.modificationKind Replace");
}

TEST(ObservePlan, ForgetsAPlanThatManageWouldBeKeptFrom) {
  auto want = Observing();
  want.spec.caching = HotFor("1d");
  want.status = Decide(want, MadeByHand(), kNow).status;
  ASSERT_THAT(want.status.plan, SizeIs(1));
  auto seen = MadeByHand();
  seen.attachments[0].leader_key = "/other";

  auto const plan = Decide(want, seen, kNow);

  EXPECT_EQ(ReasonOf(plan, kReady), "AttachmentConflict");
  EXPECT_THAT(plan.status.plan, IsEmpty());
  EXPECT_EQ(ReasonOf(plan, kDrifted), "absent");
}

TEST(ObservePlan, KeepsAPlanWhileItCannotLook) {
  auto want = Observing();
  want.spec.caching = HotFor("1d");
  want.status = Decide(want, MadeByHand(), kNow).status;
  auto seen = MadeByHand();
  seen.is_inventory_fresh = false;

  EXPECT_THAT(Decide(want, seen, kNow).status.plan, SizeIs(1));
}

}  // namespace
}  // namespace adxf::follower_database
