#include "azure/managed_identity.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

constexpr auto kScope = "https://management.azure.com/.default";

struct Imds : ::testing::Test {
  test::FakeTransport transport;
  test::FakeClock clock;
  Cloud cloud = PublicCloud();
  ManagedIdentityTokens::Client client{.host = "http://169.254.169.254"};
  std::optional<ManagedIdentityTokens> tokens;

  Result<AccessToken> Get(Duration patience = 1min) {
    if (!tokens) tokens.emplace(transport, cloud, clock, client);
    return tokens->Get(kScope, {.deadline = clock.Steady() + patience});
  }
  [[nodiscard]] std::string Token(std::string const& expiry) const {
    return R"({"access_token":"the-token","client_id":"c9","token_type":"Bearer",)" + expiry + "}";
  }
  [[nodiscard]] std::string GoodToken() const { return Token(R"("expires_in":"3599")"); }
};

TEST_F(Imds, AsksAsTheEndpointWantsIt) {
  transport.Reply(200, GoodToken());

  auto const token = Get();

  ASSERT_TRUE(token) << token.error().message;
  EXPECT_EQ(token->value.Reveal(), "the-token");
  auto const request = transport.last();
  EXPECT_EQ(request.url,
            "http://169.254.169.254/metadata/identity/oauth2/token?api-version=2018-02-01"
            "&resource=https%3A%2F%2Fmanagement.azure.com");
  EXPECT_EQ(request.headers.at("Metadata"), "true");
  EXPECT_EQ(request.method, http::Method::kGet);
}

TEST_F(Imds, NamesAUserAssignedIdentityByItsClientId) {
  cloud.allow_loopback = true;
  client = {.host = "http://127.0.0.1:8080/", .client_id = "c1"};
  transport.Reply(200, GoodToken());

  ASSERT_TRUE(Get());

  EXPECT_THAT(transport.last().url, testing::StartsWith("http://127.0.0.1:8080/metadata/"));
  EXPECT_THAT(transport.last().url, testing::EndsWith("&client_id=c1"));
  EXPECT_EQ(tokens->ClientId(), "c1");
}

TEST_F(Imds, AsksNobodyElse) {
  for (auto const* host :
       {"http://127.0.0.1:8080", "https://169.254.169.254", "http://imds.example",
        "http://169.254.169.254:8080", "http://169.254.169.254@imds.example", ""}) {
    ManagedIdentityTokens elsewhere(transport, cloud, clock, {.host = host});

    auto const token = elsewhere.Get(kScope, {.deadline = clock.Steady() + 1min});

    ASSERT_FALSE(token) << host;
    EXPECT_EQ(token.error().code, Code::kInvalid) << host;
  }
  EXPECT_THAT(transport.requests(), IsEmpty());
}

TEST_F(Imds, LearnsWhoTheMachineIsFromTheAnswer) {
  transport.Reply(200, GoodToken());

  ASSERT_TRUE(Get());

  EXPECT_EQ(tokens->ClientId(), "c9");
}

TEST_F(Imds, ReadsTheEndOfATokenInEveryFormThatIsWritten) {
  auto const epoch =
      std::chrono::duration_cast<std::chrono::seconds>(clock.Now().time_since_epoch()).count() + 60;
  for (auto const& expiry :
       {R"("expires_in":60)" + std::string(), std::string(R"("expires_in":"60")"),
        R"("expires_on":)" + std::to_string(epoch),
        R"("expires_in":"9","expires_on":")" + std::to_string(epoch) + "\""}) {
    transport.Reply(200, Token(expiry));
    auto const token = Get();
    ASSERT_TRUE(token) << expiry;
    EXPECT_EQ(token->expires_at, clock.Now() + 60s) << expiry;
  }
}

