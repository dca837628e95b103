// The client against a server of raw sockets: what it does with redirects, dropped connections
// and deadlines is looked at on the wire.
#include "http/beast_transport.hpp"
#include "support/raw_server.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <future>
#include <string>
#include <thread>
#include <vector>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;
using test::RawConnection;
using test::RawServer;
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

TEST(BeastTransport, ReturnsStatusHeadersAndBody) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 404 Not Found\r\nX-Ms-Request-Id: r1\r\nContent-Length: 4\r\n\r\ngone");
  });
  BeastTransport transport;

  auto const reply = transport.Send({.url = server.Url()}, Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->Header("x-ms-request-id"), "r1");
  EXPECT_EQ(reply->body, "gone");
}

TEST(BeastTransport, SendsMethodPathHeadersAndBodyAsTheyAre) {
  std::promise<std::string> seen;
  RawServer const server([&](RawConnection& client, int) {
    seen.set_value(client.ReadRequest().value_or(""));
    client.Write(Ok("{}"));
  });
  BeastTransport transport;

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
  EXPECT_THAT(request, HasSubstr("\r\nAuthorization: Bearer t\r\n"));
  EXPECT_THAT(request, HasSubstr("\r\nContent-Type: application/json\r\n"));
  EXPECT_THAT(request, testing::EndsWith("\r\n\r\n{\"a\":1}"));
}

TEST(BeastTransport, RefusesUrlsAndHeadersThatAreNotClean) {
  BeastTransport transport;

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

TEST(BeastTransport, KeepsConnectionsOfOneOrigin) {
  RawServer const server([](RawConnection& client, int) {
    while (client.ReadRequest()) client.Write(Ok("{}"));
  });
  BeastTransport transport;

  for (int i = 0; i < 50; ++i) ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));

  EXPECT_EQ(server.connections(), 1);
}

TEST(BeastTransport, ReportsAConnectionThatIsRefused) {
  int port = 0;
  {
    port = RawServer([](RawConnection&, int) {}).port();
  }
  BeastTransport transport;

  auto const reply =
      transport.Send({.url = "http://127.0.0.1:" + std::to_string(port) + "/"}, Patient());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kUnavailable);
  EXPECT_THAT(reply.error().message,
              StartsWith("GET http://127.0.0.1:" + std::to_string(port) + ": "));
}

TEST(BeastTransport, ReportsAConnectionThatIsCutInTheBody) {
  for (std::string const head :
       {"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(head);
    });
    BeastTransport transport;

    auto const reply = transport.Send({.url = server.Url()}, Patient());

    ASSERT_FALSE(reply) << head;
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
  }
}

TEST(BeastTransport, EndsAtTheDeadlineWhenTheServerHangsBeforeOrInsideTheAnswer) {
  for (std::string const part : {"", "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nonly this"}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(part);
      client.AwaitClose();  // The server never ends it: only the client can.
    });
    BeastTransport transport;

    auto const reply = transport.Send({.url = server.Url()}, Hasty());

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kDeadline);
  }
}

TEST(BeastTransport, EndsAtTheDeadlineHoweverSteadilyBytesTrickle) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    while (client.WriteChunk("x")) client.IsWritable(1);
  });
  BeastTransport transport;

  auto const reply = transport.Send({.url = server.Url()}, Hasty());

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kDeadline);
}

TEST(BeastTransport, EndsAtOnceWhenAskedToStop) {
  std::stop_source stop;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    stop.request_stop();
    client.AwaitClose();
  });
  BeastTransport transport;
  auto call = Patient();
  call.stop = stop.get_token();

  auto const reply = transport.Send({.url = server.Url()}, call);

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kCancelled);
  EXPECT_LT(std::chrono::steady_clock::now(), call.deadline);
}

TEST(BeastTransport, SendsNothingWhenStoppedOrTooLateAlready) {
  RawServer const server([](RawConnection& client, int) { client.AwaitClose(); });
  BeastTransport transport;
  std::stop_source stop;
  stop.request_stop();

  auto const stopped = transport.Send({.url = server.Url()},
                                      {.deadline = Patient().deadline, .stop = stop.get_token()});
  auto const late = transport.Send({.url = server.Url()}, {});

  EXPECT_EQ(stopped.error().code, Code::kCancelled);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  EXPECT_EQ(server.connections(), 0);
}

TEST(BeastTransport, HandsARedirectBackAndTakesTheTokenNowhere) {
  RawServer const other([](RawConnection& client, int) { client.AwaitClose(); });
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 307 Temporary Redirect\r\nLocation: " + other.Url("/stolen") +
                 "\r\nContent-Length: 0\r\n\r\n");
  });
  BeastTransport transport;

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
  BeastTransport transport;
  EXPECT_TRUE(transport.Send({.url = server.Url()}, Patient()));
  write.url = server.Url();

  auto const reply = transport.Send(write, Patient());

  EXPECT_TRUE(!reply && reply.error().code == Code::kUnavailable);
  return {.writes = writes, .connections = server.connections()};
}

