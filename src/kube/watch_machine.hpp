#pragma once

#include "base/backoff.hpp"
#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

/// The list-and-watch protocol as a pure state machine. It holds no object and does no I/O: the
/// driver (Watcher) does what `Output::next` asks, feeds back what happened, and passes on the
/// objects that `Output::emit` speaks of.
namespace adxf::kube {

struct WatchPolicy {
  std::chrono::seconds watch_timeout{15};  ///< Asked of the server.
  std::chrono::seconds stall_margin{
      3};  ///< A watch that has not ended this long after its timeout is dead.
  std::chrono::seconds longest_initial{
      240};  ///< Streaming lists get more time after each incomplete one, up to this.
  int incomplete_before_pages =
      3;  ///< That many incomplete streaming lists in a row: list in pages once.
  std::chrono::milliseconds short_watch{
      1000};  ///< A watch that closes sooner and without an event counts as a failure.
  std::chrono::seconds healthy_after{120};  ///< So long without a failure forgets earlier ones.
  Backoff backoff{.initial = std::chrono::milliseconds(800),
                  .maximum = std::chrono::milliseconds(30'000),
                  .factor = 2.0,
                  .jitter = 0.5};
};

// What the driver saw.

/// The first input, and the end of a wait.
struct Proceed {};
/// A page of a list arrived.
struct PageArrived {
  std::string resource_version{};
  std::string continue_token{};  ///< Empty on the last page.
};
/// The watch was accepted.
struct WatchOpened {};
/// The request (list or watch) failed.
struct RequestFailed {
  Error error{};
};
enum class LineKind { kAdded, kModified, kDeleted, kBookmark, kUnknown };
/// A watch event other than ERROR.
struct EventArrived {
  LineKind kind = LineKind::kUnknown;
  std::string resource_version{};
  bool ends_initial_events = false;  ///< Bookmark with annotation k8s.io/initial-events-end.
};
/// A watch event of type ERROR.
struct ErrorArrived {
  Error error{};
};
/// A line that is not a watch event.
struct BadLine {};
/// The server ended the watch in an orderly way.
struct WatchClosed {};
/// The connection broke, or what came over it was too long to be an event.
struct WatchBroken {
  std::string why{};  ///< For the log.
};
/// Nothing ended the watch in time.
struct WatchStalled {};

using WatchInput = std::variant<Proceed, PageArrived, WatchOpened, RequestFailed, EventArrived,
                                ErrorArrived, BadLine, WatchClosed, WatchBroken, WatchStalled>;

// What the driver is to do.

enum class Emit {
  kInit,       ///< A full state follows; what is shown now stays until kInitDone.
  kInitApply,  ///< The object(s) of this input belong to the full state.
  kInitDone,   ///< The full state is complete; what was not in it is gone.
  kApply,      ///< The object of this input was added or changed.
  kDelete,     ///< The object of this input is gone (also within a full state).
};

struct SendList {
  std::string continue_token{};
  bool operator==(SendList const&) const = default;
};
struct OpenWatch {
  std::string resource_version{};  ///< Empty: a streaming list.
  std::chrono::seconds timeout{};
  std::chrono::seconds dead_after{};
  bool operator==(OpenWatch const&) const = default;
};
struct ReadLine {
  bool operator==(ReadLine const&) const = default;
};
struct WaitFor {
  std::chrono::milliseconds delay{};
  bool operator==(WaitFor const&) const = default;
};
using WatchCommand = std::variant<SendList, OpenWatch, ReadLine, WaitFor>;

struct WatchOutput {
  std::vector<Emit> emit{};
  WatchCommand next = ReadLine{};
  std::string_view note{};  ///< Why, for the log; empty when ordinary.
};

enum class WatchPhase {
  kStart,
  kListing,
  kOpeningInitial,
  kInitial,
  kOpening,
  kWatching,
  kBackingOff
};
std::string_view ToString(WatchPhase phase);

struct WatchState {
  WatchPhase phase = WatchPhase::kStart;
  std::string version{};         ///< Last good resourceVersion; empty: a full state is needed.
  std::string continue_token{};  ///< Of the list under way.
  bool list_started = false;     ///< kInit was emitted for the list under way.
  bool streaming_refused = false;
  int incomplete_initials = 0;
  int failures = 0;
  std::optional<SteadyPoint> failed_at{};
  SteadyPoint opened_at{};
  bool saw_event = false;  ///< Since opened_at.
  bool operator==(WatchState const&) const = default;
};

/// Time and chance as arguments.
struct StepContext {
  SteadyPoint now{};
  double fraction = 0.0;  ///< Uniform in [0, 1), for jitter.
};

struct StepResult {
  WatchState state{};
  WatchOutput output{};
};

/// One step. Defined for every state and input; an input that makes no sense in a state is answered
/// by starting over with a back-off, never by undefined behaviour.
StepResult Step(WatchPolicy const& policy, WatchState state, WatchInput const& input,
                StepContext const& context);

}  // namespace adxf::kube
