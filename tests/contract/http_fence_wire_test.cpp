// The lease that runs out while a connection is being made: the fence is asked before the call, and
// what counts is that it is asked again before the request is on the wire.
#include "base/clock.hpp"
#include "http/beast_transport.hpp"
#include "http/fenced_transport.hpp"
#include "runtime/leader_gate.hpp"
#include "support/raw_server.hpp"
#include "support/test_certificates.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <cstdlib>
#include <functional>
#include <stop_token>
#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

using namespace std::chrono_literals;

// How a process ends, which tells what came first.
constexpr int kLost = 3;
constexpr int kArrived = 4;
constexpr int kAnswered = 5;

/// A machine that is suspended when the test says so. Deadlines on the wire are real ones.
class SuspendedClock final : public Clock {
 public:
  [[nodiscard]] TimePoint Now() const override { return real_.Now(); }
  [[nodiscard]] SteadyPoint Steady() const override { return real_.Steady(); }
  [[nodiscard]] BootPoint Boot() const override { return BootPoint(slept_.load()); }
  bool WaitUntil(SteadyPoint deadline, std::stop_token stop) override {
    return real_.WaitUntil(deadline, std::move(stop));
  }

  void Suspend(Duration by) { slept_ = slept_.load() + by; }

 private:
  RealClock real_;
  std::atomic<Duration> slept_ = Duration::zero();
};

/// A leader with a lease of an hour, and a TLS server that does something within each handshake.
class FenceOnTheWire : public testing::Test {
 protected:
  using Serve = test::RawServer::Serve;

  FenceOnTheWire() {
    GTEST_FLAG_SET(death_test_style, "threadsafe");  // The library has threads of its own.
    SSL_CTX_set_client_hello_cb(
        context_.get(),
        [](SSL*, int*, void* self) {
          static_cast<FenceOnTheWire*>(self)->in_handshake_();
          return SSL_CLIENT_HELLO_SUCCESS;
        },
        this);
  }

  /// One call on a connection that has to be made for it.
  Result<Response> Send(Method method, Serve serve) {
    test::RawServer const server(std::move(serve), context_.get());
    BeastTransport wire(
        {.tls = {.ca_pem = authority_.Pem(), .system_roots = false}, .fence = &gate_});
    FencedTransport fenced(wire, gate_);
    return fenced.Send({.method = method, .url = server.Url()},
                       {.deadline = std::chrono::steady_clock::now() + 2min});
  }

  /// The same as a process of its own would have it, which ends with the lease.
  [[noreturn]] void PutAndExit() {
    auto const reply = Send(Method::kPut, [](test::RawConnection& client, int) {
      if (client.ReadRequest()) std::_Exit(kArrived);
    });
    std::_Exit(reply ? kAnswered : EXIT_FAILURE);
  }

  static void Answer(test::RawConnection& client, int /*number*/) {
    if (client.ReadRequest()) client.Write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  }

  test::TestAuthority const authority_;
  test::TestAuthority::Context const context_ = authority_.ServerContext("IP:127.0.0.1");
  std::function<void()> in_handshake_ = [] {};
  SuspendedClock clock_;
  runtime::LeaderGate gate_{{.lease = 60min, .renew_deadline = 40min},
                            clock_,
                            [](std::string_view) { std::_Exit(kLost); }};
};

TEST_F(FenceOnTheWire, ALeaseThatEndsInTheHandshakeLetsNoByteOfTheRequestOut) {
  gate_.Renewed(clock_.Boot());
  in_handshake_ = [this] { clock_.Suspend(40min); };

  EXPECT_EXIT(PutAndExit(), testing::ExitedWithCode(kLost), "");
}

TEST_F(FenceOnTheWire, ALeaseThatStillHoldsLetsTheRequestOut) {
  gate_.Renewed(clock_.Boot());
  in_handshake_ = [this] { clock_.Suspend(39min); };

  EXPECT_EXIT(PutAndExit(), testing::ExitedWithCode(kArrived), "");
}

TEST_F(FenceOnTheWire, OneThatStandsByReads) {
  int handshakes = 0;
  in_handshake_ = [&] { ++handshakes; };

  auto const reply = Send(Method::kGet, Answer);

  ASSERT_TRUE(reply) << reply.error().message;
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(handshakes, 1) << "the tests above depend on it";
}

}  // namespace
}  // namespace adxf::http
