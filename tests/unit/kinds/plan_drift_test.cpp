#include "kinds/follower_database/plan_drift.hpp"

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/ledger.hpp"
#include "kinds/follower_database/plan_policies.hpp"

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

constexpr TimePoint kNow{1'800'000'000s};
PolicyKey const kHot{.database = "Sales", .field = "caching.database"};

CacheValue Hot(std::int64_t days) { return {.hot = model::Timespan::FromSeconds(days * 86'400)}; }

/// Ready with a hot cache of seven days.
FollowerDatabase Settled() {
  FollowerDatabase want;
  want.metadata = {.name = "sales", .name_space = "analytics", .generation = 3};
  want.spec.follower_cluster.resource_id = "/f";
  want.spec.source.leader = LeaderSource{.cluster_resource_id = "/l", .database = "Sales"};
  want.spec.caching = Caching{.database = CachePolicy{.hot = "7d"}};
  want.status.observed_generation = 3;
  want.status.attachment =
      AttachmentStatus{.databases = {{.leader = "Sales", .follower = "Sales"}}};
  model::SetCondition(want.status.conditions,
                      {.type = std::string(kReady),
                       .status = model::ConditionStatus::kTrue,
                       .observed_generation = 3,
                       .reason = "Ready"},
                      kNow);
  return want;
}

Observed Shortened(std::int64_t days = 3) {
  Observed seen{.instance = "i"};
  seen.attachments = {{.name = "analytics.sales.i", .leader_key = "/l", .database = "Sales"}};
  seen.databases = {
      {.name = "Sales", .is_following = true, .attachment_name = "analytics.sales.i"}};
  seen.overrides = {{.database = "Sales", .cache = Hot(days)}};
  return seen;
}

Correction PutRight(std::size_t times) {
  Correction correction{.key = kHot};
  for (std::size_t i = 0; i < times; ++i)
    correction.at.push_back(kNow - std::chrono::minutes(10 * (i + 1)));
  return correction;
}

TEST(Drift, IsWhatDiffersAfterTheObjectWasReadyWithThisSpec) {
  auto const compared = ComparePolicies(Settled(), Shortened(), kNow);

  ASSERT_THAT(compared.drift, SizeIs(1));
  EXPECT_EQ(compared.drift[0].key, kHot);
  ASSERT_THAT(compared.changes, SizeIs(1));
  EXPECT_EQ(compared.changes[0].covers[0].cause, Cause::kDrift);
}

TEST(Drift, IsNotWhatTheUserChanged) {
  auto want = Settled();
  want.metadata.generation = 4;

  EXPECT_THAT(ComparePolicies(want, Shortened(), kNow).drift, IsEmpty());
}

TEST(Drift, IsNotADatabaseThatAppearedLater) {
  auto want = Settled();
  want.status.attachment->databases = {{.leader = "Other", .follower = "Other"}};

  EXPECT_THAT(ComparePolicies(want, Shortened(), kNow).drift, IsEmpty());
}

TEST(Drift, IsNotAGrantWhoseTimeIsOver) {
  auto want = Settled();
  auto const ana =
      "aaduser=cccccccc-0000-0000-0000-000000000001;aaaaaaaa-0000-0000-0000-000000000001";
  want.spec.permissions =
      Permissions{.grants = {{.principal = ana, .expires_at = model::ToTimestamp(kNow - 1s)}}};
  auto seen = Shortened(7);
  seen.overrides[0].principals = {{.principal = ana, .note = "adxfollower:analytics/sales"}};

  auto const compared = ComparePolicies(want, seen, kNow);

  EXPECT_THAT(compared.drift, IsEmpty());
  ASSERT_THAT(compared.changes, SizeIs(1));
  EXPECT_EQ(compared.changes[0].covers[0].cause, Cause::kExpiry);
}

TEST(Drift, KeepsTheTimeAtWhichItWasFirstSeen) {
  auto want = Settled();
  auto const first = DescribeDrift(want, ComparePolicies(want, Shortened(), kNow).drift, kNow);
  want.status.drift = first;
  auto const later =
      DescribeDrift(want, ComparePolicies(want, Shortened(2), kNow + 60s).drift, kNow + 60s);

  ASSERT_THAT(later, SizeIs(1));
  EXPECT_EQ(later[0].field, "Sales/caching.database");
  EXPECT_EQ(later[0].want, "7.00:00:00");
  EXPECT_EQ(later[0].have, "2.00:00:00");
  EXPECT_EQ(later[0].since, first[0].since);
}

TEST(Drift, FivePutRightsInAnHourAreMade) {
  auto seen = Shortened();
  seen.corrections = {PutRight(4)};

  EXPECT_THAT(ComparePolicies(Settled(), seen, kNow).changes, SizeIs(1));
}

TEST(Drift, TheSixthInAnHourIsLeftToAPerson) {
  auto seen = Shortened();
  seen.corrections = {PutRight(5)};

  auto const compared = ComparePolicies(Settled(), seen, kNow);

  EXPECT_THAT(compared.changes, IsEmpty());
  EXPECT_THAT(compared.contended, ElementsAre(kHot));
  ASSERT_TRUE(compared.problem);
  EXPECT_EQ(compared.problem->reason, "Contended");
  EXPECT_TRUE(compared.problem->needs_person);
  EXPECT_THAT(compared.problem->message, HasSubstr("Sales/caching.database"));
  EXPECT_THAT(compared.problem->message, HasSubstr("3.00:00:00"));
  EXPECT_THAT(compared.problem->message, HasSubstr("7.00:00:00"));
}

TEST(Drift, CountsOnlyTheLastHour) {
  auto seen = Shortened();
  seen.corrections = {PutRight(5)};

  EXPECT_THAT(ComparePolicies(Settled(), seen, kNow + 11min).changes, SizeIs(1));
}

TEST(Drift, WhatWasGivenUpOnStaysSoAfterTheHourAndAfterARestart) {
  auto want = Settled();
  auto seen = Shortened();
  seen.corrections = {Correction{.key = kHot, .is_stopped = true}};
  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, IsEmpty());

  want.status.drift = DescribeDrift(want, ComparePolicies(want, seen, kNow).drift, kNow);
  model::SetCondition(want.status.conditions,
                      {.type = std::string(kStalled),
                       .status = model::ConditionStatus::kTrue,
                       .observed_generation = 3,
                       .reason = std::string(kReasonContended)},
                      kNow);
  seen.corrections.clear();  // a new process
  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, IsEmpty());

  want.metadata.annotations[std::string(kReconcileAtAnnotation)] = "now";
  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, SizeIs(1));
}

TEST(Drift, IsCountedOnceThoughAskedForTwice) {
  auto const want = Settled();
  auto seen = Shortened();
  auto const first = ComparePolicies(want, seen, kNow).changes[0].covers[0];
  seen.pending = {{.key = first.key, .value = first.value, .had = first.had, .issued_at = kNow}};

  auto const again = ComparePolicies(want, seen, kNow + 11min);

  ASSERT_THAT(again.changes, SizeIs(1));
  EXPECT_EQ(again.changes[0].covers[0].cause, Cause::kDeclared);
}

TEST(Drift, EventsTellWhatWasPutRightAndWhatRanOut) {
  auto const events = EventsAbout(
      {{.key = kHot, .value = "7.00:00:00", .had = "3.00:00:00", .cause = Cause::kDrift},
       {.key = {.database = "Sales", .field = "permissions.grants/Viewer/ana"},
        .cause = Cause::kExpiry},
       {.key = {.field = std::string(kAttachmentField)}, .cause = Cause::kDrift}});

  ASSERT_THAT(events, SizeIs(2));
  EXPECT_EQ(events[0].reason, "DriftCorrected");
  EXPECT_EQ(events[0].type, EventNote::Type::kWarning);
  EXPECT_EQ(events[1].reason, "GrantExpired");
}

TEST(Drift, FieldsFallIntoFewFamilies) {
  EXPECT_EQ(FamilyOf({.field = "permissions.grants/Viewer/ana"}), "permissions.grants");
  EXPECT_EQ(FamilyOf(kHot), "caching.database");
}

TEST(Ledger, AGivenUpFieldIsTakenUpOnceItNoLongerDiffers) {
  Ledger ledger;
  RecordCorrection(ledger, kHot, kNow);
  RecordContended(ledger, {.has_compared_policies = true, .contended = {kHot}});
  EXPECT_TRUE(ledger.corrections[0].is_stopped);

  RecordContended(ledger, {.has_compared_policies = true});

  EXPECT_FALSE(ledger.corrections[0].is_stopped);
}

TEST(Ledger, ForgetsCorrectionsAfterAnHour) {
  Ledger ledger;
  RecordCorrection(ledger, kHot, kNow);
  RecordCorrection(ledger, kHot, kNow + 61min);

  EXPECT_THAT(ledger.corrections[0].at, ElementsAre(kNow + 61min));
}

}  // namespace
}  // namespace adxf::follower_database
