#include "runtime/elector.hpp"

#include "kube/lease.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::runtime {
namespace {

using Json = nlohmann::json;

/// Giving back is a courtesy: a successor can wait for the lease to run out as well.
constexpr auto kReleaseDeadline = std::chrono::seconds(2);

/// Longer than any wait between two looks at what is due.
constexpr auto kLongWait = std::chrono::minutes(1);

}  // namespace

Elector::Elector(ElectionPolicy policy, kube::ObjectKey lease, ElectorParts parts)
    : policy_(std::move(policy)), key_(std::move(lease)), parts_(std::move(parts)) {}

Elector::~Elector() { Stop(); }

void Elector::Start() {
  thread_ = std::jthread([this](std::stop_token const& stop) { Run(stop); });
}

void Elector::Stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    thread_.join();
  }
  if (state_.is_leading || may_hold_) GiveBack();
}

void Elector::Run(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    auto const until = Advance(stop);
    // Suspended time counts in `until` and not in this wait, which is then too long by it; the gate
    // looks at the boot-time clock for itself.
    Duration wait = kLongWait;
    if (until) wait = std::min(wait, Duration(*until - parts_.clock.Boot()));
    std::unique_lock lock(mutex_);
    arrived_.wait_for(lock, stop, wait, [this] { return !news_.empty(); });
  }
}

std::optional<BootPoint> Elector::Advance(std::stop_token const& stop) {
  while (!stop.stop_requested()) {
    TakeNews();
    auto const command =
        Next(policy_, state_, {.boot = parts_.clock.Boot(), .wall = parts_.clock.Now()});
    if (auto const* rest = std::get_if<AwaitNews>(&command)) return rest->until;
    if (!Execute(command, stop)) break;
  }
  return std::nullopt;
}

void Elector::TakeNews() {
  std::deque<ElectionInput> news;
  {
    std::lock_guard const lock(mutex_);
    news.swap(news_);
  }
  for (auto const& it : news) Feed(it);
}

void Elector::Feed(ElectionInput const& input) {
  auto const holder_of = [](ElectionState const& state) {
    return state.lease ? state.lease->record.holder : std::string();
  };
  auto const before = holder_of(state_);
  bool const was_leading = state_.is_leading;
  state_ = Accept(policy_, std::move(state_), input, parts_.clock.Boot());
  if (state_.is_leading && !was_leading) {
    parts_.log.Info("leading", {kv("lease", kube::ToString(key_)), kv("as", policy_.identity)});
    if (parts_.told) parts_.told(true);
  } else if (auto const holder = holder_of(state_);
             !state_.is_leading && !holder.empty() && holder != before) {
    parts_.log.Info("standing by", {kv("lease", kube::ToString(key_)), kv("leader", holder)});
  }
}

bool Elector::Execute(ElectionCommand const& command, std::stop_token const& stop) {
  if (auto const* lost = std::get_if<GiveUp>(&command)) {
    state_.is_leading = false;
    may_hold_ = false;
    parts_.gate.Lose(lost->why);
    return false;
  }
  auto const begun = parts_.clock.Boot();
  auto const call = Call(stop);
  if (!std::holds_alternative<ReadLease>(command)) {
    Write(command, call, begun);
    return true;
  }
  auto const object = parts_.api.Get(kube::LeaseType(), key_, call);
  auto lease = object ? kube::DecodeLease(*object) : Result<kube::Lease>(Failure(object.error()));
  if (lease) {
    Feed(LeaseRead{.lease = std::move(*lease)});
  } else if (lease.error().code == Code::kNotFound) {
    Feed(LeaseRead{});
  } else {
    Feed(CallFailed{.code = lease.error().code, .begun = begun});
  }
  return true;
}

