#include "kube/watch_machine.hpp"

#include "kube/kube_api.hpp"

#include <algorithm>
#include <utility>

namespace adxf::kube {
namespace {

/// One step under way: the state it changes, and what it was given.
struct Machine {
  WatchPolicy const& policy;
  StepContext const& context;
  WatchState state;
  WatchOutput output{};

  bool MayStream() const {
    return !state.streaming_refused && state.incomplete_initials < policy.incomplete_before_pages;
  }

  void Open(std::string version, std::chrono::seconds timeout) {
    state.phase = version.empty() ? WatchPhase::kOpeningInitial : WatchPhase::kOpening;
    output.next = OpenWatch{.resource_version = std::move(version),
                            .timeout = timeout,
                            .dead_after = timeout + policy.stall_margin};
  }

  /// Whatever comes next: the list under way, a full state, or the watch where it left off.
  void Resume() {
    if (!state.continue_token.empty()) return ListPages(state.continue_token);
    if (!state.version.empty()) return Open(state.version, policy.watch_timeout);
    state.list_started = false;
    if (!MayStream()) return ListPages({});
    // A large state may take longer than a watch should last: each incomplete try gets twice the
    // time.
    auto const timeout = policy.watch_timeout * (1 << std::min(state.incomplete_initials, 10));
    Open({}, std::max(policy.watch_timeout, std::min(timeout, policy.longest_initial)));
  }

  void ListPages(std::string continue_token) {
    state.phase = WatchPhase::kListing;
    output.next = SendList{.continue_token = std::move(continue_token)};
  }

  void BeginList() {
    if (!state.list_started) output.emit.push_back(Emit::kInit);
    state.list_started = true;
  }

  void FinishList(std::string const& version) {
    output.emit.push_back(Emit::kInitDone);
    state.version = version;
    state.continue_token.clear();
    state.list_started = false;
    state.incomplete_initials = 0;
  }

  void BackOff(std::string_view note, std::optional<std::chrono::seconds> at_least = std::nullopt) {
    bool const was_healthy =
        !state.failed_at || context.now - *state.failed_at >= policy.healthy_after;
    state.failures = was_healthy ? 1 : state.failures + 1;
    state.failed_at = context.now;
    auto delay = policy.backoff.Delay(state.failures - 1, context.fraction);
    if (at_least) delay = std::max(delay, std::chrono::milliseconds(*at_least));
    state.phase = WatchPhase::kBackingOff;
    output.next = WaitFor{delay};
    output.note = note;
  }

  /// The version is no longer kept: one full state anew, at once unless failures pile up.
  void StartOver(std::string_view note) {
    state.version.clear();
    state.continue_token.clear();
    state.list_started = false;
    bool const is_first =
        !state.failed_at || context.now - *state.failed_at >= policy.healthy_after;
    if (!is_first) return BackOff(note);
    state.failures = 1;
    state.failed_at = context.now;
    Resume();
    output.note = note;
  }

  void Fail(Error const& error) {
    bool const is_too_new =
        error.http_status == 504 && error.message.contains("Too large resource version");
    if (IsGone(error)) return StartOver("the version is no longer kept, listing anew");
    if (is_too_new) return StartOver("the server is behind our version, listing anew");
    BackOff("the API server failed, will retry", error.retry_after);
  }