TEST_F(Imds, TakesNoTokenForLongerThanAWeek) {
  for (auto const* expiry :
       {R"("expires_in":"9223372036854775807")", R"("expires_on":"9223372036854775807")"}) {
    transport.Reply(200, Token(expiry));
    auto const token = Get();
    ASSERT_TRUE(token) << expiry;
    EXPECT_LE(token->expires_at, clock.Now() + 7 * 24h) << expiry;
  }
  transport.Reply(200, Token(R"("expires_on":"-9223372036854775808")"));
  EXPECT_FALSE(Get());
}

TEST_F(Imds, WantsATokenOfADayRefreshedAtNoon) {
  transport.Reply(200, Token(R"("expires_in":"86400")")).Reply(200, GoodToken());

  EXPECT_EQ(Get()->refresh_at, clock.Now() + 12h);
  EXPECT_EQ(Get()->refresh_at, std::nullopt);
}

TEST_F(Imds, TriesAgainThreeTimesWhatPassesSoon) {
  transport.Reply(404).Reply(429).Reply(500).Reply(200, GoodToken());

  EXPECT_TRUE(Get());

  EXPECT_THAT(clock.waits(), ElementsAre(1s, 2s, 4s));
}

TEST_F(Imds, GivesUpAfterThat) {
  transport.Reply(503).Reply(503).Reply(503).Reply(503);

  auto const token = Get();

  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Code::kUnavailable);
  EXPECT_EQ(transport.count(), 4U);
}

TEST_F(Imds, GivesNoTryMoreThanTenSecondsAndNoCallMoreThanItHas) {
  transport.ReplyError(Code::kUnavailable).ReplyError(Code::kDeadline);

  auto const token = Get(2500ms);

  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message, HasSubstr("is this a machine in Azure"));
  EXPECT_THAT(clock.waits(), ElementsAre(1s));
  transport.Reply(200, GoodToken());
  ASSERT_TRUE(Get());
  EXPECT_EQ(transport.contexts().back().deadline, clock.Steady() + 10s);
}

TEST_F(Imds, StopsWaitingWhenAskedTo) {
  std::stop_source stop;
  stop.request_stop();
  transport.Reply(500);
  ManagedIdentityTokens subject{transport, cloud, clock, client};

  auto const token =
      subject.Get(kScope, {.deadline = clock.Steady() + 1min, .stop = stop.get_token()});

  EXPECT_EQ(token.error().code, Code::kCancelled);
}

TEST_F(Imds, IsLeftAloneForTenSecondsWhileItIsRenewed) {
  transport.Reply(410);

  auto const first = Get();
  clock.Advance(4s);
  auto const second = Get();

  ASSERT_FALSE(first);
  EXPECT_EQ(first.error().code, Code::kUnavailable);
  EXPECT_EQ(first.error().retry_after, 10s);
  EXPECT_EQ(second.error().retry_after, 6s);
  EXPECT_EQ(transport.count(), 1U);
  EXPECT_THAT(clock.waits(), IsEmpty());
  clock.Advance(6s);
  transport.Reply(200, GoodToken());
  EXPECT_TRUE(Get());
}

TEST_F(Imds, DoesNotAskAgainWhatItRefuses) {
  transport.Reply(400, R"({"error":"invalid_request","error_description":"Identity not found"})");

  auto const token = Get();

  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Code::kUnauthorized);
  EXPECT_THAT(token.error().message, HasSubstr("assign an identity to the machine"));
  EXPECT_EQ(transport.count(), 1U);
}

TEST_F(Imds, SaysWhenSomethingInBetweenRefuses) {
  transport.Reply(403, "host unreachable: secret-word");

  auto const token = Get();

  EXPECT_THAT(token.error().message, HasSubstr("let the pod reach http://169.254.169.254"));
  EXPECT_THAT(token.error().message, Not(HasSubstr("secret-word")));
}

TEST_F(Imds, TakesAnAnswerWithoutAUsableTokenForPassing) {
  for (auto const& body :
       {std::string("{}"), std::string("<html>"), Token(R"("expires_on":"5")")}) {
    transport.Reply(200, body);
    EXPECT_EQ(Get().error().code, Code::kUnavailable) << body;
  }
}

}  // namespace
}  // namespace adxf::azure
