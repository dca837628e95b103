#include "kinds/follower_database/plan_rights.hpp"

#include "kinds/follower_database/conditions.hpp"

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
std::string const kTenant = ";aaaaaaaa-0000-0000-0000-000000000001";
std::string const kAna = "aaduser=cccccccc-0000-0000-0000-000000000001" + kTenant;
std::string const kBen = "aaduser=cccccccc-0000-0000-0000-000000000002" + kTenant;
std::string const kClient = "dddddddd-0000-0000-0000-000000000001";
std::string const kObject = "dddddddd-0000-0000-0000-000000000002";
std::string const kMark = "adxfollower:analytics/sales";

FollowerDatabase Wanted(Permissions permissions) {
  FollowerDatabase want;
  want.metadata = {.name = "sales", .name_space = "analytics"};
  want.spec.follower_cluster.resource_id = "/f";
  want.spec.source.leader = LeaderSource{.cluster_resource_id = "/l", .database = "Sales"};
  want.spec.permissions = std::move(permissions);
  return want;
}

Observed Seen(OwnRights rights) {
  Observed seen{.instance = "i", .client_id = kClient};
  rights.object_ids = {kObject};
  seen.own_rights = rights;
  seen.attachments = {{.name = "analytics.sales.i", .leader_key = "/l", .database = "Sales"}};
  seen.databases = {
      {.name = "Sales", .is_following = true, .attachment_name = "analytics.sales.i"}};
  seen.overrides = {{.database = "Sales"}};
  return seen;
}

constexpr OwnRights ByCluster() { return {.is_cluster_admin = true, .is_database_admin = true}; }
constexpr OwnRights ByDatabase() { return {.is_database_admin = true}; }

std::vector<std::string> Dropped(PolicyComparison const& compared) {
  std::vector<std::string> names;
  for (auto const& change : compared.changes) {
    if (auto const* drop = std::get_if<DropPrincipals>(&change.command))
      names.insert(names.end(), drop->principals.begin(), drop->principals.end());
  }
  return names;
}

TEST(OwnRights, AuthoritativeRemovesStrangersAndNeverTheOperator) {
  auto seen = Seen(ByCluster());
  seen.overrides[0].principals = {{.principal = kAna, .note = kMark},
                                  {.principal = kBen, .note = "by hand"},
                                  {.principal = "aadapp=" + kClient + kTenant},
                                  {.principal = "aadapp=" + kObject + kTenant}};
  auto const want =
      Wanted({.ownership = Ownership::kAuthoritative, .grants = {{.principal = kAna}}});

  EXPECT_THAT(Dropped(ComparePolicies(want, seen, kNow)), ElementsAre(kBen));
}

TEST(OwnRights, AuthoritativeKeepsWhatOthersGrantedAndTheObjectDeclares) {
  auto seen = Seen(ByCluster());
  seen.overrides[0].principals = {{.principal = kAna, .note = "by hand"}};
  auto const want =
      Wanted({.ownership = Ownership::kAuthoritative, .grants = {{.principal = kAna}}});

  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, IsEmpty());
}

TEST(OwnRights, AuthoritativeTakesAwayAnotherRoleOfADeclaredPrincipal) {
  auto seen = Seen(ByCluster());
  seen.overrides[0].principals = {{.role = Role::kAdmin, .principal = kAna, .note = "by hand"},
                                  {.role = Role::kViewer, .principal = kAna, .note = kMark}};
  auto const want =
      Wanted({.ownership = Ownership::kAuthoritative, .grants = {{.principal = kAna}}});

  auto const compared = ComparePolicies(want, seen, kNow);

  ASSERT_THAT(compared.changes, SizeIs(1));
  EXPECT_EQ(std::get<DropPrincipals>(compared.changes[0].command).role, Role::kAdmin);
}

TEST(OwnRights, AreWaitedForBeforePermissionsAreTouched) {
  auto seen = Seen(ByCluster());
  seen.own_rights.reset();
  auto want =
      Wanted({.modification_kind = ModificationKind::kReplace, .grants = {{.principal = kAna}}});
  want.spec.caching = Caching{.database = CachePolicy{.hot = "7d"}};

  auto const compared = ComparePolicies(want, seen, kNow);

  EXPECT_TRUE(compared.is_waiting);
  ASSERT_THAT(compared.changes, SizeIs(1)) << "the hot cache has nothing to do with it";
  EXPECT_TRUE(std::holds_alternative<SetDatabaseCache>(compared.changes[0].command));
}

TEST(OwnRights, ASwitchToReplaceThatEndsThemIsRefused) {
  auto const want =
      Wanted({.modification_kind = ModificationKind::kReplace, .grants = {{.principal = kAna}}});

  auto const compared = ComparePolicies(want, Seen(ByDatabase()), kNow);

  EXPECT_THAT(compared.changes, IsEmpty());
  ASSERT_TRUE(compared.problem);
  EXPECT_EQ(compared.problem->reason, "WouldLockOutOperator");
  EXPECT_THAT(compared.problem->message, HasSubstr(kClient));
}

TEST(OwnRights, AnAdminOfTheClusterCannotLockItselfOut) {
  auto const want =
      Wanted({.modification_kind = ModificationKind::kReplace, .grants = {{.principal = kAna}}});

  EXPECT_THAT(ComparePolicies(want, Seen(ByCluster()), kNow).changes, SizeIs(2));
}

