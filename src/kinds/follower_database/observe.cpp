#include "kinds/follower_database/observe.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/translate.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

void EndStaleHold(FollowerDatabase const& want, Ledger& ledger, TimePoint now) {
  if (!ledger.hold) return;
  bool const is_same_wish =
      ledger.hold_generation == want.metadata.generation && ledger.hold_request == RequestOf(want);
  if (is_same_wish) {
    if (ledger.hold->until <= now) ledger.hold.reset();
    return;
  }
  ledger.hold.reset();
  ledger.failures = 0;
  ledger.pending.clear();  // what was not accepted is asked for again
}

/// True when a reconcile-at is new since the last pass. It asks again for what was not accepted,
/// also where no failure is held.
bool HearRequest(FollowerDatabase const& want, Ledger& ledger, TimePoint now, Duration patience) {
  auto request = RequestOf(want);
  bool const is_new = ledger.request && *ledger.request != request;
  ledger.request = std::move(request);
  if (!is_new) return false;
  std::erase_if(ledger.pending,
                [&](PendingChange const& it) { return now - it.issued_at >= patience; });
  return true;
}

/// Whoever asks by hand means Azure as it is now, not as it was at the last tick.
void LookNow(Ledger const& ledger, azure::ObserverPool& pool) {
  if (ledger.follower) ledger.follower->LookNow();
  if (ledger.leader) ledger.leader->LookNow();
  pool.Wake();
}

bool Rests(FollowerDatabase const& want) {
  return want.spec.suspend && !want.metadata.IsDeleting();
}

// An operation that goes on for longer says nothing any more: the cluster's lists tell how it
// stands.
constexpr auto kLongestOperation = std::chrono::hours(2);

/// A status that cannot be read for now says nothing about the operation (ARM contract). One that
/// the service has forgotten, or never lets us read, is as good as over: the cluster's lists tell.
bool IsLost(Error const& error) {
  return error.code == Code::kNotFound || error.code == Code::kUnauthorized ||
         error.code == Code::kForbidden || error.code == Code::kInvalid;
}

void Attend(std::shared_ptr<azure::ClusterObserver>& current,
            std::shared_ptr<azure::ClusterObserver> next, azure::ObserverPool& pool,
            std::string const& who) {
  if (current && current != next) pool.Unsubscribe(*current, who);
  current = std::move(next);
}

}  // namespace

std::string HolderName(FollowerDatabase const& want) {
  return want.metadata.name_space + "/" + want.metadata.name;
}

Observation::Observation(azure_access::Identities& identities, azure::ObserverPool& pool,
                         ObserveOptions options, Clock& clock)
    : identities_(identities), pool_(pool), options_(std::move(options)), clock_(clock) {}

Observed Observation::Look(FollowerDatabase const& want, Ledger& ledger,
                           http::CallContext const& call) {
  Observed seen{.instance = options_.instance, .schema_patience = options_.schema_patience};
  EndStaleHold(want, ledger, clock_.Now());
  if (want.spec.source.leader && !Rests(want)) Attend(want, seen, ledger, call);
  if (HearRequest(want, ledger, clock_.Now(), options_.schema_patience)) LookNow(ledger, pool_);
  if (ledger.operation) PollOperation(want, ledger, call);
  bool const is_denied = seen.identity_problem && seen.identity_problem->needs_person;
  if (!ledger.operation && (Rests(want) || is_denied)) Leave(HolderName(want), ledger);
  if (ledger.operation)
    seen.operation = SeenOperation{.kind = ledger.operation->kind, .is_running = true};
  if (ledger.follower) FillFollower(seen, want, ledger.follower->View());
  if (ledger.leader) FillLeader(seen, want, ledger.leader->View());
  NoteRefusedCredentials(want, ledger);
  seen.pending = ledger.pending;
  seen.hold = ledger.hold;
  seen.remade_at = ledger.remade_at;
  return seen;
}

Duration Observation::ProbeInterval(FollowerDatabase const& want) const {
  if (!want.spec.sync_lag) return options_.probe_interval;
  auto const parsed = model::Timespan::Parse(want.spec.sync_lag->probe_interval);
  return parsed ? parsed->ToDuration() : options_.probe_interval;
}

void Observation::Leave(std::string const& who, Ledger& ledger) {
  follower_database::Attend(ledger.follower, nullptr, pool_, who);
  follower_database::Attend(ledger.leader, nullptr, pool_, who);
}

