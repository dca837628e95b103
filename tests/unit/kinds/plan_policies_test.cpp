#include "kinds/follower_database/plan_policies.hpp"

#include "base/text.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr TimePoint kNow{1'800'000'000s};
std::string const kTenant = ";aaaaaaaa-0000-0000-0000-000000000001";
std::string const kAna = "aaduser=cccccccc-0000-0000-0000-000000000001" + kTenant;
std::string const kBen = "aaduser=cccccccc-0000-0000-0000-000000000002" + kTenant;

FollowerDatabase Wanted() {
  FollowerDatabase want;
  want.metadata = {.name = "sales", .name_space = "analytics"};
  want.spec.follower_cluster.resource_id = "/f";
  want.spec.source.leader = LeaderSource{.cluster_resource_id = "/l", .database = "Sales"};
  return want;
}

Observed Following() {
  Observed seen{.instance = "i"};
  seen.attachments = {{.name = "analytics.sales.i", .leader_key = "/l", .database = "Sales"}};
  seen.databases = {
      {.name = "Sales", .is_following = true, .attachment_name = "analytics.sales.i"}};
  seen.overrides = {{.database = "Sales"}};
  return seen;
}

CacheValue Hot(std::int64_t days) { return {.hot = model::Timespan::FromSeconds(days * 86'400)}; }

TEST(Policies, NothingDeclaredAndNothingOverriddenIsNoDifference) {
  EXPECT_THAT(ComparePolicies(Wanted(), Following(), kNow).changes, IsEmpty());
}

TEST(Policies, TimespansCompareByValue) {
  auto want = Wanted();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "7.00:00:00"}};
  auto seen = Following();
  seen.overrides[0].cache = Hot(7);

  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, IsEmpty());
}

TEST(Policies, OneCommandForAllTablesOfOnePolicy) {
  auto want = Wanted();
  want.spec.caching = Caching{.tables = {{.name = "A", .hot = "30d"},
                                         {.name = "B", .hot = "30d"},
                                         {.name = "C", .hot = "7d"}}};

  auto const compared = ComparePolicies(want, Following(), kNow);

  ASSERT_THAT(compared.changes, SizeIs(2));
  EXPECT_THAT(std::get<SetEntityCache>(compared.changes[0].command).names, ElementsAre("A", "B"));
  EXPECT_THAT(compared.changes[0].covers, SizeIs(2));
}

TEST(Policies, WhatIsNoLongerDeclaredGoesBackToTheDefault) {
  auto seen = Following();
  seen.overrides[0].cache = Hot(7);
  seen.overrides[0].entities = {{"Events", Hot(1)}};
  seen.overrides[0].prefetch = true;
  seen.overrides[0].caching_kind = ModificationKind::kReplace;
  seen.overrides[0].principals_kind = ModificationKind::kNone;

  auto const compared = ComparePolicies(Wanted(), seen, kNow);

  std::vector<std::string> actions;
  for (auto const& change : compared.changes) actions.push_back(Describe(Action(change)).action);
  EXPECT_THAT(actions, UnorderedElementsAre("DropDatabaseCache", "DropEntityCache", "SetPrefetch",
                                            "SetCachingKind", "SetPrincipalsKind"));
}

TEST(Policies, AChangeOnItsWayIsNotIssuedAgain) {
  auto want = Wanted();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "7d"}};
  auto seen = Following();
  auto const first = ComparePolicies(want, seen, kNow);
  for (auto const& covered : first.unmet) {
    seen.pending.push_back(
        {.key = covered.key, .value = covered.value, .had = covered.had, .issued_at = kNow});
  }

  auto const soon = ComparePolicies(want, seen, kNow + 5min);
  auto const once_more = ComparePolicies(want, seen, kNow + 11min);
  seen.overrides_read_at = kNow + 9min;
  auto const by_an_old_reading = ComparePolicies(want, seen, kNow + 11min);
  seen.overrides_read_at = kNow + 11min;
  seen.pending[0].times = 2;
  auto const late = ComparePolicies(want, seen, kNow + 11min);
  want.spec.caching->database->hot = "8d";
  auto const other = ComparePolicies(want, seen, kNow + 5min);

  EXPECT_THAT(soon.changes, IsEmpty());
  EXPECT_TRUE(soon.is_waiting);
  EXPECT_THAT(once_more.changes, SizeIs(1));
  EXPECT_THAT(by_an_old_reading.changes, IsEmpty());
  EXPECT_THAT(late.changes, IsEmpty());
  ASSERT_TRUE(late.problem);
  EXPECT_EQ(late.problem->reason, "PolicyNotAccepted");
  EXPECT_THAT(other.changes, SizeIs(1)) << "another wish is not the one that is pending";
}

