// The small values that everything else stands on: errors, secrets, back-off, identifiers, real
// time.
#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <gmock/gmock.h>

#include <set>
#include <thread>
#include <type_traits>

namespace adxf {
namespace {

using namespace std::chrono_literals;

TEST(Error, KeepsEverythingButTheMessageWhenContextIsAdded) {
  Error const error{.code = Code::kThrottled,
                    .message = "slow down",
                    .service_code = "TooManyRequests",
                    .retry_after = 7s,
                    .http_status = 429};

  auto const more = error.Because("reading the cluster");

  EXPECT_EQ(more.message, "reading the cluster: slow down");
  EXPECT_EQ(more.service_code, "TooManyRequests");
  EXPECT_EQ(more.retry_after, 7s);
  EXPECT_TRUE(more.IsTransient());
}

Result<int> Half(int number) {
  if (number % 2 != 0) return Fail(Code::kInvalid, "odd");
  return number / 2;
}
Result<int> Quarter(int number) {
  TRY_ASSIGN(auto const half, Half(number));
  TRY_ASSIGN(auto const quarter, Half(half));
  return quarter;
}

TEST(Result, PassesTheFirstErrorOn) {
  EXPECT_EQ(Quarter(8), 2);
  EXPECT_EQ(Quarter(6).error().message, "odd");
}

static_assert(!std::is_copy_constructible_v<Secret> && !std::equality_comparable<Secret>);

TEST(Secret, MovesComparesAndLeavesNothingBehind) {
  Secret first(std::string("hunter2"));
  Secret const second = std::move(first);

  EXPECT_EQ(second.Reveal(), "hunter2");
  EXPECT_TRUE(second.Matches(second.Clone()));
  EXPECT_FALSE(second.Matches(Secret(std::string("hunter3"))));
  EXPECT_FALSE(second.Matches(Secret()));
}

TEST(Backoff, DoublesUpToItsLimitAndSpreads) {
  Backoff const backoff{.initial = 1000ms, .maximum = 8000ms};

  EXPECT_EQ(backoff.Delay(0, 0.0), 1000ms);
  EXPECT_EQ(backoff.Delay(2, 0.0), 4000ms);
  EXPECT_EQ(backoff.Delay(50, 0.0), 8000ms);
  EXPECT_EQ(backoff.Delay(1'000'000, 0.0), 8000ms);
  EXPECT_EQ(backoff.Delay(0, 0.5), 750ms);
}

TEST(SystemRandom, MakesVersion4GuidsThatDiffer) {
  SystemRandom random;
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) {
    auto const guid = random.Guid();
    EXPECT_THAT(guid, testing::MatchesRegex(
                          "[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}"));
    seen.insert(guid);
  }
  EXPECT_EQ(seen.size(), 1000U);
}

TEST(RealClock, ReturnsAtOnceWhenStoppedOrDue) {
  RealClock clock;
  std::stop_source stop;

  EXPECT_TRUE(clock.WaitUntil(clock.Steady(), stop.get_token()));

  std::jthread const stopper([&] { stop.request_stop(); });
  EXPECT_FALSE(clock.WaitUntil(clock.Steady() + 24h, stop.get_token()));
}

}  // namespace
}  // namespace adxf
