#include "http/request.hpp"

#include "http/url.hpp"

#include <gtest/gtest.h>

namespace adxf::http {
namespace {

TEST(Request, IsRepeatableByMethodUnlessItSaysOtherwise) {
  EXPECT_TRUE((Request{.method = Method::kPut}.IsRepeatable()));
  EXPECT_TRUE((Request{.method = Method::kDelete}.IsRepeatable()));
  EXPECT_FALSE((Request{.method = Method::kPost}.IsRepeatable()));
  EXPECT_FALSE((Request{.method = Method::kPatch}.IsRepeatable()));
  EXPECT_TRUE((Request{.method = Method::kPost, .repeatable = Repeatable::kYes}.IsRepeatable()));
  EXPECT_FALSE((Request{.method = Method::kPut, .repeatable = Repeatable::kNo}.IsRepeatable()));
  EXPECT_TRUE(
      (Request{.method = Method::kPost, .repeatable = Repeatable::kRefusedTwice}.IsRepeatable()));
}

TEST(Headers, CompareWithoutCase) {
  Response const response{.status = 200, .headers = {{"Retry-After", "7"}}};
  EXPECT_EQ(response.Header("retry-AFTER"), "7");
  EXPECT_EQ(response.Header("absent"), "");
}

TEST(OriginOf, SpellsThePortOutAndLowersTheCase) {
  EXPECT_EQ(OriginOf("HTTPS://Management.Azure.com/a?b"), "https://management.azure.com:443");
  EXPECT_EQ(OriginOf("http://127.0.0.1:8080"), "http://127.0.0.1:8080");
  EXPECT_EQ(OriginOf("http://[::1]:80/"), "http://[::1]:80");
  EXPECT_EQ(OriginOf("https://host?x=/y"), "https://host:443");
  EXPECT_EQ(HostOf("https://Host:1/x"), "host");
  EXPECT_EQ(HostOf("https://[fe80::1]/x"), "[fe80::1]");
}

TEST(OriginOf, RefusesWhatTwoReadersCouldReadDifferently) {
  for (auto const* url :
       {"", "host", "//host/x", "ftp://host", "https://", "https:///x", "https://user@host/",
        "https://good.com@evil.com/", "https://ho st/", "https://host:/", "https://host:0",
        "https://host:65536", "https://host:1x", "https://[::1", "https://[evil]/",
        "https://host%2e.com/", "https://host:0443"}) {
    EXPECT_EQ(OriginOf(url), "") << url;
  }
}

TEST(QueryString, EncodesEverythingThatIsNotUnreserved) {
  EXPECT_EQ(QueryString({}), "");
  EXPECT_EQ(QueryString({{"api-version", "2025-02-14"}, {"q", "a b&c=d/é~"}}),
            "?api-version=2025-02-14&q=a%20b%26c%3Dd%2F%C3%A9~");
}

TEST(PathAndQueryOf, KeepsPathAndQueryAndDropsTheFragment) {
  EXPECT_EQ(PathAndQueryOf("https://h/a%2Fb?x=%20#f"), "/a%2Fb?x=%20");
  EXPECT_EQ(PathAndQueryOf("https://h"), "/");
  EXPECT_EQ(PathAndQueryOf("https://h?x=1"), "/?x=1");
  EXPECT_EQ(PathAndQueryOf("https://h/a b").error().code, Code::kInvalid);
  EXPECT_EQ(PathAndQueryOf("https://h//evil").error().code, Code::kInvalid);
  EXPECT_EQ(PathAndQueryOf("https://good.com\\@evil.com").error().code, Code::kInvalid);
}

TEST(IsLoopbackHost, KnowsThisMachineByItsNames) {
  for (auto const* host : {"localhost", "127.0.0.1", "127.8.8.8", "[::1]"})
    EXPECT_TRUE(IsLoopbackHost(host)) << host;
  for (auto const* host : {"", "127.evil.com", "localhost.evil.com", "10.0.0.1", "[::2]"})
    EXPECT_FALSE(IsLoopbackHost(host)) << host;
}

TEST(Request, ChangesNothingWhenItReads) {
  auto const is_mutating = [](Method method, Repeatable repeatable) {
    return Request{.method = method, .repeatable = repeatable}.IsMutating();
  };
  EXPECT_FALSE(is_mutating(Method::kGet, Repeatable::kByMethod));
  EXPECT_FALSE(is_mutating(Method::kPost, Repeatable::kYes));
  EXPECT_TRUE(is_mutating(Method::kPost, Repeatable::kRefusedTwice));
  EXPECT_TRUE(is_mutating(Method::kPost, Repeatable::kByMethod));
  EXPECT_TRUE(is_mutating(Method::kPost, Repeatable::kNo));
  EXPECT_TRUE(is_mutating(Method::kPut, Repeatable::kYes));
  EXPECT_TRUE(is_mutating(Method::kDelete, Repeatable::kYes));
  EXPECT_TRUE(is_mutating(Method::kPatch, Repeatable::kYes));
}

}  // namespace
}  // namespace adxf::http
