#include "runtime/status_writer.hpp"

#include "support/fake_kube.hpp"

#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <thread>
#include <vector>

namespace adxf::runtime {
namespace {

using Json = nlohmann::json;

kube::ResourceType const kType{
    .group = "adxfollower.io", .version = "v1alpha1", .plural = "things", .kind = "Thing"};
kube::ObjectKey const kKey{.ns = "team-a", .name = "sales"};

StatusPair Pair(Json const& current, Json const& wanted) {
  return {.current = current.dump(), .wanted = wanted.dump()};
}

class StatusWriterTest : public ::testing::Test {
 protected:
  StatusWriterTest() {
    kube_.Put(kType, {{"metadata", {{"name", "sales"}, {"namespace", "team-a"}}}, {"spec", 1}});
  }

  model::ObjectMeta Seen() {
    auto const meta = kube_.Find(kType, kKey)->at("metadata");
    model::ObjectMeta seen{
        .name = "sales", .name_space = "team-a", .uid = meta.at("uid").get<std::string>()};
    seen.resource_version = meta.at("resourceVersion");
    seen.generation = meta.at("generation");
    return seen;
  }
  Json Status() { return kube_.Find(kType, kKey)->value("status", Json()); }

  test::FakeKube kube_;
  StatusWriter writer_{kube_};
  Json const none_;
  Json const wanted_{{"state", "Attached"}};
};

TEST_F(StatusWriterTest, WritesWithTheVersionSeenAndReturnsTheNewOne) {
  auto const written = writer_.Write(kType, Seen(), Pair(none_, wanted_), {});

  ASSERT_TRUE(written);
  EXPECT_EQ(written->resource_version, Seen().resource_version);
  EXPECT_EQ(Status(), wanted_);
  EXPECT_EQ(kube_.calls().size(), 1U);
}

TEST_F(StatusWriterTest, SendsIdentityAndStatusOnly) {
  auto const seen = Seen();
  ASSERT_TRUE(writer_.Write(kType, seen, Pair(none_, wanted_), {}));

  Json const expected{
      {"apiVersion", "adxfollower.io/v1alpha1"},
      {"kind", "Thing"},
      {"metadata",
       {{"name", "sales"},
        {"namespace", "team-a"},
        {"uid", seen.uid},
        {"resourceVersion", seen.resource_version}}},
      {"status", wanted_},
  };
  EXPECT_EQ(kube_.calls().at(0).body, expected);
}

TEST_F(StatusWriterTest, SendsNothingWhenNothingChanged) {
  auto const seen = Seen();
  auto const written = writer_.Write(kType, seen, Pair(wanted_, wanted_), {});

  EXPECT_EQ(written->resource_version, seen.resource_version);
  EXPECT_TRUE(kube_.calls().empty());
}

TEST_F(StatusWriterTest, SendsNothingForAnObjectThatIsGone) {
  auto seen = Seen();
  seen.is_gone = true;

  EXPECT_TRUE(writer_.Write(kType, seen, Pair(none_, wanted_), {}));
  EXPECT_TRUE(kube_.calls().empty());
}

TEST_F(StatusWriterTest, WritesOverANewerVersionOfTheSameSpec) {
  auto const seen = Seen();
  kube_.Edit(kType, kKey, [](Json& object) { object["metadata"]["labels"]["a"] = "b"; });

  ASSERT_TRUE(writer_.Write(kType, seen, Pair(none_, wanted_), {}));
  EXPECT_EQ(Status(), wanted_);
  EXPECT_EQ(kube_.Count("get"), 1U);
}

// What was decided without knowing that status must not end it: it may hold a claim.
TEST_F(StatusWriterTest, IsAConflictWhenTheStatusIsAnotherThanWasSeen) {
  auto const seen = Seen();
  Json const others{{"state", "Claimed"}};
  kube_.Edit(kType, kKey, [&](Json& object) { object["status"] = others; });

  EXPECT_EQ(writer_.Write(kType, seen, Pair(none_, wanted_), {}).error().code, Code::kConflict);
  EXPECT_EQ(Status(), others);
}

TEST_F(StatusWriterTest, IsAConflictWhenTheSpecChanged) {
  auto const seen = Seen();
  kube_.Edit(kType, kKey, [](Json& object) { object["spec"] = 2; });

  EXPECT_EQ(writer_.Write(kType, seen, Pair(none_, wanted_), {}).error().code, Code::kConflict);
  EXPECT_EQ(Status(), Json());
}

TEST_F(StatusWriterTest, IsAConflictWhenTheObjectWasMadeAnew) {
  auto const seen = Seen();
  kube_.Erase(kType, kKey);
  kube_.Put(kType, {{"metadata", {{"name", "sales"}, {"namespace", "team-a"}}}, {"spec", 1}});

  EXPECT_EQ(writer_.Write(kType, seen, Pair(none_, wanted_), {}).error().code, Code::kConflict);
  EXPECT_EQ(Status(), Json());
}

TEST_F(StatusWriterTest, GivesUpAfterTwoRetries) {
  kube_.BeforeEach([this](test::KubeCall const& call) {
    if (call.verb == "put status")
      kube_.Edit(kType, kKey, [](Json& object) {
        object["metadata"]["labels"]["n"] = object["metadata"]["resourceVersion"];
      });
  });

  EXPECT_EQ(writer_.Write(kType, Seen(), Pair(none_, wanted_), {}).error().code, Code::kConflict);
  EXPECT_EQ(kube_.Count("put status"), 3U);
}

TEST_F(StatusWriterTest, ReportsAnObjectThatIsGone) {
  auto const seen = Seen();
  kube_.Erase(kType, kKey);

  EXPECT_EQ(writer_.Write(kType, seen, Pair(none_, wanted_), {}).error().code, Code::kNotFound);
}

TEST_F(StatusWriterTest, FindsALostFirstTryDoneAndDoesNotWriteAgain) {
  auto const seen = Seen();
  kube_.LoseNextAnswer("put status");
  EXPECT_FALSE(writer_.Write(kType, seen, Pair(none_, wanted_), {}));
  auto const version = Seen().resource_version;
  auto const again = writer_.Write(kType, seen, Pair(none_, wanted_), {});

  ASSERT_TRUE(again);
  EXPECT_EQ(again->resource_version, version);
  EXPECT_EQ(Seen().resource_version, version);
}

TEST_F(StatusWriterTest, EndsOnStop) {
  std::stop_source stop;
  stop.request_stop();

  EXPECT_EQ(
      writer_.Write(kType, Seen(), Pair(none_, wanted_), {.stop = stop.get_token()}).error().code,
      Code::kCancelled);
}

TEST_F(StatusWriterTest, LetsEightWritesRunAtOnceAndNoMore) {
  std::atomic<int> inside{0};
  std::atomic<int> most{0};
  std::latch eight(StatusWriter::kMostAtOnce);
  std::atomic<int> arrivals{0};
  kube_.BeforeEach([&](test::KubeCall const&) {
    int const now = ++inside;
    for (int seen = most; seen < now && !most.compare_exchange_weak(seen, now);) {
    }
    if (++arrivals <= StatusWriter::kMostAtOnce) eight.arrive_and_wait();
    --inside;
  });
  auto const seen = Seen();
  {
    std::vector<std::jthread> writers;
    for (int i = 0; i < 20; ++i) {
      writers.emplace_back(
          [&, i] { static_cast<void>(writer_.Write(kType, seen, Pair(none_, Json(i)), {})); });
    }
  }

  EXPECT_EQ(most, StatusWriter::kMostAtOnce);
}

}  // namespace
}  // namespace adxf::runtime
