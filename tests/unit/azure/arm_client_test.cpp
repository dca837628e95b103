#include "azure/arm_client.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kBase =
    "https://management.azure.com/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Kusto/"
    "clusters/";

model::ResourceId Id(std::string const& cluster) {
  return *model::ResourceId::Parse(
      "/subscriptions/s1/resourceGroups/rg/providers/Microsoft.Kusto/clusters/" + cluster);
}

std::string AttachmentJson(std::string const& name) {
  return R"({"name":"reporting/)" + name +
         R"(","location":"westus2","properties":{"clusterResourceId":")" + Id("corp").Text() +
         R"(","databaseName":"Sales","defaultPrincipalsModificationKind":"Union"}})";
}

struct Arm : ::testing::Test {
  test::FakeTransport transport;
  test::FakeClock clock;
  test::FakeRandom random;
  Cloud cloud = PublicCloud();
  ArmClient arm{transport, cloud, clock, random};
};

TEST_F(Arm, SendsAnAttachmentAsItsNameAndBody) {
  transport.Reply(201, R"({"properties":{"provisioningState":"Creating"}})",
                  {{"azure-asyncoperation", "https://management.azure.com/op/1"}});

  auto const accepted =
      arm.PutAttachment(Id("reporting"), "team.sales.12345678",
                        {.location = "westus2", .leader = Id("corp"), .database = "Sales"}, {});

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->url, "https://management.azure.com/op/1");
  EXPECT_EQ(accepted->operation->kind, "AttachedDatabaseConfigurations_CreateOrUpdate");
  EXPECT_EQ(accepted->operation->started_at, clock.Now());
  auto const request = transport.last();
  EXPECT_EQ(request.method, http::Method::kPut);
  EXPECT_EQ(
      request.url,
      std::string(kBase) +
          "reporting/attachedDatabaseConfigurations/team.sales.12345678?api-version=2025-02-14");
  EXPECT_EQ(request.service, "arm");
  EXPECT_EQ(request.headers.at("x-ms-client-request-id"), "00000000-0000-4000-8000-000000000001");
  EXPECT_THAT(request.headers.at("content-type"), StartsWith("application/json"));
  EXPECT_EQ(nlohmann::json::parse(request.body)["properties"]["databaseName"], "Sales");
}

TEST_F(Arm, EncodesNamesInUrls) {
  transport.Reply(204);

  ASSERT_TRUE(arm.DeleteAttachment(Id("reporting"), "a b/../c?d#e", {}));

  EXPECT_EQ(
      transport.last().url,
      std::string(kBase) +
          "reporting/attachedDatabaseConfigurations/a%20b%2F..%2Fc%3Fd%23e?api-version=2025-02-14");
}

TEST_F(Arm, UsesTheConfiguredApiVersion) {
  cloud.kusto_api_version = "2023-08-15";
  transport.Reply(200, AttachmentJson("a"));

  ASSERT_TRUE(arm.GetAttachment(Id("reporting"), "a", {}));

  EXPECT_THAT(transport.last().url, EndsWith("?api-version=2023-08-15"));
}

TEST_F(Arm, TakesTheDeletionOfAnAbsentAttachmentAsDone) {
  transport.Reply(204, "", {{"x-ms-request-id", "r1"}});

  auto const accepted = arm.DeleteAttachment(Id("reporting"), "gone", {});

  ASSERT_TRUE(accepted);
  EXPECT_FALSE(accepted->operation);
  EXPECT_EQ(accepted->correlation_id, "r1");
}

TEST_F(Arm, DetachesFromTheLeadersSideAndNeverSendsThatAgainBlindly) {
  transport.Reply(202, "",
                  {{"azure-asyncoperation", "https://management.azure.com/op/West US 2/2"}});

  auto const accepted = arm.DetachFollower(Id("corp"), Id("reporting"), "adc1", {});

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->url, "https://management.azure.com/op/West%20US%202/2");
  auto const request = transport.last();
  EXPECT_EQ(request.url,
            std::string(kBase) + "corp/detachFollowerDatabases?api-version=2025-02-14");
  EXPECT_EQ(request.operation, "Clusters_DetachFollowerDatabases");
  EXPECT_FALSE(request.IsRepeatable());
  EXPECT_EQ(nlohmann::json::parse(request.body),
            (nlohmann::json{{"clusterResourceId", Id("reporting").Text()},
                            {"attachedDatabaseConfigurationName", "adc1"}}));
}

