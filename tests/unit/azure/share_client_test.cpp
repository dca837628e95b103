#include "azure/share_client.hpp"

#include "base/time_format.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr auto kOperation =
    "https://management.azure.com/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/"
    "accounts/a/shares/s1/operationResults/dad6baec?api-version=2019-11-01";

struct Shares : ::testing::Test {
  model::ResourceId const account = *model::ResourceId::Parse(
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/a");
  ShareRef const share{account, "s1"};
  SubscriptionRef const subscription{account, "c1"};
  test::FakeTransport transport;
  test::FakeClock clock;
  test::FakeRandom random;
  Cloud cloud = PublicCloud();
  ShareClient shares{transport, cloud, clock, random};
};

TEST_F(Shares, RevokesAndNamesTheOperationThatAzureRuns) {
  transport.Reply(202, R"({"properties":{"shareSubscriptionStatus":"Revoking"}})",
                  {{"x-ms-long-running-operation", "true"},
                   {"Azure-AsyncOperation", kOperation},
                   {"x-ms-correlation-request-id", "c1"}});

  auto const accepted = shares.Revoke(share, "p1", {});

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(*accepted->operation, (OperationRef{.url = kOperation,
                                                .kind = "ProviderShareSubscriptions_Revoke",
                                                .poll_by = PollBy::kStatusBody,
                                                .started_at = clock.Now()}));
  EXPECT_EQ(accepted->correlation_id, "c1");
  EXPECT_EQ(transport.last().headers.at("x-ms-client-request-id"),
            "00000000-0000-4000-8000-000000000001");
}

TEST_F(Shares, TakeAnAnswerWithoutAnOperationAsDone) {
  transport.Reply(201, R"({"name":"s1","properties":{"shareKind":"InPlace"}})")
      .Reply(200, R"({"status":"Succeeded"})")
      .Reply(204)
      .Reply(200, R"({"properties":{"shareSubscriptionStatus":"Active"}})");

  auto const put = shares.PutShare(share, {}, {});
  auto const deleted = shares.DeleteShare(share, {});
  auto const absent = shares.DeleteInvitation(share, "i1", {});
  auto const reinstated = shares.Reinstate(share, "p1", clock.Now(), {});

  for (auto const* accepted : {&put, &deleted, &absent, &reinstated}) {
    ASSERT_TRUE(*accepted);
    EXPECT_FALSE((*accepted)->operation);
  }
}

TEST_F(Shares, FollowAnAccountThatIsStillMadeByItself) {
  transport.Reply(201, R"({"properties":{"provisioningState":"Creating"}})");

  auto const accepted = shares.PutAccount(account, "westus2", {});

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(accepted->operation->poll_by, PollBy::kResource);
  EXPECT_EQ(accepted->operation->kind, "Accounts_Create");
}

TEST_F(Shares, TellUnderWhichIdAnInvitationWasSent) {
  transport.Reply(201, R"({"name":"i1","properties":{"targetEmail":"a@b.c","invitationId":"g1",
    "invitationStatus":"Pending","sentAt":"2018-11-26T22:33:24Z","respondedAt":null}})",
                  {{"x-ms-correlation-request-id", "c1"}});

  auto const sent = shares.PutInvitation(share, "i1", {.email = "a@b.c"}, {});

  ASSERT_TRUE(sent);
  EXPECT_EQ(sent->correlation_id, "c1");
  EXPECT_FALSE(sent->operation);  // an invitation is sent at once: there is nothing to wait for
  EXPECT_FALSE(transport.last().IsRepeatable());
}

