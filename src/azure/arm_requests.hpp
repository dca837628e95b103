#pragma once

#include "azure/arm_types.hpp"
#include "azure/cloud.hpp"
#include "base/result.hpp"
#include "http/request.hpp"

#include <string>
#include <string_view>

/// The requests of Microsoft.Kusto as values. Their `operation` is the operationId of the OpenAPI
/// file.
namespace adxf::azure {

http::Request ClusterGet(Cloud const& cloud, model::ResourceId const& cluster);
http::Request AttachmentList(Cloud const& cloud, model::ResourceId const& follower);
http::Request AttachmentGet(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name);
http::Request AttachmentPut(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name, AttachmentSpec const& spec);
http::Request AttachmentDelete(Cloud const& cloud, model::ResourceId const& follower,
                               std::string_view name);
http::Request DatabaseList(Cloud const& cloud, model::ResourceId const& cluster);
http::Request FollowerList(Cloud const& cloud, model::ResourceId const& leader);

/// FollowerLatency of a cluster by minutes. Azure Monitor: the answer's points are a few minutes
/// late.
http::Request FollowerLatencyGet(Cloud const& cloud, model::ResourceId const& cluster,
                                 TimeSpan const& span);

/// Which attachment of which follower to take off a leader.
struct DetachTarget {
  model::ResourceId follower{};
  std::string attachment_name{};
};
http::Request FollowerDetach(Cloud const& cloud, model::ResourceId const& leader,
                             DetachTarget const& target);

http::Request OperationGet(OperationRef const& operation);
http::Request SubscriptionGet(Cloud const& cloud, std::string_view subscription_id);

/// The next page. kInvalid when the link is not ARM's.
Result<http::Request> NextPage(Cloud const& cloud, http::Request const& first,
                               std::string_view next_link);

}  // namespace adxf::azure