TEST_F(Arm, FollowsAllPagesOfAList) {
  transport
      .Reply(
          200,
          R"({"value":[{"name":"c/A","kind":"ReadWrite"}],"nextLink":"https://management.azure.com/next?$skiptoken=x y"})")
      .Reply(200, R"({"value":[{"name":"c/B","kind":"ReadWrite"}],"nextLink":null})");

  auto const databases = arm.ListDatabases(Id("c"), {});

  ASSERT_TRUE(databases);
  ASSERT_EQ(databases->size(), 2U);
  EXPECT_EQ((*databases)[1].name, "B");
  auto const requests = transport.requests();
  EXPECT_EQ(requests[0].url, std::string(kBase) + "c/databases?api-version=2025-02-14&%24top=1000");
  EXPECT_EQ(requests[1].url, "https://management.azure.com/next?$skiptoken=x%20y");
  EXPECT_EQ(requests[1].operation, "Databases_ListByCluster");
}

TEST_F(Arm, SendsNothingToANextLinkThatIsNotArms) {
  transport.Reply(200, R"({"value":[],"nextLink":"https://evil.example/next"})");

  auto const attachments = arm.ListAttachments(Id("c"), {});

  ASSERT_FALSE(attachments);
  EXPECT_EQ(attachments.error().code, Code::kInvalid);
  EXPECT_EQ(transport.count(), 1U);
}

TEST_F(Arm, SendsNothingToAPollUrlThatIsNotArms) {
  auto const status = arm.Poll({.url = "https://evil.example/op", .kind = "x"}, {});

  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, Code::kInvalid);
  EXPECT_EQ(transport.count(), 0U);
}

TEST_F(Arm, PollsOnceWithTheUrlAsGiven) {
  transport.Reply(200, R"({"status":"Succeeded"})");

  auto const status =
      arm.Poll({.url = "https://management.azure.com/op?api-version=2022-02-01", .kind = "x"}, {});

  ASSERT_TRUE(status);
  EXPECT_EQ(status->state, OperationStatus::kSucceeded);
  EXPECT_EQ(transport.last().url, "https://management.azure.com/op?api-version=2022-02-01");
  EXPECT_EQ(transport.last().operation, "OperationsResults_Get");
}

TEST_F(Arm, LooksAtAResourceByTheNameOfWhatItIs) {
  transport.HandleWith([](auto const&, auto const&) -> Result<http::Response> {
    return test::Answer(200, R"({"properties":{"provisioningState":"Creating"}})");
  });

  for (auto const& [kind, name] : {std::pair{"AttachedDatabaseConfigurations_CreateOrUpdate",
                                             "AttachedDatabaseConfigurations_Get"},
                                   std::pair{"Accounts_Create", "Accounts_Get"}}) {
    auto const status = arm.Poll(
        {.url = "https://management.azure.com/x", .kind = kind, .poll_by = PollBy::kResource}, {});
    ASSERT_TRUE(status);
    EXPECT_FALSE(status->IsFinal());
    EXPECT_EQ(transport.last().operation, name);
  }
}

TEST_F(Arm, ListsFollowersWithAPostThatOnlyReads) {
  transport.Reply(200, R"({"value":[{"clusterResourceId":")" + Id("reporting").Text() +
                           R"(","attachedDatabaseConfigurationName":"a","databaseName":"*"}]})");

  auto const followers = arm.ListFollowers(Id("corp"), {});

  ASSERT_TRUE(followers);
  EXPECT_EQ((*followers)[0].follower, Id("reporting"));
  EXPECT_EQ(transport.last().method, http::Method::kPost);
  EXPECT_TRUE(transport.last().IsRepeatable());
}

