#include "kube/bearer_transport.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_transport.hpp"

#include <gtest/gtest.h>

namespace adxf::kube {
namespace {

class BearerTest : public ::testing::Test {
 protected:
  test::FakeClock clock_;
  Result<std::string> file_ = std::string("one\n");
  int reads_ = 0;
  TokenFile tokens_{"/token", [this](auto const&) { return ++reads_, file_; }, clock_};
  test::FakeTransport next_;
  BearerTransport transport_{next_, tokens_};
};

TEST_F(BearerTest, SendsTheToken) {
  next_.Reply(200);

  EXPECT_EQ(transport_.Send({}, {})->status, 200);
  EXPECT_EQ(next_.last().headers.at("Authorization"), "Bearer one");
}

TEST_F(BearerTest, SendsNoHeaderWithoutAToken) {
  FixedToken none{Secret()};
  BearerTransport transport(next_, none);
  next_.Reply(200);
  ASSERT_TRUE(transport.Send({}, {}));

  EXPECT_FALSE(next_.last().headers.contains("Authorization"));
}

TEST_F(BearerTest, ReadsTheTokenAgainAfterARefusalAndTriesOnceMore) {
  next_.Reply(200).Reply(401).Reply(200);
  ASSERT_TRUE(transport_.Send({}, {}));
  file_ = "two";

  EXPECT_EQ(transport_.Send({}, {})->status, 200);
  EXPECT_EQ(next_.last().headers.at("Authorization"), "Bearer two");
}

TEST_F(BearerTest, ReportsASecondRefusal) {
  next_.Reply(401).Reply(401);

  EXPECT_EQ(transport_.Send({}, {})->status, 401);
  EXPECT_EQ(next_.count(), 2U);
}

TEST_F(BearerTest, GoesOnWithTheLastTokenWhileTheFileCannotBeRead) {
  ASSERT_TRUE(tokens_.Token());
  clock_.Advance(std::chrono::minutes(2));
  file_ = Fail(Code::kNotFound, "gone");

  EXPECT_EQ(tokens_.Token()->Reveal(), "one");
}

TEST_F(BearerTest, FailsWithoutATokenToBeginWith) {
  file_ = Fail(Code::kNotFound, "gone");

  EXPECT_EQ(transport_.Send({}, {}).error().code, Code::kNotFound);
  file_ = "  \n";
  EXPECT_EQ(transport_.Send({}, {}).error().code, Code::kUnauthorized);
}

TEST_F(BearerTest, ReadsTheFileAtMostOnceInFiftySeconds) {
  for (int i = 0; i < 10; ++i) ASSERT_TRUE(tokens_.Token());

  EXPECT_EQ(reads_, 1);
}

TEST_F(BearerTest, OpensWatchesWithTheTokenToo) {
  test::FakeStreamTransport streams;
  streams.Refuse(401).Stream({});
  BearerStreamTransport transport(streams, tokens_);
  auto const stream = transport.Open({}, {});

  ASSERT_TRUE(stream);
  EXPECT_EQ(stream->head.status, 200);
  EXPECT_EQ(streams.requests().back().headers.at("Authorization"), "Bearer one");
}

}  // namespace
}  // namespace adxf::kube
