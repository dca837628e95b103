#include "kinds/invitation/observe.hpp"

#include "azure/azure_error.hpp"
#include "base/text.hpp"
#include "kinds/common/credentials.hpp"
#include "kinds/invitation/conditions.hpp"
#include "kinds/invitation/plan_consumers.hpp"
#include "model/condition.hpp"

#include <algorithm>
#include <utility>

namespace adxf::invitation {
namespace {

using data_share::DataShare;

SeenInvitation FromAzure(azure::ShareInvitation const& it) {
  return {.name = it.name,
          .id = it.id,
          .email = it.spec.email,
          .tenant_id = it.spec.tenant_id,
          .object_id = it.spec.object_id,
          .status = it.status,
          .sent_at = it.sent_at,
          .responded_at = it.responded_at,
          .expires_at = it.spec.expires_at};
}

SeenConsumer FromAzure(azure::ProviderSubscription const& it) {
  return {.id = it.id,
          .name = it.consumer_name,
          .email = it.consumer_email,
          .tenant = it.consumer_tenant,
          .state = it.status,
          .created_at = it.created_at,
          .expires_at = it.expires_at};
}

SeenDataShare FromObject(DataShare const& share) {
  auto const id = share.spec.account.resource_id + "/shares/" + data_share::ShareName(share);
  return {.share_id = id,
          .is_owned = EqualsIgnoreCase(share.status.share_id, id),
          .is_shared = model::IsTrue(share.status.conditions, "DataSetsShared"),
          .is_deleting = share.metadata.IsDeleting(),
          .mode = share.spec.mode,
          .is_suspended = share.spec.suspend,
          .adoption = share.spec.adoption};
}

/// Reads in order until something cannot be read.
struct Reader {
  DataShare const* object;
  azure::Session& session;
  azure::ShareRef share;
  http::CallContext const& call;
  Observed& seen;

  void Fail(Error const& error) { seen.reading_problem = Explain(object, error, ""); }

  void FailUnlessAbsent(Error const& error) {
    auto const subscription = std::string(share.account.SubscriptionId());
    bool const is_gone =
        azure::SaysGone(error) && session.Arm().CanReadSubscription(subscription, call);
    if (!is_gone) Fail(error);
  }

  void Read() {
    auto& shares = session.Shares();
    auto const account = shares.GetAccount(share.account, call);
    if (!account) return FailUnlessAbsent(account.error());
    seen.location = account->location;
    auto const found = shares.GetShare(share, call);
    if (!found) return FailUnlessAbsent(found.error());
    seen.is_share_there = true;
    if (!ReadInvitations()) return;
    auto const consumers = shares.ListConsumers(share, call);
    if (!consumers) return Fail(consumers.error());
    for (auto const& it : *consumers) seen.consumers.push_back(FromAzure(it));
    // Somebody may have accepted another invitation between the two calls.
    bool const is_strange = std::ranges::any_of(seen.consumers, [&](SeenConsumer const& it) {
      return kinds::HasAccess(it.state) && !IsExplained(seen, it);
    });
    if (is_strange) static_cast<void>(ReadInvitations());
  }

