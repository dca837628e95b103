// Streams against a server of raw sockets: pieces, ends, deadlines and a reader
// that does not read.
#include "http/beast_transport.hpp"
#include "support/raw_server.hpp"

#include <gmock/gmock.h>

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
using testing::ElementsAre;

// Far away: a test that reaches it has failed.
CallContext Patient() { return {.deadline = std::chrono::steady_clock::now() + 2min}; }
CallContext Hasty() { return {.deadline = std::chrono::steady_clock::now() + 200ms}; }

constexpr char kChunked[] = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

std::vector<std::string> ReadAll(LineSource& lines) {
  std::vector<std::string> result;
  for (;;) {
    auto const line = lines.Next(Patient());
    if (!line) return result.push_back("error " + std::string(ToString(line.error().code))), result;
    if (!*line) return result;
    result.push_back(**line);
  }
}

TEST(BeastStreamTransport, DeliversLinesHoweverTheyAreCutIntoPieces) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    for (auto const* piece : {"{\"a\"", ":1}\n{\"b\":2}\n{", "\"c\":3}", "\n", "\nlast"})
      client.WriteChunk(piece);
    client.Write("0\r\n\r\n");
    client.AwaitClose();
  });
  BeastStreamTransport transport;

  auto stream = transport.Open({.url = server.Url()}, Patient());

  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_EQ(stream->head.status, 200);
  EXPECT_THAT(ReadAll(*stream->lines),
              ElementsAre(R"({"a":1})", R"({"b":2})", R"({"c":3})", "", "last"));
}

TEST(BeastStreamTransport, DeliversALineBeforeTheNextIsSent) {
  std::promise<void> first_read;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    client.WriteChunk("one\n");
    first_read.get_future().wait();
    client.WriteChunk("two\n");
    client.Write("0\r\n\r\n");
    client.AwaitClose();
  });
  BeastStreamTransport transport;
  auto stream = transport.Open({.url = server.Url()}, Patient());
  ASSERT_TRUE(stream) << stream.error().message;

  auto const one = stream->lines->Next(Patient());
  first_read.set_value();

  ASSERT_TRUE(one) << one.error().message;
  EXPECT_EQ(**one, "one");
  EXPECT_THAT(ReadAll(*stream->lines), ElementsAre("two"));
}

TEST(BeastStreamTransport, StaysUsableAfterADeadlineWithoutALine) {
  std::promise<void> waited;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    waited.get_future().wait();
    client.WriteChunk("late\n");
    client.Write("0\r\n\r\n");
    client.AwaitClose();
  });
  BeastStreamTransport transport;
  auto stream = transport.Open({.url = server.Url()}, Patient());
  ASSERT_TRUE(stream) << stream.error().message;

  auto const nothing = stream->lines->Next(Hasty());
  waited.set_value();

  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code, Code::kDeadline);
  EXPECT_THAT(ReadAll(*stream->lines), ElementsAre("late"));
}

TEST(BeastStreamTransport, TellsABrokenStreamFromAnEndedOne) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    client.WriteChunk("whole\nhal");
  });
  BeastStreamTransport transport;

  auto stream = transport.Open({.url = server.Url()}, Patient());

  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_THAT(ReadAll(*stream->lines), ElementsAre("whole", "error unavailable"));
}

TEST(BeastStreamTransport, StopsReadingAtOnceAndClosesTheConnection) {
  std::promise<void> closed;
  std::stop_source stop;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    client.AwaitClose();
    closed.set_value();
  });
  BeastStreamTransport transport;
  auto stream = transport.Open({.url = server.Url()}, Patient());
  ASSERT_TRUE(stream) << stream.error().message;
  auto call = Patient();
  call.stop = stop.get_token();
  std::jthread const stopper([&] { stop.request_stop(); });

  auto const line = stream->lines->Next(call);
  stream->lines.reset();

  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Code::kCancelled);
  closed.get_future().wait();
}

TEST(BeastStreamTransport, HandsARefusalBackWithItsBody) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write("HTTP/1.1 410 Gone\r\nContent-Length: 7\r\n\r\nexpired");
  });
  BeastStreamTransport transport;

  auto const stream = transport.Open({.url = server.Url()}, Patient());

  ASSERT_TRUE(stream) << stream.error().message;
  EXPECT_EQ(stream->head.status, 410);
  EXPECT_EQ(stream->head.body, "expired");
  EXPECT_EQ(stream->lines, nullptr);
}

TEST(BeastStreamTransport, GivesUpOnALineThatIsTooLong) {
  RawServer const server([](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    while (client.WriteChunk(std::string(1 << 14, 'x'))) {
    }
  });
  BeastStreamTransport transport({.max_line = 1 << 18});
  auto stream = transport.Open({.url = server.Url()}, Patient());
  ASSERT_TRUE(stream) << stream.error().message;

  auto const line = stream->lines->Next(Patient());

  ASSERT_FALSE(line);
  EXPECT_EQ(line.error().code, Code::kUnavailable);
}

TEST(BeastStreamTransport, StopsReadingFromTheNetworkWhileNobodyReadsTheLines) {
  constexpr int kLines = 1024;  // Of 64 KiB: far more than all buffers on the way hold.
  std::promise<int> stalled_after;
  RawServer const server([&](RawConnection& client, int) {
    client.ReadRequest();
    client.Write(kChunked);
    std::string const line = std::string(65'535, 'x') + "\n";
    bool is_stalled = false;
    for (int i = 0; i < kLines; ++i) {
      if (!is_stalled && !client.IsWritable(500)) {
        is_stalled = true;
        stalled_after.set_value(i);
      }
      client.WriteChunk(line);
    }
    if (!is_stalled) stalled_after.set_value(kLines);
    client.Write("0\r\n\r\n");
    client.AwaitClose();
  });
  BeastStreamTransport transport;
  auto stream = transport.Open({.url = server.Url()}, Patient());
  ASSERT_TRUE(stream) << stream.error().message;

  EXPECT_LT(stalled_after.get_future().get(), kLines);

  EXPECT_EQ(ReadAll(*stream->lines).size(), static_cast<std::size_t>(kLines));
}

}  // namespace
}  // namespace adxf::http
