#include "kube/watch_machine.hpp"

#include "support/watch_events.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace adxf::kube {
namespace {

using namespace std::chrono_literals;
using test::Added;
using test::Bookmark;
using test::Deleted;
using test::EndOfInitial;
using test::HttpError;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Feeds inputs and remembers where the machine stands.
struct Driver {
  WatchPolicy policy{};
  WatchState state{};
  SteadyPoint now{SteadyPoint(1h)};

  WatchOutput Feed(WatchInput const& input) {
    auto result = Step(policy, state, input, {.now = now, .fraction = 0.0});
    state = std::move(result.state);
    return std::move(result.output);
  }

  /// Up to an open watch at version 10.
  void Sync() {
    Feed(Proceed{});
    Feed(WatchOpened{});
    Feed(EndOfInitial("10"));
  }
};

OpenWatch InitialWatch(std::chrono::seconds timeout = 15s) {
  return {.resource_version = "", .timeout = timeout, .dead_after = timeout + 3s};
}
OpenWatch WatchFrom(std::string version) {
  return {.resource_version = std::move(version), .timeout = 15s, .dead_after = 18s};
}

TEST(WatchMachine, BeginsWithAStreamingList) {
  Driver machine;
  auto const output = machine.Feed(Proceed{});

  EXPECT_EQ(output.next, WatchCommand(InitialWatch()));
  EXPECT_THAT(output.emit, IsEmpty());
}

TEST(WatchMachine, DeliversTheInitialStateInOneMoveAndGoesOnOnTheSameStream) {
  Driver machine;
  machine.Feed(Proceed{});

  EXPECT_THAT(machine.Feed(WatchOpened{}).emit, ElementsAre(Emit::kInit));
  EXPECT_THAT(machine.Feed(Added("7")).emit, ElementsAre(Emit::kInitApply));
  EXPECT_THAT(machine.Feed(Added("3")).emit, ElementsAre(Emit::kInitApply));
  EXPECT_EQ(machine.state.version, "") << "synthetic events are not in order";
  auto const end = machine.Feed(EndOfInitial("9"));
  EXPECT_THAT(end.emit, ElementsAre(Emit::kInitDone));
  EXPECT_EQ(end.next, WatchCommand(ReadLine{}));
  EXPECT_EQ(machine.state.version, "9");
  EXPECT_THAT(machine.Feed(Added("11")).emit, ElementsAre(Emit::kApply));
  EXPECT_EQ(machine.state.version, "11");
}

TEST(WatchMachine, TakesAnOrdinaryBookmarkDuringTheInitialStateForNothing) {
  Driver machine;
  machine.Feed(Proceed{});
  machine.Feed(WatchOpened{});

  EXPECT_THAT(machine.Feed(Bookmark("5")).emit, IsEmpty());
  EXPECT_EQ(machine.state.version, "");
  EXPECT_EQ(machine.state.phase, WatchPhase::kInitial);
}

TEST(WatchMachine, PassesOnADeletionDuringTheInitialState) {
  Driver machine;
  machine.Feed(Proceed{});
  machine.Feed(WatchOpened{});

  EXPECT_THAT(machine.Feed(Deleted("5")).emit, ElementsAre(Emit::kDelete));
  EXPECT_EQ(machine.state.version, "");
}

TEST(WatchMachine, FollowsChangesDeletionsAndBookmarks) {
  Driver machine;
  machine.Sync();

  EXPECT_THAT(
      machine.Feed(EventArrived{.kind = LineKind::kModified, .resource_version = "12"}).emit,
      ElementsAre(Emit::kApply));
  EXPECT_THAT(machine.Feed(Deleted("13")).emit, ElementsAre(Emit::kDelete));
  EXPECT_THAT(machine.Feed(Bookmark("20")).emit, IsEmpty());
  EXPECT_EQ(machine.state.version, "20");
}

TEST(WatchMachine, IgnoresUnknownEventTypesAndTheirVersion) {
  Driver machine;
  machine.Sync();
  auto const output =
      machine.Feed(EventArrived{.kind = LineKind::kUnknown, .resource_version = "99"});

  EXPECT_EQ(output.next, WatchCommand(ReadLine{}));
  EXPECT_THAT(output.emit, IsEmpty());
  EXPECT_EQ(machine.state.version, "10");
}

TEST(WatchMachine, KeepsTheVersionWhenAnEventHasNone) {
  Driver machine;
  machine.Sync();
  machine.Feed(Added(""));

  EXPECT_EQ(machine.state.version, "10");
}

TEST(WatchMachine, ListsInPagesWhenStreamingIsRefusedAndRemembersIt) {
  for (int const status : {400, 405, 422}) {
    Driver machine;
    machine.Feed(Proceed{});
    EXPECT_EQ(machine.Feed(RequestFailed{HttpError(status)}).next, WatchCommand(SendList{}))
        << status;
    auto const first = machine.Feed(PageArrived{.resource_version = "5", .continue_token = "next"});
    EXPECT_THAT(first.emit, ElementsAre(Emit::kInit, Emit::kInitApply));
    EXPECT_EQ(first.next, WatchCommand(SendList{"next"}));
    auto const last = machine.Feed(PageArrived{.resource_version = "5"});
    EXPECT_THAT(last.emit, ElementsAre(Emit::kInitApply, Emit::kInitDone));
    EXPECT_EQ(last.next, WatchCommand(WatchFrom("5")));

    machine.Feed(WatchOpened{});
    EXPECT_EQ(machine.Feed(ErrorArrived{HttpError(410)}).next, WatchCommand(SendList{}));
  }
}

TEST(WatchMachine, RetriesAPageWithItsTokenAfterATransientFailure) {
  Driver machine;
  machine.state.streaming_refused = true;
  machine.Feed(Proceed{});
  machine.Feed(PageArrived{.resource_version = "5", .continue_token = "next"});
  EXPECT_EQ(machine.Feed(RequestFailed{HttpError(503)}).next, WatchCommand(WaitFor{800ms}));

  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(SendList{"next"}));
  EXPECT_THAT(machine.Feed(PageArrived{.resource_version = "5"}).emit,
              ElementsAre(Emit::kInitApply, Emit::kInitDone));
}