void ExpectToArriveOnceOnTheKeptConnection(Request const& write) {
  auto const arrivals = ArrivalsOf(write);
  EXPECT_EQ(arrivals.writes, 1);
  EXPECT_EQ(arrivals.connections, 1);
}

TEST(BeastTransport, SendsAPostOnceEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnceOnTheKeptConnection({.method = Method::kPost, .body = "do it"});
}

TEST(BeastTransport, SendsAPutOnceThatMayNotBeRepeatedEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnceOnTheKeptConnection(
      {.method = Method::kPut, .body = "invite", .repeatable = Repeatable::kNo});
}

TEST(BeastTransport, SendsOnceWhatHasNoBodyEvenWhenAKeptConnectionIsDropped) {
  ExpectToArriveOnceOnTheKeptConnection({.method = Method::kPost});
  ExpectToArriveOnceOnTheKeptConnection({.method = Method::kDelete, .repeatable = Repeatable::kNo});
}

TEST(BeastTransport, SendsAgainWhatMayBeRepeatedWhenAKeptConnectionIsDropped) {
  std::atomic<int> arrived = 0;
  RawServer const server([&](RawConnection& client, int) {
    while (client.ReadRequest()) {
      if (++arrived == 2) return;  // Taken from the kept connection, and never answered.
      client.Write(Ok("{}"));
    }
  });
  BeastTransport transport;
  ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));

  auto const reply =
      transport.Send({.method = Method::kPut, .url = server.Url(), .body = "{}"}, Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(arrived, 3);
  EXPECT_EQ(server.connections(), 2);
}

TEST(BeastTransport, SendsNothingOnAKeptConnectionThatWasClosedSince) {
  std::promise<void> closed;
  RawServer const server([&](RawConnection& client, int) {
    bool const is_write = client.ReadRequest().value_or("").starts_with("POST");
    client.Write(Ok("{}"));
    if (is_write) return;
    client.Shutdown();
    closed.set_value();
  });
  BeastTransport transport;
  ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));
  closed.get_future().wait();

  auto const reply =
      transport.Send({.method = Method::kPost, .url = server.Url(), .body = "do it"}, Patient());

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(server.connections(), 2);
}

TEST(BeastTransport, TakesNoNewsOfTheProgressForTheAnswer) {
  RawServer const server([](RawConnection& client, int) {
    for (int i = 1; client.ReadRequest(); ++i) {
      client.Write("HTTP/1.1 103 Early Hints\r\n\r\n");
      client.IsWritable(1);
      client.Write(Ok(std::to_string(i)));
    }
  });
  BeastTransport transport;

  for (auto const* answer : {"1", "2", "3"}) {
    auto const reply = transport.Send({.method = Method::kPost, .url = server.Url()}, Patient());
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 200);
    EXPECT_EQ(reply->body, answer);
  }
}

TEST(BeastTransport, UsesNoConnectionThatHasRestedForLong) {
  RawServer const server([](RawConnection& client, int) {
    while (client.ReadRequest()) client.Write(Ok("{}"));
  });
  BeastTransport transport({.longest_rest = 0s});

  for (int i = 0; i < 2; ++i) ASSERT_TRUE(transport.Send({.url = server.Url()}, Patient()));

  EXPECT_EQ(server.connections(), 2);
}

TEST(BeastTransport, RefusesALengthThatNoMemoryHolds) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 200 OK\r\nContent-Length: 9000000000000000000\r\n\r\nx");
    client.AwaitClose();
  });
  BeastStreamTransport streams;

  auto const stream = streams.Open({.url = server.Url()}, Patient());
  auto const line = stream ? stream->lines->Next(Patient()) : Failure(stream.error());

  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Code::kUnavailable);
}

TEST(BeastTransport, SaysThatItIsNotKnownWhetherARequestArrived) {
  RawServer const server([](RawConnection& client, int) { client.ReadRequest(); });
  BeastTransport transport;

  auto const reply =
      transport.Send({.method = Method::kPost, .url = server.Url(), .body = "do it"}, Patient());

  ASSERT_FALSE(reply);
  EXPECT_THAT(reply.error().message,
              HasSubstr("the connection was closed, and whether the request arrived"));
}

TEST(BeastTransport, GivesUpOnABodyThatIsTooLong) {
  for (bool const is_chunked : {false, true}) {
    RawServer const server([&](RawConnection& client, int) {
      client.ReadRequest();
      client.Write(is_chunked ? std::string(kChunked)
                              : "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n");
      std::string const block(1 << 16, 'x');
      while (is_chunked ? client.WriteChunk(block) : client.Write(block)) {
      }
    });
    BeastTransport transport({.max_body = 1 << 20});

    auto const reply = transport.Send({.url = server.Url()}, Patient());

    ASSERT_FALSE(reply);
    EXPECT_EQ(reply.error().code, Code::kUnavailable);
    EXPECT_THAT(reply.error().message, HasSubstr("longer than 1048576 bytes"));
  }
}

}  // namespace
}  // namespace adxf::http
