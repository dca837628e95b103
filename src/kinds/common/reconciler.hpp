#pragma once

#include "azure/arm_types.hpp"
#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/random.hpp"
#include "kinds/common/decision.hpp"
#include "kinds/common/events.hpp"
#include "kinds/common/ledger.hpp"
#include "kinds/common/plan.hpp"
#include "kube/event_sink.hpp"
#include "kube/kube_api.hpp"
#include "runtime/finalizer.hpp"
#include "runtime/freshness.hpp"
#include "runtime/reconcile.hpp"
#include "runtime/status_writer.hpp"
#include "runtime/store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <concepts>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

namespace adxf::kinds {

/// What a kind brings whose every pass reads what it needs from Azure itself: no observers, since
/// few objects share what they look at. `Look` polls nothing and writes nothing.
template <class K>
concept PassKind =
    requires(K& kind, typename K::Object const& want, typename K::Plan const& plan,
             typename K::Observed const& seen, typename K::Action const& action, WorkLedger& ledger,
             http::CallContext const& call, Error const& error, Problem const& problem,
             TimePoint now, nlohmann::json const& json, PlannedAction const& words) {
      { K::Type() } -> std::same_as<kube::ResourceType const&>;
      { kind.Look(want, ledger, call) } -> std::same_as<typename K::Observed>;
      { K::Decide(want, seen, now) } -> std::same_as<typename K::Plan>;
      { kind.Act(want, action, ledger, call) } -> std::same_as<Result<azure::Accepted>>;
      { K::Words(action) } -> std::same_as<PlannedAction>;
      { K::Changes(action, seen) } -> std::same_as<std::vector<FieldChange>>;
      { kind.TakesNewCredential(want, ledger, call) } -> std::same_as<bool>;
      { kind.Explain(want, seen, error, action) } -> std::same_as<Problem>;
      { kind.ExplainOperation(want, error, words) } -> std::same_as<Problem>;
      {
        K::Fail(want, plan.status, problem, now)
      } -> std::same_as<std::remove_cvref_t<decltype(plan.status)>>;
      {
        K::Unmade(plan.status, action)
      } -> std::same_as<std::remove_cvref_t<decltype(plan.status)>>;
      { K::Cut(plan.status) } -> std::same_as<std::remove_cvref_t<decltype(plan.status)>>;
      { K::Encode(plan.status) } -> std::same_as<std::string>;
      { K::Decode(json) } -> std::same_as<Result<typename K::Object>>;
    };

/// One pass: look, decide, act, record. Thread-safe.
///
/// Guarantees: the finalizer and the claim are stored before the first write to Azure of a pass,
/// and that write is preceded by a proof that the object is still the one that was decided about.
/// After a write that is long-running, refused or unanswered the pass ends; the next reads anew.
/// A claim is given up when Azure says that it did not make what was claimed, and nothing from
/// before may have made it.
template <PassKind K>
class PassReconciler final : public runtime::Reconciler {
 public:
  using Object = typename K::Object;
  using Plan = typename K::Plan;
  using Observed = typename K::Observed;
  using Status = std::remove_cvref_t<decltype(Plan::status)>;

  struct Parts {
    K& kind;
    runtime::Store<Object>& store;
    kube::KubeApi& kube;
    runtime::Finalizers& finalizers;
    runtime::StatusWriter& statuses;
    kube::EventSink& events;
    Clock& clock;
    Random& random;
    Log log;
    Pace pace{};
  };

  explicit PassReconciler(Parts parts) : parts_(std::move(parts)) {}

  runtime::Outcome Reconcile(kube::ObjectKey const& key, http::CallContext const& call) override {
    auto const want = parts_.store.Get(key);
    if (!want) {
      Forget(key);
      return runtime::Outcome::Done();
    }
    Pass pass{.want = *want,
              .ledger = LedgerOf(key, want->metadata.uid),
              .call = call,
              .metadata = want->metadata};
    return Run(pass);
  }

 private:
  enum class End { kDone, kUnderWay, kFailed, kMovedOn, kError };

  struct Pass {
    Object const& want;
    WorkLedger& ledger;
    http::CallContext const& call;
    model::ObjectMeta metadata;
    std::optional<Status> claimed{};  ///< The status that is stored with the claim.
    bool is_proved = false;
    std::vector<Step> steps{};
    std::optional<Problem> problem{};
    typename K::Action const* unmade = nullptr;  ///< Refused, and certainly not done.
    std::optional<Error> error{};
  };