TEST(WatchMachine, BeginsTheListAnewWhenItsTokenExpiredOrIsRefused) {
  for (int const status : {410, 400}) {
    Driver machine;
    machine.state.streaming_refused = true;
    machine.Feed(Proceed{});
    machine.Feed(PageArrived{.resource_version = "5", .continue_token = "next"});
    auto output = machine.Feed(RequestFailed{HttpError(status)});
    if (std::holds_alternative<WaitFor>(output.next)) output = machine.Feed(Proceed{});

    EXPECT_EQ(output.next, WatchCommand(SendList{})) << status;
    EXPECT_THAT(machine.Feed(PageArrived{.resource_version = "6"}).emit,
                ElementsAre(Emit::kInit, Emit::kInitApply, Emit::kInitDone));
  }
}

TEST(WatchMachine, NeverTrustsAListWithoutAVersion) {
  Driver machine;
  machine.state.streaming_refused = true;
  machine.Feed(Proceed{});
  auto const output = machine.Feed(PageArrived{});

  EXPECT_TRUE(std::holds_alternative<WaitFor>(output.next));
  EXPECT_THAT(output.emit, ElementsAre(Emit::kInit, Emit::kInitApply)) << "not done";
}

TEST(WatchMachine, ReopensAtItsVersionWhenTheServerEndsTheWatch) {
  Driver machine;
  machine.Sync();
  machine.now += 15s;

  EXPECT_EQ(machine.Feed(WatchClosed{}).next, WatchCommand(WatchFrom("10")));
  EXPECT_EQ(machine.state.failures, 0);
}

TEST(WatchMachine, ResumesADeadWatchAtItsLastVersion) {
  Driver machine;
  machine.Sync();
  machine.Feed(Added("14"));
  machine.now += 18s;

  EXPECT_EQ(machine.Feed(WatchStalled{}).next, WatchCommand(WatchFrom("14")));
}

TEST(WatchMachine, BacksOffWhenAWatchClosesAtOnceWithoutAnEvent) {
  Driver machine;
  machine.Sync();
  machine.now += 15s;
  machine.Feed(WatchClosed{});
  machine.Feed(WatchOpened{});
  machine.now += 999ms;

  EXPECT_EQ(machine.Feed(WatchClosed{}).next, WatchCommand(WaitFor{800ms}));
  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(WatchFrom("10")));
}

TEST(WatchMachine, ReopensAtOnceWhenAShortWatchBroughtAnEvent) {
  Driver machine;
  machine.Sync();
  machine.Feed(Bookmark("11"));

  EXPECT_EQ(machine.Feed(WatchClosed{}).next, WatchCommand(WatchFrom("11")));
}

TEST(WatchMachine, ListsAnewExactlyOncePer410InEitherForm) {
  for (bool const as_event : {true, false}) {
    Driver machine;
    machine.Sync();
    machine.now += 15s;
    WatchOutput output;
    if (as_event) {
      output = machine.Feed(ErrorArrived{HttpError(410, "too old", "Expired")});
    } else {
      machine.Feed(WatchClosed{});
      output = machine.Feed(RequestFailed{HttpError(410, "too old", "Expired")});
    }

    EXPECT_EQ(output.next, WatchCommand(InitialWatch())) << "at once";
    EXPECT_THAT(machine.Feed(WatchOpened{}).emit, ElementsAre(Emit::kInit));
    machine.Feed(EndOfInitial("50"));
    machine.now += 15s;
    EXPECT_EQ(machine.Feed(WatchClosed{}).next, WatchCommand(WatchFrom("50"))) << "and only once";
  }
}

