// Whom the client trusts, against a server of raw sockets.
#include "http/beast_transport.hpp"
#include "support/raw_server.hpp"
#include "support/test_certificates.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <utility>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;
using test::RawConnection;
using test::RawServer;
using test::TestAuthority;
using testing::HasSubstr;

constexpr char kOk[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

// Far away: a test that reaches it has failed.
CallContext Patient() { return {.deadline = std::chrono::steady_clock::now() + 2min}; }

Result<Response> GetOverTls(TestAuthority const& signer, std::string const& names, TlsOptions tls) {
  auto const context = signer.ServerContext(names);
  RawServer const server(
      [](RawConnection& client, int) {
        if (client.ReadRequest()) client.Write(kOk);
      },
      context.get());
  BeastTransport transport({.tls = std::move(tls)});
  return transport.Send({.url = server.Url()}, Patient());
}

TEST(Trust, TrustsTheConfiguredAuthority) {
  TestAuthority const authority;

  auto const reply =
      GetOverTls(authority, "IP:127.0.0.1", {.ca_pem = authority.Pem(), .system_roots = false});

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
}

TEST(Trust, RefusesAnotherAuthority) {
  TestAuthority const authority;
  TestAuthority const stranger;

  for (bool const system_roots : {false, true}) {
    auto const reply = GetOverTls(stranger, "IP:127.0.0.1",
                                  {.ca_pem = authority.Pem(), .system_roots = system_roots});
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
  }
}

TEST(Trust, RefusesACertificateForAnotherHost) {
  TestAuthority const authority;

  auto const reply = GetOverTls(authority, "DNS:elsewhere.example,IP:127.0.0.2",
                                {.ca_pem = authority.Pem(), .system_roots = false});

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
}

TEST(Trust, FollowsAnAuthorityThatIsReplacedInItsFile) {
  TestAuthority const before;
  TestAuthority const after;
  auto const file = std::filesystem::path(testing::TempDir()) / "rotated-ca.pem";
  auto const context = before.ServerContext("IP:127.0.0.1");
  RawServer const server(
      [](RawConnection& client, int) {
        if (client.ReadRequest()) client.Write(kOk);
      },
      context.get());
  BeastTransport transport({.tls = {.ca_file = file, .system_roots = false}});
  auto const is_served = [&] {
    return transport.Send({.url = server.Url()}, Patient()).has_value();
  };

  std::ofstream(file) << before.Pem();
  EXPECT_TRUE(is_served());
  after.Certify(context.get(), "IP:127.0.0.1");
  EXPECT_FALSE(is_served());
  std::ofstream(file) << after.Pem();
  EXPECT_TRUE(is_served());
}

TEST(Trust, TrustsNobodyAndSaysWhyWhenTheAuthorityCannotBeRead) {
  TestAuthority const authority;

  auto const reply = GetOverTls(authority, "IP:127.0.0.1", {.ca_file = "/does/not/exist.pem"});

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("cannot read the CA file /does/not/exist.pem"));
}

}  // namespace
}  // namespace adxf::http