FollowerDatabase Granting(std::vector<Grant> grants) {
  auto want = Wanted();
  want.spec.permissions = Permissions{.grants = std::move(grants)};
  return want;
}

TEST(Policies, WhatAnotherChangedMeanwhileIsNoLongerPending) {
  auto want = Wanted();
  want.spec.caching = Caching{.database = CachePolicy{.hot = "7d"}};
  auto seen = Following();
  auto const first = ComparePolicies(want, seen, kNow);
  seen.pending = {{.key = first.unmet[0].key,
                   .value = first.unmet[0].value,
                   .had = first.unmet[0].had,
                   .issued_at = kNow}};
  seen.overrides[0].cache = Hot(3);

  EXPECT_THAT(ComparePolicies(want, seen, kNow + 1s).changes, SizeIs(1));
}

/// What was asked for at kNow, so that all of `want` would show.
std::vector<PendingChange> Sent(FollowerDatabase const& want, Observed const& seen) {
  std::vector<PendingChange> sent;
  for (auto const& it : ComparePolicies(want, seen, kNow).unmet)
    sent.push_back({.key = it.key, .value = it.value, .had = it.had, .issued_at = kNow});
  return sent;
}

TEST(Policies, WhatIsWithdrawnBeforeItShowsIsWaitedForAndUndone) {
  auto changed =
      Granting({{.principal = kBen}, {.role = Role::kUser, .principal = "aaduser=x@y.z"}});
  changed.spec.caching =
      Caching{.database = CachePolicy{.hot = "7d"}, .tables = {{.name = "A", .hot = "1d"}}};
  changed.spec.permissions->modification_kind = ModificationKind::kReplace;
  auto seen = Following();
  seen.own_rights = OwnRights{.is_cluster_admin = true};
  seen.pending = Sent(changed, seen);
  ASSERT_THAT(seen.pending, SizeIs(5));

  auto const soon = ComparePolicies(Wanted(), seen, kNow + 1min);
  EXPECT_THAT(soon.changes, IsEmpty());
  EXPECT_THAT(soon.withdrawn, SizeIs(5));
  EXPECT_TRUE(soon.is_waiting);

  seen.overrides[0].principals = {{.principal = kBen, .note = "adxfollower:analytics/sales"},
                                  {.role = Role::kUser,
                                   .principal = "aaduser=1;2",
                                   .note = "adxfollower:analytics/sales aaduser=x@y.z"}};
  auto const shown = ComparePolicies(Wanted(), seen, kNow + 1min);
  EXPECT_THAT(shown.changes, SizeIs(2)) << "both grants are taken back";
  EXPECT_THAT(shown.withdrawn, SizeIs(3)) << "the rest shows not yet";

  auto const late = ComparePolicies(Wanted(), seen, kNow + 11min);
  EXPECT_THAT(late.withdrawn, IsEmpty());
}

TEST(Policies, WhatIsStillWishedIsNotWithdrawnWhenItShows) {
  auto want = Granting({{.principal = kBen}});
  want.spec.caching = Caching{.modification_kind = ModificationKind::kReplace,
                              .database = CachePolicy{.hot = "7d"}};
  auto seen = Following();
  seen.pending = Sent(want, seen);
  seen.overrides[0].cache = Hot(7);
  seen.overrides[0].caching_kind = ModificationKind::kReplace;
  seen.overrides[0].principals = {{.principal = kBen, .note = "adxfollower:analytics/sales"}};

  auto const compared = ComparePolicies(want, seen, kNow + 1min);

  EXPECT_THAT(compared.unmet, IsEmpty());
  EXPECT_THAT(compared.withdrawn, IsEmpty());
  EXPECT_FALSE(compared.is_waiting);
}

TEST(Policies, AGrantThatIsWishedAgainBeforeItsEndShowsIsWaitedForAndGivenAgain) {
  auto seen = Following();
  seen.overrides[0].principals = {{.principal = kBen, .note = "adxfollower:analytics/sales"}};
  seen.pending = Sent(Wanted(), seen);
  auto const want = Granting({{.principal = kBen}});

  EXPECT_THAT(ComparePolicies(want, seen, kNow + 1min).withdrawn, SizeIs(1));
  seen.overrides[0].principals.clear();
  auto const shown = ComparePolicies(want, seen, kNow + 1min);
  EXPECT_THAT(shown.withdrawn, IsEmpty());
  EXPECT_THAT(shown.changes, SizeIs(1));
}

