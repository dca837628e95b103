#include "emulator/kusto_endpoint.hpp"

#include "emulator/kusto/encoding.hpp"
#include "unit/emulator/kusto_scene.hpp"

#include <gmock/gmock.h>

namespace adxf::emulator {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;

std::string VersionOf(KustoScene& scene, std::string const& cluster) {
  return scene.Rows(".show databases", cluster).at(0).at("Version");
}

json PrimaryRows(std::string const& body) {
  for (auto const& frame : json::parse(body)) {
    if (frame.value("TableKind", "") == "PrimaryResult") return frame.at("Rows");
  }
  return nullptr;
}

TEST(KustoVersions, ReachTheFollowerAfterTheLag) {
  KustoScene scene;
  scene.estate.settings.lag = 30s;
  scene.Pass(60s);
  auto const before = VersionOf(scene, "corp");
  scene.LeaderCommand(".ingest inline into table Events <| 1,a\n2,b");
  auto const after = VersionOf(scene, "corp");

  EXPECT_NE(before, after);
  EXPECT_EQ(VersionOf(scene, "reporting"), before);
  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "Events | count").body), json::parse("[[0]]"));
  scene.Pass(30s);
  EXPECT_EQ(VersionOf(scene, "reporting"), after);
  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "Events | count").body), json::parse("[[2]]"));
}

TEST(KustoVersions, AreTheFollowersOwnInThatMode) {
  KustoScene scene;
  scene.estate.settings.own_versions = true;
  for (int i = 0; i < 5; ++i) scene.LeaderCommand(".ingest inline into table Events <| 1,a");
  scene.Pass(1s);

  EXPECT_NE(VersionOf(scene, "reporting"), VersionOf(scene, "corp"));
}

TEST(KustoVersions, MoveWithTheSchemaAndHideNewTablesUntilTheyArrive) {
  KustoScene scene;
  scene.estate.settings.lag = 30s;
  scene.Pass(60s);
  scene.LeaderCommand(".create table Later (A:string)");

  EXPECT_EQ(scene.Rows(".show tables").size(), 1U);
  scene.Pass(30s);
  EXPECT_EQ(scene.Rows(".show tables").size(), 2U);
}

TEST(KustoSharing, HidesWhatIsNotShared) {
  KustoScene scene;
  scene.estate.clusters.at("reporting").attachments.at("a").sharing =
      SharingLists{.tables_exclude = {"Ev*"}};
  scene.Pass(1s);

  EXPECT_TRUE(scene.Rows(".show tables").empty());
  EXPECT_EQ(scene.Query(scene.ann, "Events | count").status, 400);
}

struct AccessCase {
  std::string role;
  std::string text;
  int status;
};
class KustoAccess : public KustoScene, public testing::TestWithParam<AccessCase> {};

TEST_P(KustoAccess, IsByRoleOnTheDatabase) {
  if (!GetParam().role.empty())
    Command(ann, ".add follower database Sales " + GetParam().role +
                     " ('aadgroup=analysts@contoso.com')");

  auto const reply = GetParam().text.starts_with(".") ? Command(eve, GetParam().text)
                                                      : Query(eve, GetParam().text);

  EXPECT_EQ(reply.status, GetParam().status) << reply.body;
  if (reply.status != 403) return;
  EXPECT_EQ(ErrorOf(reply)["code"], "Forbidden");
  EXPECT_EQ(ErrorOf(reply)["@permanent"], true);
}

INSTANTIATE_TEST_SUITE_P(
    Rights, KustoAccess,
    testing::Values(
        AccessCase{"", "Events | count", 403}, AccessCase{"", ".show follower databases", 403},
        AccessCase{"", ".show version", 200}, AccessCase{"viewers", "Events | count", 200},
        AccessCase{"users", "print 1", 200}, AccessCase{"unrestrictedviewers", "Events", 200},
        AccessCase{"monitors", "Events | count", 403},
        AccessCase{"monitors", ".show tables details", 200},
        AccessCase{"viewers", ".show follower database Sales", 403},
        AccessCase{"viewers", ".show database Sales principals", 403},
        AccessCase{"admins", ".show database Sales principals", 200},
        AccessCase{"viewers", ".show database Sales principal roles", 200},
        AccessCase{"admins", ".show follower databases", 200},
        AccessCase{"viewers", ".alter follower database Sales prefetch-extents = true", 403},
        AccessCase{"admins", ".alter follower database Sales prefetch-extents = true", 200}));

TEST(KustoAccessOfShowDatabases, IsLimitedToWhereTheCallerHasARole) {
  KustoScene scene;
  EXPECT_TRUE(RowsOf(scene.Command(scene.bob, ".show databases").body).empty());

  scene.estate.clusters.at("reporting")
      .grants.push_back(
          {ClusterRole::kAllDatabasesMonitor, ToPrincipal(scene.estate.directory[1])});

  EXPECT_EQ(RowsOf(scene.Command(scene.bob, ".show databases").body).size(), 1U);
}

TEST(KustoAccessAcrossTenants, NeedsATrustedTenant) {
  KustoScene scene;
  scene.estate.clusters.at("reporting").trusted_tenants.clear();
  Caller const stranger{"99999999-9999-4999-8999-999999999999", KustoScene::Guid(1), {}};

  EXPECT_EQ(scene.Command(stranger, ".show databases").status, 403);
}

TEST(KustoEndpoint, TellsClientsWhereToGetTokensWithoutOne) {
  KustoScene scene;
  auto const reply =
      HandleKusto(scene.estate, "corp", {.method = "GET", .path = "/v1/rest/auth/metadata"});

  auto const azure_ad = json::parse(reply.body).at("AzureAD");
  EXPECT_EQ(azure_ad["LoginEndpoint"], scene.estate.endpoint);
  EXPECT_EQ(azure_ad["LoginMfaRequired"], false);
}

