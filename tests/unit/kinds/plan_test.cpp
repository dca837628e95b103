#include "kinds/follower_database/plan.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "unit/kinds/plan_attached_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::VariantWith;

TEST(FollowerPlan, StoresTheFinalizerBeforeTheFirstWrite) {
  auto want = Wanted();
  want.metadata.finalizers.clear();

  auto const plan = Decide(want, NothingAttached(), kNow);

  ASSERT_THAT(plan.actions, SizeIs(2));
  EXPECT_THAT(plan.actions[0], VariantWith<AddFinalizer>(AddFinalizer{}));
  auto const put = std::get<PutAttachment>(plan.actions[1]);
  EXPECT_EQ(put.name, "analytics.sales.12345678");
  EXPECT_EQ(put.location, "westus2");
  EXPECT_FALSE(plan.is_settled);
}

TEST(FollowerPlan, IsReadyWithoutActionsWhenAllIsAsDeclared) {
  auto const plan = Decide(Wanted(), Attached(), kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_TRUE(plan.is_settled);
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kReady));
  EXPECT_EQ(plan.status.observed_generation, 3);
  EXPECT_EQ(ReasonOf(plan, kReconciling), "absent");
  EXPECT_THAT(plan.status.attachment->databases,
              ElementsAre(DatabasePair{.leader = "Sales", .follower = "Sales"}));
}

TEST(FollowerPlan, EqualLooksGiveEqualPlans) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;

  auto const again = Decide(want, Attached(), kNow + 1h);

  EXPECT_EQ(again.status, want.status) << "nothing in the status may change when no fact did";
  EXPECT_THAT(again.events, IsEmpty());
}

TEST(FollowerPlan, ReadsBeforeItJudges) {
  auto seen = Attached();
  seen.is_inventory_fresh = false;

  EXPECT_THAT(Decide(Wanted(), seen, kNow).actions, IsEmpty());
  EXPECT_THAT(Decide(Wanted(), Observed{}, kNow).actions, IsEmpty());
}

TEST(FollowerPlan, StaysReadyWhileItReadsAgain) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  ASSERT_TRUE(model::IsTrue(want.status.conditions, kReady));
  auto stale = Attached();
  stale.is_inventory_fresh = false;

  EXPECT_EQ(Decide(want, stale, kNow).status, want.status);
  EXPECT_EQ(Decide(want, Observed{}, kNow).status, want.status);
  ++want.metadata.generation;
  EXPECT_FALSE(model::IsTrue(Decide(want, stale, kNow).status.conditions, kReady));
}

TEST(FollowerPlan, IsReadyOnlyWhenTheClusterItselfServesTheDatabase) {
  auto const decide = [](SeenInForce const& sight, std::vector<SeenOverrides> listed = {}) {
    auto seen = Attached();
    seen.in_force = {sight};
    seen.overrides = std::move(listed);
    return Decide(Wanted(), seen, kNow);
  };
  SeenInForce const unknown{
      .database = "Sales", .readability = Readability::kFailed, .is_unknown = true};

  for (auto const& sight : {unknown, SeenInForce{.database = "Sales"}}) {
    auto const plan = decide(sight);
    EXPECT_FALSE(plan.is_settled);
    EXPECT_EQ(ReasonOf(plan, kAttached), kReasonWaitingForDatabases);
    EXPECT_EQ(plan.requeue.when, Requeue::When::kQuickTick);
  }
  EXPECT_TRUE(decide(unknown, {{.database = "Sales"}}).is_settled) << "what is listed is served";
  EXPECT_TRUE(decide({.database = "Sales", .readability = Readability::kFailed}).is_settled)
      << "nothing stops for what cannot be read";
}

TEST(FollowerPlan, StaysReadyWhileTheClusterDoesNotServeTheDatabase) {
  auto want = Wanted();
  want.status = Decide(want, Attached(), kNow).status;
  auto seen = Attached();
  seen.in_force = {{.database = "Sales", .readability = Readability::kFailed, .is_unknown = true}};

  EXPECT_TRUE(model::IsTrue(Decide(want, seen, kNow).status.conditions, kReady));
}

TEST(FollowerPlan, PutsAnAttachmentAgainThatCameToNothing) {
  for (auto const* state : {"Failed", "Canceled"}) {
    auto seen = Attached();
    seen.attachments[0].provisioning_state = state;
    seen.databases.clear();

    auto const plan = Decide(Wanted(), seen, kNow);

    ASSERT_THAT(plan.actions, SizeIs(1)) << state;
    EXPECT_EQ(std::get<PutAttachment>(plan.actions[0]).covers[0].had, state);
  }
}

struct Refusal {
  std::string reason;
  std::string says;
  void (*change)(FollowerDatabase& want, Observed& seen);
};

class FollowerPlanRefusals : public ::testing::TestWithParam<Refusal> {};

