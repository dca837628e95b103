#include "http/throttle_transport.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using testing::ElementsAre;
using testing::IsEmpty;

class ThrottleTransportTest : public testing::Test {
 protected:
  CallContext Call(Duration patience = 1min) {
    return {.deadline = clock.Steady() + patience, .stop = stop.get_token()};
  }
  Result<Response> Get(std::string const& key = "s") {
    return throttle.Send({.url = "https://h/" + key}, Call());
  }
  Result<Response> Put() {
    return throttle.Send({.method = Method::kPut, .url = "https://h/s"}, Call());
  }

  std::stop_source stop;
  test::FakeClock clock;
  test::FakeTransport next{
      [](Request const&, CallContext const&) -> Result<Response> { return Answer(200); }};
  TokenBuckets buckets{
      {.reads = {.capacity = 2, .per_second = 0.5}, .writes = {.capacity = 1, .per_second = 1}}};
  ThrottleTransport throttle{next, buckets, clock, {.key_of = [](Request const& request) {
                               return request.url.substr(10);
                             }}};
};

TEST_F(ThrottleTransportTest, LetsABurstThroughAndThenKeepsTheRate) {
  for (int i = 0; i < 4; ++i) EXPECT_TRUE(Get());

  EXPECT_THAT(clock.waits(), ElementsAre(2s, 2s));
}

TEST_F(ThrottleTransportTest, CountsKindsAndKeysApart) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Get("s"));
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Get("t"));
  EXPECT_TRUE(Put());
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(Get(""));

  EXPECT_THAT(clock.waits(), IsEmpty());
}

TEST_F(ThrottleTransportTest, RefusesAtOnceWhenTheWaitWouldPassTheDeadline) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Get());

  auto const reply = throttle.Send({.url = "https://h/s"}, Call(1s));

  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::kThrottled);
  EXPECT_EQ(reply.error().retry_after, 2s);
  EXPECT_EQ(next.count(), 2U);
  EXPECT_TRUE(Get());
  EXPECT_THAT(clock.waits(), ElementsAre(2s));
}

TEST_F(ThrottleTransportTest, ObeysARemainderThatTheServiceReports) {
  next.Reply(200, "", {{"x-ms-ratelimit-remaining-subscription-reads", "0"}});
  EXPECT_TRUE(Get());

  EXPECT_TRUE(Get());

  EXPECT_THAT(clock.waits(), ElementsAre(2s));
}

TEST_F(ThrottleTransportTest, IgnoresRemaindersThatAreLargeOrMalformed) {
  next.Reply(200, "",
             {{"x-ms-ratelimit-remaining-subscription-reads", "11999"},
              {"x-ms-ratelimit-remaining-subscription-resource-requests", "x"}});
  EXPECT_TRUE(Get());

  EXPECT_TRUE(Get());

  EXPECT_THAT(clock.waits(), IsEmpty());
}

TEST_F(ThrottleTransportTest, SendsNothingWhileTheServiceHasForbiddenIt) {
  next.Reply(429, "", {{"Retry-After", "30"}});
  EXPECT_EQ(Get()->status, 429);

  auto const early = Get();

  ASSERT_FALSE(early);
  EXPECT_EQ(early.error().code, Code::kThrottled);
  EXPECT_EQ(early.error().retry_after, 30s);
  EXPECT_EQ(next.count(), 1U);
  clock.Advance(30s);
  EXPECT_TRUE(Get());
}

TEST_F(ThrottleTransportTest, EndsWhenAskedToStop) {
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Get());
  stop.request_stop();

  EXPECT_EQ(Get().error().code, Code::kCancelled);
  EXPECT_EQ(next.count(), 2U);
}

TEST(TokenBuckets, PromisesTokensInOrder) {
  TokenBuckets buckets({.reads = {.capacity = 1, .per_second = 1}});
  SteadyPoint const now{1h};

  EXPECT_EQ(buckets.Take("s", CallKind::kRead, now), now);
  EXPECT_EQ(buckets.Take("s", CallKind::kRead, now), now + 1s);
  EXPECT_EQ(buckets.Take("s", CallKind::kRead, now), now + 2s);
  buckets.Return("s", CallKind::kRead);
  EXPECT_EQ(buckets.Take("s", CallKind::kRead, now), now + 2s);
}

TEST(TokenBuckets, StartWithArmsPublishedSizes) {
  TokenBuckets buckets;
  EXPECT_EQ(buckets.Remaining("s", CallKind::kRead, SteadyPoint()), 250);
  EXPECT_EQ(buckets.Remaining("s", CallKind::kWrite, SteadyPoint()), 200);
  EXPECT_EQ(buckets.Remaining("s", CallKind::kDelete, SteadyPoint()), 200);
}

}  // namespace
}  // namespace adxf::http
