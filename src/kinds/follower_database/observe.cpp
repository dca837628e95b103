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
#include "kinds/follower_database/plan_status.hpp"
#include "kinds/follower_database/plan_subscription.hpp"
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
  SharedText request = RequestOf(want);
  bool const is_new = ledger.request && *ledger.request != request;
  bool const is_other_spec = ledger.generation && *ledger.generation != want.metadata.generation;
  ledger.request = std::move(request);
  ledger.generation = want.metadata.generation;
  if (is_new || is_other_spec) {
    ledger.corrections.clear();
    ledger.mended.clear();      // what stayed broken is made again once more
    ledger.own_rights.reset();  // what was too little may have been given meanwhile, or taken
  }
  if (!is_new) return false;
  std::erase_if(ledger.pending,
                [&](PendingChange const& it) { return !it.IsOnItsWay(now, now, patience); });
  return true;
}

/// Whoever asks by hand means Azure as it is now, not as it was at the last tick, nor as a look
/// finds it that runs already.
void LookNow(OpenRequest& request, Ledger const& ledger, azure::ObserverPool& pool) {
  auto const ask = [&](OpenRequest::Asked& asked, azure::ClusterObserver* observer) {
    if (observer == nullptr || asked.observer == observer->Serial()) return;
    asked = {.observer = observer->Serial(), .look = observer->LookNow()};
    pool.Wake();
  };
  ask(request.follower, ledger.follower.get());
  ask(request.leader, ledger.leader.get());
}

void NoteRequest(FollowerDatabase const& want, Ledger& ledger, azure::ObserverPool& pool,
                 bool is_new) {
  bool const is_open = HasOpenRequest(want);
  if (!is_new && !is_open) return ledger.open_request.reset();
  if (is_new || !ledger.open_request) ledger.open_request.emplace();
  LookNow(*ledger.open_request, ledger, pool);
}

/// Whether both clusters were looked at since. Where nobody looks nothing is answered.
bool IsAnswered(Ledger const& ledger, azure::ClusterView const& follower,
                azure::ClusterView const& leader) {
  auto const& request = *ledger.open_request;
  bool const is_leader_seen = !ledger.leader || leader.last_look > request.leader.look;
  return ledger.follower && follower.last_look > request.follower.look && is_leader_seen;
}

/// A mapping that we put and that failed: writes rest, as after any operation that failed.
void NoteMappingEnd(FollowerDatabase const& want, Observed const& seen, Ledger& ledger,
                    TimePoint now, Pace const& pace) {
  if (!ledger.awaited_mapping) return;
  auto const found =
      std::ranges::find(seen.share.mappings, *ledger.awaited_mapping, &SeenMapping::name);
  if (found == seen.share.mappings.end() || IsBusy(found->provisioning_state)) return;
  ledger.awaited_mapping.reset();
  if (found->provisioning_state != "Failed") return;
  Error const error{.code = Code::kUnavailable,
                    .message = "Data Share could not make the mapping " + found->name + "."};
  RecordFailure(ledger, want, {.error = error, .doing = Doing::kMapping, .now = now}, pace);
}

bool Rests(FollowerDatabase const& want) {
  return want.spec.suspend && !want.metadata.IsDeleting();
}

