#pragma once

#include "base/clock.hpp"
#include "base/metrics.hpp"
#include "kinds/common/claims.hpp"
#include "kinds/common/reconciler.hpp"
#include "kinds/invitation/observe.hpp"
#include "kinds/invitation/plan.hpp"
#include "runtime/work_queue.hpp"

#include <map>
#include <mutex>
#include <string>

namespace adxf::invitation {

/// Invitation, for kinds::PassReconciler. Thread-safe.
class InvitationKind {
 public:
  using Object = Invitation;
  using Plan = invitation::Plan;
  using Observed = invitation::Observed;
  using Action = invitation::Action;

  struct Parts {
    azure_access::Identities& identities;
    runtime::Store<data_share::DataShare>& shares;
    runtime::WorkQueue& queue;
    Metrics& metrics;
    Clock& clock;
    std::string instance;
    Duration patience = std::chrono::minutes(10);  ///< How long what Azure took may take to show.
  };

  explicit InvitationKind(Parts parts);

  static kube::ResourceType const& Type();
  static Plan Decide(Invitation const& want, Observed const& seen, TimePoint now) {
    return invitation::Decide(want, seen, now);
  }
  static PlannedAction Words(Action const& action) { return Describe(action); }
  static std::vector<FieldChange> Changes(Action const& action, Observed const& seen) {
    return invitation::Changes(action, seen);
  }
  static Status Fail(Invitation const& want, Status status, Problem const& problem, TimePoint now) {
    return WithProblem(want, std::move(status), problem, now);
  }
  static Status Unmade(Status status, Action const& refused) {
    return invitation::Unmade(std::move(status), refused);
  }
  static Status Cut(Status status);
  static std::string Encode(Status const& status) { return EncodeStatus(status); }
  static Result<Invitation> Decode(nlohmann::json const& object) {
    return DecodeInvitation(object);
  }

  Observed Look(Invitation const& want, kinds::WorkLedger& ledger, http::CallContext const& call);
  Result<azure::Accepted> Act(Invitation const& want, Action const& action,
                              kinds::WorkLedger& ledger, http::CallContext const& call);
  /// After a refusal: whether the Secret holds something else by now, which `ledger` then has.
  bool TakesNewCredential(Invitation const& want, kinds::WorkLedger& ledger,
                          http::CallContext const& call) {
    return observation_.TakesNewCredential(want, ledger, call);
  }
  Problem Explain(Invitation const& want, Observed const& seen, Error const& error,
                  Action const& action) const;
  Problem ExplainOperation(Invitation const& want, Error const& error,
                           PlannedAction const& action) const;

  /// Keeps the index of claims, and the time that revocations take; call for every change of the
  /// store.
  void NoteChange(runtime::Change<Invitation> const& change);

 private:
  [[nodiscard]] kinds::ClaimIndex::Claims ClaimsOf(Invitation const& object) const;
  [[nodiscard]] bool MayStillShow(kinds::WorkLedger const& ledger) const;
  void TimeRevocation(runtime::Change<Invitation> const& change);

  Observation observation_;
  runtime::WorkQueue& queue_;
  std::string const instance_;
  kinds::ClaimIndex claims_;
  Metrics& metrics_;
  Clock& clock_;
  Duration const patience_;
  std::mutex mutex_;
  std::map<kube::ObjectKey, SteadyPoint> revoking_;  ///< Since when; guarded by mutex_.
};

}  // namespace adxf::invitation
