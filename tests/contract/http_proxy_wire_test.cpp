#include "http/beast_transport.hpp"
#include "support/raw_server.hpp"
#include "support/test_certificates.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

namespace adxf::http {
namespace {

using test::RawConnection;
using test::RawServer;
using test::TestAuthority;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr std::string_view kOk = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}";

CallContext Patient() {
  return {.deadline = std::chrono::steady_clock::now() + std::chrono::seconds(30)};
}

/// A proxy whose tunnels all end in a server that calls itself arm.example.
class TunnelTest : public ::testing::Test {
 protected:
  ClientOptions Options(std::string const& user = "") {
    ClientOptions options;
    options.tls = {.ca_pem = authority.Pem(), .system_roots = false};
    options.proxy = {.url = proxy.Url("")};
    if (!user.empty()) options.proxy.user = Secret(user);
    if (!user.empty()) options.proxy.password = Secret("pass:word");
    return options;
  }
  std::string Said() {
    std::lock_guard const lock(mutex);
    return said;
  }
  std::string Carried() {
    std::lock_guard const lock(mutex);
    return carried;
  }

  TestAuthority authority;
  TestAuthority::Context context = authority.ServerContext("DNS:arm.example");
  std::mutex mutex;
  std::string said;     // to the proxy; guarded by mutex
  std::string carried;  // by its tunnels; guarded by mutex
  std::string answer = "HTTP/1.1 200 Connection established\r\n\r\n";
  RawServer proxy{[this](RawConnection& client, int) {
    auto const request = client.ReadRequest();
    if (!request) return;
    {
      std::lock_guard const lock(mutex);
      said = *request;
    }
    client.Write(answer);
    if (!answer.starts_with("HTTP/1.1 200")) return;
    client.StartTls(context.get());
    while (auto const through = client.ReadRequest()) {
      {
        std::lock_guard const lock(mutex);
        carried += *through;
      }
      client.Write(kOk);
    }
  }};
};

TEST_F(TunnelTest, CarriesTlsToTheEndUnread) {
  BeastTransport transport(Options());

  auto const reply = transport.Send(
      {.url = "https://arm.example/subscriptions", .headers = {{"Authorization", "Bearer t"}}},
      Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_THAT(Said(), StartsWith("CONNECT arm.example:443 HTTP/1."));
  EXPECT_THAT(Said(), Not(HasSubstr("Bearer")));
  EXPECT_THAT(Said(), Not(HasSubstr("Proxy-Authorization")));
}

TEST_F(TunnelTest, IsOpenedWithUserAndPassword) {
  BeastTransport transport(Options("me"));

  ASSERT_TRUE(transport.Send({.url = "https://arm.example/"}, Patient()));

  EXPECT_THAT(Said(), HasSubstr("Proxy-Authorization: Basic bWU6cGFzczp3b3Jk"));
  EXPECT_THAT(Carried(), StartsWith("GET / HTTP/1."));
  EXPECT_THAT(Carried(), Not(HasSubstr("Proxy-Authorization")));
}

TEST_F(TunnelTest, IsVerifiedToTheEnd) {
  BeastTransport transport(Options());

  auto const reply = transport.Send({.url = "https://other.example/"}, Patient());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
}

TEST_F(TunnelTest, RefusedIsPassingTroubleAndTellsNoPassword) {
  answer = "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n";
  BeastTransport transport(Options("me"));

  auto const reply = transport.Send({.url = "https://arm.example/"}, Patient());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
  EXPECT_THAT(reply.error().message, Not(HasSubstr("pass:word")));
}

TEST_F(TunnelTest, IsNotTakenToThisMachine) {
  RawServer const server([](RawConnection& client, int) {
    if (client.ReadRequest()) client.Write(kOk);
  });
  BeastTransport transport(Options());

  ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));

  EXPECT_EQ(Said(), "");
}

}  // namespace
}  // namespace adxf::http
