#include "http/listener.hpp"

#include "http/cpprest_transport.hpp"

#include <gmock/gmock.h>

#include <string>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;

Result<std::unique_ptr<Listener>> OpenListener(int port = 0) {
  return Listener::Open("127.0.0.1", port, [](std::string_view path) -> ListenerReply {
    if (path == "/healthz") return {.body = "ok\n"};
    if (path == "/broken") throw std::runtime_error("no");
    return {.status = 404, .body = "not found\n"};
  });
}

Result<Response> Ask(Listener const& listener, std::string const& path,
                     Method method = Method::kGet) {
  CpprestTransport transport;
  return transport.Send(
      {.method = method, .url = "http://127.0.0.1:" + std::to_string(listener.Port()) + path},
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
