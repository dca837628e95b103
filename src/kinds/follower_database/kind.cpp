#include "kinds/follower_database/kind.hpp"

#include "kinds/common/events.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_detach.hpp"
#include "kinds/follower_database/plan_drift.hpp"
#include "kinds/follower_database/plan_lag.hpp"
#include "kinds/follower_database/plan_policies.hpp"
#include "kinds/follower_database/plan_preflight.hpp"
#include "kinds/follower_database/plan_status.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

// What only the leader's life changes in a status is told this often at most.
constexpr auto kLeaderSpan = std::chrono::minutes(10);
// Of fewer, due or in line for their turn, the workers make an end within seconds.
constexpr std::size_t kBacklog = 100;

kube::ObjectKey KeyOf(FollowerDatabase const& want) {
  return {.ns = want.metadata.name_space, .name = want.metadata.name};
}

/// When a failed write is to be thought about again. What the follower refused for want of a right
/// is tried from the leader's side at once.
std::optional<Duration> RestAfter(FollowerDatabase const& want, Ledger const& ledger,
                                  TimePoint now) {
  if (ledger.leader_hold) return ledger.leader_hold->until - now;
  if (NeedsLeaderSide(want, {.hold = ledger.hold}, now)) return Duration{0};
  return ledger.hold ? std::optional<Duration>(ledger.hold->until - now) : std::nullopt;
}

bool LetsGo(Plan const& plan) {
  return std::ranges::any_of(
      plan.actions, [](Action const& it) { return std::holds_alternative<RemoveFinalizer>(it); });
}

/// Nothing about the cluster is on its way to change.
bool IsSettled(azure::ClusterView const& view) {
  return view.is_fresh && view.cluster && view.cluster->IsRunning();
}

bool IsStopped(std::shared_ptr<azure::ClusterObserver> const& observer) {
  auto const cluster = observer ? observer->View().cluster : nullptr;
  return cluster && !cluster->IsRunning() && !IsPassing(cluster->state);
}

/// Names one observer for the lag book: a cluster as one identity sees it.
std::string ViewName(azure::ClusterObserver const& observer) {
  return std::to_string(observer.Serial());
}

/// However a pass ends, what it holds is still known.
struct PutBack {
  Ledgers& ledgers;
  kube::ObjectKey const& key;
  std::unique_ptr<Ledger>& ledger;

  ~PutBack() { ledgers.Put(key, std::move(ledger)); }
};

}  // namespace

FollowerDatabaseReconciler::FollowerDatabaseReconciler(Parts parts) : parts_(std::move(parts)) {}

runtime::Outcome FollowerDatabaseReconciler::Reconcile(kube::ObjectKey const& key,
                                                       http::CallContext const& call) {
  auto const want = parts_.store.Get(key);
  auto ledger = ledgers_.Take(key);
  // Made anew under the same name: what the old one held is given back first.
  if (!want || (ledger && ledger->uid != want->metadata.uid)) {
    Forget(key, ledger.get());
    ledger.reset();
  }
  auto outcome = runtime::Outcome::Done();
  if (want) {
    if (!ledger) ledger = std::make_unique<Ledger>(Ledger{.uid = want->metadata.uid});
    PutBack const put_back{.ledgers = ledgers_, .key = key, .ledger = ledger};
    outcome = Pass(*want, *ledger, call);
  }
  HurryWhenIdle();
  return outcome;
}

void FollowerDatabaseReconciler::Forget(kube::ObjectKey const& key, Ledger* ledger) {
  auto const who = kube::ToString(key);
  if (ledger != nullptr) audience_.Leave(key, ledger->seat);
  parts_.slots.ReleaseAll(who);
  parts_.lag.Forget(who);
  if (ledger != nullptr) parts_.observation.Leave(who, *ledger);
}