TEST_F(Arm, ReadsTheLagOfAFollowerFromAzureMonitor) {
  transport.Reply(200, R"({"value":[{"unit":"MilliSeconds","errorCode":"Success","timeseries":[
      {"data":[{"timeStamp":"2026-01-31T09:05:00Z","maximum":2500}]}]}]})");
  TimePoint const noon{std::chrono::seconds(1'769'860'800)};

  auto const sample =
      arm.ReadFollowerLatency(Id("f"), {.from = noon - std::chrono::minutes(20), .to = noon}, {});

  ASSERT_TRUE(sample && *sample);
  EXPECT_EQ((*sample)->latency, std::chrono::milliseconds(2500));
  auto const& url = transport.last().url;
  EXPECT_THAT(url, HasSubstr("/clusters/f/providers/Microsoft.Insights/metrics?"));
  EXPECT_THAT(url, HasSubstr("metricnames=FollowerLatency"));
  EXPECT_THAT(url, HasSubstr("timespan=2026-01-31T11%3A40%3A00Z%2F2026-01-31T12%3A00%3A00Z"));
}

TEST_F(Arm, SaysWhatItDidWhenAzureRefuses) {
  transport.Reply(
      403, R"({"error":{"code":"LinkedAuthorizationFailed","message":"no right on the leader"}})",
      {{"x-ms-correlation-request-id", "c1"}});

  auto const accepted =
      arm.PutAttachment(Id("f"), "a", {.leader = Id("corp"), .database = "d"}, {});

  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().message,
            "attaching the database: LinkedAuthorizationFailed: no right on the leader");
  EXPECT_EQ(accepted.error().code, Code::kForbidden);
  EXPECT_EQ(accepted.error().request_id, "c1");
}

TEST_F(Arm, TakesAnUnreadableAnswerAsTransient) {
  for (auto const* body : {"", "<html>", "[]", R"({"value":7})", R"({"value":[{}]})"}) {
    transport.Reply(200, body);
    auto const attachments = arm.ListAttachments(Id("c"), {});
    ASSERT_FALSE(attachments) << body;
    EXPECT_EQ(attachments.error().code, Code::kUnavailable);
  }
  transport.Reply(200, "{}");
  EXPECT_EQ(arm.GetCluster(Id("c"), {}).error().code, Code::kUnavailable);
}

TEST_F(Arm, ProvesThatASubscriptionCanBeRead) {
  transport.Reply(200, "{}").Reply(404,
                                   R"({"error":{"code":"SubscriptionNotFound","message":"m"}})");

  EXPECT_TRUE(arm.CanReadSubscription("s1", {}));
  EXPECT_EQ(transport.last().url,
            "https://management.azure.com/subscriptions/s1?api-version=2022-12-01");
  EXPECT_EQ(arm.CanReadSubscription("s1", {}).error().service_code, "SubscriptionNotFound");
}

TEST_F(Arm, NamesOperationsAsTheSpecificationDoes) {
  transport.HandleWith(
      [](auto const&, auto const&) -> Result<http::Response> { return test::Answer(500); });
  EXPECT_FALSE(arm.GetCluster(Id("c"), {}));
  EXPECT_EQ(transport.last().operation, "Clusters_Get");
  EXPECT_FALSE(arm.ListAttachments(Id("c"), {}));
  EXPECT_EQ(transport.last().operation, "AttachedDatabaseConfigurations_ListByCluster");
  EXPECT_FALSE(arm.GetAttachment(Id("c"), "a", {}));
  EXPECT_EQ(transport.last().operation, "AttachedDatabaseConfigurations_Get");
  EXPECT_FALSE(arm.DeleteAttachment(Id("c"), "a", {}));
  EXPECT_EQ(transport.last().operation, "AttachedDatabaseConfigurations_Delete");
  EXPECT_FALSE(arm.ListFollowers(Id("c"), {}));
  EXPECT_EQ(transport.last().operation, "Clusters_ListFollowerDatabases");
}

}  // namespace
}  // namespace adxf::azure
