#include "kinds/invitation/kind.hpp"

#include "base/text.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/execute.hpp"
#include "kinds/invitation/plan_status.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::invitation {

InvitationKind::InvitationKind(Parts parts)
    : observation_(parts.identities, parts.shares, parts.instance),
      queue_(parts.queue),
      instance_(std::move(parts.instance)),
      metrics_(parts.metrics),
      clock_(parts.clock),
      patience_(parts.patience) {}

kube::ResourceType const& InvitationKind::Type() {
  static kube::ResourceType const kType{.group = std::string(model::kApiGroup),
                                        .version = "v1alpha1",
                                        .plural = std::string(kPlural),
                                        .kind = std::string(kKind)};
  return kType;
}

Status InvitationKind::Cut(Status status) {
  Truncate(status);
  return status;
}

/// The same name or the same recipient in the same share; a share is named by its DataShare, of the
/// same namespace.
kinds::ClaimIndex::Claims InvitationKind::ClaimsOf(Invitation const& object) const {
  SharedText const share = object.metadata.name_space + "/" + object.spec.data_share_ref.name;
  auto const& to = object.spec.recipient;
  return {{.scope = share, .name = "name " + ToLower(InvitationName(object, instance_))},
          {.scope = share,
           .name = "recipient " + ToLower(to.email.value_or("")) + " " +
                   ToLower(to.tenant_id.value_or("")) + " " + ToLower(to.object_id.value_or(""))}};
}

/// As long as a command without an answer is waited for. A clock that was set back must not stretch
/// it.
bool InvitationKind::MayStillShow(kinds::WorkLedger const& ledger) const {
  if (!ledger.sent_at) return false;
  auto const since = clock_.Now() - *ledger.sent_at;
  return since >= Duration{0} && since < patience_ / 10;
}

Observed InvitationKind::Look(Invitation const& want, kinds::WorkLedger& ledger,
                              http::CallContext const& call) {
  auto seen = observation_.Look(want, ledger, call);
  if (FindMine(want, seen) != nullptr) ledger.sent_at.reset();
  seen.may_still_show = MayStillShow(ledger);
  seen.older_claim = claims_.OlderClaim(want.metadata, kFinalizer, ClaimsOf(want));
  return seen;
}

Result<azure::Accepted> InvitationKind::Act(Invitation const& want, Action const& action,
                                            kinds::WorkLedger& ledger,
                                            http::CallContext const& call) {
  auto const object = observation_.ShareOf(want);
  bool const gives =
      !std::holds_alternative<Withdraw>(action) && !std::holds_alternative<Revoke>(action);
  bool const may_give = object && !object->metadata.IsDeleting() && !object->spec.suspend;
  if (gives && !may_give)
    return adxf::Fail(Code::kConflict, "the DataShare does not give access any more");
  TRY_ASSIGN(auto const share, observation_.RefOf(want));
  auto accepted = Execute(share, action, *ledger.session, call);
  bool const may_have_happened = accepted || kinds::MayHaveHappened(accepted.error());
  if (std::holds_alternative<Send>(action) && may_have_happened) ledger.sent_at = clock_.Now();
  return accepted;
}

Problem InvitationKind::Explain(Invitation const& want, Observed const& /*seen*/,
                                Error const& error, Action const& action) const {
  auto const share = observation_.ShareOf(want);
  return invitation::Explain(share.get(), error, ConditionOf(action));
}

Problem InvitationKind::ExplainOperation(Invitation const& want, Error const& error,
                                         PlannedAction const& /*action*/) const {
  auto const share = observation_.ShareOf(want);
  return invitation::Explain(share.get(), error, kRevokedCondition);
}

/// From the change of the spec to the status that tells the end. What began before a restart has no
/// beginning that could be told, and is not counted.
void InvitationKind::TimeRevocation(runtime::Change<Invitation> const& change) {
  std::lock_guard const lock(mutex_);
  if (!change.after || change.after->spec.access == Access::kActive) {
    revoking_.erase(change.key);
    return;
  }
  bool const is_new = change.before && change.before->spec.access == Access::kActive;
  if (is_new) revoking_[change.key] = clock_.Steady();
  auto const since = revoking_.find(change.key);
  if (since == revoking_.end() || change.after->status.state != State::kRevoked) return;
  metrics_.Revoked(clock_.Steady() - since->second);
  revoking_.erase(since);
}

void InvitationKind::NoteChange(runtime::Change<Invitation> const& change) {
  TimeRevocation(change);
  if (change.after) {
    claims_.Put(change.after->metadata, kFinalizer, ClaimsOf(*change.after));
    return;
  }
  if (!change.before) return;
  claims_.Remove(change.key.ns, change.key.name);
  for (auto const& rival : claims_.Rivals(change.before->metadata, ClaimsOf(*change.before)))
    queue_.Add(kube::ParseObjectKey(rival), runtime::kUserChange);
}

}  // namespace adxf::invitation
