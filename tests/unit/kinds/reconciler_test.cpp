#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

using FollowerReconciler = ReconcilerScene;

TEST_F(FollowerReconciler, WritesTwiceToKubernetesFromNewToReady) {
  Apply("sales");

  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
  EXPECT_THAT(azure_.Attachments(follower_), ElementsAre("team-a.sales.1234abcd"));
  EXPECT_EQ(kube_.Count("patch"), 1U);
  EXPECT_EQ(kube_.Count("put status"), 1U);
}

TEST_F(FollowerReconciler, WritesAThirdTimeWhenItTakesLonger) {
  azure_.SetOperationSpan(20s);
  Apply("sales");

  RunFor(16s);
  EXPECT_EQ(ReasonOf("sales"), kReasonAttaching);
  RunFor(40s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
  EXPECT_EQ(kube_.Count("patch"), 1U);
  EXPECT_EQ(kube_.Count("put status"), 2U);
}

TEST_F(FollowerReconciler, LooksAtItsAttachmentAtOnceWhenNobodyElseWrites) {
  azure_.SetOperationSpan(0s);
  Apply("sales");

  RunFor(100ms, 10ms);

  EXPECT_TRUE(IsReady("sales"));
}

TEST_F(FollowerReconciler, WritesNothingWhileNothingChanges) {
  Apply("sales");
  RunFor(10s);
  kube_.ForgetCalls();
  azure_.ForgetCalls();

  RunFor(50 * 15min, 5s);

  EXPECT_EQ(kube_.Writes(), 0U);
  EXPECT_EQ(azure_.Count("PutAttachment"), 0U);
  EXPECT_GE(azure_.Count("ListAttachments"), 45U);
  EXPECT_LE(azure_.Count("ListAttachments"), 56U);
}

// Whose an attachment of a chosen name is, only the claim tells. A pass must know its own claim
// before the watch brings it, also while the work is too short to be told in the status.
TEST_F(FollowerReconciler, KnowsItsClaimBeforeTheWatchBringsIt) {
  azure_.SetOperationSpan(1s);
  Apply("sales");
  Edit("sales", [](nlohmann::json& object) { object["spec"]["attachmentName"] = "chosen"; });
  Sync();
  HoldWatch(true);

  RunFor(20s);
  EXPECT_EQ(ReasonOf("sales"), "Ready");
  HoldWatch(false);
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
  EXPECT_EQ(kube_.Count("patch"), 1U);
  EXPECT_EQ(kube_.Count("put status"), 2U);
}

// As a replica does that just took over, and whose watch lags behind what the last one wrote.
TEST_F(FollowerReconciler, DoesNotWriteOverAClaimThatItHasNotSeen) {
  Apply("sales");
  Edit("sales", [](nlohmann::json& object) { object["spec"]["attachmentName"] = "chosen"; });
  Sync();
  HoldWatch(true);
  Edit("sales", [this](nlohmann::json& object) {
    object["metadata"]["finalizers"] = {kFinalizer};
    object["status"]["attachment"]["resourceId"] =
        follower_.Text() + "/attachedDatabaseConfigurations/chosen";
  });
  azure::AttachmentSpec const spec{
      .location = "westeurope", .leader = leader_, .database = "Sales"};
  ASSERT_TRUE(azure_.PutAttachment(follower_, "chosen", spec, {}));
  azure_.ForgetCalls();

  RunFor(5s);
  EXPECT_TRUE(Object("sales").status.attachment);
  HoldWatch(false);
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 0U);
}

