#include "emulator/entra/assertions.hpp"

#include "emulator/entra/certificates.hpp"
#include "emulator/entra/keys.hpp"
#include "emulator/entra/managed_identity.hpp"
#include "emulator/side_door.hpp"
#include "emulator/state.hpp"
#include "support/client_certificate.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::emulator::entra {
namespace {

using nlohmann::json;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr auto kTenant = "aaaaaaaa-0000-0000-0000-000000000001";
constexpr auto kClient = "bbbbbbbb-0000-0000-0000-000000000001";
constexpr std::int64_t kNow = 1'700'000'000;

test::TestClientCertificate const& Registered() {
  static test::TestClientCertificate const certificate;
  return certificate;
}
test::TestClientCertificate const& Stranger() {
  static test::TestClientCertificate const certificate;
  return certificate;
}

class Assertions : public testing::Test {
 protected:
  Assertions() {
    estate.clock = EmulatorClock(TimePoint(seconds(kNow)));
    estate.endpoint = "https://127.0.0.1:4711";
    estate.tenants.emplace(kTenant, Tenant{.id = kTenant, .domain = "contoso.com"});
    app.tenant_id = kTenant;
    app.client_id = kClient;
    app.certificates.push_back(*ReadCertificate(Registered().CertificatePem()));
    header = {{"alg", "PS256"}, {"x5t#S256", app.certificates.front().sha256}};
    claims = {{"aud", "https://127.0.0.1:4711/contoso.com/oauth2/v2.0/token"},
              {"iss", kClient},
              {"sub", kClient},
              {"jti", "1"},
              {"nbf", kNow},
              {"exp", kNow + 600}};
  }

  std::string Signed(test::TestClientCertificate const& by = Registered()) const {
    auto const text = Base64Url(header.dump()) + "." + Base64Url(claims.dump());
    return text + "." + Base64Url(by.Sign(text));
  }
  int Code(std::string const& assertion) {
    auto const refused = CheckAssertion(estate, app, assertion);
    return refused ? refused->code : 0;
  }
  int With(char const* claim, json const& value) {
    auto const before = claims;
    claims[claim] = value;
    auto const code = Code(Signed());
    claims = before;
    return code;
  }

