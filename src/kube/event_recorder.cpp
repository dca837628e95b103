#include "kube/event_recorder.hpp"

#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::kube {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostNote = 1024;
constexpr auto kCallDeadline = std::chrono::seconds(10);
constexpr auto kFlushAtStop = std::chrono::seconds(2);
constexpr std::size_t kMostSeries = 4096;
constexpr auto kForgetEvery = std::chrono::seconds(30);

ResourceType EventsType() {
  return {.group = "events.k8s.io", .version = "v1", .plural = "events", .kind = "Event"};
}

std::string FoldKeyOf(ObjectEvent const& event) {
  auto const& about = event.regarding;
  std::string key;
  for (auto const& part : {about.api_version, about.kind, about.ns, about.name, about.uid,
                           event.reason, event.action, event.note}) {
    key += part;
    key += '\x1f';
  }
  return key + (event.type == EventType::kNormal ? "N" : "W");
}

/// Events live in a namespace; those about cluster-scoped objects live in "default".
std::string NamespaceOf(ObjectEvent const& event) {
  return event.regarding.ns.empty() ? "default" : event.regarding.ns;
}

Json EventBody(EventRecorderOptions const& options, ObjectEvent const& event,
               std::string const& name, TimePoint now) {
  auto const& about = event.regarding;
  return {
      {"apiVersion", "events.k8s.io/v1"},
      {"kind", "Event"},
      {"metadata", {{"name", name}, {"namespace", NamespaceOf(event)}}},
      {"eventTime", FormatRfc3339Micros(now)},
      {"reportingController", options.controller},
      {"reportingInstance", options.instance.empty() ? options.controller : options.instance},
      {"action", event.action.empty() ? event.reason : event.action},
      {"reason", event.reason},
      {"regarding",
       {{"apiVersion", about.api_version},
        {"kind", about.kind},
        {"namespace", about.ns},
        {"name", about.name},
        {"uid", about.uid}}},
      {"note", event.note},
      {"type", event.type == EventType::kNormal ? "Normal" : "Warning"},
  };
}

/// Cut at a character's start, so that what is left is still UTF-8.
std::string Cut(std::string text, std::size_t most) {
  if (text.size() <= most) return text;
  auto end = most;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  text.resize(end);
  return text;
}

}  // namespace

EventRecorder::EventRecorder(EventRecorderOptions options, KubeApi& api, Clock& clock,
                             Random& random, Log log)
    : options_(std::move(options)),
      api_(api),
      clock_(clock),
      random_(random),
      log_(std::move(log)) {}

EventRecorder::~EventRecorder() { Stop(); }

void EventRecorder::Publish(ObjectEvent event) {
  event.note = Cut(std::move(event.note), kMostNote);
  {
    std::lock_guard const lock(mutex_);
    auto& queue = event.type == EventType::kNormal ? waiting_ : warnings_;
    if (queue.size() >= options_.capacity) {
      ++dropped_;
      return;
    }
    queue.push_back(std::move(event));
  }
  arrived_.notify_one();
}

void EventRecorder::Start() {
  thread_ = std::jthread([this](std::stop_token const& stop) { Run(stop); });
}

void EventRecorder::Stop() {
  if (!thread_.joinable()) return;
  thread_.request_stop();
  thread_.join();
  std::lock_guard const writing(writing_);
  end_by_ = clock_.Steady() + kFlushAtStop;
  while (auto const event = Take()) {
    if (clock_.Steady() < *end_by_) Write(*event, {});
  }
}

void EventRecorder::Flush(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    auto const event = Take();
    if (!event) return;
    std::lock_guard const writing(writing_);
    Write(*event, stop);
  }
}

void EventRecorder::Run(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    auto const event = TakeInTime(stop);
    std::lock_guard const writing(writing_);
    if (event) Write(*event, stop);
  }
}

std::optional<ObjectEvent> EventRecorder::Take() {
  std::lock_guard const lock(mutex_);
  auto& queue = warnings_.empty() ? waiting_ : warnings_;
  if (queue.empty()) return std::nullopt;
  auto event = std::move(queue.front());
  queue.pop_front();
  return event;
}