runtime::Outcome FollowerDatabaseReconciler::Pass(FollowerDatabase const& want, Ledger& ledger,
                                                  http::CallContext const& call) {
  auto const standing = parts_.lag.Standing(HolderName(want));
  ledger.needs_azures_lag = standing && standing->needs_azures;
  auto seen = parts_.observation.Look(want, ledger, call);
  seen.older_claim = claims_.OlderClaim(want);
  if (standing) seen.lag = standing->verdict;
  Attend(want, ledger);
  auto const plan = Decide(want, seen, parts_.clock.Now());
  Remember(plan, ledger);
  Measure(want, seen, plan, ledger);
  bool const lets_go = LetsGo(plan);
  if (lets_go) LogDecision(want, plan, {}, ledger, call);
  auto const execution = parts_.executor.Run(want, plan, ledger, call);
  Show(want, execution.metadata, execution.claimed ? *execution.claimed : want.status);
  Tell(want, execution.noted, ledger);
  if (!lets_go) LogDecision(want, plan, execution, ledger, call);
  if (execution.end == Execution::End::kMovedOn) {
    // The watch brings the newer object; should it have been ours all along, look again soon.
    return runtime::Outcome::After(std::chrono::seconds(1));
  }
  if (execution.end == Execution::End::kError) {
    // Should only the answer be lost, nobody comes back to tell what stays in Azure.
    if (lets_go) Publish(want, plan.events);
    return runtime::Outcome::Failed(*execution.error);
  }
  bool const rests = execution.end == Execution::End::kDone || execution.waits_for_turn;
  NoteConcern(
      want,
      rests ? ConcernOf(want, AttachmentName(want, seen.instance), plan, execution.waits_for_turn)
            : Concern{},
      ledger);
  Announce(want, plan, execution);
  if (lets_go) return runtime::Outcome::Done();
  if (auto const recorded = Record(want, plan, execution, ledger, call); !recorded) {
    if (recorded.error().code == Code::kNotFound) return runtime::Outcome::Done();
    return runtime::Outcome::Failed(recorded.error());
  }
  return NextLook(want, plan, execution, ledger);
}

void FollowerDatabaseReconciler::Remember(Plan const& plan, Ledger& ledger) {
  RecordContended(ledger, plan);
  KeepPending(ledger, plan);
  if (plan.is_settled && !ledger.hold && !ledger.leader_hold) ledger.failures = 0;
}

/// What is measured from now on, by the databases that are there. The status may tell of fewer, so
/// they count only where they were just read.
void FollowerDatabaseReconciler::Measure(FollowerDatabase const& want, Observed const& seen,
                                         Plan const& plan, Ledger& ledger) {
  auto const who = HolderName(want);
  bool const is_watched = ledger.follower && !want.metadata.IsDeleting();
  if (!is_watched) parts_.lag.Forget(who);
  if (!is_watched || !plan.status.attachment) return;
  bool const is_read = seen.is_inventory_fresh && (!want.spec.source.share || seen.share.is_read);
  std::optional<std::vector<TrackedDatabase>> tracked;
  if (is_read) {
    tracked.emplace();
    auto const follower = ViewName(*ledger.follower);
    auto const leader = ledger.leader ? ViewName(*ledger.leader) : std::string();
    for (auto const& pair : plan.status.attachment->databases) {
      tracked->push_back({.follower_view = follower,
                          .follower = pair.follower,
                          .leader_view = leader,
                          .leader = pair.leader});
    }
  }
  bool const has_news = parts_.lag.Track(
      who, std::move(tracked),
      {.probe = parts_.observation.ProbeInterval(want),
       .objective = ObjectiveOf(want),
       .before = ToldOfLag(want),
       .are_clusters_running = !IsStopped(ledger.follower) && !IsStopped(ledger.leader)},
      parts_.clock.Now());
  if (has_news) parts_.queue.Add(KeyOf(want), runtime::kResync);  // for the next pass to tell
}

Result<void> FollowerDatabaseReconciler::Record(FollowerDatabase const& want, Plan const& plan,
                                                Execution const& execution, Ledger& ledger,
                                                http::CallContext const& call) {
  auto const now = parts_.clock.Now();
  Status status =
      execution.problem ? WithProblem(want, plan.status, *execution.problem, now) : plan.status;
  // A plan that was to settle but waits for its turn to write has not settled.
  bool const is_settled =
      execution.problem || (plan.is_settled && execution.end == Execution::End::kDone);
  if (!is_settled && IsStillQuiet(ledger, execution.waits_for_turn, parts_.clock.Steady()))
    return {};
  if (ledger.last_change) status.last_change = *ledger.last_change;
  Truncate(status);
  HoldLeadersNews(want, status, ledger);
  auto const& stored = execution.claimed ? *execution.claimed : want.status;
  bool const is_news = status != stored;
  if (is_news && !is_settled && !MayTellProgress()) return {};
  if (is_news) {
    auto shown = execution.metadata;
    auto const written = parts_.statuses.Write(
        ResourceTypeOfKind(), shown,
        {.current = EncodeStatus(stored), .wanted = EncodeStatus(status)}, call);
    if (!written) return std::unexpected(written.error());
    shown.resource_version = written->resource_version;
    Show(want, shown, status);
  }
  NoteTold(ledger, is_settled);
  return {};
}