  runtime::Outcome Run(Pass& pass) {
    auto const& want = pass.want;
    pass.ledger.EndStaleHold(want.metadata, parts_.clock.Now());
    if (pass.ledger.operation) Poll(pass);
    auto const seen = parts_.kind.Look(want, pass.ledger, pass.call);
    auto const plan = K::Decide(want, seen, parts_.clock.Now());
    if (plan.removes_finalizer) LogDecision(pass, plan);
    auto const end = Execute(pass, plan, seen);
    if (!plan.removes_finalizer) LogDecision(pass, plan);
    if (end == End::kMovedOn) return runtime::Outcome::After(std::chrono::seconds(1));
    if (end == End::kError) return runtime::Outcome::Failed(*pass.error);
    if (end != End::kFailed) Publish(want, plan.events);
    if (pass.problem) Publish(want, NewsOf(want.status.conditions, *pass.problem));
    if (plan.removes_finalizer) return runtime::Outcome::Done();
    if (auto const recorded = Record(pass, plan, end); !recorded) {
      if (recorded.error().code == Code::kNotFound) return runtime::Outcome::Done();
      if (recorded.error().code == Code::kConflict)
        return runtime::Outcome::After(std::chrono::seconds(1));
      return runtime::Outcome::Failed(recorded.error());
    }
    return NextLook(pass, plan, end);
  }

  void Poll(Pass& pass) {
    auto const operation = *pass.ledger.operation;
    auto const result =
        kinds::Poll(pass.ledger.operation->running, parts_.clock, parts_.pace, pass.call);
    if (!result.is_over) return;
    pass.ledger.operation.reset();
    auto const& error = result.error;
    if (!error) {
      pass.ledger.failures = 0;
      return;
    }
    pass.steps.push_back({.action = operation.action,
                          .end = Step::End::kFailed,
                          .correlation_id = operation.correlation_id,
                          .error = error});
    auto problem = parts_.kind.ExplainOperation(pass.want, *error, operation.action);
    pass.ledger.HoldWrites(pass.want.metadata, *error, std::move(problem), parts_.clock.Now(),
                           parts_.pace);
  }

  End Execute(Pass& pass, Plan const& plan, Observed const& seen) {
    auto next = pass.steps.size();
    NoteSteps(pass, plan, seen);
    auto end = End::kDone;
    auto const carry = [&](auto const& do_it) {
      if (end != End::kDone) return;
      auto& step = pass.steps[next++];
      end = do_it(step);
      step.end = EndOf(end);
    };
    if (plan.adds_finalizer) carry([&](Step&) { return AddFinalizer(pass); });
    if (plan.records_claim) carry([&](Step&) { return RecordClaim(pass, plan); });
    for (auto const& action : plan.actions)
      carry([&](Step& step) { return Act(pass, action, seen, step); });
    if (plan.removes_finalizer) carry([&](Step&) { return LetGo(pass, plan); });
    return end;
  }

  /// All that the plan wants, in order, before any of it is done.
  void NoteSteps(Pass& pass, Plan const& plan, Observed const& seen) const {
    auto& steps = pass.steps;
    if (plan.adds_finalizer) steps.push_back({.action = {.action = "AddFinalizer"}});
    if (plan.records_claim) steps.push_back({.action = {.action = "RecordClaim"}});
    for (auto const& it : plan.actions)
      steps.push_back({.action = K::Words(it), .changes = K::Changes(it, seen)});
    if (plan.removes_finalizer) steps.push_back({.action = {.action = "RemoveFinalizer"}});
  }

  static Step::End EndOf(End end) {
    switch (end) {
      case End::kDone: return Step::End::kDone;
      case End::kUnderWay: return Step::End::kUnderWay;
      case End::kFailed: return Step::End::kFailed;
      case End::kMovedOn:
      case End::kError: return Step::End::kInterrupted;
    }
    return Step::End::kInterrupted;
  }

