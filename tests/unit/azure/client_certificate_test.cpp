#include "azure/client_certificate.hpp"

#include "azure/certificate_tokens.hpp"
#include "base/encoding.hpp"
#include "support/client_certificate.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;
using Kind = test::TestClientCertificate::Kind;
using nlohmann::json;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr auto kScope = "https://management.azure.com/.default";
constexpr auto kToken = R"({"token_type":"Bearer","expires_in":3599,"access_token":"the-token"})";

/// Making a key takes time; these serve all tests.
test::TestClientCertificate const& One() {
  static test::TestClientCertificate const certificate;
  return certificate;
}
test::TestClientCertificate const& Two() {
  static test::TestClientCertificate const certificate;
  return certificate;
}

std::string Complaint(std::string const& pem) {
  auto const parsed = ClientCertificate::Parse(Secret(pem));
  if (parsed) return "";
  EXPECT_EQ(parsed.error().code, Code::kInvalid);
  return parsed.error().message;
}

/// A signed statement, taken apart.
struct Taken {
  json header;
  json claims;
  std::string signed_part;
  std::string signature;
};

Taken TakeApart(std::string const& assertion) {
  auto const first = assertion.find('.');
  auto const second = assertion.rfind('.');
  auto const part = [&](std::size_t from, std::size_t to) {
    return DecodeBase64Url(assertion.substr(from, to - from)).value_or("");
  };
  return {.header = json::parse(part(0, first)),
          .claims = json::parse(part(first + 1, second)),
          .signed_part = assertion.substr(0, second),
          .signature = part(second + 1, assertion.size())};
}

TEST(ClientCertificate, IsReadWithItsKeyAndItsIssuersInAnyOrder) {
  auto const pem = Two().CertificatePem() + One().KeyPem() + One().CertificatePem();

  auto const parsed = ClientCertificate::Parse(Secret(pem));

  ASSERT_TRUE(parsed) << parsed.error().message;
  auto const alone = ClientCertificate::Parse(Secret(One().Pem()));
  EXPECT_EQ(parsed->Thumbprint(), alone->Thumbprint());
  ASSERT_EQ(parsed->Chain().size(), 2U);
  EXPECT_EQ(parsed->Chain().front(), alone->Chain().front());
}

TEST(ClientCertificate, SaysWhatIsWrongAndNeverWhatItHolds) {
  EXPECT_THAT(Complaint("nonsense"), HasSubstr("no certificate"));
  EXPECT_THAT(Complaint(One().KeyPem()), HasSubstr("no certificate"));
  EXPECT_THAT(Complaint(One().CertificatePem()), HasSubstr("no private key"));
  EXPECT_THAT(Complaint(One().CertificatePem() + Two().KeyPem()),
              HasSubstr("belongs to none of the certificates"));
  EXPECT_THAT(Complaint(One().CertificatePem() + One().EncryptedKeyPem()),
              HasSubstr("is encrypted"));
  EXPECT_THAT(Complaint(test::TestClientCertificate(Kind::kEllipticCurve).Pem()),
              HasSubstr("RSA certificates only"));
  EXPECT_THAT(Complaint(test::TestClientCertificate(Kind::kShortRsa).Pem()),
              HasSubstr("less than 2048 bits"));
  EXPECT_THAT(Complaint("nonsense"), Not(HasSubstr("nonsense")));
}

struct CertificateTest : ::testing::Test {
  test::FakeTransport transport;
  test::FakeClock clock;
  test::FakeRandom random;
  Cloud cloud = PublicCloud();
  std::string file = One().Pem();
  CertificateTokens tokens{transport,
                           cloud,
                           clock,
                           random,
                           {.tenant_id = "t", .client_id = "c", .file = "/var/pem"},
                           [this](std::string const&) -> Result<Secret> { return Secret(file); }};

  Taken Ask() {
    transport.Reply(200, kToken);
    auto const token = tokens.Get(kScope, {});
    EXPECT_TRUE(token) << token.error().message;
    auto const body = transport.last().body;
    constexpr std::string_view kField = "&client_assertion=";
    return TakeApart(body.substr(body.find(kField) + kField.size()));
  }
};

TEST_F(CertificateTest, StatesWhoAsksForHowLongAndSignsIt) {
  auto const taken = Ask();

  auto const now =
      std::chrono::duration_cast<std::chrono::seconds>(clock.Now().time_since_epoch()).count();
  EXPECT_EQ(taken.header["alg"], "PS256");
  EXPECT_EQ(taken.header["x5t#S256"], ClientCertificate::Parse(Secret(file))->Thumbprint());
  EXPECT_EQ(taken.header["x5c"].size(), 1U);
  EXPECT_EQ(taken.claims["aud"], "https://login.microsoftonline.com/t/oauth2/v2.0/token");
  EXPECT_EQ(taken.claims["iss"], "c");
  EXPECT_EQ(taken.claims["sub"], "c");
  EXPECT_EQ(taken.claims["nbf"], now);
  EXPECT_EQ(taken.claims["exp"], now + 600);
  EXPECT_TRUE(One().Signed(taken.signed_part, taken.signature));
  EXPECT_THAT(transport.last().body, Not(HasSubstr("PRIVATE")));
}

TEST_F(CertificateTest, NeverStatesTheSameTwice) {
  auto const first = Ask();
  auto const second = Ask();

  EXPECT_NE(first.claims["jti"], second.claims["jti"]);
}

TEST_F(CertificateTest, SignsWithWhatTheFileHoldsNow) {
  Ask();
  file = Two().Pem();

  auto const taken = Ask();

  EXPECT_TRUE(Two().Signed(taken.signed_part, taken.signature));
}

TEST_F(CertificateTest, TriesAgainWhileTheFileIsBeingReplaced) {
  file = One().CertificatePem() + Two().KeyPem();

  auto const token = tokens.Get(kScope, {});

  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Code::kUnavailable);
  EXPECT_THAT(token.error().message, HasSubstr("/var/pem"));
  EXPECT_THAT(token.error().message, Not(HasSubstr("PRIVATE")));
  EXPECT_EQ(transport.count(), 0U);
}

TEST_F(CertificateTest, SaysThatItExpiredWithoutAskingEntra) {
  clock.SetNow(std::chrono::system_clock::now() + 3601s);

  auto const token = tokens.Get(kScope, {});

  ASSERT_FALSE(token);
  EXPECT_EQ(token.error().code, Code::kUnauthorized);
  EXPECT_THAT(token.error().message, HasSubstr("the client certificate expired on 20"));
  EXPECT_EQ(transport.count(), 0U);
}

}  // namespace
}  // namespace adxf::azure
