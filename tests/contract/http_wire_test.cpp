// The adapter over cpprestsdk against a server of raw sockets: what the library does with
// redirects, dropped connections, deadlines and TLS is not what its documentation says, so it is
// looked at on the wire.
#include "http/cpprest_transport.hpp"
#include "support/raw_server.hpp"
#include "support/test_certificates.hpp"

#include <gmock/gmock.h>

#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;
using test::RawConnection;
using test::RawServer;
using test::TestAuthority;
using testing::HasSubstr;
using testing::StartsWith;

// Far away: a test that reaches it has failed.
CallContext Patient() { return {.deadline = std::chrono::steady_clock::now() + 2min}; }
CallContext Hasty() { return {.deadline = std::chrono::steady_clock::now() + 200ms}; }

std::string Ok(std::string const& body) {
  return "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + body;
}
constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST(CpprestTransport, ReturnsStatusHeadersAndBody) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 404 Not Found\r\nX-Ms-Request-Id: r1\r\nContent-Length: 4\r\n\r\ngone");
  });
  CpprestTransport transport;

  auto const reply = transport.Send({.url = server.Url()}, Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->Header("x-ms-request-id"), "r1");
  EXPECT_EQ(reply->body, "gone");
}

TEST(CpprestTransport, SendsMethodPathHeadersAndBodyAsTheyAre) {
  std::promise<std::string> seen;
  RawServer const server([&](RawConnection& client, int) {
    seen.set_value(client.ReadRequest().value_or(""));
    client.Write(Ok("{}"));
  });
  CpprestTransport transport;

  auto const reply = transport.Send(
      {.method = Method::kPut,
       .url = server.Url("/subscriptions/a%2Fb/x%20y?api-version=2025-02-14&q=%22a%2Bb%22#part"),
       .headers = {{"Authorization", "Bearer t"}, {"Content-Type", "application/json"}},
       .body = R"({"a":1})"},
      Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  std::string const request = seen.get_future().get();
  EXPECT_THAT(
      request,
      StartsWith(
          "PUT /subscriptions/a%2Fb/x%20y?api-version=2025-02-14&q=%22a%2Bb%22 HTTP/1.1\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization:Bearer t\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type:application/json\r\n"));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\n{\"a\":1}"));
}

TEST(CpprestTransport, RefusesUrlsAndHeadersThatAreNotClean) {
  CpprestTransport transport;

  for (auto const* url : {"", "/path", "ftp://127.0.0.1/", "http://user@127.0.0.1/",
                          "http://127.0.0.1/a b", "http://127.0.0.1//evil/"}) {
    auto const reply = transport.Send({.url = url}, Patient());
    ASSERT_FALSE(reply) << url;
    EXPECT_EQ(reply.error().code, Code::kInvalid) << url;
  }
  auto const reply = transport.Send(
      {.url = "http://127.0.0.1:1/", .headers = {{"X-A", "a\r\nX-B: b"}}}, Patient());
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kInvalid);
}

TEST(CpprestTransport, KeepsConnectionsOfOneOrigin) {
  RawServer const server([](RawConnection& client, int) {
    while (client.ReadRequest()) client.Write(Ok("{}"));
  });
  CpprestTransport transport;

  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));

  // Not exactly one: the library puts a connection back a moment after it has told us of the
  // answer.
  EXPECT_LT(server.connections(), 50);
}

TEST(CpprestTransport, ReportsAConnectionThatIsRefused) {
  int port = 0;
  {
    port = RawServer([](RawConnection&, int) {}).port();
  }
  CpprestTransport transport;

  auto const reply =
      transport.Send({.url = "http://127.0.0.1:" + std::to_string(port) + "/"}, Patient());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
  EXPECT_THAT(reply.error().message,
              StartsWith("GET http://127.0.0.1:" + std::to_string(port) + ": "));
}

