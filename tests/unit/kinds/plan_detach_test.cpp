#include "kinds/follower_database/plan_detach.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::VariantWith;

constexpr TimePoint kNow{1'800'000'000s};
std::string const kFollowerId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/reporting";
std::string const kLeaderId =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/corp";
std::string const kName = "analytics.sales.12345678";

/// Was attached, and is being deleted.
FollowerDatabase Deleted() {
  FollowerDatabase want;
  want.metadata = {.name = "sales",
                   .name_space = "analytics",
                   .uid = "u",
                   .resource_version = "7",
                   .generation = 4,
                   .deletion_timestamp = model::ToTimestamp(kNow)};
  want.metadata.finalizers = {std::string(kFinalizer)};
  want.spec.follower_cluster.resource_id = kFollowerId;
  want.spec.source.leader = LeaderSource{.cluster_resource_id = kLeaderId, .database = "Sales"};
  want.status.attachment =
      AttachmentStatus{.resource_id = kFollowerId + "/attachedDatabaseConfigurations/" + kName,
                       .provisioning_state = "Succeeded"};
  return want;
}

Problem About(std::string_view reason, std::string message = "why") {
  return {.condition = std::string(kPreflight),
          .reason = std::string(reason),
          .message = std::move(message),
          .needs_person = true};
}

/// The follower is read and has the attachment.
Observed Readable() {
  Observed seen{.instance = "12345678"};
  seen.follower = {.readability = Readability::kReadable,
                   .key = ToLower(kFollowerId),
                   .location = "westus2",
                   .state = "Running"};
  seen.is_inventory_fresh = true;
  seen.attachments = {{.name = kName,
                       .leader_key = ToLower(kLeaderId),
                       .leader_id = kLeaderId,
                       .database = "Sales",
                       .provisioning_state = "Succeeded"}};
  return seen;
}

/// There is no credential for the follower; the leader lists what `followers` says.
Observed FromLeader(std::vector<SeenFollower> followers) {
  Observed seen{.instance = "12345678"};
  seen.identity_problem = About(kReasonCredentialsMissing, "Secret is missing.");
  seen.from_leader.readability = Readability::kReadable;
  seen.from_leader.followers = std::move(followers);
  return seen;
}

SeenFollower Mine() { return {.attachment_name = kName, .database = "Sales"}; }

std::string MessageOf(Plan const& plan) {
  return model::FindCondition(plan.status.conditions, kReady)->message;
}

std::string ReasonOf(Plan const& plan) {
  return model::FindCondition(plan.status.conditions, kReady)->reason;
}

auto DetachesFromLeader() {
  return ElementsAre(VariantWith<DetachFromLeader>(DetachFromLeader{.name = kName}));
}

auto LetsGo() { return ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})); }

TEST(DetachFromLeaderSide, ServesWhereNoCredentialForTheFollowerIsLeft) {
  auto const seen = FromLeader({Mine()});

  EXPECT_TRUE(NeedsLeaderSide(Deleted(), seen, kNow));
  EXPECT_THAT(PlanDetach(Deleted(), seen, kNow).actions, DetachesFromLeader());
}

TEST(DetachFromLeaderSide, ServesWhereTheFollowerMayNotBeRead) {
  for (auto const reason : {kReasonMissingRoleOnFollower, kReasonCredentialsRefused,
                            kReasonIdentityNotAllowed, kReasonFollowerNotFound}) {
    auto seen = FromLeader({Mine()});
    seen.identity_problem.reset();
    seen.follower.readability = Readability::kFailed;
    seen.follower.problem = About(reason);

    EXPECT_TRUE(NeedsLeaderSide(Deleted(), seen, kNow));
    EXPECT_THAT(PlanDetach(Deleted(), seen, kNow).actions, DetachesFromLeader()) << reason;
  }
}

TEST(DetachFromLeaderSide, ServesWhereTheFollowerRefusesToDetach) {
  auto seen = Readable();
  seen.hold = Hold{.until = kNow + 1min, .problem = About(kReasonMissingRoleOnFollower)};
  seen.from_leader.readability = Readability::kReadable;
  seen.from_leader.followers = {Mine()};

  EXPECT_TRUE(NeedsLeaderSide(Deleted(), seen, kNow));
  EXPECT_THAT(PlanDetach(Deleted(), seen, kNow).actions, DetachesFromLeader());
}

