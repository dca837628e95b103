#include "emulator/entra/endpoint.hpp"
#include "emulator/entra/managed_identity.hpp"
#include "emulator/entra/tokens.hpp"
#include "emulator/seed.hpp"
#include "emulator/state.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>

namespace adxf::emulator::entra {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr auto kTenant = "aaaaaaaa-0000-0000-0000-000000000001";
constexpr auto kArmScope = "https%3A%2F%2Fmanagement.azure.com%2F.default";

class Entra : public testing::Test {
 protected:
  Entra() {
    estate.clock = EmulatorClock(TimePoint(seconds(1'800'000'000)));
    auto const loaded =
        LoadSeedFile(estate, std::string(ADXF_SOURCE_DIR) + "/emulator/seeds/contoso.yaml");
    if (!loaded) ADD_FAILURE() << loaded.error().message;
  }

  WireReply Token(std::string const& credential, std::string const& tenant = kTenant,
                  std::string const& scope = kArmScope) {
    return HandleEntra(
        estate, Key(),
        {.method = "POST",
         .path = "/" + tenant + "/oauth2/v2.0/token",
         .body =
             "grant_type=client_credentials&client_id=bbbbbbbb-0000-0000-0000-000000000001&scope=" +
             scope + "&" + credential});
  }

  static int Aadsts(WireReply const& reply) {
    return json::parse(reply.body).at("error_codes").at(0);
  }

  static std::string Assertion(json claims) {
    return "client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer&"
           "client_assertion=" +
           Base64Url("{}") + "." + Base64Url(claims.dump()) + ".c2ln";
  }

  /// Making a key takes time; one serves all tests.
  static SigningKey const& Key() {
    static SigningKey const key;
    return key;
  }

  Estate estate;
};

TEST_F(Entra, ASecretBuysATokenThatArmTakesUntilItExpires) {
  auto const reply = Token("client_secret=emulator-only-secret");

  ASSERT_EQ(reply.status, 200) << reply.body;
  auto const header = "Bearer " + json::parse(reply.body)["access_token"].get<std::string>();
  auto const caller = VerifyToken(estate, Key(), header, ArmAudiences(estate));
  ASSERT_TRUE(caller);
  EXPECT_EQ(caller->object_id, "bbbbbbbb-0000-0000-0000-000000000101");
  estate.clock.Advance(seconds(3600));
  EXPECT_EQ(VerifyToken(estate, Key(), header, ArmAudiences(estate)).error().fault,
            TokenFault::kExpired);
}

TEST_F(Entra, ATokenForArmIsRefusedByACluster) {
  auto const header =
      "Bearer " + json::parse(Token("client_secret=emulator-only-secret").body)["access_token"]
                      .get<std::string>();
  auto& corp = *FindCluster(estate, "corp");
  corp.uri = "https://127.0.0.1:4711";

  EXPECT_EQ(VerifyToken(estate, Key(), header, KustoAudiences(corp)).error().fault,
            TokenFault::kAudience);
}

TEST_F(Entra, AChangedTokenIsRefused) {
  auto header =
      "Bearer " + json::parse(Token("client_secret=emulator-only-secret").body)["access_token"]
                      .get<std::string>();
  header[header.size() / 2] = header[header.size() / 2] == 'A' ? 'B' : 'A';

  EXPECT_FALSE(VerifyToken(estate, Key(), header, ArmAudiences(estate)));
}

TEST_F(Entra, RefusalsCarryTheNumbersOfTheService) {
  EXPECT_EQ(Aadsts(Token("client_secret=wrong")), 7000215);
  EXPECT_EQ(Aadsts(Token("client_secret=emulator-expired-secret")), 7000222);
  EXPECT_EQ(Aadsts(Token("client_secret=emulator-only-secret", "nowhere.com")), 90002);
  EXPECT_EQ(Aadsts(Token("client_secret=emulator-only-secret", "fabrikam.com")), 700016);
  EXPECT_EQ(Aadsts(Token("client_secret=emulator-only-secret", kTenant,
                         "https%3A%2F%2Fmanagement.azure.com")),
            1002012);
  EXPECT_EQ(Aadsts(Token("client_secret=emulator-only-secret", kTenant,
                         "https%3A%2F%2Felsewhere.com%2F.default")),
            500011);
}

TEST_F(Entra, AFederatedAssertionMustFitIssuerSubjectAudienceAndTime) {
  json const good{{"iss", "https://kubernetes.default.svc.cluster.local"},
                  {"sub", "system:serviceaccount:adx-follower-operator:adx-follower-operator"},
                  {"aud", {"api://AzureADTokenExchange"}},
                  {"exp", 1'800'000'100}};
  auto const with = [&](char const* name, json const& value) {
    auto claims = good;
    claims[name] = value;
    return Aadsts(Token(Assertion(claims)));
  };

  EXPECT_EQ(Token(Assertion(good)).status, 200);
  EXPECT_EQ(with("iss", "https://elsewhere"), 700211);
  EXPECT_EQ(with("sub", "system:serviceaccount:other:other"), 700213);
  EXPECT_EQ(with("aud", "api://other"), 700212);
  EXPECT_EQ(with("exp", 1'799'999'999), 700024);
}

TEST_F(Entra, TheKeySetIsAListOfKeys) {
  auto const keys = json::parse(
      HandleEntra(estate, Key(), {.method = "GET", .path = "/common/discovery/v2.0/keys"}).body);

  ASSERT_EQ(keys["keys"].size(), 1);
  EXPECT_EQ(keys["keys"][0]["kty"], "RSA");
}

TEST_F(Entra, TheIdentityEndpointWantsItsHeader) {
  WireRequest request{
      .method = "GET",
      .path = "/metadata/identity/oauth2/token",
      .query = "api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com"};

  EXPECT_EQ(HandleIdentityEndpoint(estate, Key(), request).status, 400);
  request.headers["Metadata"] = "true";
  EXPECT_EQ(json::parse(HandleIdentityEndpoint(estate, Key(), request).body)["client_id"],
            "bbbbbbbb-0000-0000-0000-000000000001");
}

}  // namespace
}  // namespace adxf::emulator::entra
