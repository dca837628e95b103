#pragma once

#include "azure/cloud.hpp"
#include "azure/share_client.hpp"
#include "azure/share_types.hpp"
#include "http/request.hpp"

#include <string_view>

/// The requests of Microsoft.DataShare as values. Their `operation` is the operationId of the
/// OpenAPI file. Every write is sent once (arm_request.hpp).
namespace adxf::azure {

http::Request AccountGet(Cloud const& cloud, model::ResourceId const& account);
http::Request AccountPut(Cloud const& cloud, model::ResourceId const& account,
                         std::string const& location);

http::Request ShareGet(Cloud const& cloud, ShareRef const& share);
http::Request SharePut(Cloud const& cloud, ShareRef const& share, ShareSpec const& spec);
http::Request ShareDelete(Cloud const& cloud, ShareRef const& share);

http::Request DataSetList(Cloud const& cloud, ShareRef const& share);
http::Request DataSetPut(Cloud const& cloud, ShareRef const& share, std::string_view name,
                         DataSetSpec const& spec);
http::Request DataSetDelete(Cloud const& cloud, ShareRef const& share, std::string_view name);

http::Request InvitationList(Cloud const& cloud, ShareRef const& share);
http::Request InvitationPut(Cloud const& cloud, ShareRef const& share, std::string_view name,
                            InvitationSpec const& spec);
http::Request InvitationDelete(Cloud const& cloud, ShareRef const& share, std::string_view name);

http::Request ConsumerList(Cloud const& cloud, ShareRef const& share);
http::Request ConsumerRevoke(Cloud const& cloud, ShareRef const& share, std::string_view id);
http::Request ConsumerReinstate(Cloud const& cloud, ShareRef const& share, std::string_view id,
                                TimePoint expires_at);
http::Request ConsumerAdjust(Cloud const& cloud, ShareRef const& share, std::string_view id,
                             TimePoint expires_at);

/// Of the tenant, not of a subscription: whose invitations they are is the token's matter.
http::Request ReceivedInvitationList(Cloud const& cloud);
/// `location` in either form, "East US 2" or "eastus2".
http::Request ReceivedInvitationGet(Cloud const& cloud, std::string_view location,
                                    std::string_view id);

http::Request SubscriptionList(Cloud const& cloud, model::ResourceId const& account);
http::Request SubscriptionPut(Cloud const& cloud, SubscriptionRef const& subscription,
                              ConsumerInvitation const& invitation);
http::Request SubscriptionDelete(Cloud const& cloud, SubscriptionRef const& subscription);

http::Request SourceDataSetList(Cloud const& cloud, SubscriptionRef const& subscription);
http::Request MappingList(Cloud const& cloud, SubscriptionRef const& subscription);
http::Request MappingPut(Cloud const& cloud, SubscriptionRef const& subscription,
                         DataSetMapping const& mapping);
http::Request MappingDelete(Cloud const& cloud, SubscriptionRef const& subscription,
                            std::string_view name);

}  // namespace adxf::azure
