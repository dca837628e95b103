#include "kinds/follower_database/observe.hpp"

#include "base/text.hpp"
#include "kinds/common/credentials.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/plan.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_rights.hpp"
#include "kinds/follower_database/translate.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

void EndStaleHold(FollowerDatabase const& want, Ledger& ledger, TimePoint now) {
  if (!ledger.hold && !ledger.leader_hold) return;
  bool const is_same_wish =
      ledger.hold_generation == want.metadata.generation && ledger.hold_request == RequestOf(want);
  if (is_same_wish) {
    for (auto* hold : {&ledger.hold, &ledger.leader_hold}) {
      if (*hold && !(*hold)->IsOn(now)) hold->reset();
    }
    return;
  }
  ledger.hold.reset();
  ledger.leader_hold.reset();
  ledger.failures = 0;
  ledger.pending.clear();  // what was not accepted is asked for again
}

/// True when a reconcile-at is new since the last pass. It asks again for what was not accepted,
/// also where no failure is held.
bool HearRequest(FollowerDatabase const& want, Ledger& ledger, TimePoint now, Duration patience) {
  auto request = RequestOf(want);
  bool const is_new = ledger.request && *ledger.request != request;
  bool const is_other_spec = ledger.generation && *ledger.generation != want.metadata.generation;
  ledger.request = std::move(request);
  ledger.generation = want.metadata.generation;
  if (is_new || is_other_spec) ledger.corrections.clear();
  if (!is_new) return false;
  std::erase_if(ledger.pending,
                [&](PendingChange const& it) { return !it.IsOnItsWay(now, now, patience); });
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

Doing DoingOf(OperationKind kind) {
  switch (kind) {
    case OperationKind::kAttach: return Doing::kAttaching;
    case OperationKind::kDetach: return Doing::kDetaching;
    case OperationKind::kDetachFromLeader: break;
  }
  return Doing::kDetachingFromLeader;
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
  Approach(want, seen, ledger, call);
  if (HearRequest(want, ledger, clock_.Now(), options_.schema_patience)) LookNow(ledger, pool_);
  if (ledger.operation) PollOperation(want, ledger, call);
  bool const is_denied =
      seen.identity_problem && seen.identity_problem->needs_person && !want.metadata.IsDeleting();
  if (!ledger.operation && (Rests(want) || is_denied)) Leave(HolderName(want), ledger);
  if (ledger.operation)
    seen.operation = SeenOperation{.kind = ledger.operation->kind, .is_running = true};
  if (ledger.follower) FillFollower(seen, want, ledger.follower->View());
  if (ledger.leader) FillLeader(seen, want, ledger.leader->View());
  if (ledger.session) seen.client_id = ledger.session->Identity().client_id;
  if (ledger.follower && !want.metadata.IsDeleting()) ReadOwnRights(want, seen, ledger, call);
  seen.pending = ledger.pending;
  seen.corrections = ledger.corrections;
  seen.hold = ledger.hold;
  seen.remade_at = ledger.remade_at;
  AttendLeaderSide(want, seen, ledger);
  NoteRefusedCredentials(want, ledger);
  return seen;
}

/// Who acts, and which clusters are looked at.
void Observation::Approach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                           http::CallContext const& call) {
  if (!want.spec.source.leader) return;
  if (Rests(want)) return KeepCredentials(want, call);
  if (want.metadata.IsDeleting()) return AttendToDetach(want, seen, ledger, call);
  Attend(want, seen, ledger, call);
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
    seen.identity_problem = Explain(error, Doing::kReadingFollower, want);
    return;
  }
  auto session = Resolve(want, want.spec.credentials_secret_ref, seen.identity_problem, call);
  if (!session) return;
  auto leader_session = session;
  if (leader.credentials_secret_ref)
    leader_session = Resolve(want, leader.credentials_secret_ref, seen.identity_problem, call);
  if (!leader_session) return;

  auto const who = HolderName(want);
  auto const probe = ProbeInterval(want);
  if (ledger.session != session) ledger.own_rights.reset();
  ledger.session = session;
  ledger.leader_session = leader_session;
  azure::InForceOf const in_force{.attachment = AttachmentName(want, options_.instance),
                                  .at_most = kMaxInForce};
  follower_database::Attend(
      ledger.follower,
      pool_.Subscribe(*follower_id, session, who,
                      {.as_follower = true, .probe = probe, .in_force = in_force}),
      pool_, who);
  follower_database::Attend(ledger.leader,
                            pool_.Subscribe(*leader_id, leader_session, who,
                                            {.probe = probe, .follows = leader.database}),
                            pool_, who);
}

