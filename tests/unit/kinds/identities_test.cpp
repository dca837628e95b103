#include "kinds/azure_access/identities.hpp"

#include "support/client_certificate.hpp"
#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_sessions.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>

namespace adxf::azure_access {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::Not;
using ::testing::SizeIs;

using Texts = std::map<std::string, std::string>;

class FakeSecrets final : public runtime::SecretReader {
 public:
  struct Stored {
    std::string type{};
    Texts data{};
  };

  Result<runtime::SecretContent> Read(kube::ObjectKey const& key,
                                      http::CallContext const&) override {
    ++reads;
    if (outage) return Failure(*outage);
    auto const found = stored.find(key);
    if (found == stored.end()) return Fail(Code::kNotFound, "not found");
    runtime::SecretContent content{.type = found->second.type};
    for (auto const& [name, text] : found->second.data) content.data.emplace(name, Secret(text));
    return content;
  }

  std::map<kube::ObjectKey, Stored> stored;
  std::optional<Error> outage;
  int reads = 0;
};

Texts Keys(std::string secret = "s3cret") {
  return {{"tenantId", "t1"}, {"clientId", "c1"}, {"clientSecret", std::move(secret)}};
}

class IdentitiesTest : public ::testing::Test {
 protected:
  IdentitiesTest() { Store("azure", Keys()); }

  void Store(std::string const& name, Texts data, std::string type = std::string(kSecretType)) {
    secrets_.stored[{.ns = "team-a", .name = name}] = {.type = std::move(type),
                                                       .data = std::move(data)};
  }
  Resolution ByName(std::string const& name = "azure") {
    return Resolve({.ns = "team-a", .secret_name = name});
  }
  Resolution Own(std::string const& ns, std::vector<std::string> ids = {}) {
    return Resolve({.ns = ns, .resource_ids = std::move(ids)});
  }
  Resolution Resolve(IdentityRequest const& request) { return Subject().Resolve(request, {}); }
  Identities& Subject() {
    if (!identities_) identities_.emplace(secrets_, sessions_, Options(), clock_);
    return *identities_;
  }
  IdentityOptions Options() {
    IdentityOptions options;
    if (has_own_) {
      options.own =
          azure::Credential{.tenant_id = "t0",
                            .client_id = "c0",
                            .proof = azure::ClientSecretCredential{.secret = Secret("own")}};
    }
    options.allowed = {{.name = "team-a"},
                       {.name = "team-b", .resource_prefixes = {"/subscriptions/S/", "/x/y"}}};
    options.federated_token_file = token_file_;
    return options;
  }