TEST_F(FollowerReconciler, SendsAPutOnceWhenItsAnswerIsLost) {
  azure_.LoseNextAnswer("PutAttachment");
  Apply("sales");

  RunFor(60s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
}

TEST_F(FollowerReconciler, SendsAPutAgainThatNeverArrived) {
  azure_.FailNext("PutAttachment", test::AzureError(Code::kUnavailable, "InternalServerError"));
  Apply("sales");

  RunFor(60s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 2U);
}

TEST_F(FollowerReconciler, LooksOnceATickHoweverManyObjectsThereAre) {
  for (int i = 0; i < 20; ++i) {
    azure_.AddDatabase(leader_, "Db" + std::to_string(i));
    Apply("db-" + std::to_string(i), "Db" + std::to_string(i));
  }
  RunFor(5min);
  azure_.ForgetCalls();

  RunFor(15min, 5s);

  EXPECT_LE(azure_.Count("ListAttachments"), 2U);
  EXPECT_LE(azure_.Count("show follower databases"), 2U);
}

TEST_F(FollowerReconciler, DetachesAndLetsGo) {
  Apply("sales");
  RunFor(10s);

  Delete("sales");
  RunFor(30s);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_EQ(azure_.Count("DeleteAttachment"), 1U);
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
  EXPECT_THAT(events_.reasons, Contains("Detached"));
}

TEST_F(FollowerReconciler, KeepsTheFinalizerUntilTheAttachmentIsGone) {
  Apply("sales");
  RunFor(10s);
  for (auto const* call : {"GetCluster", "ListFollowers"})
    azure_.FailAlways(call, test::AzureError(Code::kNotFound, "SubscriptionNotFound"));

  Delete("sales");
  RunFor(10min, 5s);
  EXPECT_TRUE(Exists("sales"));

  azure_.Heal();
  RunFor(15min, 5s);
  EXPECT_FALSE(Exists("sales"));
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
}

TEST_F(FollowerReconciler, LeavesNothingBehindWhenDeletedWhileAttaching) {
  azure_.SetOperationSpan(8s);
  Apply("sales");
  RunFor(3s);

  Delete("sales");
  RunFor(2min);

  EXPECT_FALSE(Exists("sales"));
  EXPECT_THAT(azure_.Attachments(follower_), IsEmpty());
}

TEST_F(FollowerReconciler, WritesNothingToAzureForAnObjectThatChangedMeanwhile) {
  Apply("sales");
  kube_.BeforeEach([this](test::KubeCall const& call) {
    if (call.verb != "patch") return;
    kube_.BeforeEach({});
    Edit("sales", [](auto& object) { object["spec"]["suspend"] = true; });
  });

  RunFor(30s);

  EXPECT_EQ(azure_.Count("PutAttachment"), 0U);
  EXPECT_EQ(ReasonOf("sales"), kReasonSuspended);
}

TEST_F(FollowerReconciler, ReadsTheObjectLiveBeforeAWriteWithoutAFinalizerToAdd) {
  Apply("sales");
  RunFor(10s);
  azure_.Detach(follower_, Attachment("sales"));
  kube_.BeforeEach([this](test::KubeCall const& call) {
    if (call.verb != "get" || call.plural != kPlural) return;
    kube_.BeforeEach({});
    Edit("sales", [](auto& object) { object["spec"]["suspend"] = true; });
  });

  RunFor(20min, 5s);

  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
  EXPECT_EQ(ReasonOf("sales"), kReasonSuspended);
}

TEST_F(FollowerReconciler, MakesAVanishedAttachmentAgainOnceAndThenStops) {
  Apply("sales");
  RunFor(10s);

  azure_.Detach(follower_, Attachment("sales"));
  RunFor(20min, 5s);
  EXPECT_TRUE(IsReady("sales"));
  EXPECT_THAT(events_.reasons, Contains("AttachmentVanished"));

  azure_.Detach(follower_, Attachment("sales"));
  RunFor(20min, 5s);
  EXPECT_EQ(azure_.Count("PutAttachment"), 2U);
  EXPECT_EQ(ReasonOf("sales", kAttached), kReasonDetachedByOthers);

  Edit("sales", [](auto& object) {
    object["metadata"]["annotations"][std::string(kReconcileAtAnnotation)] = "now";
  });
  RunFor(60s);
  EXPECT_TRUE(IsReady("sales"));
}

TEST_F(FollowerReconciler, LetsTheYoungerOfTwoClaimantsWaitForTheOlder) {
  Apply("older");
  Apply("younger");
  RunFor(30s);
  EXPECT_TRUE(IsReady("older"));
  EXPECT_EQ(ReasonOf("younger", kPreflight), kReasonDuplicateClaim);

  Delete("older");
  RunFor(60s);

  EXPECT_TRUE(IsReady("younger"));
  EXPECT_THAT(azure_.Attachments(follower_), ElementsAre(Attachment("younger")));
}

TEST_F(FollowerReconciler, SaysWhatIsMissingAndGoesOnByItself) {
  azure_.FailAlways("PutAttachment",
                    test::AzureError(Code::kForbidden, "LinkedAuthorizationFailed"));
  Apply("sales");
  RunFor(30s);
  EXPECT_EQ(ReasonOf("sales"), kReasonMissingRoleOnLeader);

  azure_.Heal();
  RunFor(2min);

  EXPECT_TRUE(IsReady("sales"));
}

TEST_F(FollowerReconciler, TakesARefusalOnceTheSpecChangesAtOnce) {
  azure_.FailNext("PutAttachment", test::AzureError(Code::kInvalid, "BadRequest"));
  Apply("sales");
  RunFor(30s);
  EXPECT_EQ(ReasonOf("sales"), kReasonRefusedByAzure);
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);

  Edit("sales",
       [](auto& object) { object["spec"]["sharing"] = {{"tables", {{"include", {"Events"}}}}}; });
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
}

TEST_F(FollowerReconciler, SendsAChangeOfTheSpecAndOnlyThat) {
  Apply("sales");
  RunFor(10s);

  Edit("sales",
       [](auto& object) { object["spec"]["sharing"] = {{"tables", {{"include", {"Events"}}}}}; });
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(Object("sales").status.observed_generation, 2);
  EXPECT_EQ(azure_.Count("PutAttachment"), 2U);
  EXPECT_EQ(azure_.Count("DeleteAttachment"), 0U);
}

TEST_F(FollowerReconciler, WaitsForAFollowerThatIsStopped) {
  azure_.EditCluster(follower_, [](auto& it) { it.state = "Stopped"; });
  Apply("sales");
  RunFor(30s);
  EXPECT_EQ(ReasonOf("sales", kPreflight), kReasonClusterNotRunning);
  EXPECT_EQ(azure_.Count("PutAttachment"), 0U);

  azure_.EditCluster(follower_, [](auto& it) { it.state = "Running"; });
  RunFor(17min, 5s);

  EXPECT_TRUE(IsReady("sales"));
}

TEST_F(FollowerReconciler, WritesNoStatusTwiceWhenItsAnswerIsLost) {
  kube_.LoseNextAnswer("put status");
  Apply("sales");

  RunFor(30s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_LE(kube_.Count("put status"), 2U);
}

TEST_F(FollowerReconciler, LetsGoWithoutAzureOfAnObjectThatNeverWrote) {
  azure_.FailAlways("GetCluster", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  Apply("sales");
  RunFor(10s);
  EXPECT_EQ(ReasonOf("sales"), kReasonMissingRoleOnFollower);

  Delete("sales");
  RunFor(1s);

  EXPECT_FALSE(Exists("sales"));
}

TEST_F(FollowerReconciler, AttachesAnObjectMadeAnewUnderTheSameName) {
  Apply("sales");
  RunFor(10s);
  Delete("sales");
  RunFor(30s);

  Apply("sales", "Orders");
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 2U);
}

}  // namespace
}  // namespace adxf::follower_database
