#include "runtime/controller.hpp"

#include <algorithm>
#include <exception>
#include <utility>

namespace adxf::runtime {
namespace {

/// Twelve digits: short enough to read out, long enough never to come twice in one log.
std::string ShortId(std::string const& guid) { return guid.substr(guid.rfind('-') + 1); }

}  // namespace

std::string_view ToString(PassResult result) {
  switch (result) {
    case PassResult::kSuccess: return "success";
    case PassResult::kRequeueAfter: return "requeue_after";
    case PassResult::kError:
    case PassResult::kTerminalError: return "error";
  }
  return "error";
}

Controller::Controller(ControllerOptions options, ControllerParts parts)
    : options_(std::move(options)), parts_(std::move(parts)) {}

Controller::~Controller() { Stop(); }

void Controller::Start() {
  for (int i = 0; i < options_.workers; ++i) {
    workers_.emplace_back([this](std::stop_token const& stop) { Work(stop); });
  }
}

void Controller::BeginStop() {
  if (grace_end_) return;
  grace_end_ = parts_.clock.Steady() + options_.grace;
  parts_.queue.ShutDown();
  for (auto& worker : workers_) worker.request_stop();
}

void Controller::Stop() {
  if (workers_.empty()) return;
  BeginStop();
  if (!parts_.queue.AwaitIdle(*grace_end_)) {
    parts_.log.Warn(
        "passes outlast the grace at shutdown, stopping them",
        {kv("controller", options_.name),
         kv("grace_ms",
            std::chrono::duration_cast<std::chrono::milliseconds>(options_.grace).count())});
  }
  passes_.request_stop();
  workers_.clear();
}

bool Controller::RunOne() {
  auto const item = parts_.queue.TryTake();
  if (!item) return false;
  RunPass(*item);
  return true;
}

void Controller::Work(std::stop_token const& stop) {
  if (!AwaitCaches(stop) || !AwaitLead(stop)) return;
  while (auto const item = parts_.queue.Take(stop)) RunPass(*item);
}

bool Controller::AwaitCaches(std::stop_token const& stop) const {
  return std::ranges::all_of(parts_.caches,
                             [&](ReadyLatch const* cache) { return AwaitCache(*cache, stop); });
}

bool Controller::AwaitCache(ReadyLatch const& cache, std::stop_token const& stop) const {
  while (!cache.Wait(stop, options_.sync_warning)) {
    if (stop.stop_requested()) return false;
    parts_.log.Warn(
        "caches are not synced yet; check that the CRDs are installed and that RBAC allows list "
        "and watch",
        {kv("controller", options_.name)});
  }
  return true;
}

bool Controller::AwaitLead(std::stop_token const& stop) const {
  if (parts_.leads == nullptr) return true;
  parts_.log.Debug("waiting to lead", {kv("controller", options_.name)});
  while (!parts_.leads->Wait(stop, std::chrono::hours(1))) {
    if (stop.stop_requested()) return false;
  }
  return true;
}

void Controller::RunPass(WorkQueue::Item const& item) {
  auto const id = ShortId(parts_.random.Guid());
  auto const log = parts_.log.With({kv("kind", options_.kind), kv("namespace", item.key.ns),
                                    kv("name", item.key.name), kv("reconcile_id", id)});
  auto const start = parts_.clock.Steady();
  http::CallContext const call{
      .deadline = start + options_.pass_deadline, .stop = passes_.get_token(), .reconcile_id = id};
  parts_.observer.PassStarted();
  auto const outcome = Guarded(item.key, call, log);
  auto const end = parts_.clock.Steady();
  if (end >= call.deadline) parts_.observer.TimedOut();
  auto const result = Settle(item, outcome, log);
  parts_.queue.Done(item.key);
  parts_.observer.PassFinished(result, end - start);
}

/// The one place of the program that catches everything: a defect in one object's pass must not end
/// all others'.
Outcome Controller::Guarded(ObjectKey const& key, http::CallContext const& call,
                            Log const& log) const {
  std::string what;
  try {
    return parts_.reconciler.Reconcile(key, call);
  } catch (std::exception const& error) {
    what = error.what();
  } catch (...) {
    what = "an exception of an unknown type";
  }
  parts_.observer.Panicked();
  log.Error("a pass ended with an exception; this is a defect, please report it",
            {kv("error", what)});
  Error error;
  error.message = "internal error: " + what;
  return Outcome::Failed(std::move(error));
}

PassResult Controller::Settle(WorkQueue::Item const& item, Outcome const& outcome,
                              Log const& log) const {
  auto& queue = parts_.queue;
  if (outcome.error && outcome.terminal) {
    log.Error("pass failed and will not be retried before a change",
              {kv("error", outcome.error->message), kv("code", ToString(outcome.error->code))});
    queue.Forget(item.key);
    return PassResult::kTerminalError;
  }
  if (outcome.error) {
    LogRetry(*outcome.error, log);
    queue.AddRateLimited(item.key, item.priority,
                         outcome.error->retry_after.value_or(std::chrono::seconds(0)));
    return PassResult::kError;
  }
  queue.Forget(item.key);
  if (!outcome.requeue_after) return PassResult::kSuccess;
  queue.AddAfter(item.key, *outcome.requeue_after,
                 outcome.holds_up_others ? kUserChange : item.priority);
  return PassResult::kRequeueAfter;
}

void Controller::LogRetry(Error const& error, Log const& log) const {
  // A conflict only means that we looked at an old version, and a cancelled pass that we are
  // stopping.
  bool const is_ordinary = error.code == Code::kConflict || error.code == Code::kCancelled;
  auto const fields = {kv("error", error.message), kv("code", ToString(error.code)),
                       kv("service_code", error.service_code)};
  if (is_ordinary) {
    log.Debug("pass failed, will retry", fields);
  } else {
    log.Warn("pass failed, will retry", fields);
  }
}

}  // namespace adxf::runtime
