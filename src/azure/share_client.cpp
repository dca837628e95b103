#include "azure/share_client.hpp"

#include "azure/share_json.hpp"
#include "azure/share_requests.hpp"

namespace adxf::azure {
namespace {

Failure NotKustos(std::string_view what) {
  return Fail(Code::kInvalid,
              std::string(what) + ": only Kusto's kinds of data sets are supported");
}

}  // namespace

ShareClient::ShareClient(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                         Random& random)
    : caller_(transport, cloud, clock, random), cloud_(cloud) {}

Result<ShareAccount> ShareClient::GetAccount(model::ResourceId const& account,
                                             http::CallContext const& call) {
  return caller_.One<ShareAccount>("reading the Data Share account", AccountGet(cloud_, account),
                                   ReadAccount, call);
}

Result<Accepted> ShareClient::PutAccount(model::ResourceId const& account,
                                         std::string const& location,
                                         http::CallContext const& call) {
  return caller_.Start("creating the Data Share account", AccountPut(cloud_, account, location),
                       call);
}

Result<Share> ShareClient::GetShare(ShareRef const& share, http::CallContext const& call) {
  return caller_.One<Share>("reading the share", ShareGet(cloud_, share), ReadShare, call);
}

Result<Accepted> ShareClient::PutShare(ShareRef const& share, ShareSpec const& spec,
                                       http::CallContext const& call) {
  return caller_.Start("writing the share", SharePut(cloud_, share, spec), call);
}

Result<Accepted> ShareClient::DeleteShare(ShareRef const& share, http::CallContext const& call) {
  return caller_.Start("deleting the share", ShareDelete(cloud_, share), call);
}

Result<std::vector<DataSet>> ShareClient::ListDataSets(ShareRef const& share,
                                                       http::CallContext const& call) {
  return caller_.List<DataSet>("listing the share's data sets", DataSetList(cloud_, share),
                               ReadDataSet, call);
}

Result<Accepted> ShareClient::PutDataSet(ShareRef const& share, std::string const& name,
                                         DataSetSpec const& spec, http::CallContext const& call) {
  constexpr std::string_view kWhat = "sharing the data set";
  if (spec.kind == DataSetKind::kOther) return NotKustos(kWhat);
  return caller_.Start(kWhat, DataSetPut(cloud_, share, name, spec), call);
}

Result<Accepted> ShareClient::DeleteDataSet(ShareRef const& share, std::string const& name,
                                            http::CallContext const& call) {
  return caller_.Start("taking the data set out of the share", DataSetDelete(cloud_, share, name),
                       call);
}

Result<std::vector<ShareInvitation>> ShareClient::ListInvitations(ShareRef const& share,
                                                                  http::CallContext const& call) {
  return caller_.List<ShareInvitation>("listing the share's invitations",
                                       InvitationList(cloud_, share), ReadInvitation, call);
}

Result<Accepted> ShareClient::PutInvitation(ShareRef const& share, std::string const& name,
                                            InvitationSpec const& spec,
                                            http::CallContext const& call) {
  return caller_.Start("sending the invitation", InvitationPut(cloud_, share, name, spec), call);
}

Result<Accepted> ShareClient::DeleteInvitation(ShareRef const& share, std::string const& name,
                                               http::CallContext const& call) {
  return caller_.Start("withdrawing the invitation", InvitationDelete(cloud_, share, name), call);
}

Result<std::vector<ProviderSubscription>> ShareClient::ListConsumers(
    ShareRef const& share, http::CallContext const& call) {
  return caller_.List<ProviderSubscription>(
      "listing the share's consumers", ConsumerList(cloud_, share), ReadProviderSubscription, call);
}

Result<Accepted> ShareClient::Revoke(ShareRef const& share, std::string const& consumer_id,
                                     http::CallContext const& call) {
  return caller_.Start("revoking the consumer's access", ConsumerRevoke(cloud_, share, consumer_id),
                       call);
}

Result<Accepted> ShareClient::Reinstate(ShareRef const& share, std::string const& consumer_id,
                                        TimePoint expires_at, http::CallContext const& call) {
  return caller_.Start("reinstating the consumer's access",
                       ConsumerReinstate(cloud_, share, consumer_id, expires_at), call);
}

Result<Accepted> ShareClient::Adjust(ShareRef const& share, std::string const& consumer_id,
                                     TimePoint expires_at, http::CallContext const& call) {
  return caller_.Start("changing the end of the consumer's access",
                       ConsumerAdjust(cloud_, share, consumer_id, expires_at), call);
}

Result<std::vector<ConsumerInvitation>> ShareClient::ListReceivedInvitations(
    http::CallContext const& call) {
  return caller_.List<ConsumerInvitation>("listing the received invitations",
                                          ReceivedInvitationList(cloud_), ReadConsumerInvitation,
                                          call);
}

Result<ConsumerInvitation> ShareClient::GetReceivedInvitation(std::string const& location,
                                                              std::string const& id,
                                                              http::CallContext const& call) {
  return caller_.One<ConsumerInvitation>("reading the received invitation",
                                         ReceivedInvitationGet(cloud_, location, id),
                                         ReadConsumerInvitation, call);
}

Result<std::vector<ShareSubscription>> ShareClient::ListSubscriptions(
    model::ResourceId const& account, http::CallContext const& call) {
  return caller_.List<ShareSubscription>("listing the share subscriptions",
                                         SubscriptionList(cloud_, account), ReadShareSubscription,
                                         call);
}

Result<Accepted> ShareClient::PutSubscription(SubscriptionRef const& subscription,
                                              ConsumerInvitation const& invitation,
                                              http::CallContext const& call) {
  return caller_.Start("accepting the invitation",
                       SubscriptionPut(cloud_, subscription, invitation), call);
}

Result<Accepted> ShareClient::DeleteSubscription(SubscriptionRef const& subscription,
                                                 http::CallContext const& call) {
  return caller_.Start("deleting the share subscription", SubscriptionDelete(cloud_, subscription),
                       call);
}

Result<std::vector<SourceDataSet>> ShareClient::ListSourceDataSets(
    SubscriptionRef const& subscription, http::CallContext const& call) {
  return caller_.List<SourceDataSet>(
      "listing what is shared", SourceDataSetList(cloud_, subscription), ReadSourceDataSet, call);
}

Result<std::vector<DataSetMapping>> ShareClient::ListMappings(SubscriptionRef const& subscription,
                                                              http::CallContext const& call) {
  return caller_.List<DataSetMapping>("listing the mappings", MappingList(cloud_, subscription),
                                      ReadMapping, call);
}

Result<Accepted> ShareClient::PutMapping(SubscriptionRef const& subscription,
                                         DataSetMapping const& mapping,
                                         http::CallContext const& call) {
  constexpr std::string_view kWhat = "mapping the data set";
  if (mapping.kind == DataSetKind::kOther) return NotKustos(kWhat);
  return caller_.Start(kWhat, MappingPut(cloud_, subscription, mapping), call);
}

Result<Accepted> ShareClient::DeleteMapping(SubscriptionRef const& subscription,
                                            std::string const& name,
                                            http::CallContext const& call) {
  return caller_.Start("deleting the mapping", MappingDelete(cloud_, subscription, name), call);
}

}  // namespace adxf::azure