  /// That an object is let go is told before: should the answer be lost, or the namespace take no
  /// events any more, this line is all that is left to read.
  void LogDecision(Pass& pass, Plan const& plan) const {
    auto const& want = pass.want;
    std::optional<Status> failed;
    if (pass.problem) failed = K::Fail(want, plan.status, *pass.problem, parts_.clock.Now());
    auto const& status = failed ? *failed : plan.status;
    kinds::Tell(parts_.log,
                {.kind = K::Type().kind,
                 .object = want.metadata,
                 .reconcile_id = pass.call.reconcile_id,
                 .steps = pass.steps,
                 .before = want.status.conditions,
                 .after = status.conditions,
                 .would_do = status.plan,
                 .would_have = want.status.plan,
                 .lets_go = plan.removes_finalizer,
                 .last_words = plan.removes_finalizer ? plan.events : std::vector<EventNote>{},
                 .is_settled = plan.is_settled,
                 .looks_again_soon = plan.requeue.when == Requeue::When::kQuickTick},
                pass.ledger.told);
  }

  End AddFinalizer(Pass& pass) {
    auto added = parts_.finalizers.Add(pass.metadata, pass.call);
    if (!added) return Trouble(pass, added.error());
    pass.metadata = std::move(*added);
    pass.is_proved = true;
    return End::kDone;
  }

  End Trouble(Pass& pass, Error const& error) {
    pass.error = error;
    bool const moved_on = error.code == Code::kConflict || error.code == Code::kNotFound;
    return moved_on ? End::kMovedOn : End::kError;
  }

  End RecordClaim(Pass& pass, Plan const& plan) {
    auto status = K::Cut(plan.status);
    auto const written = parts_.statuses.Write(
        K::Type(), pass.metadata,
        {.current = K::Encode(pass.want.status), .wanted = K::Encode(status)}, pass.call);
    if (!written) return Trouble(pass, written.error());
    pass.metadata.resource_version = written->resource_version;
    pass.claimed = status;
    pass.ledger.can_give_up_claim = true;
    Show(pass, std::move(status));  // the next pass must not miss the claim
    return End::kDone;
  }

  End ProveCurrent(Pass& pass) {
    if (pass.is_proved) return End::kDone;
    auto const is_current =
        runtime::IsCurrent(parts_.kube, K::Type(), pass.want.metadata, pass.call);
    if (!is_current) return Trouble(pass, is_current.error());
    pass.is_proved = *is_current;
    return *is_current ? End::kDone : End::kMovedOn;
  }

  End Act(Pass& pass, typename K::Action const& action, Observed const& seen, Step& step) {
    if (auto const end = ProveCurrent(pass); end != End::kDone) return end;
    auto const accepted = parts_.kind.Act(pass.want, action, pass.ledger, pass.call);
    if (!accepted) {
      step.correlation_id = accepted.error().request_id;
      step.error = accepted.error();
      // A Secret that was replaced meanwhile is taken up without a word: nothing was done, and the
      // next pass decides by what the new identity sees.
      bool const is_refused = accepted.error().code == Code::kUnauthorized;
      if (is_refused && parts_.kind.TakesNewCredential(pass.want, pass.ledger, pass.call))
        return End::kMovedOn;
      if (MayHaveHappened(accepted.error())) pass.ledger.can_give_up_claim = false;
      if (pass.ledger.can_give_up_claim) pass.unmade = &action;
      return Refused(pass, accepted.error(),
                     parts_.kind.Explain(pass.want, seen, accepted.error(), action));
    }
    step.correlation_id = accepted->correlation_id;
    auto& ledger = pass.ledger;
    ledger.can_give_up_claim = false;
    ledger.last_change = LastChange{.action = step.action.action,
                                    .at = model::ToTimestamp(parts_.clock.Now()),
                                    .correlation_id = accepted->correlation_id};
    ledger.quick_step = parts_.pace.poll_min;
    if (!accepted->operation) return End::kDone;
    ledger.operation =
        WorkLedger::Operation{.running = Begin(*accepted->operation, ledger.session, parts_.clock),
                              .action = step.action,
                              .correlation_id = accepted->correlation_id};
    return End::kUnderWay;
  }

  End Refused(Pass& pass, Error const& error, Problem const& problem) {
    pass.problem = problem;
    pass.ledger.HoldWrites(pass.want.metadata, error, problem, parts_.clock.Now(), parts_.pace);
    return End::kFailed;
  }

  End LetGo(Pass& pass, Plan const& plan) {
    auto removed = parts_.finalizers.Remove(pass.metadata, pass.call);
    if (removed) return End::kDone;
    // Should only the answer be lost, nobody comes back to tell what stays in Azure.
    Publish(pass.want, plan.events);
    return Trouble(pass, removed.error());
  }

