#pragma once

#include "kinds/common/claims.hpp"
#include "kinds/common/reconciler.hpp"
#include "kinds/data_share/observe.hpp"
#include "kinds/data_share/plan.hpp"
#include "runtime/work_queue.hpp"

#include <functional>
#include <string>
#include <vector>

namespace adxf::data_share {

/// DataShare, for kinds::PassReconciler. Thread-safe.
class DataShareKind {
 public:
  using Object = DataShare;
  using Plan = data_share::Plan;
  using Observed = data_share::Observed;
  using Action = data_share::Action;

  /// The Invitations of a share that are being deleted, by name: a share waits for them.
  using Leaving = std::function<std::vector<std::string>(DataShare const&)>;

  DataShareKind(azure_access::Identities& identities, runtime::WorkQueue& queue, Leaving leaving);

  static kube::ResourceType const& Type();
  static Plan Decide(DataShare const& want, Observed const& seen, TimePoint now) {
    return data_share::Decide(want, seen, now);
  }
  static PlannedAction Words(Action const& action) { return Describe(action); }
  static std::vector<FieldChange> Changes(Action const& action, Observed const& seen) {
    return data_share::Changes(action, seen);
  }
  static Status Fail(DataShare const& want, Status status, Problem const& problem, TimePoint now) {
    return WithProblem(want, std::move(status), problem, now);
  }
  static Status Unmade(Status status, Action const& refused) {
    return data_share::Unmade(std::move(status), refused);
  }
  static Status Cut(Status status);
  static std::string Encode(Status const& status) { return EncodeStatus(status); }
  static Result<DataShare> Decode(nlohmann::json const& object) { return DecodeDataShare(object); }

  Observed Look(DataShare const& want, kinds::WorkLedger& ledger, http::CallContext const& call);
  Result<azure::Accepted> Act(DataShare const& want, Action const& action,
                              kinds::WorkLedger& ledger, http::CallContext const& call);
  /// After a refusal: whether the Secret holds something else by now, which `ledger` then has.
  bool TakesNewCredential(DataShare const& want, kinds::WorkLedger& ledger,
                          http::CallContext const& call) {
    return observation_.TakesNewCredential(want, ledger, call);
  }
  static Problem Explain(DataShare const& want, Observed const& seen, Error const& error,
                         Action const& action);
  static Problem ExplainOperation(DataShare const& want, Error const& error,
                                  PlannedAction const& action);

  /// Keeps the index of claims; call for every change of the store.
  void NoteChange(runtime::Change<DataShare> const& change);

 private:
  Observation observation_;
  runtime::WorkQueue& queue_;
  Leaving leaving_;
  kinds::ClaimIndex claims_;
};

}  // namespace adxf::data_share