/// Whether the status of an object that has not settled may be written now. In a roll-out of
/// thousands each would be written once more, for what its next write makes old.
bool FollowerDatabaseReconciler::MayTellProgress() {
  std::lock_guard const lock(mutex_);
  auto const now = parts_.clock.Steady();
  if (progress_.Next() > now) return false;
  progress_.Take(now);
  return true;
}

/// What this pass wrote, until the watch brings it: the next pass must not miss a claim.
void FollowerDatabaseReconciler::Show(FollowerDatabase const& want,
                                      model::ObjectMeta const& metadata, Status const& status) {
  if (metadata.resource_version == want.metadata.resource_version) return;
  parts_.store.Overlay({.metadata = metadata, .spec = want.spec, .status = status});
}

/// What was done without anybody asking for it just now is counted, and told as an event.
void FollowerDatabaseReconciler::Tell(FollowerDatabase const& want,
                                      std::vector<CoveredChange> const& noted, Ledger& ledger) {
  for (auto const& it : noted) {
    if (it.cause != Cause::kDrift) continue;
    RecordCorrection(ledger, it.key, parts_.clock.Now());
    parts_.metrics.DriftCorrected(FamilyOf(it.key));
  }
  Publish(want, EventsAbout(noted));
}

/// That an object is let go is told before: should the answer be lost, or the namespace take no
/// events any more, this line is all that is left to read.
void FollowerDatabaseReconciler::LogDecision(FollowerDatabase const& want, Plan const& plan,
                                             Execution const& execution, Ledger& ledger,
                                             http::CallContext const& call) const {
  std::optional<Status> failed;
  if (execution.problem)
    failed = WithProblem(want, plan.status, *execution.problem, parts_.clock.Now());
  auto const& status = failed ? *failed : plan.status;
  kinds::Tell(parts_.log,
              {.kind = kKind,
               .object = want.metadata,
               .reconcile_id = call.reconcile_id,
               .steps = execution.steps,
               .before = want.status.conditions,
               .after = status.conditions,
               .would_do = status.plan,
               .would_have = want.status.plan,
               .lets_go = LetsGo(plan),
               .last_words = LetsGo(plan) ? plan.events : std::vector<EventNote>{},
               .is_settled = plan.is_settled,
               .looks_again_soon = plan.requeue.when == Requeue::When::kQuickTick},
              ledger.told);
}

/// A refusal, or what was done.
void FollowerDatabaseReconciler::Announce(FollowerDatabase const& want, Plan const& plan,
                                          Execution const& execution) {
  if (execution.problem && execution.problem->needs_person)
    Publish(want, NewsOf(want, *execution.problem));
  bool const is_carried_out =
      execution.end == Execution::End::kDone || execution.end == Execution::End::kUnderWay;
  if (is_carried_out) Publish(want, plan.events);
}

void FollowerDatabaseReconciler::HoldLeadersNews(FollowerDatabase const& want, Status& status,
                                                 Ledger& ledger) const {
  if (!IsOnlyLeadersNews(want.status, status)) return;
  auto const now = parts_.clock.Steady();
  if (ledger.told_leader_at && now - *ledger.told_leader_at < kLeaderSpan) {
    status = want.status;  // a later pass tells them
  } else {
    ledger.told_leader_at = now;
  }
}

void FollowerDatabaseReconciler::Publish(FollowerDatabase const& want,
                                         std::vector<EventNote> const& events) {
  kinds::Publish(parts_.events, ResourceTypeOfKind(), want.metadata, events);
}

runtime::Outcome FollowerDatabaseReconciler::NextLook(FollowerDatabase const& want,
                                                      Plan const& plan, Execution const& execution,
                                                      Ledger& ledger) {
  // Whoever asked is answered also by a look without news.
  bool const is_asked = ledger.open_request && !ledger.open_request->is_answered && ledger.follower;
  if (is_asked) audience_.Await(KeyOf(want));
  if (execution.end == Execution::End::kFailed) {
    if (auto rest = RestAfter(want, ledger, parts_.clock.Now())) {
      // A grant that runs out is taken back before.
      if (plan.requeue.when == Requeue::When::kAfter) rest = std::min(*rest, plan.requeue.delay);
      return runtime::Outcome::After(std::max<Duration>(*rest, std::chrono::milliseconds(100)));
    }
  }
  if (ledger.operation) {
    auto const until_poll = ledger.operation->running.next_poll - parts_.clock.Steady();
    return {.requeue_after = std::max<Duration>(until_poll, std::chrono::milliseconds(10)),
            .holds_up_others = true};
  }
  // The observers wake whom news concerns. This is for news that got lost, and for Secrets, which
  // nobody watches.
  Duration const latest =
      std::min(parts_.pace.tick + parts_.pace.tick / 10, parts_.pace.secret_refresh);
  if (plan.requeue.when == Requeue::When::kAfter)
    return runtime::Outcome::After(std::min(plan.requeue.delay, latest));
  bool const is_under_way =
      plan.requeue.when == Requeue::When::kQuickTick || execution.end != Execution::End::kDone;
  if (execution.waits_for_turn)
    return runtime::Outcome::After(std::min<Duration>(kLongestTurn, latest));
  if (is_under_way) {
    Await(want, ledger);
    return runtime::Outcome::After(
        parts_.pace.poll_max);  // should no observer wake us, look all the same
  }
  return runtime::Outcome::After(is_asked ? std::min(parts_.pace.poll_max, latest) : latest);
}

