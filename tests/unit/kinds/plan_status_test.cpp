#include "kinds/follower_database/plan_status.hpp"

#include "unit/kinds/plan_attached_scene.hpp"

#include <gmock/gmock.h>

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::VariantWith;

TEST(FollowerPlan, FollowsWhatAnAttachmentOfAllLeavesOut) {
  auto want = Wanted();
  want.spec.database_name.emplace().name_override = "SalesOfCorp";
  auto seen = NothingAttached();
  seen.attachments = {Attachment("everything")};
  seen.attachments[0].database = "*";
  seen.attachments[0].prefix = "corp_";
  seen.databases = {{.name = "corp_Sales",
                     .is_following = true,
                     .leader_key = ToLower(kLeaderId),
                     .attachment_name = "everything",
                     .original_name = "Sales"}};
  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow), kReady), kReasonAlreadyFollowedAs);

  seen.databases = {{.name = "corp_Sales"}};

  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<PutAttachment>(testing::_)))
      << "the follower has a database of its own under that name";
}

TEST(FollowerPlan, TellsThatWhatWentIsNotAttachedWhileItCannotBeMadeAgain) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  ASSERT_TRUE(model::IsTrue(want.status.conditions, kPoliciesApplied));
  auto gone = NothingAttached();
  gone.leader.state = "Stopped";

  auto const plan = Decide(want, gone, kNow);

  for (auto const type : {kAttached, kPoliciesApplied}) {
    auto const* condition = model::FindCondition(plan.status.conditions, type);
    ASSERT_NE(condition, nullptr);
    EXPECT_EQ(condition->status, model::ConditionStatus::kFalse) << type;
    EXPECT_EQ(condition->reason, type == kAttached ? kReasonVanished : kReasonClusterNotRunning);
  }
}

TEST(FollowerPlan, KnowsWhatWentWhileItCouldNotBeMadeAgain) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  auto gone = NothingAttached();
  gone.leader.state = "Stopped";
  want.status = Decide(want, gone, kNow).status;
  gone.leader.state = "Running";

  EXPECT_TRUE(Decide(want, gone, kNow).remakes_attachment);
  gone.remade_at = kNow - std::chrono::minutes(1);
  EXPECT_EQ(ReasonOf(Decide(want, gone, kNow), kAttached), kReasonDetachedByOthers);
}

TEST(FollowerPlan, TellsThatWhatOthersReplacedIsNotAttached) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  auto replaced = Attached();
  replaced.attachments[0].leader_key = "/other";

  auto const plan = Decide(want, replaced, kNow);

  EXPECT_EQ(ReasonOf(plan, kReady), kReasonAttachmentConflict);
  EXPECT_EQ(ReasonOf(plan, kAttached), kReasonVanished);
  EXPECT_FALSE(model::IsTrue(plan.status.conditions, kAttached));
  EXPECT_FALSE(model::IsTrue(plan.status.conditions, kPoliciesApplied));
}

TEST(FollowerPlan, GoesOnTellingWhatWasAttachedWhereNobodyCanLook) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  Observed blind{.instance = "12345678"};
  blind.identity_problem = kinds::Stalled("", kReasonCredentialsMissing, "no Secret");

  auto const plan = Decide(want, blind, kNow);

  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kAttached));
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kPoliciesApplied));
}

TEST(FollowerPlan, EchoesARequestOnlyOnceALookAnswersIt) {
  auto want = Wanted();
  want.metadata.annotations[std::string(kReconcileAtAnnotation)] = "noon";
  auto seen = Attached();
  seen.is_request_answered = false;
  EXPECT_EQ(Decide(want, seen, kNow).status.last_handled_reconcile_at, "");

  seen.is_request_answered = true;

  EXPECT_EQ(Decide(want, seen, kNow).status.last_handled_reconcile_at, "noon");
}

TEST(FollowerPlan, WarnsWhereAllIsFollowedOfWhatIsFollowedAloneAlready) {
  auto want = Wanted();
  want.spec.source.leader->database = "*";
  auto seen = NothingAttached();
  seen.attachments = {Attachment("by-hand"), Attachment("of-another-leader")};
  seen.attachments[1].leader_key = "/other";

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, ElementsAre(VariantWith<PutAttachment>(testing::_)));
  auto const* preflight = model::FindCondition(plan.status.conditions, kPreflight);
  ASSERT_NE(preflight, nullptr);
  EXPECT_EQ(preflight->status, model::ConditionStatus::kTrue);
  EXPECT_EQ(preflight->reason, kReasonAlreadyFollowedAs);
  EXPECT_THAT(std::string(preflight->message),
              testing::AllOf(testing::HasSubstr("by-hand"),
                             testing::Not(testing::HasSubstr("of-another-leader"))));
}

TEST(FollowerPlan, NamesWhatIsFollowedAlsoWhereNothingCanBeDone) {
  auto want = Wanted();
  want.spec.suspend = true;

  auto const status = Decide(want, {}, kNow).status;

  EXPECT_EQ(status.source, "Sales");
  EXPECT_EQ(status.follower_cluster.value_or(ClusterStatus{}).name, "reporting");
}

TEST(FollowerPlan, TellsWhyRolesStayUnclear) {
  auto seen = Attached();
  seen.overrides = {{.database = "Sales", .is_unclear = true}};
  EXPECT_FALSE(Decide(Wanted(), seen, kNow).is_settled) << "a reading is on its way";
  seen.in_force_problem = kinds::Stalled(kPoliciesApplied, kReasonMissingRoleOnFollower, "a role");

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_EQ(ReasonOf(plan, kPoliciesApplied), kReasonMissingRoleOnFollower);
  EXPECT_EQ(ReasonOf(plan, kStalled), kReasonMissingRoleOnFollower);
  EXPECT_THAT(plan.actions, IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
