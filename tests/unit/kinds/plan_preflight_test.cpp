#include "kinds/follower_database/plan_preflight.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "unit/kinds/plan_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;

std::string const kReader = "11111111-2222-3333-4444-555555555555";

FollowerDatabase Wanted() {
  FollowerDatabase want;
  want.metadata = {.name = "sales", .name_space = "team", .uid = "u", .generation = 1};
  want.metadata.finalizers = {std::string(kFinalizer)};
  want.spec.follower_cluster.resource_id = kFollowerId;
  want.spec.source.leader = LeaderSource{.cluster_resource_id = kLeaderId, .database = "Sales"};
  return want;
}

Observed Attached() {
  auto seen = NothingAttached();
  seen.attachments = {{.name = "team.sales.12345678",
                       .leader_key = ToLower(kLeaderId),
                       .leader_id = kLeaderId,
                       .database = "Sales",
                       .provisioning_state = "Succeeded"}};
  seen.databases = {{.name = "Sales",
                     .is_following = true,
                     .leader_key = ToLower(kLeaderId),
                     .attachment_name = "team.sales.12345678",
                     .original_name = "Sales"}};
  seen.follower.follows = {ToLower(kLeaderId)};
  return seen;
}

void AddAttachments(Observed& seen, int count) {
  for (int i = 0; i < count; ++i) {
    seen.attachments.push_back({.name = "other-" + std::to_string(i),
                                .leader_key = "/other",
                                .database = "*",
                                .provisioning_state = "Succeeded"});
  }
  seen.attachment_count = seen.attachments.size();
}

model::Condition Told(Plan const& plan) {
  auto const* condition = model::FindCondition(plan.status.conditions, kPreflight);
  return condition == nullptr ? model::Condition{} : *condition;
}

std::string Reason(Plan const& plan) { return Told(plan).reason; }

struct Case {
  std::string name;
  std::string reason;
  std::string says;
  void (*change)(Observed& seen);
};

/// Each is refused before attaching, and only warned of once attached: then Azure has taken it.
class FollowerPreflightFindings : public ::testing::TestWithParam<Case> {};

TEST_P(FollowerPreflightFindings, HoldBackWhatWouldFail) {
  auto seen = NothingAttached();
  GetParam().change(seen);

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, IsEmpty());
  EXPECT_EQ(Reason(plan), GetParam().reason);
  EXPECT_EQ(Told(plan).status, model::ConditionStatus::kFalse);
  EXPECT_THAT(Told(plan).message, HasSubstr(GetParam().says));
  EXPECT_FALSE(model::IsTrue(plan.status.conditions, kReady));
}

TEST_P(FollowerPreflightFindings, WarnOnceOfWhatIsAttachedAlready) {
  auto want = Wanted();
  auto seen = Attached();
  GetParam().change(seen);

  auto const plan = Decide(want, seen, kNow);
  want.status = plan.status;
  auto const again = Decide(want, seen, kNow + 1h);

  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kReady));
  EXPECT_EQ(Reason(plan), GetParam().reason);
  EXPECT_EQ(Told(plan).status, model::ConditionStatus::kTrue);
  EXPECT_THAT(plan.events, SizeIs(2)) << "Ready, and the warning";
  EXPECT_EQ(again.status, plan.status);
  EXPECT_THAT(again.events, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    All, FollowerPreflightFindings,
    ::testing::Values(Case{"Streaming", "StreamingIngestionDisabled", "enableStreamingIngest",
                           [](Observed& seen) { seen.leader.streaming_ingest = true; }},
                      Case{"LeaderFollows", "CustomerManagedKeyChain", "itself follows /first",
                           [](Observed& seen) {
                             seen.leader.has_customer_key = true;
                             seen.leader.follows = {"/first"};
                           }},
                      Case{"LeaderOfAKeyedFollowerFollows", "CustomerManagedKeyChain",
                           "reporting has a customer",
                           [](Observed& seen) {
                             seen.follower.has_customer_key = true;
                             seen.leader.follows = {"/first"};
                           }},
                      Case{"FollowerIsFollowed", "CustomerManagedKeyChain", "Local, Other",
                           [](Observed& seen) {
                             seen.leader.has_customer_key = true;
                             seen.follower.followed = {"Local", "Other"};
                           }}),
    [](auto const& it) { return it.param.name; });

TEST(FollowerPreflight, MindsNoChainWithoutACustomersKey) {
  auto seen = NothingAttached();
  seen.leader.follows = {"/first"};
  seen.follower.followed = {"Local"};

  EXPECT_EQ(Reason(Decide(Wanted(), seen, kNow)), "Passed");
}

TEST(FollowerPreflight, OnlyWarnsOfASecondLeaderBesideACustomersKey) {
  auto seen = NothingAttached();
  seen.leader.has_customer_key = true;
  seen.follower.follows = {"/second", ToLower(kLeaderId)};

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_THAT(plan.actions, SizeIs(1));
  EXPECT_EQ(Reason(plan), "CustomerManagedKeyChain");
  EXPECT_EQ(Told(plan).status, model::ConditionStatus::kTrue);
  EXPECT_THAT(Told(plan).message, HasSubstr("follows /second besides"));
}

TEST(FollowerPreflight, StreamsToAFollowerThatStreamsToo) {
  auto seen = NothingAttached();
  seen.leader.streaming_ingest = seen.follower.streaming_ingest = true;

  EXPECT_EQ(Reason(Decide(Wanted(), seen, kNow)), "Passed");
}

