#include "kinds/follower_database/observe_share.hpp"

#include "azure/azure_error.hpp"
#include "kinds/common/data_sets.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/plan_subscription.hpp"
#include "model/resource_id.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace adxf::follower_database {
namespace {

/// "ann of Contoso", as far as Azure tells it.
std::string ProviderOf(auto const& it) {
  if (it.provider_name.empty()) return it.provider_tenant;
  return it.provider_name + (it.provider_tenant.empty() ? "" : " of " + it.provider_tenant);
}

SeenOffer FromAzure(azure::ConsumerInvitation const& it) {
  return {.id = it.id,
          .location = it.location,
          .share_name = it.share_name,
          .provider = ProviderOf(it),
          .provider_email = it.provider_email,
          .terms = it.terms,
          .status = it.status,
          .expires_at = it.expires_at};
}

SeenSubscription FromAzure(azure::ShareSubscription const& it) {
  return {.name = it.name,
          .invitation_id = it.invitation_id,
          .status = it.status,
          .share_name = it.share_name,
          .provider = ProviderOf(it),
          .provider_email = it.provider_email,
          .provisioning_state = it.provisioning_state};
}

SeenSource FromAzure(azure::SourceDataSet const& it) {
  return {.id = it.id,
          .name = it.name,
          .kind = kinds::FromAzure(it.kind),
          .path = it.path,
          .location = model::NormaliseLocation(it.location)};
}

SeenMapping FromAzure(azure::DataSetMapping const& it) {
  return {.name = it.name,
          .source_id = it.data_set_id,
          .cluster_key = it.cluster.Key(),
          .status = it.status,
          .provisioning_state = it.provisioning_state};
}

template <class To, class From>
void Copy(std::vector<To>& to, std::vector<From> const& from) {
  for (auto const& it : from) to.push_back(FromAzure(it));
}

/// Reads in order until something cannot be read.
struct Reader {
  FollowerDatabase const& want;
  Observed& seen;
  Ledger& ledger;
  http::CallContext const& call;

  [[nodiscard]] azure::ShareApi& Shares() const { return ledger.session->Shares(); }

  void Fail(Error const& error) const {
    seen.share.problem = Explain(error, Doing::kReadingShare, want, ledger.share_principal);
  }

  void Read() const {
    auto const id = model::ResourceId::Parse(want.spec.source.share->account_resource_id);
    if (!id) return Fail(id.error());
    auto const account = Shares().GetAccount(*id, call);
    if (!account) return WithoutAccount(*id, account.error());
    ledger.share_principal = account->principal_id;
    seen.share.has_account = true;
    seen.share.account_state = account->provisioning_state;
    auto const subscriptions = Shares().ListSubscriptions(*id, call);
    if (!subscriptions) return Fail(subscriptions.error());
    Copy(seen.share.subscriptions, *subscriptions);
    ReadOn();
  }

  /// Gone for certain only where the identity can read the subscription of Azure.
  void WithoutAccount(model::ResourceId const& id, Error const& error) const {
    bool const is_gone = azure::SaysGone(error) && ledger.session->Arm().CanReadSubscription(
                                                       std::string(id.SubscriptionId()), call);
    if (!is_gone) return Fail(error);
    ReadOn();
  }

  void ReadOn() const {
    auto const read = ReadOwn();
    if (!read) return Fail(read.error());
    seen.share.is_read = true;
  }

  /// What belongs to the object's subscription; without one, what could bring one.
  [[nodiscard]] Result<void> ReadOwn() const {
    auto const* subscription = FindSubscription(want, seen);
    if (subscription != nullptr) return ReadMappings(*subscription);
    if (want.metadata.IsDeleting()) return {};
    return ReadOffers();
  }

  [[nodiscard]] Result<void> ReadMappings(SeenSubscription const& subscription) const {
    TRY_ASSIGN(auto const ref, SubscriptionRefOf(want, subscription.name));
    TRY_ASSIGN(auto const mappings, Shares().ListMappings(ref, call));
    Copy(seen.share.mappings, mappings);
    if (!kinds::HasAccess(subscription.status)) return {};
    TRY_ASSIGN(auto const sources, Shares().ListSourceDataSets(ref, call));
    Copy(seen.share.sources, sources);
    return {};
  }

  /// The invitation that the source names by itself or by an object; empty where there is none yet.
  [[nodiscard]] SeenInvitationObject NamedInvitation() const {
    auto const& share = *want.spec.source.share;
    if (share.invitation)
      return {.id = share.invitation->id, .location = share.invitation->location};
    return seen.share.invitation_object.value_or(SeenInvitationObject{});
  }

  [[nodiscard]] Result<void> ReadOffers() const {
    auto const& share = *want.spec.source.share;
    if (share.match) {
      TRY_ASSIGN(auto const offers, Shares().ListReceivedInvitations(call));
      Copy(seen.share.offers, offers);
      return {};
    }
    auto const [id, location] = NamedInvitation();
    if (id.empty()) return {};
    auto const offer = Shares().GetReceivedInvitation(model::NormaliseLocation(location), id, call);
    if (!offer && offer.error().code == Code::kNotFound) return {};
    if (!offer) return std::unexpected(offer.error());
    seen.share.offers.push_back(FromAzure(*offer));
    return {};
  }
};

}  // namespace

Result<azure::SubscriptionRef> SubscriptionRefOf(FollowerDatabase const& want,
                                                 std::string const& name) {
  TRY_ASSIGN(auto account, model::ResourceId::Parse(want.spec.source.share->account_resource_id));
  return azure::SubscriptionRef{.account = std::move(account), .subscription = name};
}

void LookAtShare(FollowerDatabase const& want, Observed& seen, Ledger& ledger,
                 FindInvitation const& find_invitation, http::CallContext const& call) {
  auto const& ref = want.spec.source.share->invitation_ref;
  if (ref && find_invitation)
    seen.share.invitation_object = find_invitation(want.metadata.name_space, ref->name);
  Reader{.want = want, .seen = seen, .ledger = ledger, .call = call}.Read();
}

}  // namespace adxf::follower_database
