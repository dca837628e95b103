#include "http/retry_transport.hpp"

#include "http/retry_after.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;
using test::Answer;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(RetryAfter, ReadsSecondsDatesAndMilliseconds) {
  TimePoint const now(std::chrono::seconds(784'111'770));
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", "7"}}), now), 7s);
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", " 7 "}}), now), 7s);
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"}}), now),
            7s);
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", "Sun, 06 Nov 1994 08:49:00 GMT"}}), now),
            0s);
  EXPECT_EQ(
      RetryAfterOf(Answer(429, "", {{"x-ms-retry-after-ms", "250"}, {"Retry-After", "7"}}), now),
      250ms);
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"retry-after-ms", "100"}}), now), 100ms);
  auto const old = Answer(429, "", {{"Retry-After", "Sun, 06 Nov 1949 08:49:37 GMT"}});
  EXPECT_EQ(RetryAfterOf(old, TimePoint::max()), 0ms) << "no difference is too large";
  EXPECT_EQ(RetryAfterOf(Answer(429, "", {{"Retry-After", "99999999999999999999"}}), now), 24h);
  EXPECT_EQ(RetryAfterSeconds(Answer(429, "", {{"retry-after-ms", "100"}}), now), 1s);
}

TEST(RetryAfter, IgnoresBadValues) {
  for (auto const* value : {"", "-1", "soon", "1.5", "0x10", "7 seconds"}) {
    EXPECT_FALSE(RetryAfterOf(Answer(429, "", {{"Retry-After", value}}), TimePoint())) << value;
  }
  EXPECT_EQ(
      RetryAfterOf(Answer(429, "", {{"retry-after-ms", "x"}, {"Retry-After", "7"}}), TimePoint()),
      7s);
}

class RetryTransportTest : public testing::Test {
 protected:
  CallContext Call(Duration patience = 1min) {
    return {.deadline = clock.Steady() + patience, .stop = stop.get_token()};
  }

  std::stop_source stop;
  test::FakeClock clock;
  test::FakeRandom random;
  test::FakeTransport next;
  RetryTransport retry{next, clock, random};
  Request const get{.url = "https://h/"};
  Request const post{.method = Method::kPost, .url = "https://h/"};
};

TEST_F(RetryTransportTest, PassesSuccessAndOrdinaryRefusalsOn) {
  for (int const status : {200, 201, 400, 401, 403, 404, 409, 410, 501}) {
    next.Reply(status);
    EXPECT_EQ(retry.Send(get, Call())->status, status);
  }
  EXPECT_THAT(clock.waits(), IsEmpty());
}

TEST_F(RetryTransportTest, WaitsAsLongAsTheServiceAsks) {
  next.Reply(429, "", {{"Retry-After", "7"}}).Reply(200);

  auto const reply = retry.Send(get, Call());

  ASSERT_TRUE(reply);
  EXPECT_EQ(reply->status, 200);
  EXPECT_THAT(clock.waits(), ElementsAre(7s));
}

TEST_F(RetryTransportTest, HandsALongerRetryAfterToTheCaller) {
  next.Reply(429, "", {{"Retry-After", "17"}});

  auto const reply = retry.Send(get, Call());

  EXPECT_EQ(reply->status, 429);
  EXPECT_EQ(reply->Header("Retry-After"), "17");
  EXPECT_THAT(clock.waits(), IsEmpty());
}

TEST_F(RetryTransportTest, TriesThreeTimesWithGrowingPauses) {
  next.Reply(500).Reply(502).Reply(504);

  EXPECT_EQ(retry.Send(get, Call())->status, 504);

  EXPECT_EQ(next.count(), 3U);
  EXPECT_THAT(clock.waits(), ElementsAre(500ms, 1000ms));
}

TEST_F(RetryTransportTest, SpreadsItsPauses) {
  random.Script(0.5);
  next.ReplyError(Code::kUnavailable).Reply(200);

  EXPECT_TRUE(retry.Send(get, Call()));

  EXPECT_THAT(clock.waits(), ElementsAre(375ms));
}

TEST_F(RetryTransportTest, StaysWithinItsBudget) {
  next.Reply(503, "", {{"Retry-After", "6"}}).Reply(503, "", {{"Retry-After", "6"}});

  EXPECT_EQ(retry.Send(get, Call())->status, 503);

  EXPECT_THAT(clock.waits(), ElementsAre(6s));
}

TEST_F(RetryTransportTest, NeverWaitsBeyondTheDeadline) {
  next.Reply(503, "", {{"Retry-After", "3"}});

  EXPECT_EQ(retry.Send(get, Call(2s))->status, 503);

  EXPECT_THAT(clock.waits(), IsEmpty());
}

TEST_F(RetryTransportTest, EndsWhenAskedToStop) {
  next.HandleWith([&](Request const&, CallContext const&) -> Result<Response> {
    stop.request_stop();
    return Answer(503);
  });

  EXPECT_EQ(retry.Send(get, Call()).error().code, Code::kCancelled);
  EXPECT_EQ(next.count(), 1U);
}

TEST_F(RetryTransportTest, NeverSendsAPostAgainAfterABrokenConnection) {
  next.ReplyError(Code::kUnavailable);

  EXPECT_EQ(retry.Send(post, Call()).error().code, Code::kUnavailable);
  EXPECT_EQ(next.count(), 1U);
}

TEST_F(RetryTransportTest, SendsAPostAgainOnlyWhenTheServiceSaysThatItDidNothing) {
  next.Reply(429, R"({"error":{}})").Reply(503, R"({"error":{}})").Reply(200);
  EXPECT_EQ(retry.Send(post, Call())->status, 200);

  for (auto const& [status, body] :
       {std::pair{500, "{}"}, {504, "{}"}, {408, "{}"}, {503, ""}, {429, ""}}) {
    next.Forget();
    next.Reply(status, body);
    EXPECT_EQ(retry.Send(post, Call())->status, status);
    EXPECT_EQ(next.count(), 1U) << status;
  }
}

TEST_F(RetryTransportTest, SendsAPostAgainWhenItsCallerVouchesForIt) {
  next.ReplyError(Code::kUnavailable).Reply(200);

  EXPECT_TRUE(retry.Send(
      {.method = Method::kPost, .url = "https://h/", .repeatable = Repeatable::kYes}, Call()));
}

TEST_F(RetryTransportTest, DoesNotRetryWhatCannotGoAway) {
  for (auto const code :
       {Code::kInvalid, Code::kCancelled, Code::kDeadline, Code::kThrottled, Code::kUnauthorized}) {
    next.Forget();
    next.ReplyError(code);
    EXPECT_EQ(retry.Send(get, Call()).error().code, code);
    EXPECT_EQ(next.count(), 1U);
  }
}

}  // namespace
}  // namespace adxf::http
