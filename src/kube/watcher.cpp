#include "kube/watcher.hpp"

#include "kube/api_client.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

// A page of 500 objects is a call like any other; a watch has its own limits.
constexpr auto kListDeadline = std::chrono::seconds(60);
constexpr std::string_view kInitialEventsEnd = "k8s.io/initial-events-end";

std::string TextAt(Json const& object, Json::json_pointer const& pointer) {
  if (!object.contains(pointer)) return {};
  auto const& value = object.at(pointer);
  return value.is_string() ? value.get<std::string>() : std::string();
}

std::string VersionOf(Json const& object) {
  static Json::json_pointer const kPointer("/metadata/resourceVersion");
  return TextAt(object, kPointer);
}

bool EndsInitialEvents(Json const& object) {
  static Json::json_pointer const kPointer("/metadata/annotations");
  if (!object.contains(kPointer)) return false;
  auto const& annotations = object.at(kPointer);
  auto const found =
      annotations.is_object() ? annotations.find(kInitialEventsEnd) : annotations.end();
  return found != annotations.end() && *found == "true";
}

LineKind KindOf(std::string_view type) {
  if (type == "ADDED") return LineKind::kAdded;
  if (type == "MODIFIED") return LineKind::kModified;
  if (type == "DELETED") return LineKind::kDeleted;
  if (type == "BOOKMARK") return LineKind::kBookmark;
  return LineKind::kUnknown;
}

bool WasStopped(WatchInput const& input) {
  auto const* failed = std::get_if<RequestFailed>(&input);
  return failed != nullptr && failed->error.code == Code::kCancelled;
}

/// What went wrong, or "" for an input that is good news.
std::string ComplaintOf(WatchInput const& input) {
  if (auto const* failed = std::get_if<RequestFailed>(&input)) return failed->error.message;
  if (auto const* error = std::get_if<ErrorArrived>(&input)) return error->error.message;
  if (auto const* broken = std::get_if<WatchBroken>(&input))
    return "the connection of the watch broke" + (broken->why.empty() ? "" : ": " + broken->why);
  if (std::holds_alternative<WatchStalled>(input)) return "the watch did not end in time";
  if (std::holds_alternative<BadLine>(input))
    return "the API server sent a line that is not a watch event";
  return {};
}

}  // namespace

Result<ObjectKey> KeyOfObject(Json const& object) {
  static Json::json_pointer const kName("/metadata/name");
  static Json::json_pointer const kNamespace("/metadata/namespace");
  ObjectKey key{.ns = TextAt(object, kNamespace), .name = TextAt(object, kName)};
  if (key.name.empty()) return Fail(Code::kInvalid, "an object of the API server has no name");
  return key;
}

/// What the running thread holds between steps.
struct Watcher::Current {
  std::unique_ptr<http::LineSource> lines{};
  http::CallContext call{};
  std::vector<Json> objects{};  ///< That the next output may speak of.
};

Watcher::Watcher(WatchTarget target, WatchParts parts, WatchHandler& handler, WatchPolicy policy)
    : target_(std::move(target)),
      parts_(std::move(parts)),
      handler_(handler),
      policy_(policy),
      current_(std::make_unique<Current>()) {}

Watcher::~Watcher() { Stop(); }

void Watcher::Start() {
  thread_ = std::jthread([this](std::stop_token const& stop) { Run(stop); });
}

void Watcher::RequestStop() { thread_.request_stop(); }

void Watcher::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
}

void Watcher::Run(std::stop_token const& stop) {
  WatchState state;
  WatchInput input = Proceed{};
  while (!stop.stop_requested() && !WasStopped(input)) {
    auto step = Step(policy_, std::move(state), input,
                     {.now = parts_.clock.Steady(), .fraction = parts_.random.Fraction()});
    state = std::move(step.state);
    Deliver(step.output);
    NoteStep(input, state, step.output);
    input = Execute(step.output.next, stop);
  }
  current_->lines.reset();
}

WatchInput Watcher::Execute(WatchCommand const& command, std::stop_token const& stop) {
  current_->objects.clear();
  if (std::holds_alternative<ReadLine>(command)) return ReadOne();
  current_->lines.reset();
  if (auto const* list = std::get_if<SendList>(&command)) return ListNextPage(*list, stop);
  if (auto const* watch = std::get_if<OpenWatch>(&command)) return Open(*watch, stop);
  parts_.clock.WaitUntil(parts_.clock.Steady() + std::get<WaitFor>(command).delay, stop);
  return Proceed{};
}

WatchInput Watcher::ListNextPage(SendList const& command, std::stop_token const& stop) {
  http::CallContext const call{.deadline = parts_.clock.Steady() + kListDeadline, .stop = stop};
  auto page = parts_.api.List(
      target_.type,
      {.ns = target_.ns, .name = target_.name, .continue_token = command.continue_token}, call);
  if (!page) return RequestFailed{std::move(page).error()};
  static Json::json_pointer const kContinue("/metadata/continue");
  PageArrived arrived{.resource_version = VersionOf(*page),
                      .continue_token = TextAt(*page, kContinue)};
  if (auto const items = page->find("items"); items != page->end() && items->is_array()) {
    current_->objects = std::move(items->get_ref<Json::array_t&>());
  }
  return arrived;
}