TEST(DetachFromLeaderSide, IsLeftAloneWhileTheFollowersSideWorksOrMayComeBack) {
  auto unavailable = FromLeader({Mine()});
  unavailable.identity_problem.reset();
  unavailable.follower.readability = Readability::kFailed;
  unavailable.follower.problem = {.reason = std::string(kReasonAzureUnavailable)};

  EXPECT_FALSE(NeedsLeaderSide(Deleted(), Readable(), kNow));
  EXPECT_FALSE(NeedsLeaderSide(Deleted(), unavailable, kNow));
  EXPECT_THAT(PlanDetach(Deleted(), unavailable, kNow).actions, IsEmpty());
  EXPECT_THAT(PlanDetach(Deleted(), Readable(), kNow).actions,
              ElementsAre(VariantWith<DeleteAttachment>(DeleteAttachment{.name = kName})));
}

TEST(DetachFromLeaderSide, LetsGoWhenTheLeaderListsTheAttachmentNoMore) {
  auto const plan =
      PlanDetach(Deleted(), FromLeader({{.attachment_name = "other", .database = "Sales"}}), kNow);

  EXPECT_THAT(plan.actions, LetsGo());
  EXPECT_EQ(plan.events.front().reason, "Detached");
}

TEST(DetachFromLeaderSide, WaitsForAnAttachmentThatMayStillAppearAtTheLeader) {
  auto want = Deleted();
  want.status.attachment->provisioning_state = "Creating";

  EXPECT_THAT(PlanDetach(want, FromLeader({}), kNow + 59min).actions, IsEmpty());
  EXPECT_THAT(PlanDetach(want, FromLeader({}), kNow + 1h).actions, LetsGo());
  want.status.attachment.reset();
  EXPECT_THAT(PlanDetach(want, FromLeader({}), kNow).actions, IsEmpty());
  EXPECT_THAT(PlanDetach(want, FromLeader({Mine()}), kNow).actions, DetachesFromLeader());
}

TEST(DetachFromLeaderSide, NeverTakesTheLeadersWordAgainstTheFollowers) {
  auto seen = Readable();
  seen.hold = Hold{.until = kNow + 1min, .problem = About(kReasonMissingRoleOnFollower)};
  seen.from_leader.readability = Readability::kReadable;

  EXPECT_THAT(PlanDetach(Deleted(), seen, kNow).actions, IsEmpty());
}

TEST(DetachFromLeaderSide, WhatTheLeaderDoesNotTellNeverCountsAsGone) {
  for (auto const readability :
       {Readability::kUnread, Readability::kForbidden, Readability::kFailed}) {
    auto seen = FromLeader({});
    seen.from_leader.readability = readability;

    EXPECT_THAT(PlanDetach(Deleted(), seen, kNow).actions, IsEmpty());
  }
}

TEST(DetachFromLeaderSide, NeverTouchesWhatIsNotOurs) {
  auto chosen = Deleted();
  chosen.spec.attachment_name = "by-hand";
  chosen.status.attachment.reset();
  struct Case {
    FollowerDatabase want;
    SeenFollower listed;
  };
  for (auto const& it :
       {Case{.want = Deleted(), .listed = {.attachment_name = kName, .database = "Other"}},
        Case{.want = Deleted(),
             .listed = {.attachment_name = kName, .database = "Sales", .is_direct = false}},
        Case{.want = chosen, .listed = {.attachment_name = "by-hand", .database = "Sales"}}}) {
    auto const plan = PlanDetach(it.want, FromLeader({it.listed}), kNow);

    EXPECT_THAT(plan.actions, LetsGo());
    EXPECT_EQ(plan.events.front().reason, "NotOurs");
  }
}

TEST(DetachFromLeaderSide, DetachesANameOfTheUserThatWasRecordedAsOurs) {
  auto want = Deleted();
  want.spec.attachment_name = "by-hand";
  want.status.attachment->resource_id = kFollowerId + "/attachedDatabaseConfigurations/by-hand";

  auto const plan =
      PlanDetach(want, FromLeader({{.attachment_name = "By-Hand", .database = "sales"}}), kNow);

  EXPECT_THAT(plan.actions, SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<DetachFromLeader>(plan.actions[0]));
}

