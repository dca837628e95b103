#include "runtime/leader_gate.hpp"

#include "http/fenced_transport.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gmock/gmock.h>

#include <string>
#include <vector>

namespace adxf::runtime {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class LeaderGateTest : public testing::Test {
 protected:
  test::FakeClock clock_;
  std::vector<std::string> lost_;
  LeaderGate gate_{{.lease = 15s, .renew_deadline = 10s}, clock_, [this](std::string_view why) {
                     lost_.emplace_back(why);
                   }};
};

TEST_F(LeaderGateTest, IsShutBeforeTheFirstRenewal) {
  auto const passed = gate_.Pass();

  ASSERT_FALSE(passed);
  EXPECT_EQ(passed.error().code, Code::kCancelled);
  EXPECT_FALSE(gate_.Leads().IsOpen());
  EXPECT_THAT(lost_, IsEmpty()) << "a standby has nothing to lose";
}

TEST_F(LeaderGateTest, GivesADeadlineInsideTheLease) {
  auto const begun = clock_.Boot();
  clock_.Advance(3s);
  gate_.Renewed(begun);

  ASSERT_TRUE(gate_.Pass());
  EXPECT_EQ(*gate_.Pass() - clock_.Steady(), 11s) << "15 s, less one kept free, less three gone by";
  EXPECT_TRUE(gate_.Leads().IsOpen());
}

TEST_F(LeaderGateTest, IsLostWhenNobodyRenewed) {
  gate_.Renewed(clock_.Boot());
  clock_.Advance(9'999ms);
  EXPECT_TRUE(gate_.Pass());
  clock_.Advance(1ms);

  EXPECT_FALSE(gate_.Pass());
  EXPECT_THAT(lost_, ElementsAre(HasSubstr("not renewed")));
}

TEST_F(LeaderGateTest, CountsTheTimeOfASuspendedMachine) {
  gate_.Renewed(clock_.Boot());
  clock_.Suspend(20s);

  EXPECT_FALSE(gate_.Pass());
  EXPECT_EQ(lost_.size(), 1U);
}

TEST_F(LeaderGateTest, StaysShutOnceItIsLost) {
  gate_.Renewed(clock_.Boot());
  gate_.Lose("taken");
  gate_.Renewed(clock_.Boot());

  EXPECT_FALSE(gate_.Pass());
  EXPECT_FALSE(gate_.Pass());
  EXPECT_THAT(lost_, ElementsAre("taken")) << "told once";
}

TEST_F(LeaderGateTest, ClosingIsNoLoss) {
  gate_.Renewed(clock_.Boot());
  gate_.Close();
  clock_.Advance(1h);

  EXPECT_FALSE(gate_.Pass());
  EXPECT_THAT(lost_, IsEmpty());
}

class FencedTransportTest : public LeaderGateTest {
 protected:
  Result<http::Response> Send(http::Method method,
                              http::Repeatable repeatable = http::Repeatable::kByMethod) {
    return fenced_.Send({.method = method, .url = "https://a/b", .repeatable = repeatable},
                        {.deadline = clock_.Steady() + 1min});
  }

  test::FakeTransport wire_{[](auto const&, auto const&) { return test::Answer(200); }};
  http::FencedTransport fenced_{wire_, gate_};
};

TEST_F(FencedTransportTest, OnlyReadsPassWithoutALease) {
  EXPECT_TRUE(Send(http::Method::kGet));
  EXPECT_TRUE(Send(http::Method::kPost, http::Repeatable::kYes));
  EXPECT_EQ(wire_.count(), 2U);

  for (auto const method :
       {http::Method::kPut, http::Method::kPost, http::Method::kPatch, http::Method::kDelete}) {
    EXPECT_EQ(Send(method).error().code, Code::kCancelled);
  }
  EXPECT_EQ(wire_.count(), 2U) << "nothing left";
}

TEST_F(FencedTransportTest, ChangesEndBeforeTheLeaseDoes) {
  gate_.Renewed(clock_.Boot());
  ASSERT_TRUE(Send(http::Method::kPut));
  ASSERT_TRUE(Send(http::Method::kGet));

  EXPECT_EQ(wire_.contexts()[0].deadline, clock_.Steady() + 14s);
  EXPECT_EQ(wire_.contexts()[1].deadline, clock_.Steady() + 1min) << "reads may take their time";
}

TEST_F(FencedTransportTest, ACallThatWasCutIsRemembered) {
  gate_.Renewed(clock_.Boot());
  wire_.ReplyError(Code::kUnavailable);
  EXPECT_FALSE(Send(http::Method::kPut));
  EXPECT_FALSE(gate_.LeftSomethingOpen()) << "the connection broke: nobody waits for it";
  wire_.ReplyError(Code::kDeadline);
  EXPECT_FALSE(Send(http::Method::kPut));
  EXPECT_TRUE(gate_.LeftSomethingOpen());
  clock_.Advance(15s);
  EXPECT_FALSE(gate_.LeftSomethingOpen()) << "a successor could have waited as long";
}

TEST_F(FencedTransportTest, AnEarlierDeadlineStays) {
  gate_.Renewed(clock_.Boot());
  auto const sent = fenced_.Send({.method = http::Method::kPut, .url = "https://a/b"},
                                 {.deadline = clock_.Steady() + 2s});

  ASSERT_TRUE(sent);
  EXPECT_EQ(wire_.contexts()[0].deadline, clock_.Steady() + 2s);
}

}  // namespace
}  // namespace adxf::runtime
