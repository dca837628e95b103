#include "kinds/follower_database/execute.hpp"

#include "kinds/common/data_sets.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/observe.hpp"
#include "kinds/follower_database/observe_share.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/translate.hpp"
#include "runtime/freshness.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <iterator>
#include <utility>
#include <variant>

namespace adxf::follower_database {
namespace {

using End = Execution::End;
using kinds::IsAnswerLost;
using kinds::MayHaveHappened;

azure::WritePriority PriorityOf(FollowerDatabase const& want, Ledger const& ledger,
                                bool takes_away) {
  if (takes_away) return azure::WritePriority::kTakeAway;
  // What is new is part of a roll-out until something was done for it: then it is finished first.
  bool const is_new = model::FindCondition(want.status.conditions, "Attached") == nullptr;
  return is_new && !ledger.last_change ? azure::WritePriority::kRollOut
                                       : azure::WritePriority::kUserChange;
}

/// Anything but success, of Kubernetes.
Execution Trouble(Error const& error) {
  bool const moved_on = error.code == Code::kConflict || error.code == Code::kNotFound;
  return {.end = moved_on ? End::kMovedOn : End::kError, .error = error};
}

/// Whether what a write was decided by is newer than the last write there.
bool IsFresh(azure::ClusterObserver const& observer, bool is_from_leader) {
  auto const view = observer.View();
  return is_from_leader ? view.are_followers_fresh : view.is_fresh;
}

OperationKind KindOf(Doing doing) {
  switch (doing) {
    case Doing::kAttaching: return OperationKind::kAttach;
    case Doing::kDetachingFromLeader: return OperationKind::kDetachFromLeader;
    case Doing::kMakingAccount: return OperationKind::kMakeAccount;
    case Doing::kLeavingShare: return OperationKind::kLeaveShare;
    default: return OperationKind::kDetach;
  }
}

kinds::Step::End EndOf(End end) {
  using StepEnd = kinds::Step::End;
  switch (end) {
    case End::kDone: return StepEnd::kDone;
    case End::kWaiting: return StepEnd::kWaiting;
    case End::kUnderWay: return StepEnd::kUnderWay;
    case End::kFailed: return StepEnd::kFailed;
    case End::kMovedOn:
    case End::kError: return StepEnd::kInterrupted;
  }
  return StepEnd::kInterrupted;
}

}  // namespace

struct Executor::Pass {
  FollowerDatabase const& want;
  Plan const& plan;
  Ledger& ledger;
  http::CallContext const& call;
  model::ObjectMeta metadata;
  bool is_proved = false;
  std::optional<Status> claimed{};
  std::vector<kinds::Step> steps{};
  kinds::Step* current = nullptr;  ///< The one of `steps` that is being done.
  std::vector<CoveredChange> noted{};
  std::optional<Execution> refusal{};  ///< The first of those that the rest goes on without.

  void Note(std::vector<CoveredChange> const& covers) {
    std::ranges::copy_if(covers, std::back_inserter(noted),
                         [](CoveredChange const& it) { return it.cause != Cause::kDeclared; });
  }