  Result<void> Record(Pass& pass, Plan const& plan, End end) {
    auto& ledger = pass.ledger;
    auto status = pass.problem ? K::Fail(pass.want, plan.status, *pass.problem, parts_.clock.Now())
                               : plan.status;
    if (pass.unmade != nullptr) status = K::Unmade(std::move(status), *pass.unmade);
    bool const is_settled = pass.problem || (plan.is_settled && end == End::kDone);
    if (!is_settled && IsStillQuiet(ledger)) return {};
    if (ledger.last_change) status.last_change = ledger.last_change;
    status = K::Cut(std::move(status));
    auto const& stored = pass.claimed ? *pass.claimed : pass.want.status;
    if (status != stored) {
      auto const written = parts_.statuses.Write(
          K::Type(), pass.metadata, {.current = K::Encode(stored), .wanted = K::Encode(status)},
          pass.call);
      if (!written) return std::unexpected(written.error());
      pass.metadata.resource_version = written->resource_version;
      Show(pass, std::move(status));
    }
    if (is_settled) {
      ledger.working_since.reset();
      ledger.last_change.reset();
    }
    return {};
  }

  /// What was just written, until the watch brings it.
  void Show(Pass& pass, Status status) {
    Object shown = pass.want;
    shown.metadata = pass.metadata;
    shown.status = std::move(status);
    parts_.store.Overlay(std::move(shown));
  }

  /// Work that is over soon shows only its end; what lasts longer shows that it is under way.
  bool IsStillQuiet(WorkLedger& ledger) const {
    auto const now = parts_.clock.Steady();
    if (!ledger.working_since) ledger.working_since = now;
    return now - *ledger.working_since < std::chrono::seconds(5);
  }

  runtime::Outcome NextLook(Pass& pass, Plan const& plan, End end) {
    auto& ledger = pass.ledger;
    auto const& pace = parts_.pace;
    auto const jitter = 0.9 + 0.2 * parts_.random.Fraction();
    auto const tick = Duration(
        static_cast<Duration::rep>(static_cast<double>(Duration(pace.tick).count()) * jitter));
    auto const latest = ledger.uses_secret ? std::min(tick, pace.secret_refresh) : tick;
    if (end == End::kFailed && ledger.hold) {
      auto rest = Duration(ledger.hold->until - parts_.clock.Now());
      if (ledger.uses_secret) rest = std::min(rest, latest);
      return runtime::Outcome::After(std::max<Duration>(rest, std::chrono::milliseconds(100)));
    }
    if (ledger.operation) {
      auto const until_poll = Duration(ledger.operation->running.next_poll - parts_.clock.Steady());
      return runtime::Outcome::After(std::max<Duration>(until_poll, std::chrono::milliseconds(10)));
    }
    if (plan.requeue.when == Requeue::When::kAfter)
      return runtime::Outcome::After(std::min(plan.requeue.delay, latest));
    bool const is_under_way = plan.requeue.when == Requeue::When::kQuickTick || !plan.is_settled;
    if (!is_under_way) {
      ledger.quick_step = pace.poll_min;
      return runtime::Outcome::After(latest);
    }
    auto const step = std::clamp(ledger.quick_step, pace.poll_min, pace.poll_max);
    ledger.quick_step = 2 * step;
    return runtime::Outcome::After(step);
  }

  void Publish(Object const& want, std::vector<EventNote> const& events) {
    kinds::Publish(parts_.events, K::Type(), want.metadata, events);
  }

  WorkLedger& LedgerOf(kube::ObjectKey const& key, std::string const& uid) {
    std::lock_guard const lock(mutex_);
    auto& ledger = ledgers_[key];
    // Made anew under the same name: what is known of the old one says nothing.
    if (!ledger || ledger->uid != uid)
      ledger = std::make_unique<WorkLedger>(WorkLedger{.uid = uid});
    return *ledger;
  }

  void Forget(kube::ObjectKey const& key) {
    std::lock_guard const lock(mutex_);
    ledgers_.erase(key);
  }

  Parts parts_;
  std::mutex mutex_;
  // Guarded by mutex_. Ledgers are stable in memory and used only by the worker that has their key.
  std::map<kube::ObjectKey, std::unique_ptr<WorkLedger>> ledgers_;
};

}  // namespace adxf::kinds
