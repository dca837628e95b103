#include "kinds/data_share/kind.hpp"

#include "base/text.hpp"
#include "kinds/data_share/conditions.hpp"
#include "kinds/data_share/execute.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::data_share {
namespace {

/// The same share of the same account.
kinds::ClaimIndex::Claims ClaimsOf(DataShare const& object) {
  return {{.name = ToLower(ShareId(object))}};
}

}  // namespace

DataShareKind::DataShareKind(azure_access::Identities& identities, runtime::WorkQueue& queue,
                             Leaving leaving)
    : observation_(identities), queue_(queue), leaving_(std::move(leaving)) {}

kube::ResourceType const& DataShareKind::Type() {
  static kube::ResourceType const kType{.group = std::string(model::kApiGroup),
                                        .version = "v1alpha1",
                                        .plural = std::string(kPlural),
                                        .kind = std::string(kKind)};
  return kType;
}

Status DataShareKind::Cut(Status status) {
  Truncate(status);
  return status;
}

Observed DataShareKind::Look(DataShare const& want, kinds::WorkLedger& ledger,
                             http::CallContext const& call) {
  auto seen = observation_.Look(want, ledger, call);
  seen.older_claim = claims_.OlderClaim(want.metadata, kFinalizer, ClaimsOf(want));
  if (want.metadata.IsDeleting()) seen.leaving = leaving_(want);
  return seen;
}

Result<azure::Accepted> DataShareKind::Act(DataShare const& want, Action const& action,
                                           kinds::WorkLedger& ledger,
                                           http::CallContext const& call) {
  return Execute(want, action, *ledger.session, call);
}

Problem DataShareKind::Explain(DataShare const& want, Observed const& seen, Error const& error,
                               Action const& action) {
  auto problem = data_share::Explain(want, seen.account ? *seen.account : AccountStatus{}, error,
                                     ClusterOf(action));
  auto const* put = std::get_if<PutDataSet>(&action);
  bool const needs_another =
      put != nullptr && !put->is_new && problem.reason == kinds::kReasonRefusedByAzure;
  if (needs_another) problem.reason = kReasonDataSetReplaceNeeded;
  return problem;
}

Problem DataShareKind::ExplainOperation(DataShare const& want, Error const& error,
                                        PlannedAction const& /*action*/) {
  return data_share::Explain(want, want.status.account.value_or(AccountStatus{}), error, "");
}

void DataShareKind::NoteChange(runtime::Change<DataShare> const& change) {
  if (change.after) {
    claims_.Put(change.after->metadata, kFinalizer, ClaimsOf(*change.after));
    return;
  }
  if (!change.before) return;
  claims_.Remove(change.key.ns, change.key.name);
  for (auto const& rival : claims_.Rivals(change.before->metadata, ClaimsOf(*change.before)))
    queue_.Add(kube::ParseObjectKey(rival), runtime::kUserChange);
}

}  // namespace adxf::data_share