  /// Azure took the current step.
  void NoteChange(std::string const& correlation_id, TimePoint now) {
    current->correlation_id = correlation_id;
    ledger.last_change = LastChange{.action = current->action.action,
                                    .at = model::ToTimestamp(now),
                                    .correlation_id = correlation_id};
  }
};

kube::ResourceType const& ResourceTypeOfKind() {
  static kube::ResourceType const kType{.group = std::string(model::kApiGroup),
                                        .version = "v1alpha1",
                                        .plural = std::string(kPlural),
                                        .kind = std::string(kKind)};
  return kType;
}

Execution Executor::Run(FollowerDatabase const& want, Plan const& plan, Ledger& ledger,
                        http::CallContext const& call) {
  Pass pass{.want = want, .plan = plan, .ledger = ledger, .call = call, .metadata = want.metadata};
  pass.steps = std::exchange(ledger.ended, {});
  auto result = Carry(pass);
  GiveBack(want, result, ledger);
  result.metadata = pass.metadata;
  result.claimed = std::move(pass.claimed);
  result.steps = std::move(pass.steps);
  result.noted = std::move(pass.noted);
  return result;
}

Execution Executor::Carry(Pass& pass) {
  auto const& actions = pass.plan.actions;
  if (actions.empty() && !pass.plan.is_settled) return QueueUp(pass);
  std::vector<Action const*> refused;
  auto const first = pass.steps.size();
  for (auto const& action : actions)
    pass.steps.push_back({.action = Describe(action), .changes = ChangesOf(CoversOf(action))});
  for (std::size_t i = 0; i < actions.size(); ++i) {
    bool const may_follow = std::ranges::all_of(
        refused, [&](Action const* it) { return MayFollowRefused(actions[i], *it); });
    if (!may_follow) continue;
    pass.current = &pass.steps[first + i];
    auto const result = TryStep(pass, i);
    pass.current->end = EndOf(result.end);
    if (result.end == End::kDone) continue;
    bool const is_refused = result.end == End::kFailed && IsAboutTheCommand(*pass.current->error);
    if (!is_refused) return result;
    if (!pass.refusal) pass.refusal = result;
    refused.push_back(&actions[i]);
  }
  return pass.refusal.value_or(Execution{});
}

Execution Executor::TryStep(Pass& pass, std::size_t i) {
  auto const& actions = pass.plan.actions;
  Execution result;
  if (auto const* write = FirstWrite(actions, i)) result = AcquireTurn(pass, *write);
  if (result.end == End::kDone && IsAzureWrite(actions[i])) result = ProveCurrent(pass);
  return result.end == End::kDone ? Step(pass, actions[i]) : result;
}

/// While somebody writes on the cluster, what was seen of it is stale, and nothing can be decided.
/// Who may want to write takes a place in the queue all the same: in a roll-out it is stale most of
/// the time.
Execution Executor::QueueUp(Pass& pass) {
  auto const& follower = pass.ledger.follower;
  if (!follower || pass.ledger.operation) return {};
  auto const view = follower->View();
  auto const cluster = follower->Cluster().Key();
  auto const holder = HolderName(pass.want);
  auto const writes = parts_.slots.HolderOf(cluster);
  if (view.is_fresh || view.inventory_error || !writes || *writes == holder) return {};
  auto const priority = PriorityOf(pass.want, pass.ledger, pass.want.metadata.IsDeleting());
  if (!parts_.slots.TryAcquire(cluster, holder, priority))
    return {.end = End::kWaiting, .waits_for_turn = true};
  parts_.slots.Release(cluster, holder);  // that one ended just now
  return {};
}

/// A long-running operation keeps the slot until it is over, and who waits keeps the place in the
/// queue: also while all that is known of the cluster is older than the last write there, for then
/// every waiter looks again before it can tell whether it still wants to write.
void Executor::GiveBack(FollowerDatabase const& want, Execution const& result, Ledger& ledger) {
  if (ledger.operation || result.end == End::kWaiting) return;
  auto const holder = HolderName(want);
  if (ledger.follower) {
    auto const view = ledger.follower->View();
    // One that cannot read the cluster must not keep others from it.
    if (!view.is_fresh && !view.inventory_error && result.end == End::kDone)
      return parts_.slots.Yield(ledger.follower->Cluster().Key(), holder);
  }
  parts_.slots.ReleaseAll(holder);
}

Execution Executor::Step(Pass& pass, Action const& action) {
  return std::visit([&](auto const& it) { return Step(pass, it); }, action);
}

Execution Executor::Step(Pass& pass, AddFinalizer const&) {
  auto added = parts_.finalizers.Add(pass.metadata, pass.call);
  if (!added) return Trouble(added.error());
  pass.metadata = std::move(*added);
  pass.is_proved = true;
  return {};
}

Execution Executor::Step(Pass& pass, RemoveFinalizer const&) {
  auto removed = parts_.finalizers.Remove(pass.metadata, pass.call);
  if (!removed) return Trouble(removed.error());
  pass.metadata = std::move(*removed);
  return {};
}

Execution Executor::Step(Pass& pass, RecordClaim const&) {
  auto status = pass.plan.status;
  Truncate(status);
  auto const written = parts_.statuses.Write(
      ResourceTypeOfKind(), pass.metadata,
      {.current = EncodeStatus(pass.want.status), .wanted = EncodeStatus(status)}, pass.call);
  if (!written) return Trouble(written.error());
  pass.metadata.resource_version = written->resource_version;
  pass.claimed = std::move(status);
  return {};
}

Execution Executor::Step(Pass& pass, PutAttachment const& put) {
  auto spec = ToAzure(put);
  if (!spec) return Refused(pass, spec.error(), Doing::kAttaching);
  auto const& cluster = pass.ledger.follower->Cluster();
  auto const accepted =
      pass.ledger.session->Arm().PutAttachment(cluster, put.name, *spec, pass.call);
  if (pass.plan.remakes_attachment && accepted) pass.ledger.remade_at = parts_.clock.Now();
  if (accepted) pass.Note(put.covers);
  auto started = Started(pass, accepted, Doing::kAttaching);
  if (auto& operation = pass.ledger.operation; accepted && operation) {
    operation->makes = azure::Attachment{
        .name = put.name, .spec = std::move(*spec), .provisioning_state = "Succeeded"};
  }
  return started;
}

Execution Executor::Step(Pass& pass, DeleteAttachment const& action) {
  auto const& cluster = pass.ledger.follower->Cluster();
  return Started(pass, pass.ledger.session->Arm().DeleteAttachment(cluster, action.name, pass.call),
                 Doing::kDetaching);
}

Execution Executor::Step(Pass& pass, DetachFromLeader const& action) {
  auto const follower = model::ResourceId::Parse(pass.want.spec.follower_cluster.resource_id);
  if (!follower) return Refused(pass, follower.error(), Doing::kDetachingFromLeader);
  auto const& leader = pass.ledger.leader->Cluster();
  return Started(
      pass,
      pass.ledger.leader_session->Arm().DetachFollower(leader, *follower, action.name, pass.call),
      Doing::kDetachingFromLeader);
}

Execution Executor::Step(Pass& pass, CreateAccount const& action) {
  auto const account = model::ResourceId::Parse(pass.want.spec.source.share->account_resource_id);
  if (!account) return Refused(pass, account.error(), Doing::kMakingAccount);
  return Started(pass,
                 pass.ledger.session->Shares().PutAccount(*account, action.location, pass.call),
                 Doing::kMakingAccount);
}

Execution Executor::Step(Pass& pass, AcceptInvitation const& action) {
  auto const ref = SubscriptionRefOf(pass.want, action.subscription);
  if (!ref) return Refused(pass, ref.error(), Doing::kAccepting);
  return Started(pass,
                 pass.ledger.session->Shares().PutSubscription(
                     *ref, {.id = action.invitation_id, .location = action.location}, pass.call),
                 Doing::kAccepting);
}

Execution Executor::Step(Pass& pass, PutMapping const& put) {
  auto const ref = SubscriptionRefOf(pass.want, put.subscription);
  if (!ref) return Refused(pass, ref.error(), Doing::kMapping);
  auto const accepted =
      pass.ledger.session->Shares().PutMapping(*ref,
                                               {.name = put.name,
                                                .kind = kinds::ToAzure(put.kind),
                                                .cluster = pass.ledger.follower->Cluster(),
                                                .data_set_id = put.source_id},
                                               pass.call);
  if (accepted) {
    pass.ledger.awaited_mapping = put.name;
    if (put.mends) pass.ledger.mended[put.source_id] = parts_.clock.Now();
    pass.Note(put.covers);
  }
  return Started(pass, accepted, Doing::kMapping);
}

Execution Executor::Step(Pass& pass, DeleteMapping const& action) {
  auto const ref = SubscriptionRefOf(pass.want, action.subscription);
  if (!ref) return Refused(pass, ref.error(), Doing::kUnmapping);
  return Started(pass, pass.ledger.session->Shares().DeleteMapping(*ref, action.name, pass.call),
                 Doing::kUnmapping);
}

Execution Executor::Step(Pass& pass, LeaveShare const& action) {
  auto const ref = SubscriptionRefOf(pass.want, action.subscription);
  if (!ref) return Refused(pass, ref.error(), Doing::kLeavingShare);
  return Started(pass, pass.ledger.session->Shares().DeleteSubscription(*ref, pass.call),
                 Doing::kLeavingShare);
}

Execution Executor::Step(Pass& pass, ChangePolicy const& change) {
  auto const view = pass.ledger.follower->View();
  if (!view.cluster) return {.end = End::kWaiting};
  auto const ran = RunChange(pass.ledger.session->Kusto(), view.cluster->uri, change, pass.call);
  parts_.pool.Expect(*pass.ledger.follower);
  auto const now = parts_.clock.Now();
  if (!ran) {
    if (MayHaveHappened(ran.error())) parts_.pool.NoteWrite(pass.ledger.follower->Cluster());
    if (IsAnswerLost(ran.error()))
      for (auto const& it : change.covers) RecordPending(pass.ledger, it, Answer::kLost, now);
    return Refused(pass, ran.error(), Doing::kApplyingPolicies);
  }
  for (auto const& it : change.covers) RecordPending(pass.ledger, it, Answer::kAccepted, now);
  pass.Note(change.covers);
  pass.NoteChange(*ran, now);
  return {};
}

/// The slot is the follower cluster's, whichever side the write goes through: there is what it
/// changes.
Execution Executor::AcquireTurn(Pass& pass, Action const& action) {
  bool const is_from_leader = std::holds_alternative<DetachFromLeader>(action);
  auto const& observer = is_from_leader ? pass.ledger.leader : pass.ledger.follower;
  auto const& session = is_from_leader ? pass.ledger.leader_session : pass.ledger.session;
  auto const follower = model::ResourceId::Parse(pass.want.spec.follower_cluster.resource_id);
  if (!observer || !session || !follower) return {.end = End::kWaiting};
  // Nobody writes on a cluster that is gone; what was mapped onto it is still to be removed.
  bool const has_no_turns = TakesAway(action) && observer->View().is_missing;
  if (has_no_turns) return {};
  auto const holder = HolderName(pass.want);
  if (!IsFresh(*observer, is_from_leader)) {
    parts_.slots.Yield(follower->Key(), holder);  // acquired for the finalizer, moments before
    parts_.pool.Expect(*observer);
    return {.end = End::kWaiting};
  }
  auto const priority = PriorityOf(pass.want, pass.ledger, TakesAway(action));
  if (!parts_.slots.TryAcquire(follower->Key(), holder, priority))
    return {.end = End::kWaiting, .waits_for_turn = true};
  // Somebody may have written between our look and our turn.
  if (!IsFresh(*observer, is_from_leader)) {
    parts_.slots.Release(follower->Key(), holder);
    parts_.pool.Expect(*observer);
    return {.end = End::kWaiting};
  }
  return {};
}

Execution Executor::ProveCurrent(Pass& pass) {
  if (pass.is_proved) return {};
  auto const is_current =
      runtime::IsCurrent(parts_.kube, ResourceTypeOfKind(), pass.want.metadata, pass.call);
  if (!is_current) return Trouble(is_current.error());
  pass.is_proved = *is_current;
  return {.end = *is_current ? End::kDone : End::kMovedOn};
}

Execution Executor::Started(Pass& pass, Result<azure::Accepted> const& accepted, Doing doing) {
  bool const is_from_leader = doing == Doing::kDetachingFromLeader;
  // A write that was not refused makes stale what was read before, and so does one that found
  // nothing to act on.
  bool const is_stale =
      accepted || MayHaveHappened(accepted.error()) || accepted.error().code == Code::kNotFound;
  SteadyPoint written_at{};
  if (is_stale) {
    if (auto const follower = model::ResourceId::Parse(pass.want.spec.follower_cluster.resource_id))
      written_at = parts_.pool.NoteWrite(*follower);
    if (is_from_leader) parts_.pool.NoteWrite(pass.ledger.leader->Cluster());
  }
  if (!accepted) return Refused(pass, accepted.error(), doing);
  pass.NoteChange(accepted->correlation_id, parts_.clock.Now());
  if (!accepted->operation) return {.end = End::kUnderWay};
  pass.ledger.operation = OperationInFlight{
      .running = kinds::Begin(*accepted->operation,
                              is_from_leader ? pass.ledger.leader_session : pass.ledger.session,
                              parts_.clock),
      .kind = KindOf(doing),
      .action = pass.current->action,
      .correlation_id = accepted->correlation_id,
      .written_at = written_at};
  return {.end = End::kUnderWay};
}

Execution Executor::Refused(Pass& pass, Error const& error, Doing doing) {
  pass.current->correlation_id = error.request_id;
  pass.current->error = error;
  // A Secret that was replaced meanwhile is taken up without a word: nothing was done, and the next
  // pass decides by what the new identity sees.
  if (error.code == Code::kUnauthorized && TakesNewCredential(pass, doing))
    return {.end = End::kMovedOn};
  if (pass.refusal && IsAboutTheCommand(error)) return *pass.refusal;  // the first is told
  auto const& hold = RecordFailure(pass.ledger, pass.want,
                                   {.error = error,
                                    .doing = doing,
                                    .now = parts_.clock.Now(),
                                    .principal_id = pass.ledger.share_principal},
                                   parts_.pace);
  return {.end = End::kFailed, .problem = hold.problem};
}

bool Executor::TakesNewCredential(Pass& pass, Doing doing) {
  return doing == Doing::kDetachingFromLeader
             ? credentials_.TakesNewOfLeader(pass.want, pass.ledger, pass.call)
             : credentials_.TakesNew(pass.want, pass.ledger, pass.call);
}

}  // namespace adxf::follower_database