  Estate estate;
  Application app;
  json header;
  json claims;
};

TEST_F(Assertions, TakesWhatARegisteredCertificateSigned) { EXPECT_EQ(Code(Signed()), 0); }

TEST_F(Assertions, RefuseAnotherKeyAndAnotherCertificate) {
  EXPECT_EQ(Code(Signed(Stranger())), 700027);
  header["x5t#S256"] = ReadCertificate(Stranger().CertificatePem())->sha256;
  EXPECT_EQ(Code(Signed(Stranger())), 700027);
  header = {{"alg", "PS256"}};
  EXPECT_EQ(Code(Signed()), 700027);
}

TEST_F(Assertions, RefuseAnAlgorithmThatIsNotTheOneUsed) {
  header["alg"] = "RS256";
  EXPECT_EQ(Code(Signed()), 700027);
  header["alg"] = "none";
  EXPECT_EQ(Code(Signed()), 700027);
}

TEST_F(Assertions, MustBeForThisEndpointThisClientAndThisTime) {
  EXPECT_EQ(With("aud", "https://127.0.0.1:4711/elsewhere.com/oauth2/v2.0/token"), 700023);
  EXPECT_EQ(With("aud", std::string("https://127.0.0.1:4711/") + kTenant + "/oauth2/v2.0/token"),
            0);
  EXPECT_EQ(With("sub", "somebody"), 700021);
  EXPECT_EQ(With("exp", kNow), 700024);
  EXPECT_EQ(With("nbf", kNow + 301), 700024);
  EXPECT_EQ(With("jti", ""), 50027);
}

TEST_F(Assertions, MayComeTwiceUnlessTheEstateIsStricterThanEntra) {
  EXPECT_EQ(Code(Signed()), 0);
  EXPECT_EQ(Code(Signed()), 0);

  estate.settings.single_use_assertions = true;

  EXPECT_EQ(Code(Signed()), 50027);
  EXPECT_EQ(With("jti", "2"), 0);
}

TEST_F(Assertions, OfAFederatedIssuerAreVerifiedWhereItsKeysAreKnown) {
  SigningKey const issuer;
  json const keys{{"keys",
                   {{{"kty", "RSA"},
                     {"kid", issuer.Id()},
                     {"n", issuer.Modulus()},
                     {"e", issuer.Exponent()}}}}};
  app.federated.push_back({.issuer = "https://issuer", .subject = "me", .keys = keys.dump()});
  json const said{{"iss", "https://issuer"},
                  {"sub", "me"},
                  {"aud", {"api://AzureADTokenExchange"}},
                  {"exp", kNow + 600}};
  auto const text =
      Base64Url(json{{"alg", "RS256"}, {"kid", issuer.Id()}}.dump()) + "." + Base64Url(said.dump());

  EXPECT_EQ(Code(text + "." + Base64Url(issuer.Sign(text))), 0);
  EXPECT_EQ(Code(text + "." + Base64Url(issuer.Sign(text + "!"))), 50013);
}

TEST_F(Assertions, AreNoLongerTakenOnceTheSideDoorReplacedTheCertificate) {
  estate.applications.push_back(app);
  auto const reply = HandleSideDoor(
      estate, {.method = "POST",
               .path = std::string("/_emulator/applications/") + kClient,
               .body = json{{"certificates", {{{"pem", Stranger().CertificatePem()}}}}}.dump()});

  ASSERT_EQ(reply.status, 200) << reply.body;
  app = estate.applications.front();
  EXPECT_EQ(Code(Signed()), 700027);
}

class ManagedIdentity : public testing::Test {
 protected:
  ManagedIdentity() {
    estate.clock = EmulatorClock(TimePoint(seconds(kNow)));
    Add("one");
  }
  void Add(std::string const& name) {
    estate.applications.push_back({.tenant_id = kTenant,
                                   .client_id = name,
                                   .object_id = name + "-object",
                                   .is_managed_identity = true,
                                   .resource_id = "/subscriptions/s/" + name});
  }
  WireReply Ask(std::string const& selector = "") {
    static SigningKey const key;
    request.query = "api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com" + selector;
    return HandleIdentityEndpoint(estate, key, request);
  }

  Estate estate;
  WireRequest request{.method = "GET",
                      .path = "/metadata/identity/oauth2/token",
                      .headers = {{"Metadata", "true"}}};
};

TEST_F(ManagedIdentity, IsTheOneThatTheMachineHas) {
  auto const body = json::parse(Ask().body);

  EXPECT_EQ(body["client_id"], "one");
  EXPECT_EQ(body["expires_on"], std::to_string(kNow + 3599));
}

TEST_F(ManagedIdentity, IsChosenBySelectorWhereThereAreSeveral) {
  Add("two");

  EXPECT_THAT(Ask().body, HasSubstr("Multiple user assigned identities exist"));
  EXPECT_EQ(json::parse(Ask("&client_id=two").body)["client_id"], "two");
  EXPECT_EQ(json::parse(Ask("&object_id=one-object").body)["client_id"], "one");
  EXPECT_EQ(json::parse(Ask("&msi_res_id=%2Fsubscriptions%2Fs%2Ftwo").body)["client_id"], "two");
  EXPECT_THAT(Ask("&client_id=three").body, HasSubstr("Identity not found"));
}

TEST_F(ManagedIdentity, IsNotGivenThroughAProxy) {
  request.headers["X-Forwarded-For"] = "10.0.0.1";

  EXPECT_EQ(Ask().status, 400);
}

}  // namespace
}  // namespace adxf::emulator::entra
