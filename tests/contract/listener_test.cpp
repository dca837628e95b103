#include "http/listener.hpp"

#include "http/beast_transport.hpp"
#include "http/cpprest_on_clang.hpp"

#include <cpprest/http_msg.h>
#include <gmock/gmock.h>

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <functional>
#include <latch>
#include <list>
#include <string>
#include <string_view>
#include <thread>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;

std::vector<DeflatedText> Pieces() {
  std::string lines;
  for (int i = 0; i < 100'000; ++i) lines += "line " + std::to_string(i) + "\n";
  return {Deflate(lines), Deflate(""), Deflate(lines)};
}
std::string Lines() { return TextOf(Pieces()); }

Result<std::unique_ptr<Listener>> OpenListener(int port = 0) {
  return Listener::Open("127.0.0.1", port, [](std::string_view path) -> ListenerReply {
    if (path == "/healthz") return {.body = "ok\n"};
    if (path == "/broken") throw std::runtime_error("no");
    if (path == "/slow") return {.slow_body = [] { return Pieces(); }};
    if (path == "/slow-broken")
      return {.slow_body = []() -> std::vector<DeflatedText> { throw 1; }};
    return {.status = 404, .body = "not found\n"};
  });
}

Result<Response> Ask(Listener const& listener, std::string const& path,
                     Method method = Method::kGet, Headers headers = {}) {
  BeastTransport transport;
  return transport.Send({.method = method,
                         .url = "http://127.0.0.1:" + std::to_string(listener.Port()) + path,
                         .headers = std::move(headers)},
                        {.deadline = std::chrono::steady_clock::now() + 2min});
}

TEST(Listener, AnswersByPathOnAPortOfItsChoice) {
  auto const listener = OpenListener();
  ASSERT_TRUE(listener) << listener.error().message;

  auto const reply = Ask(**listener, "/healthz?verbose");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->body, "ok\n");
  EXPECT_EQ(reply->Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_EQ(Ask(**listener, "/secret")->status, 404);
  EXPECT_EQ(Ask(**listener, "/broken")->status, 500);
}

TEST(Listener, RefusesEveryMethodButGet) {
  auto const listener = OpenListener();
  ASSERT_TRUE(listener) << listener.error().message;

  for (auto const method : {Method::kPut, Method::kPost, Method::kDelete, Method::kPatch})
    EXPECT_EQ(Ask(**listener, "/healthz", method)->status, 405);
}

TEST(Listener, MakesSlowBodiesToo) {
  auto const listener = OpenListener();
  ASSERT_TRUE(listener) << listener.error().message;

  auto const reply = Ask(**listener, "/slow");
  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->Header("Content-Encoding"), "");
  EXPECT_TRUE(reply->body == Lines());
  EXPECT_EQ(Ask(**listener, "/slow-broken")->status, 500);
}

/// The text that a gzip stream stands for.
std::string Unzipped(std::string const& stream) {
  namespace compression = web::http::compression;
  auto const gzip = compression::builtin::make_decompressor(compression::builtin::algorithm::GZIP);
  std::string text(Lines().size() + 1, ' ');
  std::size_t taken = 0;
  bool is_done = false;
  auto const size =
      gzip->decompress(reinterpret_cast<unsigned char const*>(stream.data()), stream.size(),
                       reinterpret_cast<unsigned char*>(text.data()), text.size(),
                       compression::operation_hint::is_last, taken, is_done);
  text.resize(size);
  return is_done ? text : "not a whole stream";
}

TEST(Listener, CompressesSlowBodiesForWhoTakesGzip) {
  auto const listener = OpenListener();
  ASSERT_TRUE(listener) << listener.error().message;

  auto const reply = Ask(**listener, "/slow", Method::kGet,
                         {{"Accept-Encoding", "br;q=1.0, gzip;q=0.8, *;q=0.1"}});

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->Header("Content-Encoding"), "gzip");
  EXPECT_EQ(reply->Header("Content-Type"), "text/plain; charset=utf-8");
  EXPECT_LT(reply->body.size(), Lines().size() / 2);
  EXPECT_TRUE(Unzipped(reply->body) == Lines());
}