TEST_P(FollowerPlanRefusals, WritesNothingAndSaysWhatToDo) {
  auto want = Wanted();
  auto seen = NothingAttached();
  GetParam().change(want, seen);

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(plan, kReady), GetParam().reason);
  EXPECT_EQ(ReasonOf(plan, kStalled), GetParam().reason);
  EXPECT_THAT(MessageOf(plan), HasSubstr(GetParam().says));
  EXPECT_THAT(plan.events, SizeIs(1));
}

INSTANTIATE_TEST_SUITE_P(
    All, FollowerPlanRefusals,
    ::testing::Values(
        Refusal{"FollowerNotFound", "followerCluster.resourceId",
                [](auto&, auto& seen) { seen.follower.readability = Readability::kMissing; }},
        Refusal{"ClusterNotRunning", "Start it",
                [](auto&, auto& seen) { seen.follower.state = "Stopped"; }},
        Refusal{"LeaderNotFound", "clusterResourceId",
                [](auto&, auto& seen) { seen.leader.readability = Readability::kMissing; }},
        Refusal{
            "LeaderNotFound", "no database named Sales",
            [](auto&, auto& seen) { seen.leader_databases = std::vector<std::string>{"Other"}; }},
        Refusal{"RegionMismatch", "eastus",
                [](auto&, auto& seen) { seen.leader.location = "eastus"; }},
        Refusal{"NameConflict", "databaseName.override",
                [](auto&, auto& seen) { seen.databases = {{.name = "sales"}}; }},
        Refusal{"AlreadyFollowedAs", "adoption",
                [](auto&, auto& seen) { seen.attachments = {Attachment("by-hand")}; }},
        Refusal{"AlreadyFollowedAs", "everything",
                [](auto&, auto& seen) {
                  seen.attachments = {Attachment("everything")};
                  seen.attachments[0].database = "*";
                }},
        Refusal{"DuplicateClaim", "other/older",
                [](auto&, auto& seen) { seen.older_claim = "other/older"; }},
        Refusal{"AttachmentConflict", "spec.attachmentName",
                [](auto&, auto& seen) {
                  seen.attachments = {Attachment()};
                  seen.attachments[0].leader_key = "/other";
                }},
        Refusal{"AttachmentExists", "IfIdentical",
                [](auto& want, auto& seen) {
                  want.spec.attachment_name = "by-hand";
                  seen.attachments = {Attachment("by-hand")};
                }},
        Refusal{"AttachmentExists", "sharing.tables", [](auto& want, auto& seen) {
                  want.spec.attachment_name = "by-hand";
                  want.spec.adoption = Adoption::kIfIdentical;
                  want.spec.sharing = Sharing{.tables = {.include = {"A"}}};
                  seen.attachments = {Attachment("by-hand")};
                }}));

TEST(FollowerPlan, AdoptsWhatIsIdenticalWithoutAWriteToAzure) {
  auto want = Wanted();
  want.metadata.finalizers.clear();
  want.spec.attachment_name = "by-hand";
  want.spec.adoption = Adoption::kIfIdentical;
  auto seen = Attached();
  seen.attachments[0].name = seen.databases[0].attachment_name = "by-hand";

  auto const plan = Decide(want, seen, kNow);

  EXPECT_THAT(plan.actions, ElementsAre(VariantWith<AddFinalizer>(AddFinalizer{})));
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kReady));
}

TEST(FollowerPlan, NeverTakesAStrangersAttachmentForItsOwnInALaterPass) {
  auto want = Wanted();
  want.spec.attachment_name = "by-hand";
  auto seen = NothingAttached();
  seen.attachments = {Attachment("by-hand")};

  want.status = Decide(want, seen, kNow).status;
  auto const again = Decide(want, seen, kNow);

  EXPECT_FALSE(want.status.attachment);
  EXPECT_EQ(ReasonOf(again, kReady), "AttachmentExists");
  want.metadata.deletion_timestamp = model::ToTimestamp(kNow);
  EXPECT_THAT(Decide(want, seen, kNow).actions,
              ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})));
}

TEST(FollowerPlan, LetsTheYoungerNotAdoptWhatTheOlderHas) {
  auto want = Wanted();
  want.spec.attachment_name = "by-hand";
  want.spec.adoption = Adoption::kIfIdentical;
  auto seen = Attached();
  seen.attachments[0].name = seen.databases[0].attachment_name = "by-hand";
  seen.older_claim = "other/older";

  want.status = Decide(want, seen, kNow).status;
  auto const again = Decide(want, seen, kNow);

  EXPECT_THAT(again.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(again, kReady), "DuplicateClaim");
}

TEST(FollowerPlan, RecordsANameOfTheUserBeforeItExists) {
  auto want = Wanted();
  want.spec.attachment_name = "chosen";

  auto const plan = Decide(want, NothingAttached(), kNow);

  ASSERT_THAT(plan.actions, SizeIs(2));
  EXPECT_THAT(plan.actions[0], VariantWith<RecordClaim>(RecordClaim{}));
  EXPECT_THAT(plan.status.attachment->resource_id, HasSubstr("/chosen"));
}