  test::FakeClock clock_;
  test::FakeAzure cloud_{clock_};
  test::FakeSessions sessions_{cloud_};
  FakeSecrets secrets_;
  bool has_own_ = true;
  std::string token_file_;
  std::optional<Identities> identities_;
};

TEST_F(IdentitiesTest, GivesTheOwnIdentityToNamespacesThatAreListed) {
  auto const first = Own("team-a", {"/anything"});

  EXPECT_EQ(first.session->Identity(), (azure::IdentityKey{"t0", "c0"}));
  EXPECT_EQ(Own("team-a").session, first.session);
  EXPECT_EQ(secrets_.reads, 0);
}

TEST_F(IdentitiesTest, DeniesTheOwnIdentityToOtherNamespaces) {
  auto const denied = Own("team-c");

  EXPECT_FALSE(denied.session);
  EXPECT_EQ(denied.denial, Denial::kNotAllowed);
  EXPECT_THAT(denied.message, HasSubstr("spec.credentialsSecretRef"));
}

TEST_F(IdentitiesTest, DeniesTheOwnIdentityOutsideThePrefixesOfTheNamespace) {
  EXPECT_TRUE(Own("team-b", {"/subscriptions/s/a", "/SUBSCRIPTIONS/S/b/c", "/x/y"}).session);

  auto const denied = Own("team-b", {"/subscriptions/s/a", "/subscriptions/other/a"});
  EXPECT_FALSE(denied.session);
  EXPECT_EQ(denied.denial, Denial::kNotAllowed);
}

TEST_F(IdentitiesTest, EndsNoPrefixInTheMiddleOfAName) {
  EXPECT_FALSE(Own("team-b", {"/subscriptions/s2/a"}).session);
  EXPECT_FALSE(Own("team-b", {"/x/yz"}).session);
}

TEST_F(IdentitiesTest, SaysSoWhenTheOperatorHasNoIdentityOfItsOwn) {
  has_own_ = false;

  EXPECT_EQ(Own("team-a").denial, Denial::kMissing);
}

TEST_F(IdentitiesTest, RefusesSecretsOfAnotherType) {
  Store("opaque", Keys(), "Opaque");

  auto const denied = ByName("opaque");

  EXPECT_FALSE(denied.session);
  EXPECT_EQ(denied.denial, Denial::kMissing);
  EXPECT_THAT(denied.message, HasSubstr("adxfollower.io/azure-credentials"));
  EXPECT_THAT(denied.message, Not(HasSubstr("s3cret")));
}

TEST_F(IdentitiesTest, NamesTheKeyThatASecretLacks) {
  for (auto const* key : {"tenantId", "clientId", "clientSecret"}) {
    auto data = Keys();
    data.erase(key);
    Store("lacking", data);

    auto const denied = ByName("lacking");

    EXPECT_FALSE(denied.session);
    EXPECT_THAT(denied.message, HasSubstr(key));
    EXPECT_THAT(denied.message, Not(HasSubstr("s3cret")));
  }
}

TEST_F(IdentitiesTest, UsesTheFederatedTokenForASecretWithoutAProof) {
  token_file_ = "/var/token";
  auto data = Keys();
  data.erase("clientSecret");
  Store("federated", data);

  EXPECT_TRUE(ByName("federated").session);
}

TEST_F(IdentitiesTest, GuardsAFederatedTokenLikeTheOwnIdentity) {
  token_file_ = "/var/token";
  secrets_.stored[{.ns = "team-c", .name = "federated"}] = {
      .type = std::string(kSecretType), .data = {{"tenantId", "t1"}, {"clientId", "c1"}}};

  auto const denied = Resolve({.ns = "team-c", .secret_name = "federated"});

  EXPECT_FALSE(denied.session);
  EXPECT_EQ(denied.denial, Denial::kNotAllowed);
}

TEST_F(IdentitiesTest, TakesACertificateWithItsKey) {
  test::TestClientCertificate const certificate;
  auto data = Keys();
  data.erase("clientSecret");
  data["clientCertificate"] = certificate.Pem();
  Store("certificate", data);

  EXPECT_TRUE(ByName("certificate").session);
}

TEST_F(IdentitiesTest, SaysWhatIsWrongWithACertificateAndNeverWhatItHolds) {
  test::TestClientCertificate const elliptic(test::TestClientCertificate::Kind::kEllipticCurve);
  auto data = Keys();
  data.erase("clientSecret");
  data["clientCertificate"] = elliptic.Pem();
  Store("certificate", data);

  auto const denied = ByName("certificate");

  EXPECT_FALSE(denied.session);
  EXPECT_EQ(denied.denial, Denial::kMissing);
  EXPECT_THAT(denied.message, HasSubstr("clientCertificate of Secret team-a/certificate"));
  EXPECT_THAT(denied.message, HasSubstr("RSA certificates only"));
  EXPECT_THAT(denied.message, Not(HasSubstr("PRIVATE")));
}

TEST_F(IdentitiesTest, DoesNotChooseBetweenTwoProofs) {
  auto data = Keys();
  data["clientCertificate"] = "PEM";
  Store("both", data);

  EXPECT_THAT(ByName("both").message, HasSubstr("both clientSecret and clientCertificate"));
}

TEST_F(IdentitiesTest, TellsWhatToDoWhenTheSecretIsNotThere) {
  auto const denied = ByName("absent");

  EXPECT_EQ(denied.denial, Denial::kMissing);
  EXPECT_THAT(denied.message, HasSubstr("team-a/absent"));
}

TEST_F(IdentitiesTest, SharesASessionAmongSecretsOfTheSameContent) {
  Store("twin", Keys("s3cret\n"));
  Store("other", Keys("another"));

  auto const session = ByName().session;

  EXPECT_EQ(ByName("twin").session, session);
  EXPECT_THAT(ByName("other").session, Ne(session));
  EXPECT_THAT(sessions_.opened(), SizeIs(2));
}

TEST_F(IdentitiesTest, ReadsASecretAgainOnlyAfterFiveMinutes) {
  ByName();
  clock_.Advance(4min + 59s);
  ByName();
  EXPECT_EQ(secrets_.reads, 1);

  clock_.Advance(1s);
  ByName();

  EXPECT_EQ(secrets_.reads, 2);
  EXPECT_THAT(sessions_.opened(), SizeIs(1));
}

TEST_F(IdentitiesTest, ReadsASecretAgainOnceAzureRefusedIt) {
  ByName();

  Subject().Refused("team-a", "azure");
  ByName();
  ByName();

  EXPECT_EQ(secrets_.reads, 2);
}

TEST_F(IdentitiesTest, OpensANewSessionForARotatedSecret) {
  auto const before = ByName().session;
  Store("azure", Keys("rotated"));
  Subject().Refused("team-a", "azure");

  auto const after = ByName().session;

  EXPECT_THAT(after, Ne(before));
  EXPECT_EQ(after->Identity(), before->Identity());
}

TEST_F(IdentitiesTest, GoesOnWithTheLastCredentialWhileTheApiServerHasABadMoment) {
  auto const before = ByName().session;
  secrets_.outage = test::AzureError(Code::kUnavailable, "");
  clock_.Advance(10min);

  EXPECT_EQ(ByName().session, before);
  auto const unknown = ByName("other");
  EXPECT_FALSE(unknown.session);
  EXPECT_EQ(unknown.denial, Denial::kUnavailable);
}

TEST_F(IdentitiesTest, GoesOnWithTheLastCredentialForDeletingObjectsOnly) {
  auto const before = ByName().session;
  secrets_.stored.clear();
  clock_.Advance(10min);

  EXPECT_FALSE(ByName().session);
  EXPECT_EQ(Resolve({.ns = "team-a", .secret_name = "azure", .is_deleting = true}).session, before);
}

TEST_F(IdentitiesTest, ForgetsTheCredentialThatNothingUsesAnyMore) {
  Store("twin", Keys());
  std::weak_ptr<azure::Session> const session = ByName().session;
  ByName("twin");

  clock_.Advance(10min);
  Own("team-a");

  EXPECT_TRUE(session.expired());
}

TEST_F(IdentitiesTest, KeepsASessionThatSomebodyHoldsThoughNobodyAsksForIt) {
  auto const held = ByName().session;
  secrets_.stored.clear();

  clock_.Advance(30min);
  Own("team-a");

  EXPECT_EQ(Resolve({.ns = "team-a", .secret_name = "azure", .is_deleting = true}).session, held);
}

TEST_F(IdentitiesTest, KeepsASessionThatIsAskedForThoughNobodyHoldsIt) {
  std::weak_ptr<azure::Session> const session = ByName().session;

  for (int passes = 0; passes < 5; ++passes) {
    clock_.Advance(6min);
    ByName();
  }

  EXPECT_FALSE(session.expired());
  EXPECT_THAT(sessions_.opened(), SizeIs(1));
}

TEST_F(IdentitiesTest, ReadsSecretsOfTheNamespaceAskedForOnly) {
  ByName();

  EXPECT_FALSE(Resolve({.ns = "team-b", .secret_name = "azure"}).session);
}

}  // namespace
}  // namespace adxf::azure_access