TEST(WatchMachine, WaitsBetweenRelistsWhen410sPileUp) {
  Driver machine;
  machine.Sync();
  machine.Feed(ErrorArrived{HttpError(410)});
  machine.Feed(WatchOpened{});
  machine.Feed(EndOfInitial("50"));

  EXPECT_EQ(machine.Feed(ErrorArrived{HttpError(410)}).next, WatchCommand(WaitFor{1600ms}));
  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(InitialWatch()));
}

TEST(WatchMachine, ListsAnewWhenTheServerIsBehindItsVersion) {
  Driver machine;
  machine.Sync();
  machine.now += 15s;
  machine.Feed(WatchClosed{});

  EXPECT_EQ(machine
                .Feed(RequestFailed{
                    HttpError(504, "Timeout: Too large resource version: 10, current: 3")})
                .next,
            WatchCommand(InitialWatch()));
}

TEST(WatchMachine, BacksOffFromPoint8To30SecondsAndKeepsTheVersion) {
  Driver machine;
  machine.Sync();
  std::vector<std::chrono::milliseconds> waits;
  auto output = machine.Feed(WatchBroken{});
  for (int i = 0; i < 8; ++i) {
    auto const delay = std::get<WaitFor>(output.next).delay;
    waits.push_back(delay);
    machine.now += delay;
    EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(WatchFrom("10")));
    output = machine.Feed(RequestFailed{HttpError(500)});
  }

  EXPECT_THAT(waits,
              ElementsAre(800ms, 1600ms, 3200ms, 6400ms, 12'800ms, 25'600ms, 30'000ms, 30'000ms));
}

TEST(WatchMachine, ForgetsFailuresAfterTwoHealthyMinutes) {
  Driver machine;
  machine.Sync();
  machine.Feed(WatchBroken{});
  machine.Feed(Proceed{});
  machine.Feed(RequestFailed{HttpError(500)});
  machine.now += 1600ms;
  machine.Feed(Proceed{});
  machine.Feed(WatchOpened{});
  machine.now += 120s;

  EXPECT_EQ(machine.Feed(WatchBroken{}).next, WatchCommand(WaitFor{800ms}));
}

TEST(WatchMachine, WaitsAtLeastAsLongAsTheServerAsks) {
  Driver machine;
  machine.Sync();
  auto throttled = HttpError(429);
  throttled.retry_after = 7s;

  EXPECT_EQ(machine.Feed(ErrorArrived{throttled}).next, WatchCommand(WaitFor{7s}));
  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(WatchFrom("10")))
      << "a 429 keeps the version";
}

TEST(WatchMachine, SpreadsItsWaits) {
  auto const result = Step({}, {.phase = WatchPhase::kWatching, .version = "10"}, WatchBroken{},
                           {.now = SteadyPoint(1h), .fraction = 0.5});

  EXPECT_EQ(result.output.next, WatchCommand(WaitFor{600ms}));
}

TEST(WatchMachine, DropsTheWatchAfterAnUnreadableLineAndResumesAtTheLastGoodVersion) {
  Driver machine;
  machine.Sync();
  machine.Feed(Added("14"));

  EXPECT_EQ(machine.Feed(BadLine{}).next, WatchCommand(WaitFor{800ms}));
  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(WatchFrom("14")));
}

TEST(WatchMachine, GivesALargeInitialStateMoreTimeAndThenListsInPages) {
  Driver machine;
  machine.Feed(Proceed{});
  machine.Feed(WatchOpened{});
  EXPECT_EQ(machine.Feed(WatchStalled{}).next, WatchCommand(InitialWatch(30s)));
  machine.Feed(WatchOpened{});
  machine.Feed(WatchClosed{});
  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(InitialWatch(60s)));
  machine.Feed(WatchOpened{});
  machine.Feed(WatchBroken{});

  EXPECT_EQ(machine.Feed(Proceed{}).next, WatchCommand(SendList{}));
  machine.Feed(PageArrived{.resource_version = "5"});
  machine.Feed(WatchOpened{});
  machine.now += 200s;
  EXPECT_EQ(machine.Feed(ErrorArrived{HttpError(410)}).next, WatchCommand(InitialWatch()))
      << "streaming is tried again next time";
}

TEST(WatchMachine, BuffersAnewWhenAnInitialStateIsCutOff) {
  Driver machine;
  machine.Feed(Proceed{});
  machine.Feed(WatchOpened{});
  machine.Feed(Added("1"));
  machine.Feed(WatchBroken{});
  machine.Feed(Proceed{});

  EXPECT_THAT(machine.Feed(WatchOpened{}).emit, ElementsAre(Emit::kInit));
}

}  // namespace
}  // namespace adxf::kube
