#include "kube/watcher.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_kube.hpp"
#include "support/fake_random.hpp"
#include "support/fake_transport.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <vector>

namespace adxf::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using Json = nlohmann::json;

ResourceType const kType{
    .group = "adxfollower.io", .version = "v1alpha1", .plural = "things", .kind = "Thing"};

std::string Event(std::string const& type, std::string const& name, std::string const& version) {
  return Json{{"type", type},
              {"object", {{"metadata", {{"name", name}, {"resourceVersion", version}}}}}}
      .dump();
}
std::string EndOfInitial(std::string const& version) {
  return Json{{"type", "BOOKMARK"},
              {"object",
               {{"metadata",
                 {{"resourceVersion", version},
                  {"annotations", {{"k8s.io/initial-events-end", "true"}}}}}}}}
      .dump();
}
std::string Expired() {
  return R"({"type":"ERROR","object":{"kind":"Status","code":410,"reason":"Expired","message":"too old"}})";
}

class RecordingHandler final : public WatchHandler {
 public:
  void OnInit() override { seen.push_back("init"); }
  Result<void> OnInitApply(Json const& object) override { return Note("+", object); }
  void OnInitDone() override { seen.push_back("done"); }
  Result<void> OnApply(Json const& object) override { return Note("~", object); }
  Result<void> OnDelete(Json const& object) override { return Note("-", object); }

  Result<void> Note(std::string const& mark, Json const& object) {
    auto const name = object["metadata"]["name"].get<std::string>();
    if (name == "bad") return Fail(Code::kInvalid, "cannot be read");
    seen.push_back(mark + name);
    return {};
  }
  std::vector<std::string> seen;
};

class WatcherTest : public ::testing::Test {
 protected:
  /// Runs until the scripted streams are used up: the next one stops the loop.
  void Run() {
    stops_at_end_ = true;
    watcher_.Run(stop_.get_token());
  }
  std::string Url(std::size_t index) { return streams_.requests().at(index).url; }

  std::stop_source stop_;
  bool stops_at_end_ = false;
  test::FakeClock clock_;
  test::FakeRandom random_;
  test::MemoryLog sink_;
  test::FakeKube kube_;
  test::FakeStreamTransport streams_{[this](auto const&, auto const&) -> Result<http::Stream> {
    stop_.request_stop();
    return Fail(Code::kCancelled, "the script ends");
  }};
  RecordingHandler handler_;
  Watcher watcher_{{.type = kType, .ns = {}},
                   {.api = kube_,
                    .streams = streams_,
                    .server_url = "https://h",
                    .clock = clock_,
                    .random = random_,
                    .log = Log(sink_)},
                   handler_};
};

TEST_F(WatcherTest, DeliversInitialStateAndChanges) {
  streams_.Stream({Event("ADDED", "a", "5"), Event("ADDED", "b", "3"), EndOfInitial("9"),
                   Event("MODIFIED", "a", "10"), Event("DELETED", "b", "11")});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "+a", "+b", "done", "~a", "-b"));
  EXPECT_THAT(Url(0), HasSubstr("sendInitialEvents=true"));
  EXPECT_THAT(Url(1), HasSubstr("resourceVersion=11"));
  EXPECT_TRUE(watcher_.Health().is_synced);
}

TEST_F(WatcherTest, FallsBackToPagesWhenStreamingIsRefused) {
  for (auto const* name : {"a", "b", "c"}) kube_.Put(kType, {{"metadata", {{"name", name}}}});
  streams_.Refuse(
      422,
      R"({"kind":"Status","code":422,"reason":"Invalid","message":"sendInitialEvents is forbidden"})");
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "+a", "+b", "+c", "done"));
  EXPECT_THAT(Url(1), HasSubstr("resourceVersion=103"));
}

TEST_F(WatcherTest, ListsAnewOnceAfterAnExpiredVersion) {
  streams_.Stream({EndOfInitial("9"), Expired()})
      .Stream({Event("ADDED", "a", "20"), EndOfInitial("21")});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "done", "init", "+a", "done"));
  EXPECT_EQ(streams_.requests().size(), 3U);
  EXPECT_THAT(Url(2), HasSubstr("resourceVersion=21"));
}

TEST_F(WatcherTest, ListsAnewOnceWhenTheVersionIsRefusedAtOpening) {
  streams_.Stream({EndOfInitial("9"), Event("ADDED", "a", "10")})
      .Refuse(410, R"({"kind":"Status","code":410,"reason":"Expired","message":"too old"})");
  streams_.Stream({EndOfInitial("30")});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "done", "~a", "init", "done"));
}

TEST_F(WatcherTest, ResumesAfterACutLineAtTheLastGoodVersion) {
  streams_.Stream(
      {EndOfInitial("9"), Event("ADDED", "a", "10"), R"({"type":"ADDED","object":{"meta)"});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "done", "~a"));
  EXPECT_THAT(Url(1), HasSubstr("resourceVersion=10"));
  EXPECT_THAT(clock_.waits(), ElementsAre(800ms));
}

TEST_F(WatcherTest, ResumesAStalledWatchWithoutWaiting) {
  Error stalled;
  stalled.code = Code::kDeadline;
  streams_.Stream({EndOfInitial("9")}, stalled);
  Run();

  EXPECT_THAT(Url(1), HasSubstr("resourceVersion=9"));
  EXPECT_TRUE(clock_.waits().empty());
}

TEST_F(WatcherTest, BacksOffWhenTheConnectionBreaks) {
  Error broken;
  broken.code = Code::kUnavailable;
  streams_.Stream({EndOfInitial("9")}, broken);
  streams_.Refuse(503);
  Run();

  EXPECT_THAT(clock_.waits(), ElementsAre(800ms, 1600ms));
  EXPECT_EQ(watcher_.Health().failures_in_a_row, 2);
  EXPECT_FALSE(watcher_.Health().last_error.empty());
}

TEST_F(WatcherTest, TellsWhyAWatchBroke) {
  Error too_long;
  too_long.code = Code::kUnavailable;
  too_long.message = "a line of the stream is longer than 8 bytes";
  streams_.Stream({EndOfInitial("9")}, too_long);
  Run();

  ASSERT_EQ(sink_.Count("watch interrupted"), 1U);
  auto const lines = sink_.lines();
  auto const told = std::ranges::find(lines, "watch interrupted", &test::MemoryLog::Line::message);
  EXPECT_THAT(told->Field("error"), HasSubstr("longer than 8 bytes"));
}

TEST_F(WatcherTest, SkipsAnObjectThatCannotBeReadAndGoesOn) {
  streams_.Stream({Event("ADDED", "bad", "1"), Event("ADDED", "a", "2"), EndOfInitial("9"),
                   Event("MODIFIED", "bad", "10"), Event("MODIFIED", "a", "11")});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "+a", "done", "~a"));
  EXPECT_EQ(sink_.Count("skipped an object that cannot be read"), 2U);
}

TEST_F(WatcherTest, IgnoresUnknownEventsAndBlankLines) {
  streams_.Stream({EndOfInitial("9"), "", Event("SURPRISE", "a", "10"), Event("ADDED", "b", "11")});
  Run();

  EXPECT_THAT(handler_.seen, ElementsAre("init", "done", "~b"));
}

TEST_F(WatcherTest, EndsItsThreadOnStop) {
  streams_.Stream({EndOfInitial("9")});
  watcher_.Start();
  watcher_.Stop();
}

}  // namespace
}  // namespace adxf::kube
