#include "runtime/election.hpp"

#include "runtime/store.hpp"

#include <algorithm>
#include <utility>

namespace adxf::runtime {
namespace {

bool IsOurs(ElectionPolicy const& policy, ElectionState const& state) {
  return state.lease && state.lease->record.holder == policy.identity;
}

kube::LeaseRecord Renewal(ElectionPolicy const& policy, ElectionState const& state, TimePoint now) {
  auto record = state.lease ? state.lease->record : kube::LeaseRecord{};
  if (record.holder != policy.identity) {
    record.acquired = now;
    if (state.lease) ++record.transitions;
  }
  record.holder = policy.identity;
  record.duration = policy.lease;
  record.renewed = now;
  return record;
}

ElectionCommand Write(ElectionPolicy const& policy, ElectionState const& state, TimePoint now) {
  auto record = Renewal(policy, state, now);
  if (!state.lease) return CreateLease{.record = std::move(record)};
  return WriteLease{.version = state.lease->version, .record = std::move(record)};
}

ElectionCommand NextLeading(ElectionPolicy const& policy, ElectionState const& state,
                            ElectionTime const& now) {
  if (state.lease && !IsOurs(policy, state)) {
    auto const& holder = state.lease->record.holder;
    return GiveUp{holder.empty() ? "somebody else gave the lease back"
                                 : "the lease was taken by " + holder};
  }
  auto const deadline = state.renewed_at + policy.renew_deadline;
  if (now.boot >= deadline) return GiveUp{"the lease could not be renewed in time"};
  // One that was deleted by hand is made again at once: others may be about to.
  auto const due = std::max(state.lease ? state.renewed_at + policy.retry : BootPoint{},
                            state.rests_until.value_or(BootPoint{}));
  if (now.boot < due) return AwaitNews{.until = std::min(due, deadline)};
  return state.must_look ? ElectionCommand(ReadLease{}) : Write(policy, state, now.wall);
}

ElectionCommand NextWaiting(ElectionPolicy const& policy, ElectionState const& state,
                            ElectionTime const& now) {
  if (state.rests_until && now.boot < *state.rests_until)
    return AwaitNews{.until = state.rests_until};
  if (state.must_look) return ReadLease{};
  if (!state.is_known) return AwaitNews{};
  bool const is_free = state.lease && (state.lease->record.holder.empty() || IsOurs(policy, state));
  if (is_free) return Write(policy, state, now.wall);
  auto const runs_out =
      state.changed_at + (state.lease ? state.lease->record.duration : state.owed);
  return now.boot < runs_out ? AwaitNews{.until = runs_out} : Write(policy, state, now.wall);
}

void See(ElectionState& state, std::optional<kube::Lease> const& lease, BootPoint now) {
  state.must_look = false;
  if (state.is_known && state.lease == lease) return;
  state.owed = !lease && state.lease ? state.lease->record.duration : std::chrono::seconds(0);
  state.is_known = true;
  state.lease = lease;
  state.changed_at = now;
}

/// An event may be late: it tells of what a write of ours has replaced, or of that write.
void SeeByWatch(ElectionState& state, std::optional<kube::Lease> const& lease, BootPoint now) {
  bool const is_known = lease && state.lease && IsAtLeast(state.lease->version, lease->version);
  if (!is_known) See(state, lease, now);
}

}  // namespace

ElectionCommand Next(ElectionPolicy const& policy, ElectionState const& state,
                     ElectionTime const& now) {
  return state.is_leading ? NextLeading(policy, state, now) : NextWaiting(policy, state, now);
}

ElectionState Accept(ElectionPolicy const& policy, ElectionState state, ElectionInput const& input,
                     BootPoint now) {
  if (auto const* seen = std::get_if<LeaseSeen>(&input)) {
    SeeByWatch(state, seen->lease, now);
  } else if (auto const* read = std::get_if<LeaseRead>(&input)) {
    See(state, read->lease, now);
  } else if (auto const* written = std::get_if<LeaseWritten>(&input)) {
    See(state, written->lease, now);
    state.is_leading = true;
    state.renewed_at = written->begun;
    state.rests_until.reset();
  } else {
    // Refused because somebody else wrote: it is looked at once more. An answer that did not come
    // may hide a write of ours, which the next one finds out in the same way.
    auto const& [code, begun] = std::get<CallFailed>(input);
    bool const was_outrun = code == Code::kConflict || code == Code::kNotFound;
    state.must_look = state.must_look || was_outrun;
    bool const looks_at_once = was_outrun && state.is_leading && state.lease;
    state.rests_until = looks_at_once ? std::nullopt : std::optional(begun + policy.retry);
  }
  return state;
}

kube::LeaseRecord Released(kube::LeaseRecord record, TimePoint now) {
  record.holder.clear();
  record.duration = std::chrono::seconds(1);  // The API server refuses none.
  record.renewed = now;
  return record;
}

}  // namespace adxf::runtime