TEST(FollowerPlan, ComparesSharingWithoutOrderAndCase) {
  auto want = Wanted();
  want.spec.sharing = Sharing{.tables = {.include = {"Orders", "Events"}}};
  auto seen = Attached();
  seen.attachments[0].sharing = {.tables = {.include = {"events", "orders"}}};

  EXPECT_TRUE(Decide(want, seen, kNow).is_settled);
}

TEST(FollowerPlan, NamesTheFieldsThatAnUpdateIsFor) {
  auto want = Wanted();
  want.spec.sharing = Sharing{.functions = {.exclude = {"*"}}};

  auto const plan = Decide(want, Attached(), kNow);

  ASSERT_THAT(plan.actions, SizeIs(1));
  auto const covers = std::get<PutAttachment>(plan.actions[0]).covers;
  ASSERT_THAT(covers, SizeIs(1));
  EXPECT_EQ(covers[0].key.field, "sharing.functions");
}

TEST(FollowerPlan, RestsAfterAFailureUntilItsTime) {
  auto seen = NothingAttached();
  seen.hold =
      Hold{.until = kNow + 30s,
           .problem = {.condition = "Attached", .reason = "AzureUnavailable", .message = "m"}};

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(plan.requeue, (Requeue{.when = Requeue::When::kAfter, .delay = 30s}));
  EXPECT_THAT(Decide(Wanted(), seen, kNow + 30s).actions, SizeIs(1));
}

TEST(FollowerPlan, SuspendedDoesNothing) {
  auto want = Wanted();
  want.spec.suspend = true;

  auto const plan = Decide(want, NothingAttached(), kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(plan, kReady), "Suspended");
}

TEST(FollowerPlan, ObserveTellsWhatManageWouldDo) {
  auto want = Wanted();
  want.metadata.finalizers.clear();
  want.spec.mode = Mode::kObserve;

  auto const plan = Decide(want, NothingAttached(), kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  ASSERT_THAT(plan.status.plan, SizeIs(1));
  EXPECT_EQ(plan.status.plan[0].action, "Attach");
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kDrifted));
  EXPECT_EQ(plan.status.attachment, std::nullopt) << "nothing is claimed";
  EXPECT_EQ(MessageOf(plan).find("is being made"), std::string::npos);
}

TEST(FollowerPlan, ObserveSaysNothingAboutDifferencesThatItCouldNotLookFor) {
  auto want = Wanted();
  want.spec.mode = Mode::kObserve;
  auto seen = NothingAttached();
  seen.follower.state = "Stopped";

  EXPECT_EQ(ReasonOf(Decide(want, seen, kNow), kDrifted), "absent");
  EXPECT_EQ(ReasonOf(Decide(want, Observed{}, kNow), kDrifted), "absent");
  EXPECT_EQ(ReasonOf(Decide(want, Attached(), kNow), kDrifted), "InSync");
}

FollowerDatabase Deleted() {
  auto want = Wanted();
  want.metadata.deletion_timestamp = model::ToTimestamp(kNow);
  return want;
}

TEST(FollowerDetach, DetachesThenLetsGoWhenTheAttachmentIsSeenToBeAbsent) {
  EXPECT_THAT(Decide(Deleted(), Attached(), kNow).actions,
              ElementsAre(VariantWith<DeleteAttachment>(
                  DeleteAttachment{.name = "analytics.sales.12345678"})));
  EXPECT_THAT(Decide(Deleted(), NothingAttached(), kNow).actions,
              ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})));
}

TEST(FollowerDetach, WhatCannotBeReadNeverCountsAsGone) {
  for (auto const readability :
       {Readability::kUnread, Readability::kForbidden, Readability::kFailed}) {
    auto seen = NothingAttached();
    seen.follower.readability = readability;
    EXPECT_THAT(Decide(Deleted(), seen, kNow).actions, IsEmpty());
  }
  auto stale = NothingAttached();
  stale.is_inventory_fresh = false;
  EXPECT_THAT(Decide(Deleted(), stale, kNow).actions, IsEmpty());
}

TEST(FollowerDetach, OrphanLeavesAzureAlone) {
  auto want = Deleted();
  want.spec.deletion_policy = DeletionPolicy::kOrphan;

  EXPECT_THAT(Decide(want, Attached(), kNow).actions,
              ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})));
}

TEST(FollowerDetach, NeverTouchesTheAttachmentOfOthers) {
  auto seen = Attached();
  seen.attachments[0].leader_key = "/other";

  EXPECT_THAT(Decide(Deleted(), seen, kNow).actions,
              ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})));
}

TEST(FollowerDetach, DetachesWhatCarriesItsOwnNameEvenBesideAnOlderClaim) {
  auto seen = Attached();
  seen.older_claim = "other/older";

  EXPECT_THAT(Decide(Deleted(), seen, kNow).actions,
              ElementsAre(VariantWith<DeleteAttachment>(
                  DeleteAttachment{.name = "analytics.sales.12345678"})));
}

}  // namespace
}  // namespace adxf::follower_database