void Elector::Write(ElectionCommand const& command, http::CallContext const& call,
                    BootPoint begun) {
  auto const written = [&]() -> Result<kube::Lease> {
    if (auto const* create = std::get_if<CreateLease>(&command)) {
      auto const body = kube::NewLease(key_.name, create->record);
      TRY_ASSIGN(auto const object, parts_.api.Create(kube::LeaseType(), key_.ns, body, call));
      return kube::DecodeLease(object);
    }
    auto const& change = std::get<WriteLease>(command);
    auto const patch = kube::LeasePatch(change.version, change.record);
    TRY_ASSIGN(auto const object, parts_.api.Patch(kube::LeaseType(), key_, patch, call));
    return kube::DecodeLease(object);
  }();
  if (written) {
    may_hold_ = false;  // It does, which `state_` says.
    Feed(LeaseWritten{.lease = *written, .begun = begun});
    parts_.gate.Renewed(begun);
    return;
  }
  bool const is_race = written.error().code == Code::kConflict && !state_.is_leading;
  if (!is_race && written.error().code != Code::kCancelled)
    parts_.log.Warn("the lease was not written",
                    {kv("lease", kube::ToString(key_)), kv("error", written.error().message)});
  may_hold_ = written.error().code != Code::kConflict;  // An answer that did not come may be a yes.
  Feed(CallFailed{.code = written.error().code, .begun = begun});
}

void Elector::GiveBack() {
  parts_.gate.Close();
  if (std::exchange(state_.is_leading, false) && parts_.told) parts_.told(false);
  auto const lease = kv("lease", kube::ToString(key_));
  if (parts_.gate.LeftSomethingOpen()) {
    parts_.log.Info("keeping the lease: a change was cut off, and a successor must not meet it",
                    {lease});
    return;
  }
  auto released = PatchReleased();
  // A renewal of our own without an answer may have come in between.
  if (!released && released.error().code == Code::kConflict) released = PatchReleased();
  if (released) {
    parts_.log.Info("gave the lease back", {lease});
  } else {
    parts_.log.Warn("could not give the lease back; a successor waits until it runs out",
                    {lease, kv("error", released.error().message)});
  }
}

/// As it is, not as last seen: a renewal may have gone through without an answer.
Result<void> Elector::PatchReleased() {
  http::CallContext const call{.deadline = parts_.clock.Steady() + kReleaseDeadline};
  TRY_ASSIGN(auto const object, parts_.api.Get(kube::LeaseType(), key_, call));
  TRY_ASSIGN(auto const lease, kube::DecodeLease(object));
  if (lease.record.holder != policy_.identity) return {};
  auto const patch = kube::LeasePatch(lease.version, Released(lease.record, parts_.clock.Now()));
  TRY_ASSIGN(auto const patched, parts_.api.Patch(kube::LeaseType(), key_, patch, call));
  return {};
}

/// Half of the time that there is for a renewal, so that a hanging call leaves time for another,
/// and never beyond the moment when it comes too late.
http::CallContext Elector::Call(std::stop_token const& stop) const {
  auto patience = policy_.renew_deadline / 2;
  if (state_.is_leading) {
    auto const left = state_.renewed_at + policy_.renew_deadline - parts_.clock.Boot();
    patience = std::min(patience, left);
  }
  return {.deadline = parts_.clock.Steady() + patience, .stop = stop};
}

void Elector::Tell(ElectionInput input) {
  {
    std::lock_guard const lock(mutex_);
    news_.push_back(std::move(input));
  }
  arrived_.notify_all();
}

Result<void> Elector::OnInitApply(Json const& object) {
  TRY_ASSIGN(listed_, kube::DecodeLease(object));
  return {};
}

void Elector::OnInitDone() { Tell(LeaseSeen{.lease = std::exchange(listed_, std::nullopt)}); }

Result<void> Elector::OnApply(Json const& object) {
  TRY_ASSIGN(auto lease, kube::DecodeLease(object));
  Tell(LeaseSeen{.lease = std::move(lease)});
  return {};
}

Result<void> Elector::OnDelete(Json const& /*object*/) {
  listed_.reset();
  Tell(LeaseSeen{});
  return {};
}

}  // namespace adxf::runtime