TEST(OwnRights, AnAdminGrantForTheOperatorMakesReplaceSafe) {
  auto const want =
      Wanted({.modification_kind = ModificationKind::kReplace,
              .grants = {{.role = Role::kAdmin, .principal = "aadapp=" + kClient + kTenant}}});

  auto const compared = ComparePolicies(want, Seen(ByDatabase()), kNow);

  EXPECT_FALSE(compared.problem);
  EXPECT_THAT(compared.changes, SizeIs(2));
}

TEST(OwnRights, TheirOnlyGrantIsNotDropped) {
  auto seen = Seen(ByDatabase());
  seen.overrides[0].principals = {
      {.role = Role::kAdmin, .principal = "aadapp=" + kObject + kTenant, .note = kMark}};

  auto const compared = ComparePolicies(Wanted({}), seen, kNow);

  EXPECT_THAT(compared.changes, IsEmpty());
  ASSERT_TRUE(compared.problem);
  EXPECT_EQ(compared.problem->reason, "WouldLockOutOperator");
}

TEST(OwnRights, TheirOnlyGrantIsNotDroppedToBeGrantedAgain) {
  auto const own = "aadapp=" + kClient + kTenant;
  auto seen = Seen(ByDatabase());
  seen.overrides[0].principals = {
      {.role = Role::kAdmin, .principal = own, .note = kMark + " " + own}};
  auto const with_note =
      Wanted({.grants = {{.role = Role::kAdmin, .principal = own, .notes = "the operator"}}});
  auto const in_other_words =
      Wanted({.grants = {{.role = Role::kAdmin, .principal = "aadapp=" + kObject + kTenant}}});

  for (auto const& want : {with_note, in_other_words}) {
    auto const compared = ComparePolicies(want, seen, kNow);
    EXPECT_THAT(compared.changes, IsEmpty());
    ASSERT_TRUE(compared.problem);
    EXPECT_EQ(compared.problem->reason, "WouldLockOutOperator");
  }
  seen.own_rights->is_cluster_admin = true;
  EXPECT_THAT(ComparePolicies(with_note, seen, kNow).changes, SizeIs(2));
}

TEST(OwnRights, OneOfTwoGrantsOfTheirsIsDropped) {
  auto seen = Seen(ByDatabase());
  auto const kept = "aadapp=" + kClient + kTenant;
  auto const group = "aadgroup=" + kObject + kTenant;
  seen.overrides[0].principals = {
      {.role = Role::kAdmin, .principal = kept, .note = kMark + " " + kept},
      {.role = Role::kAdmin, .principal = group, .note = kMark}};
  auto const want = Wanted({.grants = {{.role = Role::kAdmin, .principal = kept}}});

  EXPECT_THAT(Dropped(ComparePolicies(want, seen, kNow)), ElementsAre(group));
}

TEST(OwnRights, WhatTakesAccessFromOthersDoesNotWaitForThem) {
  auto const own = "aadapp=" + kClient + kTenant;
  auto seen = Seen(ByDatabase());
  seen.overrides[0].principals = {
      {.role = Role::kAdmin, .principal = own, .note = kMark + " " + own},
      {.principal = kBen, .note = kMark}};
  auto const want =
      Wanted({.grants = {{.role = Role::kAdmin, .principal = own, .notes = "the operator"},
                         {.principal = kAna}}});

  auto const compared = ComparePolicies(want, seen, kNow);

  EXPECT_THAT(Dropped(compared), ElementsAre(kBen));
  EXPECT_THAT(compared.changes, SizeIs(1)) << "and nobody is given any";
  EXPECT_EQ(compared.problem->reason, "WouldLockOutOperator");
}

TEST(OwnRights, ThoseOfTheLeaderSurviveUnionAndNone) {
  auto want = Wanted({.modification_kind = ModificationKind::kNone});

  EXPECT_THAT(ComparePolicies(want, Seen(ByDatabase()), kNow).changes, SizeIs(1));
}

TEST(OwnRights, AreNotAskedForWhenNothingCanTouchThem) {
  EXPECT_FALSE(NeedsOwnRights(Wanted({.grants = {{.principal = kAna}}}), {}));
  EXPECT_TRUE(NeedsOwnRights(Wanted({.ownership = Ownership::kAuthoritative}), {}));
  EXPECT_TRUE(NeedsOwnRights(Wanted({.modification_kind = ModificationKind::kReplace}), {}));
}

TEST(Expiry, IsToldBeforeAndAfter) {
  auto const soon = model::ToTimestamp(kNow) + 60s;
  auto const want = Wanted({.grants = {{.principal = kAna, .expires_at = soon},
                                       {.principal = kBen, .expires_at = soon + 1h}}});

  EXPECT_THAT(TellExpiry(want, kNow), HasSubstr(kAna));
  EXPECT_THAT(TellExpiry(want, kNow + 61s), HasSubstr(kBen));
  EXPECT_THAT(TellExpiry(want, kNow + 61s), HasSubstr("taken back: 1."));
  EXPECT_EQ(TellExpiry(Wanted({.grants = {{.principal = kAna}}}), kNow), "");
}

}  // namespace
}  // namespace adxf::follower_database