WatchInput Watcher::Open(OpenWatch const& command, std::stop_token const& stop) {
  bool const is_initial = command.resource_version.empty();
  auto const request =
      WatchRequest(parts_.server_url, target_.type,
                   {.ns = target_.ns,
                    .name = target_.name,
                    .resource_version = command.resource_version,
                    .initial_events = is_initial ? InitialEvents::kSend : InitialEvents::kNone,
                    .timeout = command.timeout});
  current_->call = {.deadline = parts_.clock.Steady() + command.dead_after, .stop = stop};
  auto stream = parts_.streams.Open(request, current_->call);
  if (!stream) return RequestFailed{std::move(stream).error()};
  if (!stream->head.IsSuccess())
    return RequestFailed{ErrorFromResponse(stream->head, "watch " + target_.type.plural)};
  // The server's timeout runs from now: a slow opening must not make a live watch look dead.
  current_->call.deadline = parts_.clock.Steady() + command.dead_after;
  current_->lines = std::move(stream->lines);
  return WatchOpened{};
}

WatchInput Watcher::ReadOne() {
  if (!current_->lines) return WatchBroken{};
  while (true) {
    auto line = current_->lines->Next(current_->call);
    if (!line && line.error().code == Code::kCancelled)
      return RequestFailed{std::move(line).error()};
    if (!line && line.error().code == Code::kDeadline) return WatchStalled{};
    if (!line) return WatchBroken{.why = std::move(line).error().message};
    if (!line->has_value()) return WatchClosed{};
    if (!(*line)->empty()) return Parse(**line);
  }
}

WatchInput Watcher::Parse(std::string const& line) {
  auto parsed = ParseObject(line);
  if (!parsed) return BadLine{};
  auto const type = parsed->find("type");
  auto const object = parsed->find("object");
  if (type == parsed->end() || !type->is_string() || object == parsed->end() ||
      !object->is_object())
    return BadLine{};
  auto const name = type->get<std::string>();
  if (name == "ERROR")
    return ErrorArrived{ErrorFromStatus(*object, 0, "watch " + target_.type.plural)};
  EventArrived event{.kind = KindOf(name), .resource_version = VersionOf(*object)};
  event.ends_initial_events = event.kind == LineKind::kBookmark && EndsInitialEvents(*object);
  current_->objects.push_back(std::move(*object));
  return event;
}

void Watcher::Deliver(WatchOutput const& output) {
  for (auto const emit : output.emit) {
    if (emit == Emit::kInit) {
      parts_.log.Debug("reading everything", {kv("resource", target_.type.plural)});
      handler_.OnInit();
    } else if (emit == Emit::kInitDone) {
      handler_.OnInitDone();
    } else {
      for (auto const& object : current_->objects) DeliverObject(emit, object);
    }
  }
}

void Watcher::DeliverObject(Emit emit, Json const& object) {
  auto const delivered = [&] {
    if (emit == Emit::kInitApply) return handler_.OnInitApply(object);
    return emit == Emit::kApply ? handler_.OnApply(object) : handler_.OnDelete(object);
  }();
  if (delivered) return;
  auto const key = KeyOfObject(object);
  parts_.log.Warn("skipped an object that cannot be read",
                  {kv("resource", target_.type.plural), kv("object", key ? ToString(*key) : "?"),
                   kv("error", delivered.error().message)});
}

void Watcher::NoteStep(WatchInput const& input, WatchState const& state,
                       WatchOutput const& output) {
  auto const complaint = ComplaintOf(input);
  bool const is_waiting = state.phase == WatchPhase::kBackingOff;
  {
    std::lock_guard const lock(mutex_);
    for (auto const emit : output.emit)
      health_.is_synced = health_.is_synced || emit == Emit::kInitDone;
    if (complaint.empty() && !is_waiting && !std::holds_alternative<Proceed>(input)) {
      health_.last_heard = parts_.clock.Steady();
      health_.failures_in_a_row = 0;
      health_.last_error.clear();
    } else if (is_waiting) {
      health_.failures_in_a_row = state.failures;
      health_.last_error = complaint.empty() ? std::string(output.note) : complaint;
    }
  }
  if (output.note.empty()) return;
  auto const wait = std::get_if<WaitFor>(&output.next);
  parts_.log.Warn(
      "watch interrupted",
      {kv("resource", target_.type.plural), kv("reason", output.note), kv("error", complaint),
       kv("wait_ms", wait != nullptr ? wait->delay.count() : 0), kv("version", state.version)});
}

WatchHealth Watcher::Health() const {
  std::lock_guard const lock(mutex_);
  return health_;
}

}  // namespace adxf::kube
