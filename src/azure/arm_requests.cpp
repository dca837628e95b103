#include "azure/arm_requests.hpp"

#include "azure/arm_json.hpp"
#include "azure/arm_operation.hpp"
#include "azure/arm_request.hpp"
#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::azure {
namespace {

constexpr std::string_view kAttachments = "/attachedDatabaseConfigurations";

std::string Version(Cloud const& cloud) {
  return http::QueryString({{"api-version", cloud.kusto_api_version}});
}

std::string AttachmentUrl(Cloud const& cloud, model::ResourceId const& follower,
                          std::string_view name) {
  return ArmUrl(cloud, follower) + std::string(kAttachments) + "/" + http::EncodeComponent(name) +
         Version(cloud);
}

}  // namespace

http::Request ClusterGet(Cloud const& cloud, model::ResourceId const& cluster) {
  return ArmRequest(http::Method::kGet, ArmUrl(cloud, cluster) + Version(cloud), "Clusters_Get");
}

http::Request AttachmentList(Cloud const& cloud, model::ResourceId const& follower) {
  return ArmRequest(http::Method::kGet,
                    ArmUrl(cloud, follower) + std::string(kAttachments) + Version(cloud),
                    "AttachedDatabaseConfigurations_ListByCluster");
}

http::Request AttachmentGet(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name) {
  return ArmRequest(http::Method::kGet, AttachmentUrl(cloud, follower, name),
                    "AttachedDatabaseConfigurations_Get");
}

http::Request AttachmentPut(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name, AttachmentSpec const& spec) {
  auto request = ArmRequest(http::Method::kPut, AttachmentUrl(cloud, follower, name),
                            "AttachedDatabaseConfigurations_CreateOrUpdate");
  return SentOnce(WithJson(std::move(request), AttachmentBody(spec)));
}

http::Request AttachmentDelete(Cloud const& cloud, model::ResourceId const& follower,
                               std::string_view name) {
  return SentOnce(ArmRequest(http::Method::kDelete, AttachmentUrl(cloud, follower, name),
                             "AttachedDatabaseConfigurations_Delete"));
}

http::Request DatabaseList(Cloud const& cloud, model::ResourceId const& cluster) {
  auto const query =
      http::QueryString({{"api-version", cloud.kusto_api_version}, {"$top", "1000"}});
  return ArmRequest(http::Method::kGet, ArmUrl(cloud, cluster) + "/databases" + query,
                    "Databases_ListByCluster");
}

http::Request FollowerList(Cloud const& cloud, model::ResourceId const& leader) {
  auto request = ArmRequest(http::Method::kPost,
                            ArmUrl(cloud, leader) + "/listFollowerDatabases" + Version(cloud),
                            "Clusters_ListFollowerDatabases");
  request.repeatable = http::Repeatable::kYes;  // It only reads.
  return request;
}

http::Request FollowerLatencyGet(Cloud const& cloud, model::ResourceId const& cluster,
                                 TimeSpan const& span) {
  auto const query =
      http::QueryString({{"api-version", cloud.metrics_api_version},
                         {"metricnames", "FollowerLatency"},
                         {"metricnamespace", "Microsoft.Kusto/clusters"},
                         {"aggregation", "Maximum"},
                         {"interval", "PT1M"},
                         {"timespan", FormatRfc3339(span.from) + "/" + FormatRfc3339(span.to)}});
  auto request = ArmRequest(
      http::Method::kGet, ArmUrl(cloud, cluster) + "/providers/Microsoft.Insights/metrics" + query,
      "Metrics_List");
  // Its limits are its own: a refusal there must not hold back what goes to Kusto and Data Share.
  request.service = "monitor";
  return request;
}

http::Request FollowerDetach(Cloud const& cloud, model::ResourceId const& leader,
                             DetachTarget const& target) {
  auto request = ArmRequest(http::Method::kPost,
                            ArmUrl(cloud, leader) + "/detachFollowerDatabases" + Version(cloud),
                            "Clusters_DetachFollowerDatabases");
  return SentOnce(WithJson(std::move(request),
                           {{"clusterResourceId", target.follower.Text()},
                            {"attachedDatabaseConfigurationName", target.attachment_name}}));
}

http::Request OperationGet(OperationRef const& operation) {
  // A resource is read as what it is: "Shares_Get" follows "Shares_Create".
  auto const name = operation.poll_by == PollBy::kResource
                        ? operation.kind.substr(0, operation.kind.find('_')) + "_Get"
                        : "OperationsResults_Get";
  return ArmRequest(http::Method::kGet, EncodeSpaces(operation.url), name);
}

http::Request SubscriptionGet(Cloud const& cloud, std::string_view subscription_id) {
  auto url = ArmUrl(cloud) + "/subscriptions/" + http::EncodeComponent(subscription_id) +
             http::QueryString({{"api-version", cloud.subscriptions_api_version}});
  return ArmRequest(http::Method::kGet, std::move(url), "Subscriptions_Get");
}

Result<http::Request> NextPage(Cloud const& cloud, http::Request const& first,
                               std::string_view next_link) {
  auto request = first;
  request.url = EncodeSpaces(next_link);
  if (auto origin = cloud.CheckArmUrl(request.url); !origin) {
    return std::unexpected(origin.error().Because("following the next page of " + first.operation));
  }
  // Pages after the first are read with GET, whatever began the list.
  if (first.method != http::Method::kGet) request.method = http::Method::kGet;
  return request;
}

}  // namespace adxf::azure