  /// An input that the driver cannot have meant.
  void Astray() {
    state.version.clear();
    state.continue_token.clear();
    BackOff("unexpected input, starting over");
  }
};

bool IsRefusalOfStreaming(Error const& error) {
  return error.http_status == 400 || error.http_status == 422 || error.http_status == 405;
}

void OnPage(Machine& machine, PageArrived const& page) {
  if (machine.state.phase != WatchPhase::kListing) return machine.Astray();
  machine.BeginList();
  machine.output.emit.push_back(Emit::kInitApply);
  if (!page.continue_token.empty()) {
    machine.state.continue_token = page.continue_token;
    return machine.ListPages(page.continue_token);
  }
  if (page.resource_version.empty()) return machine.Astray();
  machine.FinishList(page.resource_version);
  machine.Resume();
}

void OnOpened(Machine& machine) {
  auto& state = machine.state;
  bool const is_initial = state.phase == WatchPhase::kOpeningInitial;
  if (!is_initial && state.phase != WatchPhase::kOpening) return machine.Astray();
  state.phase = is_initial ? WatchPhase::kInitial : WatchPhase::kWatching;
  state.opened_at = machine.context.now;
  state.saw_event = false;
  if (is_initial) machine.BeginList();
  machine.output.next = ReadLine{};
}

void OnRequestFailed(Machine& machine, RequestFailed const& failed) {
  switch (machine.state.phase) {
    case WatchPhase::kOpeningInitial:
      if (IsRefusalOfStreaming(failed.error)) {
        machine.state.streaming_refused = true;
        machine.Resume();
        machine.output.note = "the server refuses streaming lists, listing in pages";
        return;
      }
      return machine.Fail(failed.error);
    case WatchPhase::kListing:
      // A page that is refused for good (a stale or foreign token) would be refused for ever.
      if (failed.error.code == Code::kInvalid) machine.state.continue_token.clear();
      return machine.Fail(failed.error);
    case WatchPhase::kOpening: return machine.Fail(failed.error);
    default: return machine.Astray();
  }
}

void OnInitialEvent(Machine& machine, EventArrived const& event) {
  auto& emit = machine.output.emit;
  // Synthetic events are not in the order of their versions, so none but the closing bookmark's may
  // be resumed from.
  switch (event.kind) {
    case LineKind::kAdded:
    case LineKind::kModified: emit.push_back(Emit::kInitApply); return;
    case LineKind::kDeleted: emit.push_back(Emit::kDelete); return;
    case LineKind::kUnknown: return;
    case LineKind::kBookmark: break;
  }
  if (!event.ends_initial_events) return;
  if (event.resource_version.empty()) return machine.Astray();
  machine.FinishList(event.resource_version);
  machine.state.phase = WatchPhase::kWatching;
}

void OnWatchEvent(Machine& machine, EventArrived const& event) {
  switch (event.kind) {
    case LineKind::kAdded:
    case LineKind::kModified: machine.output.emit.push_back(Emit::kApply); break;
    case LineKind::kDeleted: machine.output.emit.push_back(Emit::kDelete); break;
    case LineKind::kBookmark: break;
    case LineKind::kUnknown: return;
  }
  if (!event.resource_version.empty()) machine.state.version = event.resource_version;
}

void OnEvent(Machine& machine, EventArrived const& event) {
  bool const is_initial = machine.state.phase == WatchPhase::kInitial;
  if (!is_initial && machine.state.phase != WatchPhase::kWatching) return machine.Astray();
  machine.output.next = ReadLine{};
  machine.state.saw_event = true;
  if (is_initial) return OnInitialEvent(machine, event);
  OnWatchEvent(machine, event);
}

bool IsStreaming(WatchState const& state) {
  return state.phase == WatchPhase::kInitial || state.phase == WatchPhase::kWatching;
}

void OnClosed(Machine& machine) {
  auto& state = machine.state;
  if (!IsStreaming(state)) return machine.Astray();
  bool const is_short =
      machine.context.now - state.opened_at < machine.policy.short_watch && !state.saw_event;
  if (state.phase == WatchPhase::kInitial) {
    ++state.incomplete_initials;
    return machine.BackOff("the streaming list ended before it was complete");
  }
  if (is_short) return machine.BackOff("the watch closed at once and without an event");
  machine.Resume();
}

void OnBroken(Machine& machine, std::string_view note) {
  if (!IsStreaming(machine.state)) return machine.Astray();
  if (machine.state.phase == WatchPhase::kInitial) ++machine.state.incomplete_initials;
  machine.BackOff(note);
}

void OnStalled(Machine& machine) {
  auto& state = machine.state;
  if (!IsStreaming(state)) return machine.Astray();
  if (state.phase == WatchPhase::kInitial) ++state.incomplete_initials;
  machine.Resume();
  machine.output.note = "the watch is dead, resuming at its last version";
}

void OnProceed(Machine& machine) {
  if (machine.state.phase != WatchPhase::kStart && machine.state.phase != WatchPhase::kBackingOff)
    return machine.Astray();
  machine.Resume();
}

/// One call per kind of input, so that a new kind does not compile until it is answered here.
struct Dispatch {
  Machine& machine;

  void operator()(Proceed const&) const { OnProceed(machine); }
  void operator()(PageArrived const& page) const { OnPage(machine, page); }
  void operator()(WatchOpened const&) const { OnOpened(machine); }
  void operator()(RequestFailed const& failed) const { OnRequestFailed(machine, failed); }
  void operator()(EventArrived const& event) const { OnEvent(machine, event); }
  void operator()(ErrorArrived const& error) const {
    if (IsStreaming(machine.state)) return machine.Fail(error.error);
    machine.Astray();
  }
  void operator()(BadLine const&) const {
    OnBroken(machine, "unreadable line, resuming at the last good version");
  }
  void operator()(WatchClosed const&) const { OnClosed(machine); }
  void operator()(WatchBroken const&) const {
    OnBroken(machine, "the connection broke, will resume");
  }
  void operator()(WatchStalled const&) const { OnStalled(machine); }
};

}  // namespace

std::string_view ToString(WatchPhase phase) {
  switch (phase) {
    case WatchPhase::kStart: return "start";
    case WatchPhase::kListing: return "listing";
    case WatchPhase::kOpeningInitial: return "opening_initial";
    case WatchPhase::kInitial: return "initial";
    case WatchPhase::kOpening: return "opening";
    case WatchPhase::kWatching: return "watching";
    case WatchPhase::kBackingOff: return "backing_off";
  }
  return "unknown";
}

StepResult Step(WatchPolicy const& policy, WatchState state, WatchInput const& input,
                StepContext const& context) {
  Machine machine{.policy = policy, .context = context, .state = std::move(state)};
  std::visit(Dispatch{machine}, input);
  return {.state = std::move(machine.state), .output = std::move(machine.output)};
}

}  // namespace adxf::kube