TEST(Listener, CompressesNothingForWhoRefusesGzip) {
  auto const listener = OpenListener();
  ASSERT_TRUE(listener) << listener.error().message;

  for (auto const* accepted : {"gzip;q=0", "identity", "br", "gzip;q=much", ";;"}) {
    auto const reply = Ask(**listener, "/slow", Method::kGet, {{"Accept-Encoding", accepted}});
    ASSERT_TRUE(reply) << reply.error().message;
    EXPECT_EQ(reply->status, 200) << accepted;
    EXPECT_EQ(reply->Header("Content-Encoding"), "") << accepted;
  }
}

/// Waits in the first slow body until the test lets it go on.
class Gate {
 public:
  std::string Pass() {
    entered_.count_down();
    opened_.wait();
    return "ok\n";
  }
  void AwaitEntry() { entered_.wait(); }
  void Open() { opened_.count_down(); }

 private:
  std::latch entered_{1};
  std::latch opened_{1};
};

TEST(Listener, AnswersOthersWhileItMakesASlowBody) {
  Gate gate;
  auto const listener =
      Listener::Open("127.0.0.1", 0, [&gate](std::string_view path) -> ListenerReply {
        if (path == "/slow")
          return {.slow_body = [&gate] { return std::vector{Deflate(gate.Pass())}; }};
        return {.body = "ok\n"};
      });
  ASSERT_TRUE(listener) << listener.error().message;

  Result<Response> slow = Fail(Code::kInternal, "not asked");
  std::jthread asker([&] { slow = Ask(**listener, "/slow"); });
  gate.AwaitEntry();
  auto const health = Ask(**listener, "/healthz");
  gate.Open();
  asker.join();

  ASSERT_TRUE(health) << health.error().message;
  EXPECT_EQ(health->body, "ok\n");
  ASSERT_TRUE(slow) << slow.error().message;
  EXPECT_EQ(slow->body, "ok\n");
}

/// Asks, and never reads the answer.
class DeafClient {
 public:
  explicit DeafClient(int port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    // Else the kernel may come to hold a whole answer, which then is done.
    int const room = 4096;
    EXPECT_EQ(::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &room, sizeof room), 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    EXPECT_EQ(::connect(socket_, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
    std::string_view const request = "GET /big HTTP/1.1\r\nHost: here\r\n\r\n";
    EXPECT_EQ(::send(socket_, request.data(), request.size(), 0), std::ssize(request));
  }
  ~DeafClient() { ::close(socket_); }
  DeafClient(DeafClient const&) = delete;
  DeafClient& operator=(DeafClient const&) = delete;

 private:
  int const socket_;
};

/// Whether the answer comes to have that status within a minute. `between` is done after each that
/// has another one.
bool ComesToAnswer(Listener const& listener, int status, std::function<void()> const& between) {
  auto const deadline = std::chrono::steady_clock::now() + 1min;
  while (std::chrono::steady_clock::now() < deadline) {
    auto const reply = Ask(listener, "/big");
    if (reply && reply->status == status) return true;
    between();
  }
  return false;
}

TEST(Listener, KeepsFewAnswersForClientsThatDoNotRead) {
  auto const listener = Listener::Open("127.0.0.1", 0, [](std::string_view path) -> ListenerReply {
    if (path == "/big")
      return {.slow_body = [] { return std::vector{Deflate(std::string(16U << 20U, 'x'))}; }};
    return {.body = "ok\n"};
  });
  ASSERT_TRUE(listener) << listener.error().message;
  {
    std::list<DeafClient> clients;
    // One at a time: a client that came while all places were taken, one by us, holds none.
    auto const add = [&] { clients.emplace_back((*listener)->Port()); };

    // Seven leave one for us, as soon as the one that we had last was given back.
    for (int i = 0; i < 7; ++i) {
      add();
      EXPECT_TRUE(ComesToAnswer(**listener, 200, [] {})) << i;
    }
    EXPECT_TRUE(ComesToAnswer(**listener, 503, add));
    EXPECT_EQ(Ask(**listener, "/healthz")->status, 200);
  }
  EXPECT_TRUE(ComesToAnswer(**listener, 200, [] {}));  // they have gone
}

TEST(Listener, SaysWhenItsPortIsTaken) {
  auto const first = OpenListener();
  ASSERT_TRUE(first) << first.error().message;

  auto const second = OpenListener((*first)->Port());

  ASSERT_FALSE(second);
  EXPECT_THAT(second.error().message,
              testing::HasSubstr("choose another metrics.address or metrics.port"));
}

}  // namespace
}  // namespace adxf::http
