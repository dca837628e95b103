#include "support/azure_secret.hpp"
#include "unit/kinds/provider_scene.hpp"

namespace adxf::provider {
namespace {

using ::testing::Contains;
using ::testing::Not;

/// A share that acts with a Secret, Ready; its Secret then holds another client.
struct CredentialsOfProvider : ProviderScene {
  void SetUp() override {
    test::StoreAzureSecret(kube_, "azure", "old");
    ApplyShare();
    EditShare([](json& object) { object["spec"]["credentialsSecretRef"] = {{"name", "azure"}}; });
    RunFor(5s);
    ASSERT_TRUE(IsReady(Share()));
    cloud_.ForgetCalls();
  }
  void Describe() {
    EditShare([](json& object) { object["spec"]["description"] = "sales of the year"; });
  }
  static Error Refusal() {
    return test::AzureError(Code::kUnauthorized, "InvalidAuthenticationToken");
  }
};

TEST_F(CredentialsOfProvider, AreReadAgainWhenAWriteIsRefusedAndNothingIsTold) {
  cloud_.FailNext("PutShare", Refusal());
  test::StoreAzureSecret(kube_, "azure", "new");

  Describe();
  RunFor(5s);

  EXPECT_TRUE(IsReady(Share()));
  EXPECT_EQ(cloud_.Count("PutShare"), 2U);
  EXPECT_EQ(LastClient(), "new");
  EXPECT_THAT(events_.reasons, Not(Contains(std::string(kinds::kReasonCredentialsRefused))));
}

TEST_F(CredentialsOfProvider, AreToldToBeRefusedWhenTheSecretHoldsNothingElse) {
  cloud_.FailNext("PutShare", Refusal());

  Describe();
  RunFor(5s);

  EXPECT_EQ(ReasonOf(Share()), kinds::kReasonCredentialsRefused);
  EXPECT_EQ(cloud_.Count("PutShare"), 1U);
}

TEST_F(CredentialsOfProvider, AreReadAgainEveryFiveMinutes) {
  Invite("ana", {{"email", "ana@contoso.com"}});
  RunFor(10s);
  test::StoreAzureSecret(kube_, "azure", "new");

  RunFor(5min + 10s, 5s);

  EXPECT_EQ(LastClient(), "new");
  EXPECT_TRUE(IsReady(Share()));
  EXPECT_TRUE(IsReady(Invited("ana")));
}

TEST_F(CredentialsOfProvider, AreReadAgainEveryFiveMinutesAfterARefusalToo) {
  cloud_.FailNext("PutShare", test::AzureError(Code::kInvalid, "BadRequest"));
  Describe();
  RunFor(5s);
  ASSERT_EQ(ReasonOf(Share()), kinds::kReasonRefusedByAzure);
  test::StoreAzureSecret(kube_, "azure", "new");

  RunFor(5min + 10s, 5s);

  EXPECT_EQ(LastClient(), "new");
  EXPECT_EQ(cloud_.Count("PutShare"), 1U) << "the refused write rests for a tick all the same";
}

TEST_F(CredentialsOfProvider, AreReadAgainForAnInvitationToo) {
  cloud_.FailNext("PutInvitation", Refusal());
  Invite("ana", {{"email", "ana@contoso.com"}});
  test::StoreAzureSecret(kube_, "azure", "new");

  RunFor(5s);

  EXPECT_EQ(Invited("ana").status.state, invitation::State::kPending);
  EXPECT_EQ(cloud_.Count("PutInvitation"), 2U);
  EXPECT_EQ(LastClient(), "new");
  EXPECT_THAT(events_.reasons, Not(Contains(std::string(kinds::kReasonCredentialsRefused))));
}

}  // namespace
}  // namespace adxf::provider