TEST(Grants, ResolvedPrincipalsOfOneRoleAndNoteAreGrantedTogether) {
  auto const want = Granting(
      {{.principal = kAna}, {.principal = kBen}, {.role = Role::kAdmin, .principal = kBen}});

  auto const compared = ComparePolicies(want, Following(), kNow);

  ASSERT_THAT(compared.changes, SizeIs(2));
  auto const viewers = std::get<AddPrincipals>(compared.changes[0].command);
  EXPECT_THAT(viewers.principals, ElementsAre(kAna, kBen));
  EXPECT_EQ(viewers.note, "adxfollower:analytics/sales");
}

TEST(Grants, NamesAreGrantedOneByOneAndRecognisedByTheirNote) {
  auto const want =
      Granting({{.principal = "aadgroup=analysts@contoso.com", .notes = "for reports"},
                {.principal = "aaduser=x@contoso.com"}});
  auto seen = Following();

  auto const before = ComparePolicies(want, seen, kNow);
  ASSERT_THAT(before.changes, SizeIs(2));
  auto const note = std::get<AddPrincipals>(before.changes[0].command).note;
  EXPECT_EQ(note, "adxfollower:analytics/sales aadgroup=analysts@contoso.com: for reports");

  seen.overrides[0].principals = {
      {.role = Role::kViewer, .principal = "aadgroup=9" + kTenant, .note = note}};
  EXPECT_THAT(ComparePolicies(want, seen, kNow).changes, SizeIs(1));
}

TEST(Grants, OnlyWhatThisObjectGrantedIsDropped) {
  auto seen = Following();
  seen.overrides[0].principals = {{.principal = kAna, .note = "adxfollower:analytics/sales"},
                                  {.principal = kBen, .note = "by hand"},
                                  {.principal = kBen, .note = "adxfollower:analytics/sales-2"}};

  auto const compared = ComparePolicies(Granting({}), seen, kNow);

  ASSERT_THAT(compared.changes, SizeIs(1));
  EXPECT_THAT(std::get<DropPrincipals>(compared.changes[0].command).principals, ElementsAre(kAna));
}

TEST(Grants, AnExpiredGrantGoesAndTheNextExpiryIsKnown) {
  auto const soon = model::ToTimestamp(kNow) + 60s;
  auto const want = Granting({{.principal = kAna, .expires_at = soon}});
  auto seen = Following();
  seen.overrides[0].principals = {{.principal = kAna, .note = "adxfollower:analytics/sales"}};

  auto const before = ComparePolicies(want, seen, kNow);
  auto const after = ComparePolicies(want, seen, kNow + 61s);

  EXPECT_THAT(before.changes, IsEmpty());
  EXPECT_EQ(before.next_expiry, TimePoint(soon));
  ASSERT_THAT(after.changes, SizeIs(1));
  EXPECT_TRUE(std::holds_alternative<DropPrincipals>(after.changes[0].command));
}

TEST(Grants, AGrantMadeByOthersSatisfiesADeclarationAndStaysTheirs) {
  auto seen = Following();
  seen.overrides[0].principals = {{.principal = ToLower(kAna), .note = "by hand"}};

  EXPECT_THAT(ComparePolicies(Granting({{.principal = kAna}}), seen, kNow).changes, IsEmpty());
}

TEST(Grants, AChangedNoteIsDroppedAndAddedInThatOrder) {
  auto seen = Following();
  seen.overrides[0].principals = {{.principal = kAna, .note = "adxfollower:analytics/sales: old"}};

  auto const compared =
      ComparePolicies(Granting({{.principal = kAna, .notes = "new"}}), seen, kNow);

  ASSERT_THAT(compared.changes, SizeIs(2));
  EXPECT_TRUE(std::holds_alternative<DropPrincipals>(compared.changes[0].command));
  EXPECT_TRUE(std::holds_alternative<AddPrincipals>(compared.changes[1].command));
}

TEST(Grants, TheSwitchToReplaceComesAfterTheGrants) {
  auto want = Granting({{.principal = kAna}});
  want.spec.permissions->modification_kind = ModificationKind::kReplace;
  auto seen = Following();
  seen.own_rights = OwnRights{.is_cluster_admin = true};

  auto const compared = ComparePolicies(want, seen, kNow);

  ASSERT_THAT(compared.changes, SizeIs(2));
  EXPECT_TRUE(std::holds_alternative<SetPrincipalsKind>(compared.changes[1].command));
}

}  // namespace
}  // namespace adxf::follower_database
