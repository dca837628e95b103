#include "azure/auth_transport.hpp"

#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class CountingTokens final : public TokenSource {
 public:
  Result<AccessToken> Get(std::string const& scope, http::CallContext const& /*call*/) override {
    asked.push_back(scope);
    if (is_failing) return Fail(Code::kUnauthorized, "the client secret has expired");
    return AccessToken{.value = Secret("token-" + std::to_string(version)), .expires_at = {}};
  }
  void Invalidate(std::string const& scope) override {
    dropped.push_back(scope);
    ++version;
  }

  std::vector<std::string> asked;
  std::vector<std::string> dropped;
  int version = 1;
  bool is_failing = false;
};

struct Auth : ::testing::Test {
  test::FakeTransport next;
  CountingTokens tokens;
  Cloud cloud = PublicCloud();
  AuthTransport transport{next, tokens, cloud};

  Result<http::Response> Send(std::string url) {
    return transport.Send({.url = std::move(url)}, {});
  }
};

TEST_F(Auth, ChoosesTheScopeByTheHost) {
  next.Reply(200).Reply(200);

  ASSERT_TRUE(Send("https://management.azure.com/subscriptions/x"));
  ASSERT_TRUE(Send("https://Reporting.westus2.kusto.windows.net:443/v1/rest/mgmt"));

  EXPECT_THAT(tokens.asked, ElementsAre("https://management.azure.com/.default",
                                        "https://reporting.westus2.kusto.windows.net/.default"));
  EXPECT_EQ(next.last().headers.at("authorization"), "Bearer token-1");
}

TEST_F(Auth, SendsNothingAndAsksForNothingOutsideTheCloud) {
  for (auto const* url :
       {"https://evil.example/", "http://management.azure.com/",
        "https://management.azure.com.evil.example/", "https://login.microsoftonline.com/", ""}) {
    auto const response = Send(url);
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().code, Code::kInvalid);
  }
  EXPECT_EQ(next.count(), 0U);
  EXPECT_THAT(tokens.asked, IsEmpty());
}

TEST_F(Auth, DropsARefusedTokenAndTriesOnceMore) {
  next.Reply(401).Reply(200);

  auto const response = Send("https://management.azure.com/x");

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_EQ(next.last().headers.at("Authorization"), "Bearer token-2");
  EXPECT_THAT(tokens.dropped, ElementsAre("https://management.azure.com/.default"));
}

TEST_F(Auth, ReturnsTheSecondRefusal) {
  next.Reply(401).Reply(401);

  auto const response = Send("https://management.azure.com/x");

  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 401);
  EXPECT_EQ(next.count(), 2U);
}

TEST_F(Auth, SendsNothingWithoutAToken) {
  tokens.is_failing = true;

  auto const response = Send("https://management.azure.com/x");

  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().code, Code::kUnauthorized);
  EXPECT_EQ(next.count(), 0U);
}

TEST_F(Auth, UsesTheConfiguredAudienceWithoutItsSlash) {
  cloud.arm_audience = "https://management.core.windows.net/";

  EXPECT_EQ(*ScopeFor(cloud, "https://management.azure.com/x"),
            "https://management.core.windows.net/.default");
}

}  // namespace
}  // namespace adxf::azure