Doing DoingOf(OperationKind kind) {
  switch (kind) {
    case OperationKind::kAttach: return Doing::kAttaching;
    case OperationKind::kDetach: return Doing::kDetaching;
    case OperationKind::kMakeAccount: return Doing::kMakingAccount;
    case OperationKind::kLeaveShare: return Doing::kLeavingShare;
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
    : credentials_(identities), pool_(pool), options_(std::move(options)), clock_(clock) {}

Observed Observation::Look(FollowerDatabase const& want, Ledger& ledger,
                           http::CallContext const& call) {
  Observed seen{.instance = options_.instance, .schema_patience = options_.schema_patience};
  EndStaleHold(want, ledger, clock_.Now());
  // Before anything is told: a Secret that was replaced meanwhile is taken up without a word.
  credentials_.NoteRefused(want, ledger);
  Approach(want, seen, ledger, call);
  NoteRequest(want, ledger, pool_,
              HearRequest(want, ledger, clock_.Now(), options_.schema_patience));
  if (ledger.operation) PollOperation(want, ledger, call);
  bool const is_denied = seen.identity_problem && seen.identity_problem->needs_person &&
                         !seen.is_denied_at_leader && !want.metadata.IsDeleting();
  if (!ledger.operation && (Rests(want) || is_denied)) Leave(HolderName(want), ledger);
  if (ledger.operation)
    seen.operation = SeenOperation{.kind = ledger.operation->kind, .is_running = true};
  auto const follower = ledger.follower ? ledger.follower->View() : azure::ClusterView{};
  auto const leader = ledger.leader ? ledger.leader->View() : azure::ClusterView{};
  if (ledger.open_request) {
    ledger.open_request->is_answered = IsAnswered(ledger, follower, leader);
    seen.is_request_answered = ledger.open_request->is_answered;
  }
  if (ledger.follower) FillFollower(seen, want, follower);
  if (want.spec.source.share) LookAtShare(want, seen, ledger, call);
  if (ledger.leader) FillLeader(seen, want, leader);
  if (ledger.follower && !want.metadata.IsDeleting()) ReadOwnRights(want, seen, ledger, call);
  if (ledger.session) seen.client_id = ledger.session->Identity().client_id;
  seen.pending = ledger.pending;
  seen.corrections = ledger.corrections;
  seen.hold = ledger.hold;
  seen.remade_at = ledger.remade_at;
  seen.mended = ledger.mended;
  AttendLeaderSide(want, seen, ledger);
  return seen;
}

/// Who acts, and which clusters are looked at.
void Observation::Approach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                           http::CallContext const& call) {
  if (Rests(want)) return credentials_.Keep(want, call);
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
  auto const follower_id = model::ResourceId::Parse(want.spec.follower_cluster.resource_id);
  if (!follower_id) {
    seen.identity_problem = Explain(follower_id.error(), Doing::kReadingFollower, want);
    return;
  }
  auto session =
      credentials_.Resolve(want, want.spec.credentials_secret_ref, seen.identity_problem, call);
  if (!session) return;
  if (want.spec.source.leader) AttendLeader(want, session, seen, ledger, call);
  if (ledger.session != session) ledger.own_rights.reset();
  ledger.session = session;
  auto const attachments = want.spec.source.leader
                               ? std::vector{AttachmentName(want, options_.instance)}
                               : ledger.shared_attachments;
  AttendFollower(want, *follower_id, attachments, ledger);
}

void Observation::AttendFollower(FollowerDatabase const& want, model::ResourceId const& follower,
                                 std::vector<std::string> const& attachments, Ledger& ledger) {
  auto const who = HolderName(want);
  azure::Interest interest{.as_follower = true,
                           .latency = options_.reads_latency_always || ledger.needs_azures_lag,
                           .probe = ProbeInterval(want)};
  if (!attachments.empty()) {
    auto const at_most = std::max<std::size_t>(1, kMaxInForce / attachments.size());
    interest.in_force = azure::InForceOf{.attachments = {attachments.begin(), attachments.end()},
                                         .at_most = at_most};
  }
  follower_database::Attend(ledger.follower,
                            pool_.Subscribe(follower, ledger.session, who, interest), pool_, who);
}

/// Where nobody may read the leader, `seen` tells what stands in the way.
void Observation::AttendLeader(FollowerDatabase const& want,
                               std::shared_ptr<azure::Session> const& session, Observed& seen,
                               Ledger& ledger, http::CallContext const& call) {
  auto const& leader = *want.spec.source.leader;
  auto const leader_id = model::ResourceId::Parse(leader.cluster_resource_id);
  if (!leader_id) {
    seen.identity_problem = Explain(leader_id.error(), Doing::kReadingFollower, want);
    return;
  }
  auto const who = HolderName(want);
  auto leader_session = session;
  if (leader.credentials_secret_ref)
    leader_session =
        credentials_.Resolve(want, leader.credentials_secret_ref, seen.identity_problem, call);
  if (!leader_session) {
    seen.is_denied_at_leader = true;
    if (seen.identity_problem->needs_person)
      follower_database::Attend(ledger.leader, nullptr, pool_, who);
    return;
  }
  ledger.leader_session = leader_session;
  follower_database::Attend(
      ledger.leader,
      pool_.Subscribe(*leader_id, leader_session, who,
                      {.probe = ProbeInterval(want), .follows = leader.database}),
      pool_, who);
}

void Observation::LookAtShare(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                              http::CallContext const& call) {
  bool const is_idle = Rests(want) || !ledger.session || seen.identity_problem || ledger.operation;
  if (is_idle) return;
  auto const unread = seen.share;
  follower_database::LookAtShare(want, seen, ledger, options_.find_invitation, call);
  bool const is_refused =
      seen.share.problem && seen.share.problem->reason == kReasonCredentialsRefused;
  if (is_refused && credentials_.TakesNew(want, ledger, call)) {
    seen.share = unread;
    follower_database::LookAtShare(want, seen, ledger, options_.find_invitation, call);
  }
  NoteMappingEnd(want, seen, ledger, clock_.Now(), options_.pace);
  auto const* subscription = FindSubscription(want, seen);
  bool const lacks_access = subscription != nullptr && !kinds::HasAccess(subscription->status);
  if (lacks_access) ledger.mended.clear();  // what breaks with the access is not others' doing
  if (!ledger.follower || want.metadata.IsDeleting() || !seen.share.is_read) return;
  std::vector<std::string> attachments;
  for (auto const* it : MyDatabases(want, seen)) {
    if (std::ranges::find(attachments, it->attachment_name) == attachments.end())
      attachments.push_back(it->attachment_name);
  }
  std::ranges::sort(attachments);
  if (attachments == ledger.shared_attachments) return;
  ledger.shared_attachments = std::move(attachments);
  AttendFollower(want, ledger.follower->Cluster(), ledger.shared_attachments, ledger);
  // What is in force there is asked for only now, and what grants there are may depend on it.
  if (seen.overrides_readability == Readability::kReadable)
    seen.overrides_readability = Readability::kUnread;
}

/// Detaching needs the follower's side alone. The leader's Secret is read as well, so that it is in
/// memory should the leader's side be needed after the Secret is gone.
void Observation::AttendToDetach(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                                 http::CallContext const& call) {
  auto const follower_id = model::ResourceId::Parse(want.spec.follower_cluster.resource_id);
  if (!follower_id) {
    seen.identity_problem = Explain(follower_id.error(), Doing::kReadingFollower, want);
    return;
  }
  auto& from_leader = seen.from_leader.identity_problem;
  ledger.session =
      credentials_.Resolve(want, want.spec.credentials_secret_ref, seen.identity_problem, call);
  ledger.leader_session = ledger.session;
  from_leader = seen.identity_problem;
  if (auto const secret = LeaderSecret(want)) {
    from_leader.reset();
    ledger.leader_session = credentials_.Resolve(want, secret, from_leader, call);
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
    auto const read = [&] {
      return azure::Run(ledger.session->Kusto(), seen.follower.uri,
                        azure::ShowDatabasePrincipalRoles{.database = *name}, call);
    };
    auto rows = read();
    bool const is_refused = !rows && rows.error().code == Code::kUnauthorized;
    if (is_refused && credentials_.TakesNew(want, ledger, call)) rows = read();
    if (!rows) {
      seen.overrides_readability = Readability::kFailed;
      seen.overrides_problem = Explain(rows.error(), Doing::kReadingPolicies, want);
      return;
    }
    ledger.own_rights = FromAzure(*rows);
    ledger.rights_read_at = clock_.Steady();
  }
  if (ledger.own_rights) seen.own_rights = *ledger.own_rights;
}

void Observation::PollOperation(FollowerDatabase const& want, Ledger& ledger,
                                http::CallContext const& call) {
  auto& operation = *ledger.operation;
  if (!operation.running.session) return;
  auto const result = kinds::Poll(operation.running, clock_, options_.pace, call);
  if (!result.is_over) return;
  if (result.error) {
    ledger.ended.push_back({.action = operation.action,
                            .end = kinds::Step::End::kFailed,
                            .correlation_id = operation.correlation_id,
                            .error = result.error});
    RecordFailure(ledger, want,
                  {.error = *result.error, .doing = DoingOf(operation.kind), .now = clock_.Now()},
                  options_.pace);
  } else {
    ledger.failures = 0;
  }
  bool const is_from_leader = operation.kind == OperationKind::kDetachFromLeader;
  auto const made = result.has_succeeded ? std::move(operation.makes) : std::nullopt;
  auto const written_at = operation.written_at;
  ledger.operation.reset();
  auto const follower = model::ResourceId::Parse(want.spec.follower_cluster.resource_id);
  if (follower && made) {
    // All that the write did is known: who comes next need not wait until the cluster was read.
    pool_.NoteMade(*follower, *made, written_at);
    if (ledger.follower) pool_.Expect(*ledger.follower);
    return;
  }
  if (follower) pool_.NoteWrite(*follower);
  if (ledger.follower) ledger.follower->LookNow();
  if (is_from_leader && ledger.leader) {
    pool_.NoteWrite(ledger.leader->Cluster());
    ledger.leader->LookNow();
  }
  pool_.Wake();
}

}  // namespace adxf::follower_database
