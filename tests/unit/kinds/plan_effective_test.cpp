#include "kinds/follower_database/plan_policies.hpp"

#include <gmock/gmock.h>

#include <string>

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr auto kLeader = PolicyOrigin::kLeader;
constexpr auto kFollower = PolicyOrigin::kFollower;

CacheValue Hot(std::int64_t days) { return {.hot = model::Timespan::FromSeconds(days * 86'400)}; }
std::string Days(int days) { return std::to_string(days) + ".00:00:00"; }

/// An object on one database, and how its overrides and the last reading look.
class EffectivePolicies : public ::testing::Test {
 protected:
  EffectivePolicies() {
    want_.metadata = {.name = "sales", .name_space = "a"};
    want_.spec.source.leader = LeaderSource{.cluster_resource_id = "/l", .database = "Sales"};
    seen_.databases = {{.name = "Sales", .is_following = true, .attachment_name = "a.sales.i"}};
    seen_.overrides = {{.database = "Sales", .principals_kind = ModificationKind::kUnion}};
  }

  SeenOverrides& Overrides() { return seen_.overrides.front(); }
  SeenInForce& Read(Readability how = Readability::kReadable) {
    seen_.in_force = {{.database = "Sales", .readability = how}};
    return seen_.in_force.front();
  }
  Status Describe() {
    Status status;
    DescribePolicies(status, want_, seen_);
    return status;
  }
  EffectivePolicy Policy() { return *Describe().effective_policy; }

  static EffectiveCache Cache(EntityKind kind, std::string name, std::string hot,
                              PolicyOrigin origin) {
    return {.database = "Sales",
            .kind = kind,
            .name = std::move(name),
            .hot = std::move(hot),
            .origin = origin};
  }
  static EffectiveCache Table(std::string hot, PolicyOrigin origin) {
    return Cache(EntityKind::kTable, "Events", std::move(hot), origin);
  }
  static EffectivePrincipal Who(std::string role, std::string principal, PolicyOrigin origin) {
    return {.database = "Sales",
            .role = std::move(role),
            .principal = std::move(principal),
            .origin = origin};
  }

  FollowerDatabase want_;
  Observed seen_{.instance = "i"};
};

TEST_F(EffectivePolicies, OverridesHoldWhereNothingElseWasAskedFor) {
  Overrides().cache = Hot(7);
  Overrides().entities = {{"Events", Hot(30)}};
  Overrides().principals = {{.role = Role::kAdmin, .principal = "aaduser=ana"}};

  EXPECT_THAT(Policy().caching, ElementsAre(Cache(EntityKind::kDatabase, "", Days(7), kFollower),
                                            Table(Days(30), kFollower)));
  EXPECT_THAT(Policy().principals, ElementsAre(Who("Admin", "aaduser=ana", kFollower)));
}

TEST_F(EffectivePolicies, OverridesWithoutEffectLeaveTheLeadersInForce) {
  Overrides().cache = Hot(7);
  Overrides().caching_kind = ModificationKind::kNone;
  Overrides().principals_kind = ModificationKind::kNone;
  Overrides().principals = {{.principal = "aaduser=ana"}};

  EXPECT_THAT(Policy().caching, ElementsAre(Cache(EntityKind::kDatabase, "", "", kLeader)));
  EXPECT_THAT(Policy().principals, IsEmpty());
}

TEST_F(EffectivePolicies, AReadingTellsTheSpanInForceAndWhoseItIs) {
  Overrides().entities = {{"Events", Hot(30)}, {"Logs", Hot(30)}};
  Read().tables = {{"events", Hot(14).hot}, {"logs", Hot(30).hot}};

  EXPECT_THAT(Policy().caching,
              ElementsAre(Table(Days(14), kLeader),
                          Cache(EntityKind::kTable, "Logs", Days(30), kFollower)));
}

TEST_F(EffectivePolicies, AReadingTellsWhatIsAMaterializedView) {
  Overrides().entities = {{"Daily", Hot(30)}};
  Overrides().kinds = {{"daily", EntityKind::kMaterializedView}};
  Read();

  EXPECT_THAT(Policy().caching,
              ElementsAre(Cache(EntityKind::kMaterializedView, "Daily", Days(30), kFollower)));
}

TEST_F(EffectivePolicies, APrincipalThatNoOverrideHoldsIsTheLeaders) {
  Overrides().principals = {{.role = Role::kViewer, .principal = "aaduser=ana"}};
  Read().principals = {
      {{"Viewer", "AADUSER=ana"}, {"Ingestor", "aadapp=pipe"}, {"Admin", "aaduser=ana"}}};

  EXPECT_THAT(Policy().principals, ElementsAre(Who("Admin", "aaduser=ana", kLeader),
                                               Who("Ingestor", "aadapp=pipe", kLeader),
                                               Who("Viewer", "AADUSER=ana", kFollower)));
}

TEST_F(EffectivePolicies, WhatOnlyAReadingKnowsStaysUntilThereIsOne) {
  want_.status.effective_policy =
      EffectivePolicy{.caching = {Table(Days(14), kLeader)},
                      .principals = {Who("Viewer", "aaduser=leaders", kLeader),
                                     Who("Viewer", "aaduser=gone", kFollower)}};
  Overrides().entities = {{"Events", Hot(30)}};
  Overrides().principals = {{.principal = "aaduser=ana"}};

  for (auto const how : {Readability::kUnread, Readability::kFailed}) {
    Read(how);
    EXPECT_THAT(Policy().caching, ElementsAre(Table(Days(14), kLeader)));
    EXPECT_THAT(Policy().principals, ElementsAre(Who("Viewer", "aaduser=ana", kFollower),
                                                 Who("Viewer", "aaduser=leaders", kLeader)));
  }
}

TEST_F(EffectivePolicies, WithoutTheRightToReadTheOverridesAreTold) {
  want_.status.effective_policy =
      EffectivePolicy{.principals = {Who("Viewer", "aaduser=leaders", kLeader)}};
  Overrides().entities = {{"Events", Hot(30)}};
  Overrides().principals = {{.principal = "aaduser=ana"}};
  Read();

  EXPECT_THAT(Policy().caching, ElementsAre(Table(Days(30), kFollower)));
  EXPECT_THAT(Policy().principals, ElementsAre(Who("Viewer", "aaduser=ana", kFollower)));
}

TEST_F(EffectivePolicies, ADatabaseThatIsGoneIsToldNoMore) {
  want_.status.effective_policy =
      EffectivePolicy{.principals = {Who("Viewer", "aaduser=leaders", kLeader)}};
  Read(Readability::kUnread);
  seen_.databases.clear();

  EXPECT_THAT(Policy().principals, IsEmpty());
}

TEST_F(EffectivePolicies, GrantsStayToldWhileRolesAreUnclear) {
  want_.status.grants = {{.database = "Sales", .role = Role::kAdmin, .principal = "aaduser=ana"}};
  Overrides().is_unclear = true;
  Overrides().principals = {{.principal = "aaduser=ana"}};

  EXPECT_EQ(Describe().grants, want_.status.grants);
  EXPECT_TRUE(AwaitsReading(want_, seen_));
}

TEST_F(EffectivePolicies, AStrangersOverrideIsDroppedAsWhatItIs) {
  Overrides().entities = {{"Daily", Hot(1)}, {"Events", Hot(1)}};
  Overrides().kinds = {{"daily", EntityKind::kMaterializedView}, {"events", EntityKind::kTable}};

  auto const changes = ComparePolicies(want_, seen_, TimePoint{}).changes;

  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].command,
            PolicyCommand(DropEntityCache{EntityKind::kMaterializedView, {"Daily"}}));
  EXPECT_EQ(changes[1].command, PolicyCommand(DropEntityCache{EntityKind::kTable, {"Events"}}));
}

TEST_F(EffectivePolicies, WhatNobodyKnowsIsDroppedAsATableAndThenAsAViewAndNoMore) {
  using namespace std::chrono_literals;
  Overrides().entities = {{"Odd", Hot(1)}};
  TimePoint const now{1h};
  auto const drop = [&](TimePoint at) { return ComparePolicies(want_, seen_, at); };

  auto const first = drop(now);
  ASSERT_EQ(first.changes.size(), 1U);
  EXPECT_EQ(first.changes[0].command, PolicyCommand(DropEntityCache{EntityKind::kTable, {"Odd"}}));
  auto const& covered = first.changes[0].covers[0];
  seen_.pending = {
      {.key = covered.key, .value = covered.value, .had = covered.had, .issued_at = now}};

  auto const second = drop(now + 11min);
  ASSERT_EQ(second.changes.size(), 1U);
  EXPECT_EQ(second.changes[0].command,
            PolicyCommand(DropEntityCache{EntityKind::kMaterializedView, {"Odd"}}));
  seen_.pending[0].times = 2;

  EXPECT_THAT(drop(now + 11min).changes, IsEmpty());
  EXPECT_EQ(drop(now + 11min).problem->reason, "PolicyNotAccepted");
}

TEST_F(EffectivePolicies, ADatabaseThatAppearsUnderAnAsteriskGetsItsPolicies) {
  want_.spec.source.leader->database = "*";
  want_.spec.caching = Caching{.database = CachePolicy{.hot = "7d"}};
  want_.spec.permissions =
      Permissions{.grants = {{.principal = "aaduser=cccccccc-0000-0000-0000-000000000001;"
                                           "aaaaaaaa-0000-0000-0000-000000000001"}}};
  Overrides().cache = Hot(7);
  Overrides().principals = {{.principal = want_.spec.permissions->grants[0].principal,
                             .note = NoteOf(want_, want_.spec.permissions->grants[0])}};
  seen_.databases.push_back(
      {.name = "Stock", .is_following = true, .attachment_name = "a.sales.i"});

  auto const changes = ComparePolicies(want_, seen_, TimePoint{}).changes;

  ASSERT_EQ(changes.size(), 2U);
  for (auto const& change : changes) EXPECT_EQ(change.database, "Stock");
}

}  // namespace
}  // namespace adxf::follower_database