TEST(FollowerPreflight, WarnsFromTheDocumentedLimitOnAndAttachesAllTheSame) {
  auto below = NothingAttached();
  AddAttachments(below, 69);
  auto at = NothingAttached();
  AddAttachments(at, 70);

  EXPECT_EQ(Reason(Decide(Wanted(), below, kNow)), "Passed");
  auto const plan = Decide(Wanted(), at, kNow);
  EXPECT_EQ(Reason(plan), "AttachmentLimit");
  EXPECT_THAT(Told(plan).message, AllOf(HasSubstr("70 other"), HasSubstr("detach")));
  EXPECT_THAT(plan.actions, SizeIs(1));
  EXPECT_THAT(plan.events, IsEmpty()) << "the status is not written while it is under way";
}

TEST(FollowerPreflight, DoesNotCountItsOwnAttachmentAgainstTheLimit) {
  auto seen = Attached();
  AddAttachments(seen, 69);

  EXPECT_EQ(Reason(Decide(Wanted(), seen, kNow)), "Passed");
}

TEST(FollowerPreflight, WaitsForALeaderThatIsNotRunning) {
  auto seen = NothingAttached();
  seen.leader.state = "Stopped";

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_EQ(Reason(plan), "ClusterNotRunning");
  EXPECT_THAT(Told(plan).message, AllOf(HasSubstr(kLeaderId), HasSubstr("Start it")));
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kStalled));
}

TEST(FollowerPreflight, LooksOftenWhileAClusterStartsAndBothersNobody) {
  auto seen = NothingAttached();
  seen.follower.state = "Starting";

  auto const plan = Decide(Wanted(), seen, kNow);

  EXPECT_EQ(Reason(plan), "ClusterNotRunning");
  EXPECT_FALSE(model::IsTrue(plan.status.conditions, kStalled));
  EXPECT_EQ(plan.requeue.when, Requeue::When::kQuickTick);
}

Observed WithExternalTable(std::string identity) {
  auto seen = Attached();
  seen.external_tables = {
      {.database = "Sales", .name = "Archive", .identity = std::move(identity)}};
  return seen;
}

TEST(FollowerPreflight, WarnsOfAnIdentityThatTheFollowerHasNot) {
  auto const plan = Decide(Wanted(), WithExternalTable(kReader), kNow);

  EXPECT_EQ(Reason(plan), "ExternalTableIdentity");
  EXPECT_THAT(Told(plan).message,
              AllOf(HasSubstr("Sales.Archive"), HasSubstr(kReader), HasSubstr(kFollowerId),
                    HasSubstr("spec.sharing.externalTables.exclude")));
  EXPECT_TRUE(model::IsTrue(plan.status.conditions, kReady));
}

TEST(FollowerPreflight, IsContentWithIdentitiesThatTheFollowerHas) {
  auto own = WithExternalTable(kReader);
  own.follower.user_identities = {kReader};
  auto system = WithExternalTable("system");
  system.follower.has_system_identity = true;

  EXPECT_EQ(Reason(Decide(Wanted(), own, kNow)), "Passed");
  EXPECT_EQ(Reason(Decide(Wanted(), system, kNow)), "Passed");
  EXPECT_EQ(Reason(Decide(Wanted(), WithExternalTable("system"), kNow)), "ExternalTableIdentity");
}

TEST(FollowerPreflight, MindsOnlyExternalTablesThatAreFollowed) {
  for (auto const& selection : {Selection{.exclude = {"archive"}}, Selection{.exclude = {"Arch*"}},
                                Selection{.exclude = {"*"}}, Selection{.include = {"Other"}}}) {
    auto want = Wanted();
    want.spec.sharing = Sharing{.external_tables = selection};
    auto seen = WithExternalTable(kReader);
    seen.attachments[0].sharing = *want.spec.sharing;

    EXPECT_EQ(Reason(Decide(want, seen, kNow)), "Passed");
  }
  auto elsewhere = WithExternalTable(kReader);
  elsewhere.external_tables[0].database = "Other";
  EXPECT_EQ(Reason(Decide(Wanted(), elsewhere, kNow)), "Passed");
}

TEST(FollowerPreflight, NamesAFewOfManyExternalTables) {
  auto seen = Attached();
  for (int i = 0; i < 9; ++i) {
    seen.external_tables.push_back(
        {.database = "Sales", .name = "T" + std::to_string(i), .identity = "system"});
  }

  auto const message = Told(Decide(Wanted(), seen, kNow)).message;

  EXPECT_THAT(message, AllOf(HasSubstr("Sales.T4"), HasSubstr("and 4 more")));
  EXPECT_THAT(message, Not(HasSubstr("T5")));
}

TEST(FollowerPreflight, TellsSeveralWarningsUnderTheFirstReason) {
  auto seen = WithExternalTable("system");
  seen.leader.streaming_ingest = true;

  auto const told = Told(Decide(Wanted(), seen, kNow));

  EXPECT_EQ(told.reason, "StreamingIngestionDisabled");
  EXPECT_THAT(told.message, AllOf(HasSubstr("enableStreamingIngest"), HasSubstr("Sales.Archive")));
}

TEST(FollowerPreflight, KeepsAWarningWhileTheLeaderCannotBeRead) {
  auto want = Wanted();
  auto seen = WithExternalTable("system");
  want.status = Decide(want, seen, kNow).status;

  seen.leader.readability = Readability::kUnread;
  seen.external_tables.clear();

  auto const plan = Decide(want, seen, kNow);
  EXPECT_EQ(Told(plan), *model::FindCondition(want.status.conditions, kPreflight));
  EXPECT_THAT(plan.events, IsEmpty());
}

TEST(FollowerPreflight, TakesAWarningBackOnceItsCauseIsMended) {
  auto want = Wanted();
  want.status = Decide(want, WithExternalTable("system"), kNow).status;

  auto const plan = Decide(want, Attached(), kNow);

  EXPECT_EQ(Reason(plan), "Passed");
  EXPECT_THAT(plan.events, IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
