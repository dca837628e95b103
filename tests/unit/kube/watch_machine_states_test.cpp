#include "kube/watch_machine.hpp"
#include "support/watch_events.hpp"

#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>
#include <vector>

// What holds for every state and every input, and for every short sequence of inputs.
namespace adxf::kube {
namespace {

using namespace std::chrono_literals;
using test::Added;
using test::Bookmark;
using test::Deleted;
using test::EndOfInitial;
using test::HttpError;

std::map<std::string, WatchInput> EveryInput() {
  return {
      {"proceed", Proceed{}},
      {"last page", PageArrived{.resource_version = "30"}},
      {"page", PageArrived{.resource_version = "30", .continue_token = "c"}},
      {"page without version", PageArrived{}},
      {"opened", WatchOpened{}},
      {"400", RequestFailed{HttpError(400)}},
      {"403", RequestFailed{HttpError(403)}},
      {"410", RequestFailed{HttpError(410)}},
      {"429", RequestFailed{HttpError(429)}},
      {"500", RequestFailed{HttpError(500)}},
      {"no connection", RequestFailed{HttpError(0)}},
      {"added", Added("31")},
      {"deleted", Deleted("31")},
      {"bookmark", Bookmark("31")},
      {"end of initial", EndOfInitial("31")},
      {"end of initial without version", EndOfInitial("")},
      {"unknown event", EventArrived{}},
      {"error 410", ErrorArrived{HttpError(410)}},
      {"error 500", ErrorArrived{HttpError(500)}},
      {"error 400", ErrorArrived{HttpError(400)}},
      {"bad line", BadLine{}},
      {"closed", WatchClosed{}},
      {"broken", WatchBroken{}},
      {"stalled", WatchStalled{}},
  };
}

std::vector<WatchState> EveryState() {
  std::vector<WatchState> states;
  for (auto const phase :
       {WatchPhase::kStart, WatchPhase::kListing, WatchPhase::kOpeningInitial, WatchPhase::kInitial,
        WatchPhase::kOpening, WatchPhase::kWatching, WatchPhase::kBackingOff}) {
    bool const has_version = phase == WatchPhase::kOpening || phase == WatchPhase::kWatching;
    for (bool const refused : {false, true}) {
      for (int const failures : {0, 3}) {
        WatchState state{.phase = phase,
                         .version = has_version ? "10" : "",
                         .streaming_refused = refused,
                         .failures = failures};
        state.list_started = phase == WatchPhase::kInitial;
        if (failures > 0) state.failed_at = SteadyPoint(1h) - 1s;
        state.opened_at = SteadyPoint(1h) - 5s;
        states.push_back(state);
        if (phase == WatchPhase::kBackingOff) {
          state.version = "10";
          states.push_back(state);
        }
      }
    }
  }
  return states;
}

// What the driver relies on, whatever arrives in whatever state.
TEST(WatchMachine, AnswersEveryInputInEveryStateWithSomethingThatFitsItsPhase) {
  for (auto const& before : EveryState()) {
    for (auto const& [name, input] : EveryInput()) {
      auto const [state, output] =
          Step({}, before, input, {.now = SteadyPoint(1h), .fraction = 0.0});
      SCOPED_TRACE(std::string(ToString(before.phase)) + " + " + name + " -> " +
                   std::string(ToString(state.phase)));

      switch (state.phase) {
        case WatchPhase::kStart: ADD_FAILURE() << "nothing leads back to the start"; break;
        case WatchPhase::kListing:
          EXPECT_TRUE(std::holds_alternative<SendList>(output.next));
          break;
        case WatchPhase::kOpeningInitial:
        case WatchPhase::kOpening: {
          ASSERT_TRUE(std::holds_alternative<OpenWatch>(output.next));
          auto const& watch = std::get<OpenWatch>(output.next);
          EXPECT_EQ(watch.resource_version.empty(), state.phase == WatchPhase::kOpeningInitial);
          EXPECT_EQ(watch.dead_after, watch.timeout + 3s);
          break;
        }
        case WatchPhase::kInitial:
        case WatchPhase::kWatching:
          EXPECT_TRUE(std::holds_alternative<ReadLine>(output.next));
          break;
        case WatchPhase::kBackingOff:
          EXPECT_TRUE(std::holds_alternative<WaitFor>(output.next));
          break;
      }
      for (auto const emit : output.emit) {
        bool const is_live = emit == Emit::kApply;
        if (is_live) {
          EXPECT_EQ(before.phase, WatchPhase::kWatching);
        }
        if (emit == Emit::kInitDone) {
          EXPECT_FALSE(state.version.empty());
        }
      }
    }
  }
}

// Every sequence of up to three inputs from the start: a full state is only ever ended after it was
// begun.
TEST(WatchMachine, NeverEndsAFullStateThatItDidNotBegin) {
  auto const inputs = EveryInput();
  auto const check = [&](auto const& self, WatchState const& state, bool is_begun,
                         int depth) -> void {
    if (depth == 0) return;
    for (auto const& [name, input] : inputs) {
      auto const [next, output] = Step({}, state, input, {.now = SteadyPoint(1h), .fraction = 0.0});
      bool begun = is_begun;
      for (auto const emit : output.emit) {
        if (emit == Emit::kInit) begun = true;
        if (emit == Emit::kInitApply || emit == Emit::kInitDone) {
          ASSERT_TRUE(begun) << name;
        }
        if (emit == Emit::kInitDone) begun = false;
      }
      self(self, next, begun, depth - 1);
    }
  };

  check(check, WatchState{}, false, 4);
}

}  // namespace
}  // namespace adxf::kube
