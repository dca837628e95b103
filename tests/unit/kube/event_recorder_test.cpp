#include "kube/event_recorder.hpp"

#include "support/fake_clock.hpp"
#include "support/fake_kube.hpp"
#include "support/fake_random.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>

#include <string>
#include <thread>
#include <vector>

namespace adxf::kube {
namespace {

using namespace std::chrono_literals;

ResourceType const kEvents{
    .group = "events.k8s.io", .version = "v1", .plural = "events", .kind = "Event"};

ObjectEvent Attached(std::string note = "attached Sales") {
  return {.regarding = {.api_version = "adxfollower.io/v1alpha1",
                        .kind = "FollowerDatabase",
                        .ns = "team-a",
                        .name = "sales",
                        .uid = "u1"},
          .reason = "Attached",
          .action = "Attach",
          .note = std::move(note)};
}

class EventRecorderTest : public ::testing::Test {
 protected:
  /// Until the recorder's thread has written so many; the test's own time limit ends it otherwise.
  void WaitForEvents(std::size_t count) {
    while (kube_.All(kEvents).size() < count) std::this_thread::yield();
  }

  test::FakeClock clock_;
  test::FakeRandom random_;
  test::MemoryLog sink_;
  test::FakeKube kube_;
  EventRecorder recorder_{{.instance = "pod-1", .capacity = 3}, kube_, clock_, random_, Log(sink_)};
};

TEST_F(EventRecorderTest, WritesAnEventInTheNamespaceOfItsObject) {
  recorder_.Publish(Attached());
  recorder_.Flush();

  auto const events = kube_.All(kEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["metadata"]["namespace"], "team-a");
  EXPECT_EQ(events[0]["metadata"]["name"], "sales.000000000001");
  EXPECT_EQ(events[0]["eventTime"], "2026-01-01T00:00:00.000000Z");
  EXPECT_EQ(events[0]["regarding"]["uid"], "u1");
  EXPECT_EQ(events[0]["reportingInstance"], "pod-1");
  EXPECT_EQ(events[0]["type"], "Normal");
}

TEST_F(EventRecorderTest, FoldsRepeatsWithinSixMinutesIntoASeries) {
  for (int i = 0; i < 3; ++i) {
    recorder_.Publish(Attached());
    recorder_.Flush();
    clock_.Advance(40s);
  }

  auto const events = kube_.All(kEvents);
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["series"]["count"], 3);
}

TEST_F(EventRecorderTest, WritesASeriesSeldom) {
  for (int i = 0; i < 100; ++i) {
    recorder_.Publish(Attached());
    recorder_.Flush();
    clock_.Advance(1s);
  }

  EXPECT_LE(kube_.Writes(), 6U);
}

TEST_F(EventRecorderTest, BeginsANewEventAfterSixQuietMinutes) {
  recorder_.Publish(Attached());
  recorder_.Flush();
  clock_.Advance(6min);
  recorder_.Publish(Attached());
  recorder_.Flush();

  EXPECT_EQ(kube_.All(kEvents).size(), 2U);
}

TEST_F(EventRecorderTest, KeepsDifferentNotesApart) {
  recorder_.Publish(Attached("one"));
  recorder_.Publish(Attached("two"));
  recorder_.Flush();

  EXPECT_EQ(kube_.All(kEvents).size(), 2U);
}

TEST_F(EventRecorderTest, StartsAnewWhenTheServerForgotTheSeries) {
  recorder_.Publish(Attached());
  recorder_.Flush();
  kube_.Erase(kEvents, {.ns = "team-a", .name = "sales.000000000001"});
  recorder_.Publish(Attached());
  recorder_.Flush();

  EXPECT_EQ(kube_.All(kEvents).size(), 1U);
}

TEST_F(EventRecorderTest, DropsAndCountsWhatDoesNotFit) {
  for (int i = 0; i < 5; ++i) recorder_.Publish(Attached(std::to_string(i)));
  recorder_.Flush();

  EXPECT_EQ(recorder_.Dropped(), 2U);
  EXPECT_EQ(kube_.All(kEvents).size(), 3U);
}

TEST_F(EventRecorderTest, WritesWarningsBeforeWhatWaitsLonger) {
  recorder_.Publish(Attached("one"));
  auto warning = Attached("two");
  warning.type = EventType::kWarning;
  recorder_.Publish(warning);

  recorder_.Flush();

  auto const events = kube_.All(kEvents);
  ASSERT_EQ(events.size(), 2U);
  EXPECT_LT(events[0]["metadata"]["name"],
            events[1]["metadata"]["name"]);  // in the order of writing
  EXPECT_EQ(events[0]["note"], "two");
}

TEST_F(EventRecorderTest, SpacesEventsBeyondABurstButNotWarnings) {
  auto const span =
      std::chrono::hours(1);  // whoever has to wait for it is not written in this test
  EventRecorder recorder({.burst = 2, .spacing = span}, kube_, clock_, random_, Log(sink_));
  for (auto const* note : {"one", "two", "three"}) recorder.Publish(Attached(note));
  recorder.Start();
  WaitForEvents(2);

  auto warning = Attached("warning");
  warning.type = EventType::kWarning;
  recorder.Publish(warning);

  WaitForEvents(3);
  auto notes = std::vector<std::string>();
  for (auto const& event : kube_.All(kEvents)) notes.push_back(event["note"]);
  EXPECT_THAT(notes, ::testing::UnorderedElementsAre("one", "two", "warning"));
}

TEST_F(EventRecorderTest, CountsFailuresAndGoesOn) {
  Error refused;
  refused.code = Code::kForbidden;
  kube_.FailNext("create", refused);
  recorder_.Publish(Attached("one"));
  recorder_.Publish(Attached("two"));
  recorder_.Flush();

  EXPECT_EQ(recorder_.Failed(), 1U);
  EXPECT_EQ(kube_.All(kEvents).size(), 1U);
}

TEST_F(EventRecorderTest, TakesOneThatIsThereAlreadyForWritten) {
  kube_.FailNext("create", {.code = Code::kConflict});
  recorder_.Publish(Attached());
  recorder_.Flush();

  EXPECT_EQ(recorder_.Failed(), 0U);
}

TEST_F(EventRecorderTest, CutsALongNoteAtACharacter) {
  recorder_.Publish(Attached(std::string(1023, 'a') + "\xc3\xa9"));
  recorder_.Flush();

  EXPECT_EQ(kube_.All(kEvents).at(0)["note"], std::string(1023, 'a'));
}

TEST_F(EventRecorderTest, KeepsWhatAStopInterrupts) {
  std::stop_source stop;
  kube_.BeforeEach([&](test::KubeCall const&) { stop.request_stop(); });
  recorder_.Publish(Attached("one"));
  recorder_.Flush(stop.get_token());
  EXPECT_EQ(kube_.All(kEvents).size(), 0U);

  recorder_.Flush({});

  EXPECT_EQ(kube_.All(kEvents).size(), 1U);
  EXPECT_EQ(recorder_.Failed(), 0U);
}

TEST_F(EventRecorderTest, WritesWhatWaitsWhenItStops) {
  recorder_.Start();
  recorder_.Publish(Attached("one"));
  recorder_.Publish(Attached("two"));
  recorder_.Stop();

  EXPECT_EQ(kube_.All(kEvents).size(), 2U);
}

}  // namespace
}  // namespace adxf::kube