TEST_F(Shares, ReadAllPages) {
  transport
      .Reply(
          200,
          R"({"value":[{"name":"i1"}],"nextLink":"https://management.azure.com/n?$skipToken=2"})")
      .Reply(200, R"({"value":[{"name":"i2"}]})");

  auto const invitations = shares.ListInvitations(share, {});

  ASSERT_TRUE(invitations);
  ASSERT_EQ(invitations->size(), 2U);
  EXPECT_EQ((*invitations)[1].name, "i2");
  EXPECT_EQ(transport.last().url, "https://management.azure.com/n?$skipToken=2");
}

TEST_F(Shares, RefuseAListWithAnItemThatCannotBeRead) {
  transport.Reply(200, R"({"value":[{"name":"d1","kind":"KustoCluster","properties":{}}]})");

  auto const data_sets = shares.ListDataSets(share, {});

  ASSERT_FALSE(data_sets);
  EXPECT_EQ(data_sets.error().code, Code::kUnavailable);
  EXPECT_THAT(data_sets.error().message, StartsWith("listing the share's data sets: "));
}

TEST_F(Shares, ReadEachKindOfList) {
  transport.HandleWith([](auto const&, auto const&) -> Result<http::Response> {
    return test::Answer(200, R"({"value":[]})");
  });

  EXPECT_TRUE(shares.ListConsumers(share, {}));
  EXPECT_TRUE(shares.ListReceivedInvitations({}));
  EXPECT_TRUE(shares.ListSubscriptions(account, {}));
  EXPECT_TRUE(shares.ListSourceDataSets(subscription, {}));
  EXPECT_TRUE(shares.ListMappings(subscription, {}));
}

TEST_F(Shares, SayWhatAzureRefused) {
  transport.Reply(403, R"({"error":{"code":"AuthorizationFailed","message":"no right"}})");

  auto const accepted =
      shares.PutDataSet(share, "d1", {.kind = DataSetKind::kKustoCluster, .target = account}, {});

  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().code, Code::kForbidden);
  EXPECT_EQ(accepted.error().message, "sharing the data set: AuthorizationFailed: no right");
}

TEST_F(Shares, SendNothingForAKindThatIsNotKustos) {
  auto const data_set = shares.PutDataSet(share, "d", {.kind = DataSetKind::kOther}, {});
  auto const mapping = shares.PutMapping(subscription, {.name = "m"}, {});

  EXPECT_EQ(data_set.error().code, Code::kInvalid);
  EXPECT_EQ(mapping.error().code, Code::kInvalid);
  EXPECT_EQ(transport.count(), 0U);
}

TEST_F(Shares, SendNothingToAnOperationThatIsNotArms) {
  transport.Reply(202, "", {{"Azure-AsyncOperation", "https://evil.example/op"}});

  auto const accepted = shares.DeleteSubscription(subscription, {});

  ASSERT_FALSE(accepted);
  EXPECT_EQ(accepted.error().code, Code::kInvalid);
}

TEST_F(Shares, ReadOneOfEach) {
  transport.Reply(200, R"({"id":")" + account.Text() + R"(","location":"West US 2"})")
      .Reply(200, R"({"name":"s1"})")
      .Reply(200, R"({"properties":{"invitationId":"g1"}})")
      .Reply(404, R"({"error":{"code":"ResourceNotFound","message":"m"}})");

  EXPECT_EQ(shares.GetAccount(account, {})->location, "westus2");
  EXPECT_EQ(shares.GetShare(share, {})->name, "s1");
  EXPECT_EQ(shares.GetReceivedInvitation("eastus2", "g1", {})->id, "g1");
  EXPECT_EQ(shares.GetShare(share, {}).error().code, Code::kNotFound);
}

TEST_F(Shares, StartEachWriteOfAConsumer) {
  transport.HandleWith([](auto const&, auto const&) -> Result<http::Response> {
    return test::Answer(200, R"({"properties":{"provisioningState":"Succeeded"}})");
  });
  DataSetMapping const mapping{.name = "m1", .kind = DataSetKind::kKustoTable, .cluster = account};

  EXPECT_TRUE(shares.PutSubscription(subscription, {.id = "g1", .location = "eastus2"}, {}));
  EXPECT_THAT(transport.last().body, HasSubstr(R"("sourceShareLocation":"eastus2")"));
  EXPECT_TRUE(shares.PutMapping(subscription, mapping, {}));
  EXPECT_THAT(transport.last().body, HasSubstr(R"("kind":"KustoTable")"));
  EXPECT_TRUE(shares.DeleteMapping(subscription, "m1", {}));
  EXPECT_TRUE(shares.DeleteDataSet(share, "d1", {}));
  EXPECT_TRUE(shares.Adjust(share, "p1", clock.Now(), {}));
}

}  // namespace
}  // namespace adxf::azure