  bool ReadInvitations() {
    auto const invitations = session.Shares().ListInvitations(share, call);
    if (!invitations) {
      Fail(invitations.error());
      return false;
    }
    seen.invitations.clear();
    for (auto const& it : *invitations) seen.invitations.push_back(FromAzure(it));
    return true;
  }
};

bool IsFinished(Invitation const& want) {
  return want.metadata.IsDeleting() && !want.metadata.HasFinalizer(kFinalizer);
}

azure_access::IdentityRequest RequestFor(Invitation const& want,
                                         data_share::DataShare const& share) {
  azure_access::IdentityRequest request{.ns = want.metadata.name_space,
                                        .resource_ids = {share.spec.account.resource_id},
                                        .is_deleting = want.metadata.IsDeleting()};
  // Who may not share a cluster's data may not invite to it either.
  for (auto const& it : share.spec.data_sets)
    request.resource_ids.push_back(it.cluster_resource_id);
  if (auto const& secret = share.spec.credentials_secret_ref) request.secret_name = secret->name;
  return request;
}

}  // namespace

bool Observation::TakesNewCredential(Invitation const& want, kinds::WorkLedger& ledger,
                                     http::CallContext const& call) {
  auto const share = ShareOf(want);
  return share && kinds::TakesNewCredential(ledger, identities_, RequestFor(want, *share), call);
}

std::shared_ptr<DataShare const> Observation::ShareOf(Invitation const& want) const {
  return shares_.Get({.ns = want.metadata.name_space, .name = want.spec.data_share_ref.name});
}

Result<azure::ShareRef> Observation::RefOf(Invitation const& want) const {
  auto const object = ShareOf(want);
  if (object && want.status.resource_id.empty()) {
    TRY_ASSIGN(auto account, model::ResourceId::Parse(object->spec.account.resource_id));
    return azure::ShareRef{.account = std::move(account), .share = data_share::ShareName(*object)};
  }
  TRY_ASSIGN(auto const id, model::ResourceId::Parse(want.status.resource_id));
  auto const share = id.Parent();
  return azure::ShareRef{.account = share.Parent(), .share = std::string(share.Name())};
}

Observed Observation::Look(Invitation const& want, kinds::WorkLedger& ledger,
                           http::CallContext const& call) {
  Observed seen{.instance = instance_};
  auto const share = ShareOf(want);
  if (share) seen.data_share = FromObject(*share);
  bool const rests = share && share->spec.suspend && !want.metadata.IsDeleting();
  if (IsFinished(want) || rests) return seen;
  seen.is_operation_running = ledger.operation.has_value();
  seen.hold = ledger.hold;
  if (!share) {
    LookWithoutShare(want, seen, ledger, call);
    return seen;
  }
  seen.identity_problem =
      kinds::ResolveIdentity(ledger, identities_, RequestFor(want, *share), kSentCondition, call);
  if (seen.identity_problem) return seen;
  auto const ref = RefOf(want);
  if (!ref) {
    seen.identity_problem = Explain(share.get(), ref.error(), kSentCondition);
    return seen;
  }
  auto const unread = seen;
  auto const read = [&] {
    seen = unread;
    Reader{.object = share.get(),
           .session = *ledger.session,
           .share = *ref,
           .call = call,
           .seen = seen}
        .Read();
  };
  read();
  if (kinds::IsRefused(seen.reading_problem) && TakesNewCredential(want, ledger, call)) read();
  return seen;
}

/// The DataShare went first, as in a namespace that is going away. What was sent is told by the
/// status; the identity used last is still in memory, or the operator's own may serve.
void Observation::LookWithoutShare(Invitation const& want, Observed& seen,
                                   kinds::WorkLedger& ledger, http::CallContext const& call) {
  bool const must_look = want.metadata.IsDeleting() && !want.status.resource_id.empty();
  if (!must_look) return;
  auto const ref = RefOf(want);
  if (!ledger.session) ledger.session = ledger.last_session;
  if (ref && !ledger.session) {
    azure_access::IdentityRequest const request{.ns = want.metadata.name_space,
                                                .resource_ids = {want.status.resource_id},
                                                .is_deleting = true};
    static_cast<void>(kinds::ResolveIdentity(ledger, identities_, request, kSentCondition, call));
  }
  if (!ref || !ledger.session) {
    seen.identity_problem =
        Problem{.condition = std::string(kSentCondition),
                .reason = std::string(kReasonDataShareNotFound),
                .message = "DataShare " + want.spec.data_share_ref.name +
                           " does not exist in this namespace, so nothing tells with which "
                           "identity to take the invitation back: make it again, or set the "
                           "annotation adxfollower.io/force-delete.",
                .needs_person = true};
    return;
  }
  Reader{.object = nullptr, .session = *ledger.session, .share = *ref, .call = call, .seen = seen}
      .Read();
}

Problem Explain(DataShare const* share, Error const& error, std::string_view condition) {
  kinds::ShareCall call{.condition = std::string(condition)};
  if (share != nullptr) {
    call.identity = kinds::IdentityWords(share->spec.credentials_secret_ref);
    call.account_id = share->spec.account.resource_id;
  }
  return kinds::ExplainShareCall(error, call);
}

}  // namespace adxf::invitation
