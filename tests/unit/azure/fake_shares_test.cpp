#include "support/fake_shares.hpp"

#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_sessions.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

/// What the tests of the kinds rely on.
namespace adxf::test {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct FakeSharesTest : ::testing::Test {
  FakeSharesTest() {
    shares.AddAccount(account);
    EXPECT_TRUE(shares.PutShare(share, {}, {}));
  }

  FakeClock clock;
  FakeAzure cloud{clock};
  FakeShares shares{clock};
  FakeSession session{cloud, shares};
  model::ResourceId const account = *model::ResourceId::Parse(
      "/subscriptions/s/resourceGroups/g/providers/Microsoft.DataShare/accounts/a");
  azure::ShareRef const share{account, "s1"};
  azure::SubscriptionRef const subscription{account, "c1"};
};

TEST_F(FakeSharesTest, RevokesThroughRevokingAndReinstates) {
  ASSERT_TRUE(shares.PutInvitation(share, "i1", {.email = "a@b.c"}, {}));
  auto const id = shares.Accept(share, "i1");

  auto const accepted = shares.Revoke(share, id, {});

  ASSERT_TRUE(accepted && accepted->operation);
  EXPECT_EQ(shares.ListConsumers(share, {})->at(0).status, "Revoking");
  EXPECT_FALSE(session.Arm().Poll(*accepted->operation, {})->IsFinal());
  clock.Advance(1s);
  EXPECT_TRUE(session.Arm().Poll(*accepted->operation, {})->IsFinal());
  EXPECT_EQ(shares.ListConsumers(share, {})->at(0).status, "Revoked");
  ASSERT_TRUE(shares.Reinstate(share, id, clock.Now() + 1h, {}));
  EXPECT_EQ(shares.ListConsumers(share, {})->at(0).status, "Active");
  EXPECT_EQ(shares.ListConsumers(share, {})->at(0).consumer_email, "a@b.c");
}

TEST_F(FakeSharesTest, SendsAMailForEachInvitationToAnAddress) {
  shares.LoseNextAnswer("PutInvitation");

  EXPECT_FALSE(shares.PutInvitation(share, "i1", {.email = "a@b.c"}, {}));
  EXPECT_TRUE(shares.PutInvitation(share, "i2", {.tenant_id = "t", .object_id = "o"}, {}));

  EXPECT_THAT(*shares.ListInvitations(share, {}), SizeIs(2));
  EXPECT_EQ(shares.Mails(), 1U);
  EXPECT_EQ(shares.Count("PutInvitation"), 2U);
}

TEST_F(FakeSharesTest, DeletesInTimeAndForgetsNothingWhenThatFails) {
  ASSERT_TRUE(shares.PutDataSet(share, "d1", {}, {}));
  shares.FailNextOperation(AzureError(Code::kConflict, "Conflict"));
  auto const failing = shares.DeleteDataSet(share, "d1", {});
  clock.Advance(1s);
  auto const status = session.Arm().Poll(*failing->operation, {});

  EXPECT_EQ(status->error.service_code, "Conflict");
  EXPECT_EQ(shares.ListDataSets(share, {})->at(0).provisioning_state, "Failed");
  ASSERT_TRUE(shares.DeleteDataSet(share, "d1", {}));
  ASSERT_TRUE(shares.DeleteShare(share, {}));
  EXPECT_EQ(shares.ListDataSets(share, {})->at(0).provisioning_state, "Deleting");
  clock.Advance(1s);
  EXPECT_EQ(shares.GetShare(share, {}).error().code, Code::kNotFound);
}

TEST_F(FakeSharesTest, LetsAConsumerAcceptMapAndLose) {
  shares.Offer({.id = "g1", .location = "eastus2", .share_name = "sales"},
               {{.id = "d1", .kind = azure::DataSetKind::kKustoDatabase, .name = "Sales"}});
  auto const invitation = shares.GetReceivedInvitation("eastus2", "g1", {});
  ASSERT_TRUE(invitation);
  EXPECT_THAT(*shares.ListReceivedInvitations({}), SizeIs(1));

  ASSERT_TRUE(shares.PutSubscription(subscription, *invitation, {}));
  ASSERT_TRUE(shares.PutMapping(subscription, {.name = "m1", .data_set_id = "d1"}, {}));
  shares.SetSubscriptionStatus(subscription, "Revoked");

  EXPECT_THAT(*shares.ListReceivedInvitations({}), IsEmpty());
  EXPECT_EQ(shares.ListSubscriptions(account, {})->at(0).status, "Revoked");
  EXPECT_EQ(shares.ListMappings(subscription, {})->at(0).status, "Broken");
  EXPECT_THAT(*shares.ListSourceDataSets(subscription, {}), SizeIs(1));
}

TEST_F(FakeSharesTest, KnowsNothingOfAnAccountThatIsNotThere) {
  auto const other = *model::ResourceId::Parse("/subscriptions/s/resourceGroups/x");

  EXPECT_EQ(shares.GetAccount(other, {}).error().code, Code::kNotFound);
  ASSERT_TRUE(shares.PutAccount(other, "westus2", {}));
  EXPECT_EQ(shares.GetAccount(other, {})->provisioning_state, "Creating");
  clock.Advance(1s);
  EXPECT_EQ(shares.GetAccount(other, {})->provisioning_state, "Succeeded");
}

}  // namespace
}  // namespace adxf::test
