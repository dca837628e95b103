#include "azure/kusto_client.hpp"

#include "azure/commands/alter_follower_prefetch.hpp"
#include "azure/commands/show_databases.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::StartsWith;

constexpr auto kUri = "https://reporting.westus2.kusto.windows.net";
constexpr auto kDatabases =
    R"({"Tables":[{"Columns":[{"ColumnName":"DatabaseName"},{"ColumnName":"Version"},{"ColumnName":"DatabaseAccessMode"}],"Rows":[["Sales","v1.2","ReadWrite"]]}]})";

struct Kusto : ::testing::Test {
  test::FakeTransport transport;
  test::FakeClock clock;
  test::FakeRandom random;
  Cloud cloud = PublicCloud();
  KustoClient kusto{transport, cloud, clock, random};

  [[nodiscard]] http::CallContext Call(Duration time = 5min) const {
    return {.deadline = clock.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(time)};
  }
};

TEST_F(Kusto, RunsATypedCommand) {
  transport.Reply(200, kDatabases);

  auto const rows = azure::Run(kusto, kUri, ShowDatabases{}, Call());

  ASSERT_TRUE(rows);
  EXPECT_EQ(rows->at(0).version, "v1.2");
  auto const request = transport.last();
  EXPECT_EQ(request.url, std::string(kUri) + "/v1/rest/mgmt");
  EXPECT_EQ(request.operation, "show databases");
  EXPECT_EQ(request.service, "kusto");
  EXPECT_TRUE(request.IsRepeatable());
  EXPECT_EQ(request.headers.at("accept"), "application/json");
  auto const id = "AdxFollower.show_databases;00000000-0000-4000-8000-000000000001";
  EXPECT_EQ(request.headers.at("x-ms-client-request-id"), id);
  EXPECT_EQ(nlohmann::json::parse(request.body),
            (nlohmann::json{{"db", "NetDefaultDB"},
                            {"csl", ".show databases"},
                            {"properties",
                             {{"ClientRequestId", id},
                              {"Options",
                               {{"servertimeout", "00:01:00"},
                                {"request_readonly", true},
                                {"request_app_name", "adx-follower-operator"}}}}}}));
}

TEST_F(Kusto, MarksOnlyReadingCommandsAsReadonlyAndSendsTheirDatabase) {
  transport.Reply(200, R"({"Tables":[{"Columns":[],"Rows":[]}]})");

  ASSERT_TRUE(azure::Run(kusto, std::string(kUri) + "/",
                         AlterFollowerPrefetch{*Entity::Parse("Sales")}, Call()));

  EXPECT_FALSE(transport.last().IsRepeatable()) << "a change is never sent again blindly";
  auto const body = nlohmann::json::parse(transport.last().body);
  EXPECT_FALSE(body["properties"]["Options"].contains("request_readonly"));
  EXPECT_EQ(body["db"], "Sales");
  EXPECT_EQ(transport.last().url, std::string(kUri) + "/v1/rest/mgmt");
}

TEST_F(Kusto, AsksTheServerToGiveUpNoLaterThanWeDo) {
  transport.Reply(200, kDatabases).Reply(200, kDatabases);

  ASSERT_TRUE(azure::Run(kusto, kUri, ShowDatabases{}, Call(20s)));
  EXPECT_EQ(nlohmann::json::parse(transport.last().body)["properties"]["Options"]["servertimeout"],
            "00:00:20");
  ASSERT_TRUE(azure::Run(kusto, kUri, ShowDatabases{}, {}));
  EXPECT_EQ(nlohmann::json::parse(transport.last().body)["properties"]["Options"]["servertimeout"],
            "00:00:01");
}

TEST_F(Kusto, SendsNothingToAHostOutsideTheCloud) {
  auto const rows = azure::Run(kusto, "https://evil.example", ShowDatabases{}, Call());

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().code, Code::kInvalid);
  EXPECT_EQ(transport.count(), 0U);
}

TEST_F(Kusto, SaysWhichCommandFailed) {
  transport.Reply(
      403,
      R"({"error":{"code":"Forbidden","@message":"Caller is not authorized","@permanent":true}})",
      {{"x-ms-activity-id", "act"}});

  auto const rows = azure::Run(kusto, kUri, ShowDatabases{}, Call());

  ASSERT_FALSE(rows);
  EXPECT_EQ(rows.error().message, "running 'show databases': Forbidden: Caller is not authorized");
  EXPECT_EQ(rows.error().code, Code::kForbidden);
  EXPECT_EQ(rows.error().request_id, transport.last().headers.at("x-ms-client-request-id"))
      << "as the cluster lists it";
}

TEST_F(Kusto, PassesOnNetworkErrorsAndUnreadableAnswers) {
  transport.ReplyError(Code::kDeadline, "too late").Reply(200, "<html>");

  EXPECT_EQ(azure::Run(kusto, kUri, ShowDatabases{}, Call()).error().code, Code::kDeadline);
  auto const unreadable = azure::Run(kusto, kUri, ShowDatabases{}, Call());
  EXPECT_EQ(unreadable.error().code, Code::kUnavailable);
  EXPECT_THAT(unreadable.error().message, StartsWith("running 'show databases'"));
}

}  // namespace
}  // namespace adxf::azure
