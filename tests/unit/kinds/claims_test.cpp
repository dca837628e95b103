#include "kinds/follower_database/claims.hpp"

#include <gmock/gmock.h>

#include <string>

namespace adxf::follower_database {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

FollowerDatabase Object(std::string const& name, std::chrono::seconds created,
                        std::string const& database = "Sales") {
  FollowerDatabase object;
  object.metadata = {.name = name,
                     .name_space = "a",
                     .uid = "uid-" + name,
                     .creation_timestamp = model::ToTimestamp(TimePoint(created))};
  object.spec.follower_cluster.resource_id = "/c/reporting";
  object.spec.source.leader = LeaderSource{.cluster_resource_id = "/c/corp", .database = database};
  return object;
}

TEST(FollowerClaims, GivesADatabaseToTheOldestThatClaimsIt) {
  ClaimIndex claims;
  auto const older = Object("older", 100s);
  auto const younger = Object("younger", 200s, "SALES");
  claims.Put(younger);
  claims.Put(older);

  EXPECT_EQ(claims.OlderClaim(older), std::nullopt);
  EXPECT_EQ(claims.OlderClaim(younger), "a/older");
  EXPECT_THAT(claims.Rivals(older), ElementsAre("a/younger"));
}

TEST(FollowerClaims, GivesAShareToTheOldestThatTakesItIntoAnAccount) {
  ClaimIndex claims;
  auto const taking = [](std::string const& name, std::chrono::seconds created, ShareSource share) {
    auto object = Object(name, created);
    object.spec.source.leader.reset();
    if (share.account_resource_id.empty()) share.account_resource_id = "/accounts/one";
    object.spec.source.share = std::move(share);
    return object;
  };
  auto const older = taking("older", 100s, {.invitation = InvitationById{.id = "id-1"}});
  auto const same = taking("same", 200s, {.invitation = InvitationById{.id = "ID-1"}});
  auto const elsewhere =
      taking("elsewhere", 200s,
             {.invitation = InvitationById{.id = "id-1"}, .account_resource_id = "/accounts/two"});
  auto named = taking("named", 300s, {.match = InvitationMatch{.share_name = "x"}});
  named.spec.source.share->subscription_name = "mine";
  auto found = older;
  found.status.share = ShareStatus{.subscription = "/accounts/one/shareSubscriptions/Mine"};
  for (auto const& object : {found, same, elsewhere, named}) claims.Put(object);

  EXPECT_EQ(claims.OlderClaim(found), std::nullopt);
  EXPECT_EQ(claims.OlderClaim(same), "a/older");
  EXPECT_EQ(claims.OlderClaim(elsewhere), std::nullopt);
  EXPECT_EQ(claims.OlderClaim(named), "a/older")
      << "it was told to have a subscription of that name";
}

TEST(FollowerClaims, LetsObjectsOfTheSameAgeHaveOneWinner) {
  ClaimIndex claims;
  auto const one = Object("one", 100s);
  auto const two = Object("two", 100s);
  claims.Put(two);
  claims.Put(one);

  EXPECT_NE(claims.OlderClaim(one).has_value(), claims.OlderClaim(two).has_value());
}

TEST(FollowerClaims, LeavesAClaimToTheOneThatHasBegunAmongThoseOfTheSameAge) {
  ClaimIndex claims;
  auto const first = Object("zeta", 100s);
  auto begun = first;
  begun.metadata.finalizers = {std::string(kFinalizer)};
  auto const second = Object("alpha", 100s);
  claims.Put(begun);
  claims.Put(second);

  EXPECT_EQ(claims.OlderClaim(begun), std::nullopt);
  EXPECT_EQ(claims.OlderClaim(first), std::nullopt) << "as it was before it began";
  EXPECT_EQ(claims.OlderClaim(second), "a/zeta");
}

TEST(FollowerClaims, PassesAClaimOnWhenTheOldestGoes) {
  ClaimIndex claims;
  auto const younger = Object("younger", 200s);
  claims.Put(Object("older", 100s));
  claims.Put(younger);

  claims.Remove("a", "older");

  EXPECT_EQ(claims.OlderClaim(younger), std::nullopt);
  EXPECT_THAT(claims.Rivals(younger), IsEmpty());
}

TEST(FollowerClaims, KeepsOtherDatabasesAndOtherClustersApart) {
  ClaimIndex claims;
  auto elsewhere = Object("elsewhere", 200s);
  elsewhere.spec.follower_cluster.resource_id = "/c/second";
  claims.Put(Object("older", 100s));

  EXPECT_EQ(claims.OlderClaim(elsewhere), std::nullopt);
  EXPECT_EQ(claims.OlderClaim(Object("other", 200s, "Orders")), std::nullopt);
}

TEST(FollowerClaims, GivesANameOfAnAttachmentToOneObjectOnly) {
  ClaimIndex claims;
  auto older = Object("older", 100s);
  auto younger = Object("younger", 200s, "Orders");
  older.spec.attachment_name = "legacy";
  younger.spec.attachment_name = "Legacy";
  claims.Put(older);
  claims.Put(younger);

  EXPECT_EQ(claims.OlderClaim(younger), "a/older");
}

TEST(FollowerClaims, ForgetsWhatAnObjectClaimedBefore) {
  ClaimIndex claims;
  auto changed = Object("older", 100s);
  claims.Put(changed);
  changed.spec.source.leader->database = "Orders";

  claims.Put(changed);

  EXPECT_EQ(claims.OlderClaim(Object("younger", 200s)), std::nullopt);
}

TEST(FollowerClaims, CountOnceWhereWhatIsDeclaredIsWhatWasTold) {
  ClaimIndex claims;
  auto const taking = [](std::string const& name) {
    auto object = Object(name, 100s);
    object.spec.source.leader.reset();
    object.spec.source.share =
        ShareSource{.account_resource_id = "/accounts/one", .subscription_name = "Mine"};
    object.status.share = ShareStatus{.subscription = "/accounts/one/shareSubscriptions/mine"};
    return object;
  };
  claims.Put(taking("one"));
  claims.Put(taking("two"));
  claims.Put(taking("two"));

  EXPECT_THAT(claims.Rivals(taking("one")), Contains("a/two"));

  claims.Remove("a", "two");
  EXPECT_THAT(claims.Rivals(taking("one")), IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