/// The next one when it may be written; nothing after a stop.
std::optional<ObjectEvent> EventRecorder::TakeInTime(std::stop_token const& stop) {
  {
    std::unique_lock lock(mutex_);
    auto const has_any = [this] { return !warnings_.empty() || !waiting_.empty(); };
    if (!arrived_.wait(lock, stop, has_any)) return std::nullopt;
    arrived_.wait_for(lock, stop, spacing_.Next() - clock_.Steady(),
                      [this] { return !warnings_.empty(); });
    if (stop.stop_requested()) return std::nullopt;
    if (warnings_.empty()) spacing_.Take(clock_.Steady());
  }
  return Take();
}

void EventRecorder::Write(ObjectEvent const& event, std::stop_token const& stop) {
  ForgetOld();
  auto const key = FoldKeyOf(event);
  auto const known = series_.find(key);
  if (known == series_.end()) return WriteNew(key, event, stop);
  auto& series = known->second;
  ++series.count;
  series.last_observed = clock_.Now();
  series.last_seen = clock_.Steady();
  bool const is_first_repeat = series.written == 1;
  if (is_first_repeat || series.last_seen - series.last_write >= options_.series_interval)
    WriteSeries(key, event, stop);
}

void EventRecorder::WriteNew(FoldKey const& key, ObjectEvent const& event,
                             std::stop_token const& stop) {
  // Names are unique per occurrence, as kubectl's own are: "<object>.<something random>".
  auto prefix = event.regarding.name.substr(0, 200);
  while (prefix.ends_with('.') || prefix.ends_with('-')) prefix.pop_back();
  auto const name = prefix + "." + random_.Guid().substr(24);
  auto const now = clock_.Now();
  auto const created = api_.Create(EventsType(), NamespaceOf(event),
                                   EventBody(options_, event, name, now), Call(stop));
  // It may have been sent twice: then the first is there.
  bool const is_there = created || created.error().code == Code::kConflict;
  if (!is_there) return CountFailure(created.error(), event, stop);
  auto const steady = clock_.Steady();
  series_[key] = {.name = name, .last_observed = now, .last_seen = steady, .last_write = steady};
}

void EventRecorder::WriteSeries(FoldKey const& key, ObjectEvent const& event,
                                std::stop_token const& stop) {
  auto& series = series_.at(key);
  Json const value{{"count", series.count},
                   {"lastObservedTime", FormatRfc3339Micros(series.last_observed)}};
  Json const patch = Json::array({{{"op", "add"}, {"path", "/series"}, {"value", value}}});
  series.last_write = clock_.Steady();
  series.written = series.count;
  auto const patched =
      api_.Patch(EventsType(), {.ns = NamespaceOf(event), .name = series.name}, patch, Call(stop));
  if (patched) return;
  if (patched.error().code != Code::kNotFound) return CountFailure(patched.error(), event, stop);
  // The server lets events expire; the next of the kind starts a new one.
  series_.erase(key);
  WriteNew(key, event, stop);
}

void EventRecorder::ForgetOld() {
  auto const now = clock_.Steady();
  bool const is_time = now - last_forgotten_ >= kForgetEvery || series_.size() >= kMostSeries;
  if (!is_time) return;
  last_forgotten_ = now;
  std::erase_if(series_, [&](auto const& entry) {
    return now - entry.second.last_seen >= options_.fold_window;
  });
  if (series_.size() >= kMostSeries) series_.clear();
}

http::CallContext EventRecorder::Call(std::stop_token const& stop) const {
  auto deadline = clock_.Steady() + kCallDeadline;
  if (end_by_ && *end_by_ < deadline) deadline = *end_by_;
  return {.deadline = deadline, .stop = stop};
}

void EventRecorder::CountFailure(Error const& error, ObjectEvent const& event,
                                 std::stop_token const& stop) {
  {
    std::lock_guard const lock(mutex_);
    // By Stop(), which writes what waits.
    if (error.code == Code::kCancelled && stop.stop_requested()) {
      (event.type == EventType::kNormal ? waiting_ : warnings_).push_front(event);
      return;
    }
    ++failed_;
  }
  log_.Debug("event not written", {kv("reason", event.reason),
                                   kv("object", event.regarding.ns + "/" + event.regarding.name),
                                   kv("error", error.message)});
}

std::uint64_t EventRecorder::Dropped() const {
  std::lock_guard const lock(mutex_);
  return dropped_;
}

std::uint64_t EventRecorder::Failed() const {
  std::lock_guard const lock(mutex_);
  return failed_;
}

}  // namespace adxf::kube
