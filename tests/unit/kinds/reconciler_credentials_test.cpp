#include "support/azure_secret.hpp"
#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::Contains;
using ::testing::Not;

/// An object that acts with a Secret, Ready, and about to be changed.
struct CredentialsOfFollower : ReconcilerScene {
  void SetUp() override {
    test::StoreAzureSecret(kube_, "azure", "old");
    Apply("sales");
    Edit("sales", [](nlohmann::json& object) {
      object["spec"]["credentialsSecretRef"] = {{"name", "azure"}};
    });
    RunFor(10s);
    ASSERT_TRUE(IsReady("sales"));
    azure_.ForgetCalls();
  }
  void Declare(std::string const& field, nlohmann::json value) {
    Edit("sales", [&](nlohmann::json& object) { object["spec"][field] = std::move(value); });
  }
  void DeclareTables() { Declare("sharing", {{"tables", {{"include", {"Events"}}}}}); }
  void DeclareCaching() {
    Declare("caching", {{"modificationKind", "Union"}, {"database", {{"hot", "7d"}}}});
  }
  static Error Refusal() {
    return test::AzureError(Code::kUnauthorized, "InvalidAuthenticationToken");
  }
};

TEST_F(CredentialsOfFollower, AreReadAgainWhenAWriteIsRefusedAndNothingIsTold) {
  azure_.FailNext("PutAttachment", Refusal());
  test::StoreAzureSecret(kube_, "azure", "new");
  auto const told = events_.reasons.size();

  DeclareTables();
  RunFor(10s);

  EXPECT_TRUE(IsReady("sales"));
  EXPECT_EQ(azure_.Count("PutAttachment"), 2U);
  EXPECT_EQ(LastClient(), "new");
  auto const news =
      std::vector(events_.reasons.begin() + static_cast<long>(told), events_.reasons.end());
  EXPECT_THAT(news, Not(Contains(std::string(kReasonCredentialsRefused))));
}

TEST_F(CredentialsOfFollower, AreReadAgainWhenACommandIsRefused) {
  constexpr auto kSetCache = "alter follower database policy caching";
  azure_.FailNext(kSetCache, Refusal());
  test::StoreAzureSecret(kube_, "azure", "new");

  DeclareCaching();
  RunFor(30s);

  EXPECT_EQ(azure_.Count(kSetCache), 2U);
  EXPECT_EQ(LastClient(), "new");
  EXPECT_THAT(events_.reasons, Not(Contains(std::string(kReasonCredentialsRefused))));
}

TEST_F(CredentialsOfFollower, AreToldToBeRefusedWhenTheSecretHoldsNothingElse) {
  azure_.FailNext("PutAttachment", Refusal());

  DeclareTables();
  RunFor(5s);

  EXPECT_EQ(ReasonOf("sales"), kReasonCredentialsRefused);
  EXPECT_EQ(azure_.Count("PutAttachment"), 1U);
}

// A grant that is not declared any more is shown once the Secret of the leader's side is gone.
TEST_F(CredentialsOfFollower, OfTheLeadersSideAreNotNeededToEndAnAccess) {
  test::StoreAzureSecret(kube_, "leader", "theirs");
  Edit("sales", [](nlohmann::json& object) {
    object["spec"]["source"]["leader"]["credentialsSecretRef"] = {{"name", "leader"}};
  });
  RunFor(10s);
  ASSERT_TRUE(IsReady("sales"));
  test::DropAzureSecret(kube_, "leader");
  azure_.AnswerWith("show follower databases", [](auto const&) -> Result<azure::KustoTable> {
    auto const principals = nlohmann::json::parse(R"([{
        "Principal": {"FullyQualifiedName": "aaduser=0a0a0a0a-0000-4000-8000-0000000000aa;t"},
        "Role": "Viewer", "Notes": "adxfollower:team-a/sales"}])");
    return azure::KustoTable(
        {"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride",
         "CachingPoliciesModificationKind", "AuthorizedPrincipalsModificationKind"},
        {{"Sales", nullptr, principals, "Union", "Union"}});
  });

  RunFor(20min, 10s);

  EXPECT_EQ(ReasonOf("sales"), kReasonCredentialsMissing);
  EXPECT_GE(azure_.Count("drop follower database principals"), 1U);
}

}  // namespace
}  // namespace adxf::follower_database
