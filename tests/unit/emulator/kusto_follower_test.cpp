#include "unit/emulator/kusto_scene.hpp"

#include <gmock/gmock.h>

#include <algorithm>

namespace adxf::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

constexpr char const* kAlter = ".alter follower database Sales ";

struct CachingCase {
  std::string kind;
  bool has_database_override;
  bool has_table_override;
  std::string expected;
};
class FollowerCaching : protected KustoScene, public testing::TestWithParam<CachingCase> {};

TEST_P(FollowerCaching, CombinesLeaderAndOverridesByKind) {
  LeaderCommand(".alter database Sales policy caching hot = 10d");
  LeaderCommand(".alter table Events policy caching hot = 20d");
  Command(ann, kAlter + std::string("caching-policies-modification-kind = ") + GetParam().kind);
  if (GetParam().has_database_override)
    Command(ann, kAlter + std::string("policy caching hot = 1d"));
  if (GetParam().has_table_override)
    Command(ann, kAlter + std::string("table Events policy caching hot = 2d"));

  EXPECT_EQ(TableCaching("Events"), GetParam().expected);
}

INSTANTIATE_TEST_SUITE_P(Kinds, FollowerCaching,
                         testing::Values(CachingCase{"none", true, true, "20.00:00:00"},
                                         CachingCase{"union", false, false, "20.00:00:00"},
                                         CachingCase{"union", true, false, "20.00:00:00"},
                                         CachingCase{"union", true, true, "2.00:00:00"},
                                         CachingCase{"replace", false, false,
                                                     "10675199.02:48:05.4775807"},
                                         CachingCase{"replace", true, false, "1.00:00:00"},
                                         CachingCase{"replace", true, true, "2.00:00:00"},
                                         CachingCase{"replace", false, true, "2.00:00:00"}));

TEST(KustoFollower, ShowsOverridesOnlyAfterTheSchemaRefresh) {
  KustoScene scene;
  scene.estate.settings.schema_refresh = 60s;
  scene.Pass(90s);
  ASSERT_EQ(
      scene.Command(scene.ann, ".alter follower database Sales policy caching hot = 7d").status,
      200);

  scene.Pass(29s);
  EXPECT_EQ(scene.FollowerRow()["CachingPolicyOverride"], "null");
  scene.Pass(1s);
  auto const policy = json::parse(scene.FollowerRow()["CachingPolicyOverride"].get<std::string>());
  EXPECT_EQ(policy["DataHotSpan"]["Value"], "7.00:00:00");
}

TEST(KustoFollower, AddsToWhatIsNotYetVisible) {
  KustoScene scene;
  scene.estate.settings.schema_refresh = 60s;
  scene.Pass(90s);
  scene.Command(scene.ann, ".alter follower database Sales policy caching hot = 7d");
  scene.Command(scene.ann, ".alter follower database Sales prefetch-extents = true");

  scene.Pass(60s);

  EXPECT_NE(scene.FollowerRow()["CachingPolicyOverride"], "null");
  EXPECT_EQ(scene.FollowerRow()["IsAutoPrefetchEnabled"], true);
}

TEST(KustoFollower, KnowsAnAttachedDatabaseOnlyAfterTheSchemaRefresh) {
  KustoScene scene;
  scene.estate.settings.schema_refresh = 60s;
  scene.Followed().attached = kStart;

  EXPECT_EQ(ErrorOf(scene.Command(scene.ann, ".show follower database Sales"))["code"],
            "BadRequest_DatabaseNotExist");
  EXPECT_TRUE(scene.Rows(".show databases").empty());
  scene.Pass(60s);
  EXPECT_EQ(scene.Rows(".show databases").at(0)["DatabaseAccessMode"], "ReadOnlyFollowing");
}

TEST(KustoFollower, ReturnsPrincipalsResolvedWithTheirFirstNote) {
  KustoScene scene;
  scene.Command(scene.ann,
                ".add follower database Sales viewers ('aaduser=bob@contoso.com', "
                "'aadgroup=analysts;contoso.com') 'first'");
  scene.Command(scene.ann, ".add follower database sales viewers ('aaduser=" + KustoScene::Guid(2) +
                               "') 'second'");

  auto const grants =
      json::parse(scene.FollowerRow()["AuthorizedPrincipalsOverride"].get<std::string>());

  ASSERT_EQ(grants.size(), 2U);
  EXPECT_EQ(grants[0]["Principal"]["FullyQualifiedName"],
            "aaduser=" + KustoScene::Guid(2) + ";" + kTenant);
  EXPECT_EQ(grants[0]["Notes"], "first");
  EXPECT_EQ(grants[1]["Principal"]["FullyQualifiedName"],
            "aadgroup=" + KustoScene::Guid(4) + ";" + kTenant);
}

TEST(KustoFollower, LeavesOutRolesAndNotesOfOverridesWhenToldTo) {
  KustoScene scene;
  scene.estate.settings.bare_principals = true;
  scene.Command(scene.ann, ".add follower database Sales admins ('aaduser=bob@contoso.com') 'why'");

  auto const grants =
      json::parse(scene.FollowerRow()["AuthorizedPrincipalsOverride"].get<std::string>());
  auto const in_force = scene.Rows(".show database Sales principals");

  ASSERT_EQ(grants.size(), 1U);
  EXPECT_FALSE(grants[0].contains("Role") || grants[0].contains("Notes"));
  EXPECT_TRUE(std::ranges::any_of(in_force, [](json const& row) {
    return row["Role"] == "Database Sales Admin" && row["Notes"] == "why";
  }));
}

