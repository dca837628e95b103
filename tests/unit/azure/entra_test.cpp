#include "azure/entra.hpp"

#include "azure/client_secret.hpp"
#include "azure/federated_token.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kScope = "https://management.azure.com/.default";
constexpr auto kToken = R"({"token_type":"Bearer","expires_in":3599,"access_token":"the-token"})";

struct Entra : ::testing::Test {
  test::FakeTransport transport;
  test::FakeClock clock;
  Cloud cloud = PublicCloud();
  ClientSecretTokens tokens{
      transport,
      cloud,
      clock,
      {.tenant_id = "tenant-1", .client_id = "client-1", .secret = Secret("s3cr&t=~")}};

  std::string Refusal(std::string const& description, int status = 400) {
    return Refused(R"({"error":"invalid_client","error_description":")" + description + R"("})",
                   status);
  }
  std::string Refused(std::string const& body, int status) {
    transport.Reply(status, body);
    auto const token = tokens.Get(kScope, {});
    if (token) return "a token";
    last = token.error();
    return last.message;
  }
  Error last;
};

TEST_F(Entra, AsksForATokenWithTheClientSecretInTheForm) {
  transport.Reply(200, kToken);

  auto const token = tokens.Get(kScope, {});

  ASSERT_TRUE(token);
  EXPECT_EQ(token->value.Reveal(), "the-token");
  EXPECT_EQ(token->expires_at, clock.Now() + 3599s);
  auto const request = transport.last();
  EXPECT_EQ(request.url, "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
  EXPECT_EQ(request.method, http::Method::kPost);
  EXPECT_EQ(request.service, "entra");
  EXPECT_TRUE(request.IsRepeatable());
  EXPECT_EQ(request.body,
            "grant_type=client_credentials&client_id=client-1&scope=https%3A%2F%2Fmanagement.azure."
            "com%2F.default"
            "&client_secret=s3cr%26t%3D~");
}

TEST_F(Entra, JoinsTheAuthorityHostWithOrWithoutItsSlash) {
  cloud.authority_host = "https://login.microsoftonline.com/";
  transport.Reply(200, kToken);

  ASSERT_TRUE(tokens.Get(kScope, {}));

  EXPECT_EQ(transport.last().url, "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token");
}

TEST_F(Entra, SendsNoSecretToAPlainAuthority) {
  cloud.authority_host = "http://login.example";

  auto const token = tokens.Get(kScope, {});

  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Code::kInvalid);
  EXPECT_EQ(transport.count(), 0U);
}

TEST_F(Entra, SaysWhatToDoAboutEachKnownRefusal) {
  EXPECT_THAT(
      Refusal("AADSTS7000222: The provided client secret keys for app 'x' are expired.", 401),
      HasSubstr("expired: create a new one"));
  EXPECT_EQ(last.code, Code::kUnauthorized);
  EXPECT_EQ(last.service_code, "AADSTS7000222");
  EXPECT_THAT(Refusal("AADSTS7000215: Invalid client secret provided."),
              HasSubstr("the client secret is wrong"));
  EXPECT_THAT(Refusal("AADSTS90002: Tenant 'x' not found."), HasSubstr("check tenantId"));
  EXPECT_THAT(Refusal("AADSTS700016: Application with identifier 'x' was not found"),
              HasSubstr("check clientId"));
  EXPECT_THAT(Refusal("AADSTS99999: Something new."), HasSubstr("AADSTS99999"));
  EXPECT_EQ(last.code, Code::kUnauthorized);
}

TEST_F(Entra, TreatsAFreshFederatedCredentialAsTransient) {
  Refusal("AADSTS70021: No matching federated identity record found");
  EXPECT_EQ(last.code, Code::kUnavailable);

  Refusal(
      "AADSTS700213: No matching federated identity record found for presented assertion subject");
  EXPECT_EQ(last.code, Code::kUnauthorized);
}

TEST_F(Entra, TreatsThrottlingAndFaultsAsTransient) {
  Refused("", 503);
  EXPECT_EQ(last.code, Code::kUnavailable);
  Refused("<html>", 500);
  EXPECT_EQ(last.code, Code::kUnavailable);
  transport.Reply(429, "", {{"Retry-After", "7"}});
  auto const throttled = tokens.Get(kScope, {});
  ASSERT_FALSE(throttled);
  EXPECT_EQ(throttled.error().code, Code::kThrottled);
  EXPECT_EQ(throttled.error().retry_after, 7s);
  transport.ReplyError(Code::kUnavailable);
  EXPECT_EQ(tokens.Get(kScope, {}).error().code, Code::kUnavailable);
}

TEST_F(Entra, NeverRepeatsWhatWasSentNorTheServicesOwnText) {
  EXPECT_THAT(Refusal("AADSTS7000215: secret 's3cr&t=~' is wrong"), Not(HasSubstr("s3cr")));
}

TEST_F(Entra, TreatsAnAnswerWithoutATokenAsTransient) {
  for (auto const* body : {"", "[]", "{}", R"({"access_token":"x"})",
                           R"({"access_token":"x","expires_in":-1})", R"({"expires_in":3600})"}) {
    transport.Reply(200, body);
    auto const token = tokens.Get(kScope, {});
    ASSERT_FALSE(token) << body;
    EXPECT_EQ(token.error().code, Code::kUnavailable);
  }
}

TEST_F(Entra, ReadsTheFederatedTokenForEveryRequestAndTrimsIt) {
  std::vector<std::string> contents{" first\n", "second"};
  std::string path;
  FederatedTokens federated{transport,
                            cloud,
                            clock,
                            {.tenant_id = "t", .client_id = "c", .token_file = "/var/token"},
                            [&](std::string const& file) -> Result<Secret> {
                              path = file;
                              auto next = Secret(contents.front());
                              contents.erase(contents.begin());
                              return next;
                            }};
  transport.Reply(200, kToken).Reply(200, kToken);

  ASSERT_TRUE(federated.Get(kScope, {}));
  auto const first = transport.last().body;
  ASSERT_TRUE(federated.Get(kScope, {}));

  EXPECT_EQ(path, "/var/token");
  EXPECT_THAT(
      first,
      HasSubstr(
          "&client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer"
          "&client_assertion=first"));
  EXPECT_THAT(transport.last().body, ::testing::EndsWith("&client_assertion=second"));
}

TEST_F(Entra, SendsNothingWhenTheFederatedTokenIsMissingOrEmpty) {
  FederatedTokens missing{transport,
                          cloud,
                          clock,
                          {.tenant_id = "t", .client_id = "c", .token_file = "/does/not/exist"}};
  FederatedTokens empty{transport,
                        cloud,
                        clock,
                        {.tenant_id = "t", .client_id = "c", .token_file = "f"},
                        [](std::string const&) -> Result<Secret> { return Secret(" \n"); }};

  EXPECT_EQ(missing.Get(kScope, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(empty.Get(kScope, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(transport.count(), 0U);
}

}  // namespace
}  // namespace adxf::azure
