#include "unit/kinds/share_scene.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::VariantWith;

FollowerDatabase Leaving(DeletionPolicy policy = DeletionPolicy::kDetach) {
  auto want = Settled(Followed());
  want.metadata.deletion_timestamp = model::ToTimestamp(kNow);
  want.spec.deletion_policy = policy;
  return want;
}

DeleteMapping Removal() { return {.subscription = kMyName, .name = "id-of-sales"}; }

bool LetsGo(Plan const& plan) {
  return plan.actions.size() == 1 && std::holds_alternative<RemoveFinalizer>(plan.actions.front());
}

TEST(PlanUnmap, RemovesTheMappingAndKeepsTheSubscription) {
  EXPECT_THAT(Decide(Leaving(), Followed(), kNow).actions,
              ElementsAre(VariantWith<DeleteMapping>(Removal())));
  EXPECT_TRUE(LetsGo(Decide(Leaving(), Accepted(), kNow)));
}

TEST(PlanUnmap, LeavesTheShareWhereThatIsDeclared) {
  auto const want = Leaving(DeletionPolicy::kLeave);

  EXPECT_THAT(Decide(want, Followed(), kNow).actions,
              ElementsAre(VariantWith<DeleteMapping>(Removal())));
  EXPECT_THAT(Decide(want, Accepted(), kNow).actions,
              ElementsAre(VariantWith<LeaveShare>(LeaveShare{.subscription = kMyName})));
  EXPECT_TRUE(LetsGo(Decide(want, Offered(), kNow)));
}

TEST(PlanUnmap, WhatWasRevokedLeavesDeadMappingsThatGoToo) {
  auto seen = Mapped();
  seen.share.sources.clear();
  seen.share.subscriptions.front().status = "Revoked";

  EXPECT_THAT(Decide(Leaving(), seen, kNow).actions,
              ElementsAre(VariantWith<DeleteMapping>(Removal())));
}

TEST(PlanUnmap, LeavesTheMappingsOfOthers) {
  auto want = Leaving();
  want.spec.source.share->data_sets = {"sales"};
  auto seen = Mapped({DataSetNamed("sales", "corp/Sales"), DataSetNamed("stock", "corp/Stock")});
  seen.share.mappings.back().name = "by-hand";
  EXPECT_THAT(Decide(want, seen, kNow).actions, ElementsAre(VariantWith<DeleteMapping>(Removal())));

  seen.share.mappings.front().cluster_key = "another";
  EXPECT_TRUE(LetsGo(Decide(want, seen, kNow)));
}

TEST(PlanUnmap, NothingCountsAsGoneThatCannotBeRead) {
  auto unread = Followed();
  unread.share.is_read = false;
  auto failed = Followed();
  failed.share.problem = Problem{.condition = "Attached", .reason = "MissingRole"};
  auto stale = Accepted();
  stale.is_inventory_fresh = false;
  auto denied = Accepted();
  denied.identity_problem = Problem{.condition = "Preflight", .reason = "CredentialsMissing"};
  auto lost_answer = Offered();
  lost_answer.hold =
      Hold{.since = kNow, .until = kNow + 10s, .problem = {.reason = "AzureUnavailable"}};
  auto working = Accepted();
  working.operation = SeenOperation{.kind = OperationKind::kLeaveShare};

  for (auto const& seen : {unread, failed, stale, denied, lost_answer, working})
    EXPECT_THAT(Decide(Leaving(), seen, kNow).actions, IsEmpty());
}

TEST(PlanUnmap, IsOverWhereTheAccountIsGone) {
  auto seen = Offered();
  seen.share.has_account = false;

  EXPECT_TRUE(LetsGo(Decide(Leaving(), seen, kNow)));
}

TEST(PlanUnmap, AlsoWithoutTheFollowerTheMappingGoes) {
  auto seen = Mapped();
  seen.follower.readability = Readability::kMissing;

  EXPECT_THAT(Decide(Leaving(), seen, kNow).actions,
              ElementsAre(VariantWith<DeleteMapping>(Removal())));
}

TEST(PlanUnmap, ASubscriptionOfOthersStays) {
  auto want = WantedShare();
  want.metadata.deletion_timestamp = model::ToTimestamp(kNow);
  want.spec.source.share->subscription_name = "mine";
  auto seen = Followed();
  seen.share.subscriptions.front().name = "mine";
  seen.share.subscriptions.front().invitation_id = "another";

  EXPECT_TRUE(LetsGo(Decide(want, seen, kNow)));
}

TEST(PlanUnmap, OrphanedAndForcedTellWhatStays) {
  auto const orphaned = Decide(Leaving(DeletionPolicy::kOrphan), Followed(), kNow);
  EXPECT_TRUE(LetsGo(orphaned));
  EXPECT_THAT(orphaned.events.front().message, HasSubstr(kMyName));

  auto want = Leaving();
  want.metadata.annotations[std::string(kForceDeleteAnnotation)] = "true";
  auto const forced = Decide(want, Followed(), kNow);
  EXPECT_TRUE(LetsGo(forced));
  EXPECT_THAT(forced.events.front().message, HasSubstr(kMyName));
}

}  // namespace
}  // namespace adxf::follower_database
