#include "emulator/arm/router.hpp"
#include "emulator/seed.hpp"
#include "emulator/side_door.hpp"
#include "emulator/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::emulator {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr auto kSubscription = "/subscriptions/11111111-1111-1111-1111-111111111111";
constexpr auto kClusters =
    "/subscriptions/11111111-1111-1111-1111-111111111111/resourceGroups/data/providers/"
    "Microsoft.Kusto/clusters/";

/// The contoso seed at a standing clock, asked as the operator.
class Arm : public testing::Test {
 protected:
  Arm() {
    estate.clock = EmulatorClock(TimePoint(seconds(1'800'000'000)));
    auto const loaded =
        LoadSeedFile(estate, std::string(ADXF_SOURCE_DIR) + "/emulator/seeds/contoso.yaml");
    if (!loaded) ADD_FAILURE() << loaded.error().message;
    estate.settings.operation_duration = seconds(2);
  }

  WireReply Ask(std::string const& method, std::string const& path, json const& body = nullptr) {
    Settle(estate);
    bool const is_kusto = path.find("/providers/") != std::string::npos;
    WireRequest request{.method = method,
                        .path = path,
                        .query = is_kusto ? "api-version=2025-02-14" : "api-version=2022-12-01"};
    if (!body.is_null()) request.body = body.dump();
    return arm::HandleArm(estate, caller, request);
  }

  WireReply Attach(std::string const& name, json more = json::object(),
                   std::string const& follower = "reporting") {
    json properties{{"databaseName", "Sales"},
                    {"clusterResourceId", std::string(kClusters) + "corp"},
                    {"defaultPrincipalsModificationKind", "Union"}};
    properties.update(more);
    return Ask("PUT", kClusters + follower + "/attachedDatabaseConfigurations/" + name,
               {{"location", "westus2"}, {"properties", properties}});
  }

  json Operation(WireReply const& started) {
    estate.clock.Advance(seconds(3));
    auto const url = started.headers.at("azure-asyncoperation").substr(estate.endpoint.size());
    return json::parse(Ask("GET", url.substr(0, url.find('?'))).body);
  }

  static std::string CodeOf(WireReply const& reply) {
    return json::parse(reply.body).at("error").at("code");
  }

  Estate estate;
  Caller caller{.tenant_id = "aaaaaaaa-0000-0000-0000-000000000001",
                .object_id = "bbbbbbbb-0000-0000-0000-000000000101",
                .app_id = "bbbbbbbb-0000-0000-0000-000000000001"};
};

TEST_F(Arm, AnAttachmentIsCreatingUntilItsOperationEnds) {
  auto const put = Attach("adc1");

  EXPECT_EQ(put.status, 201);
  EXPECT_EQ(json::parse(put.body)["name"], "reporting/adc1");
  EXPECT_EQ(json::parse(put.body)["properties"]["provisioningState"], "Creating");
  EXPECT_TRUE(FindCluster(estate, "reporting")->followed.empty());
  EXPECT_EQ(Operation(put)["status"], "Succeeded");
  EXPECT_TRUE(FindCluster(estate, "reporting")->followed.contains("Sales"));
}

TEST_F(Arm, AGetShowsTheDisplayLocationAndAPutEchoesWhatWasSent) {
  auto const put = Attach("adc1");
  Operation(put);

  auto const got = json::parse(
      Ask("GET", std::string(kClusters) + "reporting/attachedDatabaseConfigurations/adc1").body);

  EXPECT_EQ(json::parse(put.body)["location"], "westus2");
  EXPECT_EQ(got["location"], "West US 2");
  EXPECT_EQ(got["properties"]["attachedDatabaseNames"], json::array({"Sales"}));
}

TEST_F(Arm, OverlappingWritesOnAClusterAreRefused) {
  Attach("one");

  auto const second = Attach("two", {{"databaseName", "Finance"}});

  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(CodeOf(second), "ServiceIsInMaintenance");
}

TEST_F(Arm, OverlappingWritesFailLaterWhereThatIsSet) {
  estate.settings.maintenance = MaintenanceMode::kFailOperation;
  Attach("one");

  auto const second = Attach("two", {{"databaseName", "Finance"}});

  EXPECT_EQ(second.status, 201);
  EXPECT_EQ(Operation(second)["error"]["code"], "ServiceIsInMaintenance");
}

TEST_F(Arm, TheSameAttachmentIsNotChangedWhileItIsBeingMade) {
  Attach("one");

  EXPECT_EQ(CodeOf(Attach("one")), "RequestConflict");
}

TEST_F(Arm, AnotherDatabaseUnderAnExistingNameFailsInsideTheOperation) {
  Operation(Attach("one"));

  auto const body = Operation(Attach("one", {{"databaseName", "Finance"}}));

  EXPECT_EQ(body["status"], "Failed");
  EXPECT_EQ(body["error"]["code"], "CannotAlterFollowerDatabase");
  EXPECT_EQ(body["properties"]["operationState"], "BadInput");
}

TEST_F(Arm, FollowAllShowsEveryDatabaseUnderItsPrefixAndThoseMadeLater) {
  Operation(Attach("all", {{"databaseName", "*"}, {"databaseNamePrefix", "corp_"}}));
  FindCluster(estate, "corp")->databases["Later"].name = "Later";

  Settle(estate);

  EXPECT_THAT(FindCluster(estate, "reporting")->followed,
              testing::ElementsAre(testing::Key("corp_Finance"), testing::Key("corp_Later"),
                                   testing::Key("corp_Marketing"), testing::Key("corp_Sales")));
}

TEST_F(Arm, TableListsAreCountedAndTheirWildcardsChecked) {
  std::vector<std::string> const many(101, "T");

  EXPECT_EQ(Attach("a", {{"tableLevelSharingProperties", {{"tablesToInclude", many}}}}).status,
            400);
  EXPECT_EQ(Attach("a", {{"tableLevelSharingProperties", {{"tablesToInclude", {"Lo*gs"}}}}}).status,
            400);
  EXPECT_EQ(Attach("a", {{"databaseName", "*"},
                         {"tableLevelSharingProperties", {{"tablesToInclude", {"Logs*"}}}}})
                .status,
            400);
  EXPECT_EQ(Attach("a", {{"databaseName", "*"}, {"databaseNameOverride", "x"}}).status, 400);
  EXPECT_EQ(Attach("a", {{"tableLevelSharingProperties", {{"tablesToInclude", {"Logs*"}}}}}).status,
            201);
}

TEST_F(Arm, LeaderAndFollowerMustShareARegion) {
  EXPECT_EQ(Attach("a", json::object(), "eastern").status, 400);
}

TEST_F(Arm, ARightOnTheLeaderIsNeededForTheSameToken) {
  caller = {.tenant_id = "aaaaaaaa-0000-0000-0000-000000000001",
            .object_id = "bbbbbbbb-0000-0000-0000-000000000102",
            .app_id = "bbbbbbbb-0000-0000-0000-000000000002"};

  auto const put = Attach("a");

  EXPECT_EQ(put.status, 403);
  EXPECT_EQ(CodeOf(put), "LinkedAuthorizationFailed");
}

TEST_F(Arm, ALeaderOfAnotherTenantCannotBeLinked) {
  auto const put = Attach(
      "a", {{"clusterResourceId",
             "/subscriptions/22222222-2222-2222-2222-222222222222/resourceGroups/data/providers/"
             "Microsoft.Kusto/clusters/fabrikamdata"}});

  EXPECT_EQ(put.status, 403);
  EXPECT_EQ(CodeOf(put), "LinkedAuthorizationFailed");
  EXPECT_THAT(put.body, testing::HasSubstr("not authorized to access linked subscription"));
}

TEST_F(Arm, ACustomersKeyOnEitherClusterRulesOutChains) {
  Operation(Attach("first", json::object(), "dashboards"));
  auto& reporting = *FindCluster(estate, "reporting");
  for (auto* keyed : {&reporting, FindCluster(estate, "dashboards")}) {
    keyed->customer_managed_key = true;
    auto const body =
        Operation(Attach("second", {{"clusterResourceId", std::string(kClusters) + "dashboards"}}));
    EXPECT_EQ(body["status"], "Failed") << keyed->name;
    EXPECT_THAT(body["error"]["message"].get<std::string>(), testing::HasSubstr(keyed->name));
    keyed->customer_managed_key = false;
  }
}

TEST_F(Arm, AClusterTakesIdentitiesByPatch) {
  auto const id = "/subscriptions/s/providers/Microsoft.ManagedIdentity/userAssignedIdentities/r";
  auto const patch = [&](json const& identity) {
    auto const reply = Ask("PATCH", std::string(kClusters) + "reporting", {{"identity", identity}});
    Operation(reply);
    return json::parse(Ask("GET", std::string(kClusters) + "reporting").body);
  };

  auto const both = patch({{"type", "SystemAssigned, UserAssigned"},
                           {"userAssignedIdentities", {{id, json::object()}}}});
  auto const one = patch({{"type", "SystemAssigned"}});

  EXPECT_EQ(both["identity"]["type"], "SystemAssigned, UserAssigned");
  EXPECT_FALSE(
      both["identity"]["userAssignedIdentities"][id]["principalId"].get<std::string>().empty());
  EXPECT_EQ(one["identity"]["principalId"], both["identity"]["principalId"]);
  EXPECT_FALSE(one["identity"].contains("userAssignedIdentities"));
  EXPECT_FALSE(patch({{"type", "None"}}).contains("identity"));
}

TEST_F(Arm, AReaderReadsAndDoesNotWrite) {
  caller.object_id = "bbbbbbbb-0000-0000-0000-000000000103";

  EXPECT_EQ(Ask("GET", std::string(kClusters) + "corp").status, 200);
  EXPECT_EQ(CodeOf(Attach("a")), "AuthorizationFailed");
}

TEST_F(Arm, AnotherTenantsTokenIsRefused) {
  caller.tenant_id = "aaaaaaaa-0000-0000-0000-000000000002";

  EXPECT_EQ(Ask("GET", kSubscription).status, 401);
}

TEST_F(Arm, AFollowedDatabaseIsNotDeleted) {
  Operation(Attach("a"));

  EXPECT_EQ(Ask("DELETE", std::string(kClusters) + "corp/databases/Sales").status, 409);
  EXPECT_EQ(Ask("DELETE", std::string(kClusters) + "reporting/databases/Sales").status, 400);
}

TEST_F(Arm, AFollowedClusterIsNotDeletedBeforeItsFollowersAreDetached) {
  auto const put = Attach("adc1");
  auto const leader = std::string(kClusters) + "corp";
  EXPECT_EQ(CodeOf(Ask("DELETE", leader)), "ClusterIsFollowed");
  Operation(put);
  EXPECT_EQ(CodeOf(Ask("DELETE", leader)), "ClusterIsFollowed");
  Operation(
      Ask("DELETE", std::string(kClusters) + "reporting/attachedDatabaseConfigurations/adc1"));

  auto const deleted = Ask("DELETE", leader);

  EXPECT_EQ(deleted.status, 202);
  EXPECT_EQ(json::parse(Ask("GET", leader).body)["properties"]["state"], "Deleting");
  EXPECT_EQ(Operation(deleted)["status"], "Succeeded");
  EXPECT_EQ(CodeOf(Ask("GET", leader)), "ResourceNotFound");
  EXPECT_EQ(Ask("DELETE", leader).status, 204);
}

TEST_F(Arm, AFollowerClusterTakesItsAttachmentsAlong) {
  Operation(Attach("adc1"));

  Operation(Ask("DELETE", std::string(kClusters) + "reporting"));

  auto const listed = Ask("POST", std::string(kClusters) + "corp/listFollowerDatabases");
  EXPECT_EQ(json::parse(listed.body)["value"], json::array());
  EXPECT_EQ(CodeOf(Ask("GET", std::string(kClusters) + "reporting/attachedDatabaseConfigurations")),
            "ParentResourceNotFound");
}

TEST_F(Arm, DeletingWhatIsAbsentAnswers204) {
  EXPECT_EQ(Ask("DELETE", std::string(kClusters) + "reporting/attachedDatabaseConfigurations/none")
                .status,
            204);
}

TEST_F(Arm, DatabasesComeInPages) {
  WireRequest request{.method = "GET",
                      .path = std::string(kClusters) + "corp/databases",
                      .query = "api-version=2025-02-14&$top=2"};

  auto const first = json::parse(arm::HandleArm(estate, caller, request).body);

  ASSERT_EQ(first["value"].size(), 2);
  EXPECT_THAT(first["nextLink"].get<std::string>(), testing::HasSubstr("$skiptoken=Marketing"));
}

TEST_F(Arm, AnEmptyBucketAnswers429WithTheTimeToWait) {
  estate.settings.reads = {1, 0.5};

  Ask("GET", kSubscription);
  auto const second = Ask("GET", kSubscription);

  EXPECT_EQ(second.status, 429);
  EXPECT_EQ(second.headers.at("Retry-After"), "2");
}

TEST_F(Arm, AFollowerTrailsItsLeaderByTheLagAndNeverGoesBack) {
  Operation(Attach("a"));
  auto& follower = *FindCluster(estate, "reporting");
  auto& sales = FindCluster(estate, "corp")->databases["Sales"];
  auto const before = sales.Latest();
  estate.settings.lag = seconds(10);
  sales.Bump(estate.Now());

  EXPECT_EQ(Sight(estate, follower, follower.followed["Sales"]).version, before);
  estate.clock.Advance(seconds(11));
  EXPECT_EQ(Sight(estate, follower, follower.followed["Sales"]).version, sales.Latest());
  estate.settings.lag = seconds(1000);
  EXPECT_EQ(Sight(estate, follower, follower.followed["Sales"]).version, sales.Latest());
}

TEST(Seed, NamesTheFieldAtFault) {
  Estate estate;

  auto const loaded = LoadSeed(estate, "tenants: [{id: nonsense, domain: x}]");

  ASSERT_FALSE(loaded);
  EXPECT_EQ(loaded.error().message, "tenants[0].id is not a GUID");
}

TEST_F(Arm, TellsAnotherAddressOfAClusterWhileOneIsSet) {
  estate.clusters.at("reporting").uri = "https://127.0.0.1:4711";
  auto const turn = [&](json const& uri) {
    return HandleSideDoor(estate, {.method = "POST",
                                   .path = "/_emulator/clusters/reporting",
                                   .body = json{{"uri", uri}}.dump(),
                                   .is_local = true})
        .status;
  };
  auto const told = [&](char const* member) {
    auto const reply = Ask("GET", std::string(kClusters) + "reporting");
    return json::parse(reply.body).at("properties").at(member);
  };

  EXPECT_EQ(turn("https://evil.example"), 200);
  EXPECT_EQ(told("uri"), "https://evil.example");
  EXPECT_EQ(told("dataIngestionUri"), "https://evil.example");
  EXPECT_EQ(turn(7), 400);

  EXPECT_EQ(turn(nullptr), 200);
  EXPECT_EQ(told("uri"), "https://127.0.0.1:4711");
}

}  // namespace
}  // namespace adxf::emulator
