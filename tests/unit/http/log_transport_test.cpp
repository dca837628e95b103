#include "http/log_transport.hpp"

#include "http/line_buffer.hpp"
#include "http/metrics_transport.hpp"
#include "http/tls.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>

namespace adxf::http {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(LoggablePath, HidesTheValuesOfUnknownParameters) {
  EXPECT_EQ(LoggablePath("https://h/a/b?api-version=1&t=123&s=SIGNATURE#frag"),
            "/a/b?api-version=1&t=…&s=…");
  EXPECT_EQ(LoggablePath("https://h"), "/");
  EXPECT_EQ(LoggablePath("https://h/x"), "/x");
}

TEST(LogTransport, WritesOneLineWithoutAnySecret) {
  test::MemoryLog sink(LogLevel::kTrace);
  test::FakeClock clock;
  test::FakeTransport next;
  next.Reply(200, "the-token",
             {{"x-ms-request-id", "r1"},
              {"Set-Cookie", "cookie-secret"},
              {"Location", "https://h/?s=poll-secret"}});
  LogTransport transport(next, Log(sink), clock);

  auto const reply = transport.Send({.method = Method::kPost,
                                     .url = "https://login/t/oauth2/v2.0/token?sig=query-secret",
                                     .headers = {{"Authorization", "Bearer header-secret"}},
                                     .body = "client_secret=body-secret",
                                     .operation = "Token",
                                     .service = "entra"},
                                    {});

  ASSERT_TRUE(reply);
  ASSERT_EQ(sink.lines().size(), 1U);
  EXPECT_EQ(sink.lines()[0].level, LogLevel::kDebug);
  EXPECT_EQ(sink.lines()[0].Field("status"), "200");
  EXPECT_EQ(sink.lines()[0].Field("host"), "login");
  EXPECT_EQ(sink.lines()[0].Field("headers"), "x-ms-request-id=r1");
  EXPECT_THAT(sink.Text(), Not(HasSubstr("secret")));
  EXPECT_THAT(sink.Text(), Not(HasSubstr("the-token")));
}

TEST(LogTransport, TellsWhyThereWasNoAnswer) {
  test::MemoryLog sink;
  test::FakeClock clock;
  test::FakeTransport next;
  next.ReplyError(Code::kUnavailable, "connection refused");
  LogTransport transport(next, Log(sink), clock);

  EXPECT_FALSE(transport.Send({.url = "https://h/"}, {}));

  EXPECT_EQ(sink.lines()[0].Field("code"), "unavailable");
  EXPECT_EQ(sink.lines()[0].Field("error"), "connection refused");
}

TEST(LogTransport, IsSilentAboveDebug) {
  test::MemoryLog sink(LogLevel::kInfo);
  test::FakeClock clock;
  test::FakeTransport next;
  next.Reply(200);

  EXPECT_TRUE(LogTransport(next, Log(sink), clock).Send({.url = "https://h/"}, {}));

  EXPECT_TRUE(sink.lines().empty());
}

TEST(MetricsTransport, CountsCommandsByClusterAndHowTheyEnded) {
  test::FakeClock clock;
  Metrics metrics(clock, {});
  test::FakeTransport next;
  next.Reply(200).Reply(403).Reply(503).ReplyError(Code::kDeadline);
  MetricsTransport transport(next, metrics, clock);
  Request const request{.url = "https://corp.kusto.windows.net/v1",
                        .operation = "show databases",
                        .service = "kusto"};

  for (int i = 0; i < 4; ++i) (void)transport.Send(request, {});

  auto const text = metrics.Render();
  for (char const* how : {"success", "refused", "failed", "no_answer"}) {
    EXPECT_THAT(text,
                HasSubstr("adxfollower_kusto_commands_total{class=\"" + std::string(how) +
                          "\",cluster=\"corp.kusto.windows.net\",command=\"show databases\"} 1\n"));
  }
}

TEST(MetricsTransport, CountsBothSidesUnderTheirNames) {
  test::FakeClock clock;
  Metrics metrics(clock, {});
  test::FakeTransport next;
  next.Reply(200).Reply(429).ReplyError(Code::kUnavailable).ReplyError(Code::kThrottled);
  MetricsTransport transport(next, metrics, clock);

  EXPECT_TRUE(transport.Send({.url = "https://K8s:6443/api", .service = "kubernetes"}, {}));
  EXPECT_TRUE(transport.Send({.url = "https://arm/", .operation = "Get", .service = "arm"}, {}));
  EXPECT_FALSE(transport.Send({.url = "https://arm/", .operation = "Get", .service = "arm"}, {}));
  EXPECT_FALSE(transport.Send({.url = "https://arm/", .operation = "Get", .service = "arm"}, {}));

  auto const text = metrics.Render();
  EXPECT_THAT(
      text,
      HasSubstr("rest_client_requests_total{code=\"200\",host=\"k8s:6443\",method=\"GET\"} 1\n"));
  EXPECT_THAT(
      text, HasSubstr("azure_requests_total{code=\"429\",operation=\"Get\",service=\"arm\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("azure_requests_total{code=\"<error>\",operation=\"Get\",service=\"arm\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("azure_throttled_total{service=\"arm\"} 2\n"));
}

TEST(StreamDecorators, LogAndCountTheHeadAndLeaveTheLinesAlone) {
  test::MemoryLog sink;
  test::FakeClock clock;
  Metrics metrics(clock, {});
  test::FakeStreamTransport next;
  next.Stream({"one"});
  LogStreamTransport log(next, Log(sink), clock);
  MetricsStreamTransport transport(log, metrics, clock);

  auto const stream = transport.Open({.url = "https://k/watch", .service = "kubernetes"}, {});

  ASSERT_TRUE(stream);
  EXPECT_EQ(**stream->lines->Next({}), "one");
  EXPECT_EQ(sink.Count("http exchange"), 1U);
  EXPECT_THAT(
      metrics.Render(),
      HasSubstr("rest_client_requests_total{code=\"200\",host=\"k:443\",method=\"GET\"} 1\n"));
}

TEST(LineBuffer, CutsLinesWhereverThePiecesBreak) {
  std::string const text = "a\n\nbcd\ne";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    LineBuffer lines;
    std::vector<std::string> got;
    for (auto const piece :
         {std::string_view(text).substr(0, cut), std::string_view(text).substr(cut)}) {
      lines.Append(piece);
      while (auto line = lines.Take()) got.push_back(*line);
    }
    EXPECT_THAT(got, testing::ElementsAre("a", "", "bcd"));
    EXPECT_EQ(lines.size(), 1U);
    EXPECT_EQ(lines.TakeRest(), "e");
    EXPECT_FALSE(lines.TakeRest());
  }
}

TEST(TlsContext, SaysWhatIsWrong) {
  EXPECT_TRUE(TlsContextFor({}));
  EXPECT_THAT(TlsContextFor({.ca_file = "/none.pem"}).error().message, HasSubstr("/none.pem"));
  EXPECT_THAT(TlsContextFor({.ca_pem = "garbage"}).error().message,
              HasSubstr("no PEM certificate"));
  EXPECT_THAT(TlsContextFor(
                  {.client_certificate_pem = "garbage", .client_key_pem = Secret(std::string("k"))})
                  .error()
                  .message,
              HasSubstr("client certificate"));
  EXPECT_THAT(TlsContextFor({.client_certificate_file = "/none.crt"}).error().message,
              HasSubstr("/none.crt"));
}

TEST(TlsContext, IsSharedByAllThatTrustTheSame) {
  auto const context = TlsContextFor({});

  EXPECT_EQ(TlsContextFor({}).value(), context.value());
  EXPECT_NE(TlsContextFor({.system_roots = false}).value(), context.value());
}

}  // namespace
}  // namespace adxf::http