TEST(CpprestTransport, ReportsAConnectionThatIsCutInTheBody) {
  for (std::string const head :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(head);
    });
    CpprestTransport transport;

    auto const reply = transport.Send({.url = server.Url()}, Patient());

    ASSERT_FALSE(reply) << head;
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
  }
}

TEST(CpprestTransport, EndsAtTheDeadlineWhenTheServerHangsBeforeOrInsideTheAnswer) {
  for (std::string const part : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(part);
      client.AwaitClose();  // The server never ends it: only the client can.
    });
    CpprestTransport transport;

    auto const reply = transport.Send({.url = server.Url()}, Hasty());

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kDeadline);
  }
}

TEST(CpprestTransport, EndsAtTheDeadlineHoweverSteadilyBytesTrickle) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    while (client.WriteChunk("x")) client.IsWritable(1);
  });
  CpprestTransport transport;

  auto const reply = transport.Send({.url = server.Url()}, Hasty());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kDeadline);
}

TEST(CpprestTransport, EndsAtOnceWhenAskedToStop) {
  std::stop_source stop;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    stop.request_stop();
    client.AwaitClose();
  });
  CpprestTransport transport;
  auto call = Patient();
  call.stop = stop.get_token();

  auto const reply = transport.Send({.url = server.Url()}, call);

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now(), call.deadline);
}

TEST(CpprestTransport, SendsNothingWhenStoppedOrTooLateAlready) {
  RawServer const server([](RawConnection& client, int) { client.AwaitClose(); });
  CpprestTransport transport;
  std::stop_source stop;
  stop.request_stop();

  auto const stopped = transport.Send({.url = server.Url()},
                                      {.deadline = Patient().deadline, .stop = stop.get_token()});
  auto const late = transport.Send({.url = server.Url()}, {});

  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  EXPECT_EQ(server.connections(), 0);
}

TEST(CpprestTransport, HandsARedirectBackAndTakesTheTokenNowhere) {
  RawServer const other([](RawConnection& client, int) { client.AwaitClose(); });
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + other.Url("/stolen") +
                 "\r\nContent-Length: 0\r\n\r\n");
  });
  CpprestTransport transport;

  auto const reply =
      transport.Send({.url = server.Url(), .headers = {{"Authorization", "Bearer t"}}}, Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 307);
  EXPECT_EQ(other.connections(), 0);
}

struct Arrivals {
  int writes = 0;
  int connections = 0;
};

/// Sends a request that writes to a server that closes the connection, kept alive by reads before,
/// when it arrives; how often it arrived.
Arrivals ArrivalsOf(Request write) {
  std::atomic<int> writes = 0;
  RawServer const server([&](RawConnection& client, int) {
    while (auto const request = client.ReadRequest()) {
      if (!request->starts_with("GET")) {
        ++writes;
        return;  // Taken, and never answered.
      }
      client.Write(Ok("{}"));
    }
  });
  CpprestTransport transport;
  EXPECT_TRUE(transport.Send({.url = server.Url()}, Patient()));
  write.url = server.Url();

  auto const reply = transport.Send(write, Patient());

  EXPECT_TRUE(!reply && reply.error().code == Code::kUnavailable);
  return {.writes = writes, .connections = server.connections()};
}

/// Each time it must arrive once. Whether the connection is back in the library's hands when the
/// write begins is a matter of moments, so it is tried until it was kept as often as wanted.
void ExpectToArriveOnce(Request const& write, int kept_at_least) {
  int kept = 0;
  for (int i = 0; i < 200 && (i == 0 || kept < kept_at_least); ++i) {
    auto const arrivals = ArrivalsOf(write);
    EXPECT_EQ(arrivals.writes, 1);
    kept += arrivals.connections == 1 ? 1 : 0;
  }
  EXPECT_GE(kept, kept_at_least);
}

TEST(CpprestTransport, SendsAPostOnceEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnce({.method = Method::kPost, .body = "do it"}, 3);
}