TEST(DetachFromLeaderSide, RestsAfterARefusalAndTellsBothSides) {
  auto seen = FromLeader({Mine()});
  seen.from_leader.hold =
      Hold{.until = kNow + 30s, .problem = About(kReasonMissingRoleOnLeader, "No right there.")};

  auto const plan = PlanDetach(Deleted(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(plan.requeue, (Requeue{.when = Requeue::When::kAfter, .delay = 30s}));
  EXPECT_EQ(ReasonOf(plan), kReasonCredentialsMissing);
  EXPECT_THAT(MessageOf(plan), AllOf(HasSubstr("Secret is missing."), HasSubstr(kName),
                                     HasSubstr("From the leader's side: No right there.")));
}

TEST(Deletion, SaysWhatStaysAndWhatToDoWhereNeitherSideHasACredential) {
  auto seen = FromLeader({});
  seen.from_leader.readability = Readability::kUnread;
  seen.from_leader.identity_problem = seen.identity_problem;

  auto const plan = PlanDetach(Deleted(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(ReasonOf(plan), kReasonCredentialsMissing);
  EXPECT_THAT(MessageOf(plan), AllOf(HasSubstr(kName), HasSubstr("docs/deletion.md"),
                                     HasSubstr("spec.source.leader.credentialsSecretRef"),
                                     Not(HasSubstr("From the leader's side"))));
}

TEST(Deletion, SaysThatAStoppedClusterMustBeStarted) {
  auto seen = Readable();
  seen.follower.state = "Stopped";
  seen.hold = Hold{.until = kNow + 1min, .problem = About(kReasonAzureUnavailable)};

  EXPECT_EQ(ReasonOf(PlanDetach(Deleted(), seen, kNow)), kReasonClusterNotRunning);
}

TEST(Deletion, SaysThatWhatAnotherInstallationMadeStays) {
  auto seen = Readable();
  seen.instance = "another";

  auto const plan = PlanDetach(Deleted(), seen, kNow);

  EXPECT_THAT(plan.actions, LetsGo());
  EXPECT_EQ(plan.events.front().reason, "NotOurs");
  EXPECT_THAT(plan.events.front().message, HasSubstr(kName));
}

TEST(ForceDelete, GivesUpOnAzureAndSaysWhatIsLeft) {
  auto want = Deleted();
  want.metadata.annotations[std::string(kForceDeleteAnnotation)] = "true";
  auto seen = FromLeader({Mine()});

  auto const plan = PlanDetach(want, seen, kNow);

  EXPECT_FALSE(NeedsLeaderSide(want, seen, kNow));
  EXPECT_THAT(plan.actions, LetsGo());
  ASSERT_THAT(plan.events, SizeIs(1));
  EXPECT_EQ(plan.events[0].type, EventNote::Type::kWarning);
  EXPECT_EQ(plan.events[0].reason, "ForceDeleted");
  EXPECT_THAT(plan.events[0].message, AllOf(HasSubstr(want.status.attachment->resource_id),
                                            HasSubstr("whoever has access")));
}

TEST(ForceDelete, ConcernsOnlyADeletionAndOnlyTheWordTrue) {
  auto want = Deleted();
  want.metadata.annotations[std::string(kForceDeleteAnnotation)] = "yes";
  EXPECT_THAT(PlanDetach(want, Readable(), kNow).actions,
              ElementsAre(VariantWith<DeleteAttachment>(DeleteAttachment{.name = kName})));

  want.metadata.annotations[std::string(kForceDeleteAnnotation)] = "true";
  want.metadata.deletion_timestamp.reset();
  for (auto const& action : Decide(want, Readable(), kNow).actions)
    EXPECT_FALSE(std::holds_alternative<RemoveFinalizer>(action));
}

TEST(LeaveInPlace, SaysThatAttachmentOverridesAndGrantsStay) {
  auto orphan = Deleted();
  orphan.spec.deletion_policy = DeletionPolicy::kOrphan;
  auto observe = Deleted();
  observe.spec.mode = Mode::kObserve;
  for (auto const& want : {orphan, observe}) {
    auto const plan = PlanDetach(want, FromLeader({Mine()}), kNow);

    EXPECT_THAT(plan.actions, LetsGo());
    ASSERT_THAT(plan.events, SizeIs(1));
    EXPECT_EQ(plan.events[0].reason, "Orphaned");
    EXPECT_THAT(plan.events[0].message, AllOf(HasSubstr(want.status.attachment->resource_id),
                                              HasSubstr("overrides"), HasSubstr("grants")));
  }
}

TEST(FollowerDetach, LetsGoWithTheWholeCluster) {
  auto seen = Readable();
  seen.follower.readability = Readability::kMissing;

  EXPECT_THAT(Decide(Deleted(), seen, kNow).actions,
              ElementsAre(VariantWith<RemoveFinalizer>(RemoveFinalizer{})));
}

TEST(FollowerDetach, SuspendedObjectsAreDetachedToo) {
  auto want = Deleted();
  want.spec.suspend = true;

  EXPECT_THAT(Decide(want, Readable(), kNow).actions, SizeIs(1));
}

}  // namespace
}  // namespace adxf::follower_database
