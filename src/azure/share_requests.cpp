#include "azure/share_requests.hpp"

#include "azure/arm_request.hpp"
#include "azure/share_json.hpp"

#include <nlohmann/json.hpp>

#include <initializer_list>
#include <string>
#include <utility>

namespace adxf::azure {
namespace {

using http::Method;

/// Whom or what of which operation.
struct Target {
  std::string url{};
  std::string operation{};
};

/// `base` and further parts of the path, encoded, with the api-version behind them.
std::string Url(Cloud const& cloud, std::string base,
                std::initializer_list<std::string_view> parts) {
  for (auto const part : parts) base += "/" + http::EncodeComponent(part);
  return base + http::QueryString({{"api-version", cloud.datashare_api_version}});
}

std::string UrlOf(Cloud const& cloud, model::ResourceId const& account) {
  return Url(cloud, ArmUrl(cloud, account), {});
}

std::string UrlOf(Cloud const& cloud, ShareRef const& share,
                  std::initializer_list<std::string_view> parts) {
  auto const base = ArmUrl(cloud, share.account) + "/shares/" + http::EncodeComponent(share.share);
  return Url(cloud, base, parts);
}

std::string UrlOf(Cloud const& cloud, SubscriptionRef const& it,
                  std::initializer_list<std::string_view> parts) {
  auto const base =
      ArmUrl(cloud, it.account) + "/shareSubscriptions/" + http::EncodeComponent(it.subscription);
  return Url(cloud, base, parts);
}

std::string TenantUrl(Cloud const& cloud, std::initializer_list<std::string_view> parts) {
  return Url(cloud, ArmUrl(cloud) + "/providers/Microsoft.DataShare", parts);
}

http::Request Get(Target target) {
  return ArmRequest(Method::kGet, std::move(target.url), std::move(target.operation));
}

http::Request Put(Target target, nlohmann::json const& body) {
  return SentOnce(
      WithJson(ArmRequest(Method::kPut, std::move(target.url), std::move(target.operation)), body));
}

http::Request Delete(Target target) {
  return SentOnce(ArmRequest(Method::kDelete, std::move(target.url), std::move(target.operation)));
}

http::Request Post(Target target, nlohmann::json const& body) {
  return SentOnce(WithJson(
      ArmRequest(Method::kPost, std::move(target.url), std::move(target.operation)), body));
}

}  // namespace

http::Request AccountGet(Cloud const& cloud, model::ResourceId const& account) {
  return Get({UrlOf(cloud, account), "Accounts_Get"});
}

http::Request AccountPut(Cloud const& cloud, model::ResourceId const& account,
                         std::string const& location) {
  return Put({UrlOf(cloud, account), "Accounts_Create"}, AccountBody(location));
}

http::Request ShareGet(Cloud const& cloud, ShareRef const& share) {
  return Get({UrlOf(cloud, share, {}), "Shares_Get"});
}

http::Request SharePut(Cloud const& cloud, ShareRef const& share, ShareSpec const& spec) {
  return Put({UrlOf(cloud, share, {}), "Shares_Create"}, ShareBody(spec));
}

http::Request ShareDelete(Cloud const& cloud, ShareRef const& share) {
  return Delete({UrlOf(cloud, share, {}), "Shares_Delete"});
}

http::Request DataSetList(Cloud const& cloud, ShareRef const& share) {
  return Get({UrlOf(cloud, share, {"dataSets"}), "DataSets_ListByShare"});
}

http::Request DataSetPut(Cloud const& cloud, ShareRef const& share, std::string_view name,
                         DataSetSpec const& spec) {
  return Put({UrlOf(cloud, share, {"dataSets", name}), "DataSets_Create"}, DataSetBody(spec));
}

http::Request DataSetDelete(Cloud const& cloud, ShareRef const& share, std::string_view name) {
  return Delete({UrlOf(cloud, share, {"dataSets", name}), "DataSets_Delete"});
}

http::Request InvitationList(Cloud const& cloud, ShareRef const& share) {
  return Get({UrlOf(cloud, share, {"invitations"}), "Invitations_ListByShare"});
}

http::Request InvitationPut(Cloud const& cloud, ShareRef const& share, std::string_view name,
                            InvitationSpec const& spec) {
  return Put({UrlOf(cloud, share, {"invitations", name}), "Invitations_Create"},
             InvitationBody(spec));
}

http::Request InvitationDelete(Cloud const& cloud, ShareRef const& share, std::string_view name) {
  return Delete({UrlOf(cloud, share, {"invitations", name}), "Invitations_Delete"});
}

http::Request ConsumerList(Cloud const& cloud, ShareRef const& share) {
  return Get({UrlOf(cloud, share, {"providerShareSubscriptions"}),
              "ProviderShareSubscriptions_ListByShare"});
}

http::Request ConsumerRevoke(Cloud const& cloud, ShareRef const& share, std::string_view id) {
  // The only POST without a body.
  return SentOnce(ArmRequest(Method::kPost,
                             UrlOf(cloud, share, {"providerShareSubscriptions", id, "revoke"}),
                             "ProviderShareSubscriptions_Revoke"));
}

http::Request ConsumerReinstate(Cloud const& cloud, ShareRef const& share, std::string_view id,
                                TimePoint expires_at) {
  return Post({UrlOf(cloud, share, {"providerShareSubscriptions", id, "reinstate"}),
               "ProviderShareSubscriptions_Reinstate"},
              ExpirationBody(expires_at));
}

http::Request ConsumerAdjust(Cloud const& cloud, ShareRef const& share, std::string_view id,
                             TimePoint expires_at) {
  return Post({UrlOf(cloud, share, {"providerShareSubscriptions", id, "adjust"}),
               "ProviderShareSubscriptions_Adjust"},
              ExpirationBody(expires_at));
}

http::Request ReceivedInvitationList(Cloud const& cloud) {
  return Get({TenantUrl(cloud, {"listInvitations"}), "ConsumerInvitations_ListInvitations"});
}

http::Request ReceivedInvitationGet(Cloud const& cloud, std::string_view location,
                                    std::string_view id) {
  return Get({TenantUrl(cloud, {"locations", location, "consumerInvitations", id}),
              "ConsumerInvitations_Get"});
}

http::Request SubscriptionList(Cloud const& cloud, model::ResourceId const& account) {
  return Get({Url(cloud, ArmUrl(cloud, account), {"shareSubscriptions"}),
              "ShareSubscriptions_ListByAccount"});
}

http::Request SubscriptionPut(Cloud const& cloud, SubscriptionRef const& subscription,
                              ConsumerInvitation const& invitation) {
  return Put({UrlOf(cloud, subscription, {}), "ShareSubscriptions_Create"},
             SubscriptionBody(invitation));
}

http::Request SubscriptionDelete(Cloud const& cloud, SubscriptionRef const& subscription) {
  return Delete({UrlOf(cloud, subscription, {}), "ShareSubscriptions_Delete"});
}

http::Request SourceDataSetList(Cloud const& cloud, SubscriptionRef const& subscription) {
  return Get({UrlOf(cloud, subscription, {"consumerSourceDataSets"}),
              "ConsumerSourceDataSets_ListByShareSubscription"});
}

http::Request MappingList(Cloud const& cloud, SubscriptionRef const& subscription) {
  return Get(
      {UrlOf(cloud, subscription, {"dataSetMappings"}), "DataSetMappings_ListByShareSubscription"});
}

http::Request MappingPut(Cloud const& cloud, SubscriptionRef const& subscription,
                         DataSetMapping const& mapping) {
  return Put(
      {UrlOf(cloud, subscription, {"dataSetMappings", mapping.name}), "DataSetMappings_Create"},
      MappingBody(mapping));
}

http::Request MappingDelete(Cloud const& cloud, SubscriptionRef const& subscription,
                            std::string_view name) {
  return Delete({UrlOf(cloud, subscription, {"dataSetMappings", name}), "DataSetMappings_Delete"});
}

}  // namespace adxf::azure