void Observation::Attend(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                         http::CallContext const& call) {
  auto const& leader = *want.spec.source.leader;
  auto const follower_id = model::ResourceId::Parse(want.spec.follower_cluster.resource_id);
  auto const leader_id = model::ResourceId::Parse(leader.cluster_resource_id);
  if (!follower_id || !leader_id) {
    auto const& error = follower_id ? leader_id.error() : follower_id.error();
    seen.identity_problem = Explain(error, Doing::kReadingFollower);
    return;
  }
  auto session = Resolve(want, want.spec.credentials_secret_ref, seen, call);
  if (!session) return;
  auto leader_session = session;
  // Detaching needs the follower's side alone: a leader's Secret that is gone does not keep it.
  bool const is_deleting = want.metadata.IsDeleting();
  if (leader.credentials_secret_ref && !is_deleting)
    leader_session = Resolve(want, leader.credentials_secret_ref, seen, call);
  if (!leader_session) return;

  auto const who = HolderName(want);
  auto const probe = ProbeInterval(want);
  ledger.session = session;
  ledger.leader_session = leader_session;
  follower_database::Attend(
      ledger.follower,
      pool_.Subscribe(*follower_id, session, who, {.as_follower = true, .probe = probe}), pool_,
      who);
  if (is_deleting) return;
  follower_database::Attend(ledger.leader,
                            pool_.Subscribe(*leader_id, leader_session, who, {.probe = probe}),
                            pool_, who);
}

std::shared_ptr<azure::Session> Observation::Resolve(FollowerDatabase const& want,
                                                     std::optional<SecretRef> const& secret,
                                                     Observed& seen,
                                                     http::CallContext const& call) {
  azure_access::IdentityRequest request{
      .ns = want.metadata.name_space,
      .resource_ids = {want.spec.follower_cluster.resource_id,
                       want.spec.source.leader->cluster_resource_id},
      .is_deleting = want.metadata.IsDeleting()};
  if (secret) request.secret_name = secret->name;
  auto resolution = identities_.Resolve(request, call);
  if (resolution.session) return resolution.session;
  using azure_access::Denial;
  auto const reason = resolution.denial == Denial::kNotAllowed ? kReasonIdentityNotAllowed
                                                               : kReasonCredentialsMissing;
  seen.identity_problem = Problem{.condition = std::string(kPreflight),
                                  .reason = std::string(reason),
                                  .message = std::move(resolution.message),
                                  .needs_person = resolution.denial != Denial::kUnavailable};
  return nullptr;
}

void Observation::PollOperation(FollowerDatabase const& want, Ledger& ledger,
                                http::CallContext const& call) {
  auto& operation = *ledger.operation;
  if (!ledger.session || clock_.Steady() < operation.next_poll) return;
  auto const status = ledger.session->Arm().Poll(operation.ref, call);
  bool const is_stuck = clock_.Now() - operation.ref.started_at > kLongestOperation;
  bool const is_under_way = !is_stuck && (status ? !status->IsFinal() : !IsLost(status.error()));
  if (is_under_way) {
    operation.step = std::min(2 * operation.step, options_.pace.poll_max);
    auto const asked = status ? status->retry_after : status.error().retry_after;
    auto const wait = std::max<Duration>(operation.step, asked.value_or(std::chrono::seconds(0)));
    operation.next_poll = clock_.Steady() + std::chrono::duration_cast<SteadyPoint::duration>(wait);
    return;
  }
  bool const has_failed = status && status->IsFinal() && !status->error.message.empty() &&
                          status->state != azure::OperationStatus::kSucceeded;
  if (has_failed) {
    auto const doing =
        operation.kind == OperationKind::kAttach ? Doing::kAttaching : Doing::kDetaching;
    RecordFailure(ledger, want, {.error = status->error, .doing = doing, .now = clock_.Now()},
                  options_.pace);
  } else {
    ledger.failures = 0;
  }
  ledger.operation.reset();
  pool_.NoteWrite(ledger.follower->Cluster());
  ledger.follower->LookNow();
  pool_.Wake();
}

void Observation::NoteRefusedCredentials(FollowerDatabase const& want, Ledger const& ledger) {
  auto const is_refused = [](std::shared_ptr<azure::ClusterObserver> const& observer) {
    if (!observer) return false;
    auto const view = observer->View();
    return view.inventory_error && view.inventory_error->code == Code::kUnauthorized;
  };
  auto const name = [](std::optional<SecretRef> const& ref) {
    return ref ? std::optional(ref->name) : std::nullopt;
  };
  if (is_refused(ledger.follower))
    identities_.Refused(want.metadata.name_space, name(want.spec.credentials_secret_ref));
  if (is_refused(ledger.leader) && want.spec.source.leader) {
    identities_.Refused(want.metadata.name_space,
                        name(want.spec.source.leader->credentials_secret_ref));
  }
}

}  // namespace adxf::follower_database