TEST(KustoEndpoint, AnswersUnknownPathsAndMethodsAsTheServiceDoes) {
  KustoScene scene;
  EXPECT_EQ(scene.Send(scene.ann, "corp", "/v1/rest/other", json::object()).status, 404);
  EXPECT_EQ(HandleKusto(scene.estate, "corp",
                        {.method = "GET", .path = "/v1/rest/mgmt", .caller = scene.ann})
                .status,
            405);
  EXPECT_EQ(HandleKusto(scene.estate, "corp", {.method = "POST", .path = "/v1/rest/mgmt"}).status,
            401);
}

TEST(KustoEndpoint, TakesPropertiesAsObjectOrText) {
  KustoScene scene;
  json const properties = {{"ClientRequestId", "mine;1"},
                           {"Options", {{"request_readonly", true}}}};
  for (json const& form : {properties, json(properties.dump())}) {
    json const body = {{"db", "NetDefaultDB"}, {"csl", ".show databases"}, {"properties", form}};
    EXPECT_EQ(
        scene.Send(scene.ann, "corp", "/v1/rest/mgmt", body).headers.at("x-ms-client-request-id"),
        "mine;1");
  }
  json const write = {
      {"db", "Sales"}, {"csl", ".create table X (A:string)"}, {"properties", properties}};
  EXPECT_EQ(scene.Send(scene.ann, "corp", "/v1/rest/mgmt", write).status, 400);
}

TEST(KustoEndpoint, AnswersNonsenseWithTheServicesErrorShape) {
  KustoScene scene;
  for (std::string const body :
       {"", "[]", "{", R"({"db":"Sales"})", R"({"csl":".show databases","properties":"{"})"}) {
    auto const reply =
        HandleKusto(scene.estate, "corp",
                    {.method = "POST", .path = "/v1/rest/mgmt", .body = body, .caller = scene.ann});
    EXPECT_EQ(reply.status, 400) << body;
    EXPECT_TRUE(ErrorOf(reply).contains("@message")) << body;
  }
  EXPECT_EQ(ErrorOf(scene.Command(scene.ann, ".show wonders"))["code"], "BadRequest_SyntaxError");
}

TEST(KustoEndpoint, SurvivesTextThatIsNotUtf8) {
  KustoScene scene;
  auto const reply = HandleKusto(scene.estate, "corp",
                                 {.method = "GET",
                                  .path = "/v2/rest/query",
                                  .query = "db=Sales&csl=%ff%fe",
                                  .caller = scene.ann});

  EXPECT_EQ(reply.status, 400);
}

TEST(KustoEndpoint, MarksWritesForTheCallLog) {
  KustoScene scene;
  auto const shown = scene.Command(scene.ann, ".show follower databases");
  auto const refused =
      scene.Command(scene.bob, ".alter follower database Sales prefetch-extents = true");
  auto const done =
      scene.Command(scene.ann, ".alter follower database Sales prefetch-extents = true");

  EXPECT_FALSE(shown.is_write);
  EXPECT_TRUE(refused.is_write);
  EXPECT_FALSE(refused.was_accepted);
  EXPECT_TRUE(done.was_accepted);
  EXPECT_EQ(done.operation, ".alter follower database");
}

TEST(KustoQueries, PrintLiterals) {
  KustoScene scene;
  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "print 1").body), json::parse("[[1]]"));
  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "print x='a', y=2.5, z=true, t=1d").body),
            json::parse(R"([["a", 2.5, true, "1.00:00:00"]])"));
}

TEST(KustoQueries, GiveBackWhatWasIngested) {
  KustoScene scene;
  scene.LeaderCommand(".ingest inline into table Events <| 1,\"a,b\"\n2,c");

  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "Events | take 1").body),
            json::parse(R"([[1, "a,b"]])"));
  EXPECT_EQ(PrimaryRows(scene.Query(scene.ann, "['events']").body),
            json::parse(R"([[1, "a,b"], [2, "c"]])"));
}

TEST(KustoQueries, AreRefusedWhereTheyAreNotUnderstood) {
  KustoScene scene;
  for (auto const* text :
       {".show databases", "Events | where Id > 1", "Nothing | count", "print now(", ""})
    EXPECT_EQ(scene.Query(scene.ann, text).status, 400) << text;
}

TEST(KustoQueries, EndInAPartialFailureWhenTheResultIsTooLarge) {
  KustoScene scene;
  scene.Leader().tables.at("Events").extents.push_back(
      {.id = "x", .created = kStart, .rows = 500'001});

  auto const reply = scene.Query(scene.ann, "Events");

  EXPECT_EQ(reply.status, 200);
  auto const last = json::parse(reply.body).back();
  EXPECT_EQ(last["HasErrors"], true);
  EXPECT_EQ(last["OneApiErrors"][0]["error"]["code"], "LimitsExceeded");
}

TEST(KustoEncoding, PutsAPartialFailureOfACommandIntoItsRows) {
  kusto::ResultTable const table{.columns = {{.name = "A"}}};
  auto const body = json::parse(kusto::EncodePartialCommandV1(table, kusto::LimitsExceeded(), {}));

  EXPECT_TRUE(body["Tables"][0]["Rows"][0].contains("OneApiErrors"));
  EXPECT_FALSE(json::accept(kusto::EncodeMalformed(body.dump())));
}

}  // namespace
}  // namespace adxf::emulator