TEST(KustoFollower, DropsPrincipalsByAnyOfTheirNamesAndAbsentOnesToo) {
  KustoScene scene;
  scene.Command(scene.ann, ".add follower database Sales viewers ('aadapp=" + KustoScene::Guid(6) +
                               ";contoso.com')");

  EXPECT_EQ(scene
                .Command(scene.ann,
                         ".drop follower database Sales viewers ('aadapp=robot;contoso.com', "
                         "'aaduser=bob@contoso.com')")
                .status,
            200);

  EXPECT_EQ(scene.FollowerRow()["AuthorizedPrincipalsOverride"], "[]");
}

TEST(KustoFollower, RefusesPrincipalsThatTheDirectoryDoesNotKnow) {
  KustoScene scene;
  for (std::string const who :
       {"aaduser=nobody@contoso.com", "aaduser=bob", "aadgroup=analysts",
        "aaduser=bob@contoso.com;fabrikam.com", "bob@contoso.com", "aadgroup="}) {
    auto const reply =
        scene.Command(scene.ann, ".add follower database Sales viewers ('" + who + "')");
    EXPECT_EQ(reply.status, 400) << who;
    EXPECT_FALSE(reply.was_accepted);
  }
}

TEST(KustoFollower, ReplaceWithNoGrantShutsEverybodyOutButClusterAdmins) {
  KustoScene scene;
  scene.LeaderCommand(".add database Sales viewers ('aaduser=bob@contoso.com')");
  EXPECT_EQ(scene.Query(scene.bob, "Events | count").status, 200);

  scene.Command(scene.ann, ".alter follower database Sales principals-modification-kind = replace");

  EXPECT_EQ(scene.Query(scene.bob, "Events | count").status, 403);
  EXPECT_EQ(scene.Query(scene.ann, "Events | count").status, 200);
}

TEST(KustoFollower, GrantsHaveNoEffectUnderNone) {
  KustoScene scene;
  scene.Command(scene.ann, ".add follower database Sales viewers ('aaduser=bob@contoso.com')");
  EXPECT_EQ(scene.Query(scene.bob, "Events | count").status, 200);

  scene.Command(scene.ann, ".alter follower database Sales principals-modification-kind = none");

  EXPECT_EQ(scene.Query(scene.bob, "Events | count").status, 403);
  EXPECT_NE(scene.FollowerRow()["AuthorizedPrincipalsOverride"], "[]");
}

TEST(KustoFollower, LetsADatabaseAdminLockItselfOut) {
  KustoScene scene;
  scene.Command(scene.ann, ".add follower database Sales admins ('aaduser=bob@contoso.com')");
  ASSERT_EQ(
      scene.Command(scene.bob, ".drop follower database Sales admins ('aaduser=bob@contoso.com')")
          .status,
      200);

  EXPECT_EQ(
      scene.Command(scene.bob, ".add follower database Sales admins ('aaduser=bob@contoso.com')")
          .status,
      403);
}

TEST(KustoFollower, RefusesCommandsOfOtherKindsAsReadOnly) {
  KustoScene scene;
  for (std::string const text :
       {".create table X (A:string)", ".drop table Events",
        ".ingest inline into table Events <| 1,a", ".alter database Sales policy caching hot = 1d",
        ".alter table Events policy caching hot = 1d",
        ".add database Sales viewers ('aaduser=bob@contoso.com')"}) {
    auto const reply = scene.Command(scene.ann, text);
    EXPECT_EQ(reply.status, 400) << text;
    EXPECT_TRUE(ErrorOf(reply)["@permanent"].get<bool>());
    EXPECT_NE(reply.body.find("read-only"), std::string::npos) << reply.body;
  }
}

TEST(KustoFollower, RefusesWhatTheResourceManagerOwns) {
  KustoScene scene;
  auto const reply =
      scene.Command(scene.ann, ".alter follower database Sales database-name-override = X");

  EXPECT_EQ(reply.status, 400);
  EXPECT_NE(reply.body.find("not supported"), std::string::npos);
}

TEST(KustoFollower, RefusesFollowerSettingsOnADatabaseOfItsOwn) {
  KustoScene scene;
  EXPECT_EQ(scene.LeaderCommand(".alter follower database Sales prefetch-extents = true").status,
            400);
}

TEST(KustoFollower, RefusesCachingOfUnknownTables) {
  KustoScene scene;
  auto const reply = scene.Command(
      scene.ann, ".alter follower database Sales tables (Events, Nothing) policy caching hot = 1d");

  EXPECT_EQ(ErrorOf(reply)["code"], "BadRequest_TableNotExist");
  EXPECT_EQ(scene.FollowerRow()["TableMetadataOverrides"], "{}");
}

TEST(KustoFollower, DeletesOverrides) {
  KustoScene scene;
  scene.Command(scene.ann,
                ".alter follower database Sales materialized-view Daily policy caching hot = 1d");
  EXPECT_NE(scene.FollowerRow()["TableMetadataOverrides"], "{}");

  scene.Command(scene.ann,
                ".delete follower database Sales materialized-view Daily policy caching");

  EXPECT_EQ(scene.FollowerRow()["TableMetadataOverrides"], "{}");
}

}  // namespace
}  // namespace adxf::emulator