TEST(CpprestTransport, SendsAPutOnceThatMayNotBeRepeatedEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnce({.method = Method::kPut, .body = "invite", .repeatable = Repeatable::kNo}, 3);
}

TEST(CpprestTransport, SendsOnceWhatHasNoBodyEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnce({.method = Method::kPost}, 0);
  ExpectToArriveOnce({.method = Method::kDelete, .repeatable = Repeatable::kNo}, 0);
}

TEST(CpprestTransport, SaysThatItIsNotKnownWhetherARequestArrived) {
  RawServer const server([](RawConnection& client, int) {
    while (auto const request = client.ReadRequest()) {
      if (!request->starts_with("GET")) return;
      client.Write(Ok("{}"));
    }
  });
  CpprestTransport transport;
  std::string said;
  for (int i = 0; i < 200 && !said.contains("not known"); ++i) {
    ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));
    auto const reply =
        transport.Send({.method = Method::kPost, .url = server.Url(), .body = "do it"}, Patient());
    ASSERT_FALSE(reply);
    said = reply.error().message;
  }
  EXPECT_THAT(said, HasSubstr("the connection was closed, and whether the request arrived"));
}

TEST(CpprestTransport, GivesUpOnABodyThatIsTooLong) {
  for (bool const is_chunked : {false, true}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(is_chunked ? std::string(kChunked)
                              : "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      std::string const block(1 << 16, 'x');
      while (is_chunked ? client.WriteChunk(block) : client.Write(block)) {
      }
    });
    CpprestTransport transport({.max_body = 1 << 20});

    auto const reply = transport.Send({.url = server.Url()}, Patient());

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
    EXPECT_THAT(reply.error().message, HasSubstr("longer than 1048576 bytes"));
  }
}

Result<Response> GetOverTls(TestAuthority const& signer, std::string const& names, TlsOptions tls) {
  auto const context = signer.ServerContext(names);
  RawServer const server(
      [](RawConnection& client, int) {
        if (client.ReadRequest()) client.Write(Ok("{}"));
      },
      context.get());
  CpprestTransport transport({.tls = std::move(tls)});
  return transport.Send({.url = server.Url()}, Patient());
}

TEST(CpprestTransport, TrustsTheConfiguredAuthority) {
  TestAuthority const authority;

  auto const reply =
      GetOverTls(authority, "IP:127.0.0.1", {.ca_pem = authority.Pem(), .system_roots = false});

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
}

TEST(CpprestTransport, RefusesAnotherAuthority) {
  TestAuthority const authority;
  TestAuthority const stranger;

  for (bool const system_roots : {false, true}) {
    auto const reply = GetOverTls(stranger, "IP:127.0.0.1",
                                  {.ca_pem = authority.Pem(), .system_roots = system_roots});
    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
  }
}

TEST(CpprestTransport, RefusesACertificateForAnotherHost) {
  TestAuthority const authority;

  auto const reply = GetOverTls(authority, "DNS:elsewhere.example,IP:127.0.0.2",
                                {.ca_pem = authority.Pem(), .system_roots = false});

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
}

TEST(CpprestTransport, FollowsAnAuthorityThatIsReplacedInItsFile) {
  TestAuthority const before;
  TestAuthority const after;
  auto const file = std::filesystem::path(testing::TempDir()) / "rotated-ca.pem";
  auto const context = before.ServerContext("IP:127.0.0.1");
  RawServer const server(
      [](RawConnection& client, int) {
        if (client.ReadRequest()) client.Write(Ok("{}"));
      },
      context.get());
  CpprestTransport transport({.tls = {.ca_file = file, .system_roots = false}});
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

TEST(CpprestTransport, TrustsNobodyAndSaysWhyWhenTheAuthorityCannotBeRead) {
  TestAuthority const authority;

  auto const reply = GetOverTls(authority, "IP:127.0.0.1", {.ca_file = "/does/not/exist.pem"});

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message, HasSubstr("cannot read the CA file /does/not/exist.pem"));
}

}  // namespace
}  // namespace adxf::http