/// Detaching needs the follower's side alone. The leader's Secret is read as well, so that it is in
/// memory should the leader's side be needed after the Secret is gone.
void Observation::AttendToDetach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                                 http::CallContext const& call) {
  auto const& leader = *want.spec.source.leader;
  auto const follower_id = model::ResourceId::Parse(want.spec.follower_cluster.resource_id);
  if (!follower_id) {
    seen.identity_problem = Explain(follower_id.error(), Doing::kReadingFollower, want);
    return;
  }
  auto& from_leader = seen.from_leader.identity_problem;
  ledger.session = Resolve(want, want.spec.credentials_secret_ref, seen.identity_problem, call);
  ledger.leader_session = ledger.session;
  from_leader = seen.identity_problem;
  if (leader.credentials_secret_ref) {
    from_leader.reset();
    ledger.leader_session = Resolve(want, leader.credentials_secret_ref, from_leader, call);
  }
  bool const is_passing = seen.identity_problem && !seen.identity_problem->needs_person;
  if (is_passing) return;
  auto const who = HolderName(want);
  auto observer = ledger.session
                      ? pool_.Subscribe(*follower_id, ledger.session, who,
                                        {.as_follower = true, .probe = ProbeInterval(want)})
                      : nullptr;
  follower_database::Attend(ledger.follower, std::move(observer), pool_, who);
}

void Observation::AttendLeaderSide(FollowerDatabase const& want, Observed& seen, Ledger& ledger) {
  ledger.asks_leader = ledger.leader_session && NeedsLeaderSide(want, seen, clock_.Now());
  if (!ledger.asks_leader) return;
  auto const leader_id = model::ResourceId::Parse(want.spec.source.leader->cluster_resource_id);
  if (!leader_id) return;
  auto const who = HolderName(want);
  follower_database::Attend(
      ledger.leader, pool_.Subscribe(*leader_id, ledger.leader_session, who, {.as_leader = true}),
      pool_, who);
  FillFromLeader(seen, want, ledger.leader->View());
  seen.from_leader.hold = ledger.leader_hold;
}

/// An object that rests may be deleted after its Secret: what a finalizer will need is read in
/// time.
void Observation::KeepCredentials(FollowerDatabase const& want, http::CallContext const& call) {
  if (!want.metadata.HasFinalizer(kFinalizer)) return;
  std::optional<Problem> ignored;
  Resolve(want, want.spec.credentials_secret_ref, ignored, call);
  if (auto const& secret = want.spec.source.leader->credentials_secret_ref)
    Resolve(want, secret, ignored, call);
}

std::shared_ptr<azure::Session> Observation::Resolve(FollowerDatabase const& want,
                                                     std::optional<SecretRef> const& secret,
                                                     std::optional<Problem>& problem,
                                                     http::CallContext const& call) {
  azure_access::IdentityRequest request{
      .ns = want.metadata.name_space,
      .resource_ids = {want.spec.follower_cluster.resource_id,
                       want.spec.source.leader->cluster_resource_id},
      .is_deleting = want.metadata.IsDeleting()};
  if (secret) request.secret_name = secret->name;
  auto const resolution = identities_.Resolve(request, call);
  if (resolution.session) return resolution.session;
  problem = kinds::ProblemOf(resolution, kPreflight);
  return nullptr;
}

/// Asked only by those whose permissions could touch the operator's own, once a tick.
void Observation::ReadOwnRights(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                                http::CallContext const& call) {
  if (seen.overrides_readability != Readability::kReadable) return;
  if (!NeedsOwnRights(want, seen.overrides)) return;
  auto const databases = MyDatabases(want, seen);
  if (databases.empty()) return;
  bool const is_recent =
      ledger.own_rights && clock_.Steady() - ledger.rights_read_at < options_.pace.tick;
  if (!is_recent) {
    auto const name = azure::Entity::Parse(databases.front()->name);
    if (!name) return;
    auto const rows = azure::Run(ledger.session->Kusto(), seen.follower.uri,
                                 azure::ShowDatabasePrincipalRoles{.database = *name}, call);
    if (!rows) {
      seen.overrides_readability = Readability::kFailed;
      seen.overrides_problem = Explain(rows.error(), Doing::kReadingPolicies, want);
      return;
    }
    ledger.own_rights = FromAzure(*rows);
    ledger.rights_read_at = clock_.Steady();
  }
  seen.own_rights = ledger.own_rights;
}

void Observation::PollOperation(FollowerDatabase const& want, Ledger& ledger,
                                http::CallContext const& call) {
  auto& operation = *ledger.operation;
  if (!operation.running.session) return;
  auto const result = kinds::Poll(operation.running, clock_, options_.pace, call);
  if (!result.is_over) return;
  if (result.error) {
    RecordFailure(ledger, want,
                  {.error = *result.error, .doing = DoingOf(operation.kind), .now = clock_.Now()},
                  options_.pace);
  } else {
    ledger.failures = 0;
  }
  bool const is_from_leader = operation.kind == OperationKind::kDetachFromLeader;
  ledger.operation.reset();
  if (auto const follower = model::ResourceId::Parse(want.spec.follower_cluster.resource_id))
    pool_.NoteWrite(*follower);
  if (ledger.follower) ledger.follower->LookNow();
  if (is_from_leader && ledger.leader) {
    pool_.NoteWrite(ledger.leader->Cluster());
    ledger.leader->LookNow();
  }
  pool_.Wake();
}

void Observation::NoteRefusedCredentials(FollowerDatabase const& want, Ledger const& ledger) {
  auto const is_refused = [](std::shared_ptr<azure::ClusterObserver> const& observer) {
    if (!observer) return false;
    auto const view = observer->View();
    auto const is_401 = [](std::optional<Error> const& it) {
      return it && it->code == Code::kUnauthorized;
    };
    return is_401(view.inventory_error) || is_401(view.followers_error);
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
