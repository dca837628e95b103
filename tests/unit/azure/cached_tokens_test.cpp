#include "azure/cached_tokens.hpp"

#include "support/fake_clock.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <deque>
#include <latch>
#include <thread>

namespace adxf::azure {
namespace {

using namespace std::chrono_literals;

/// Counts, and answers from a handler.
class ScriptedTokens final : public TokenSource {
 public:
  using Handler = std::function<Result<AccessToken>(int call)>;
  explicit ScriptedTokens(Handler handler) : handler_(std::move(handler)) {}

  Result<AccessToken> Get(std::string const& /*scope*/,
                          http::CallContext const& /*call*/) override {
    return handler_(++calls);
  }
  void Invalidate(std::string const& /*scope*/) override {}

  std::atomic<int> calls{0};

 private:
  Handler handler_;
};

struct Cached : ::testing::Test {
  test::FakeClock clock;
  ScriptedTokens* source = nullptr;
  std::unique_ptr<CachedTokens> tokens;
  std::chrono::seconds life = 3600s;
  bool is_failing = false;

  Cached() {
    Use([this](int call) { return Next(call); });
  }

  void Use(ScriptedTokens::Handler handler) {
    auto scripted = std::make_unique<ScriptedTokens>(std::move(handler));
    source = scripted.get();
    tokens = std::make_unique<CachedTokens>(std::move(scripted), clock);
  }
  Result<AccessToken> Next(int call) const {
    if (is_failing) return Fail(Code::kUnavailable, "down");
    return AccessToken{.value = Secret("token-" + std::to_string(call)),
                       .expires_at = clock.Now() + life};
  }
  [[nodiscard]] http::CallContext Call() const { return {.deadline = clock.Steady() + 1min}; }
  std::string Get(std::string const& scope = "a") {
    auto const token = tokens->Get(scope, Call());
    return token ? std::string(token->value.Reveal()) : "error";
  }
};

TEST_F(Cached, AsksOncePerScope) {
  EXPECT_EQ(Get("a"), "token-1");
  EXPECT_EQ(Get("a"), "token-1");
  EXPECT_EQ(Get("b"), "token-2");
  EXPECT_EQ(Get("a"), "token-1");
}

TEST_F(Cached, RefreshesFiveMinutesEarly) {
  Get();
  clock.Advance(3299s);
  EXPECT_EQ(Get(), "token-1");
  clock.Advance(1s);
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(Cached, RefreshesAShortLivedTokenAtHalfItsLife) {
  life = 100s;
  Get();
  clock.Advance(49s);
  EXPECT_EQ(Get(), "token-1");
  clock.Advance(1s);
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(Cached, RefreshesWhenTheSourceSaysSo) {
  Use([this](int call) -> Result<AccessToken> {
    auto token = Next(call);
    token->refresh_at = clock.Now() + 10min;
    return token;
  });
  Get();
  clock.Advance(599s);
  EXPECT_EQ(Get(), "token-1");
  clock.Advance(1s);
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(Cached, ServesTheOldTokenWhileARefreshFailsAndAsksAgainAfterHalfAMinute) {
  Get();
  is_failing = true;
  clock.Advance(3400s);

  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(source->calls, 2);
  clock.Advance(30s);
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(source->calls, 3);
}

TEST_F(Cached, DoesNotServeATokenThatHasEnded) {
  Get();
  is_failing = true;
  clock.Advance(3600s);
  EXPECT_EQ(Get(), "error");
  is_failing = false;
  EXPECT_EQ(Get(), "token-3");
}

TEST_F(Cached, DoesNotServeAnInvalidatedToken) {
  Get();
  tokens->Invalidate("a");
  EXPECT_EQ(Get(), "token-2");
  is_failing = true;
  tokens->Invalidate("a");
  EXPECT_EQ(Get(), "error");
}

TEST_F(Cached, DoesNotKeepATokenThatWasInvalidatedOnItsWay) {
  Use([this](int call) {
    if (call == 1) tokens->Invalidate("a");
    return Next(call);
  });
  EXPECT_EQ(Get(), "token-1");
  EXPECT_EQ(Get(), "token-2");
  EXPECT_EQ(Get(), "token-2");
}

TEST_F(Cached, LetsOneCallerFetchAndTheOthersShareItsToken) {
  std::latch is_inside{1};
  std::latch may_go{1};
  Use([&](int call) {
    is_inside.count_down();
    may_go.wait();
    return Next(call);
  });
  std::atomic<int> same{0};
  {
    std::jthread const first([&] { same += Get() == "token-1" ? 1 : 0; });
    is_inside.wait();
    std::jthread const second([&] { same += Get() == "token-1" ? 1 : 0; });
    std::jthread const third([&] { same += Get() == "token-1" ? 1 : 0; });
    may_go.count_down();
  }
  EXPECT_EQ(same, 3);
  EXPECT_EQ(source->calls, 1);
}

TEST_F(Cached, LetsAWaitingCallerStop) {
  std::latch is_inside{1};
  std::latch may_go{1};
  Use([&](int call) {
    is_inside.count_down();
    may_go.wait();
    return Next(call);
  });
  std::jthread const first([&] { Get(); });
  is_inside.wait();
  std::stop_source stop;
  stop.request_stop();

  auto const waited = tokens->Get("a", {.deadline = clock.Steady() + 1h, .stop = stop.get_token()});
  auto const late = tokens->Get("a", {.deadline = clock.Steady()});

  ASSERT_FALSE(waited);
  EXPECT_EQ(waited.error().code, Code::kCancelled);
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, Code::kDeadline);
  may_go.count_down();
}

TEST_F(Cached, FetchesItselfWhenTheFetchItWaitedForWasStoppedByItsOwnCaller) {
  std::latch is_inside{1};
  std::latch may_go{1};
  Use([&](int call) -> Result<AccessToken> {
    if (call > 1) return Next(call);
    is_inside.count_down();
    may_go.wait();
    return Fail(Code::kCancelled, "stopped");
  });
  std::jthread const first([&] { Get(); });
  is_inside.wait();
  std::string got;
  {
    std::jthread const second([&] { got = Get(); });
    may_go.count_down();
  }
  EXPECT_EQ(got, "token-2");
}

}  // namespace
}  // namespace adxf::azure