void FollowerDatabaseReconciler::Attend(FollowerDatabase const& want, Ledger& ledger) {
  Seat const seat{.follower = ledger.follower.get(), .leader = ledger.leader.get()};
  if (seat == ledger.seat) return;
  audience_.Attend(KeyOf(want), std::exchange(ledger.seat, seat), seat, ledger.concern);
}

/// After a pass: what would make another one see something new.
void FollowerDatabaseReconciler::NoteConcern(FollowerDatabase const& want, Concern concern,
                                             Ledger& ledger) {
  if (*ledger.concern == concern) return;
  ledger.concern = std::make_shared<Concern const>(std::move(concern));
  audience_.Attend(KeyOf(want), ledger.seat, ledger.seat, ledger.concern);
}

void FollowerDatabaseReconciler::Await(FollowerDatabase const& want, Ledger& ledger) {
  audience_.Await(KeyOf(want));
  is_awaited_ = true;
  if (ledger.follower) parts_.pool.Expect(*ledger.follower);
  if (!ledger.leader) return;
  auto const view = ledger.leader->View();
  bool const is_awaited = !IsSettled(view) || (ledger.asks_leader && !view.are_followers_fresh);
  if (is_awaited) parts_.pool.Expect(*ledger.leader);
}

/// As long as there is work, one look at a cluster serves for much of it; then nobody need wait.
void FollowerDatabaseReconciler::HurryWhenIdle() {
  auto const due = parts_.queue.Due();
  // Who is in line for a turn counts only while there is work: else it is Azure that all wait for.
  parts_.pool.NoteBacklog(due > 0 && due + parts_.slots.Waiting() > kBacklog);
  if (due == 0 && is_awaited_.exchange(false)) parts_.pool.Hurry(parts_.slots);
}

void FollowerDatabaseReconciler::Looked(azure::ClusterObserver& observer, azure::News const& news) {
  for (auto const& it : audience_.Concerned(observer, news))
    parts_.queue.Add(it.key, it.was_awaiting ? runtime::kUserChange : runtime::kResync);
}

void FollowerDatabaseReconciler::Probed(azure::ClusterObserver& observer,
                                        std::vector<azure::DatabaseRow> const& rows,
                                        TimePoint started) {
  std::vector<SeenVersion> versions;
  versions.reserve(rows.size());
  for (auto const& row : rows) {
    versions.push_back(
        {.database = row.name, .version = row.version, .is_suspended = row.is_suspended});
  }
  WakeAll(parts_.lag.Saw(ViewName(observer), versions, started, parts_.clock.Now()));
}

void FollowerDatabaseReconciler::LatencyRead(azure::ClusterObserver& observer,
                                             azure::LatencySample const& sample) {
  WakeAll(parts_.lag.SawLatency(ViewName(observer), {.latency = sample.latency, .at = sample.at},
                                parts_.clock.Now()));
}

void FollowerDatabaseReconciler::WakeAll(std::vector<std::string> const& objects) {
  for (auto const& it : objects) parts_.queue.Add(kube::ParseObjectKey(it), runtime::kResync);
}

void FollowerDatabaseReconciler::NoteChange(runtime::Change<FollowerDatabase> const& change) {
  if (change.after) {
    claims_.Put(*change.after);
    return;
  }
  if (!change.before) return;
  claims_.Remove(change.key.ns, change.key.name);
  for (auto const& rival : claims_.Rivals(*change.before))
    parts_.queue.Add(kube::ParseObjectKey(rival), runtime::kUserChange);
}

}  // namespace adxf::follower_database
