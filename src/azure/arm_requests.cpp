#include "azure/arm_requests.hpp"

#include "azure/arm_json.hpp"
#include "azure/arm_operation.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::azure {
namespace {

constexpr std::string_view kAttachments = "/attachedDatabaseConfigurations";

/// The id's path with each part encoded, behind ARM's endpoint.
std::string UrlOf(Cloud const& cloud, model::ResourceId const& id) {
  std::string url = cloud.arm_endpoint;
  while (url.ends_with('/')) url.pop_back();
  std::string_view rest = id.Text();
  while (!rest.empty()) {
    rest.remove_prefix(1);  // Each part has a slash in front.
    auto const part = rest.substr(0, rest.find('/'));
    url += "/" + http::EncodeComponent(part);
    rest.remove_prefix(part.size());
  }
  return url;
}

std::string Version(Cloud const& cloud) {
  return http::QueryString({{"api-version", cloud.kusto_api_version}});
}

http::Request Request(http::Method method, std::string url, std::string operation) {
  return {.method = method,
          .url = std::move(url),
          .headers = {{"Accept", "application/json"}},
          .operation = std::move(operation),
          .service = "arm"};
}

/// A write whose answer was lost is not sent again blindly: the cluster's lists tell whether it was
/// accepted.
http::Request Write(http::Request request) {
  request.repeatable = http::Repeatable::kNo;
  return request;
}

http::Request WithBody(http::Request request, nlohmann::json const& body) {
  request.headers["Content-Type"] = "application/json; charset=utf-8";
  request.body = body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  return request;
}

std::string AttachmentUrl(Cloud const& cloud, model::ResourceId const& follower,
                          std::string_view name) {
  return UrlOf(cloud, follower) + std::string(kAttachments) + "/" + http::EncodeComponent(name) +
         Version(cloud);
}

}  // namespace

http::Request ClusterGet(Cloud const& cloud, model::ResourceId const& cluster) {
  return Request(http::Method::kGet, UrlOf(cloud, cluster) + Version(cloud), "Clusters_Get");
}

http::Request AttachmentList(Cloud const& cloud, model::ResourceId const& follower) {
  return Request(http::Method::kGet,
                 UrlOf(cloud, follower) + std::string(kAttachments) + Version(cloud),
                 "AttachedDatabaseConfigurations_ListByCluster");
}

http::Request AttachmentGet(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name) {
  return Request(http::Method::kGet, AttachmentUrl(cloud, follower, name),
                 "AttachedDatabaseConfigurations_Get");
}

http::Request AttachmentPut(Cloud const& cloud, model::ResourceId const& follower,
                            std::string_view name, AttachmentSpec const& spec) {
  auto request = Request(http::Method::kPut, AttachmentUrl(cloud, follower, name),
                         "AttachedDatabaseConfigurations_CreateOrUpdate");
  return Write(WithBody(std::move(request), AttachmentBody(spec)));
}

http::Request AttachmentDelete(Cloud const& cloud, model::ResourceId const& follower,
                               std::string_view name) {
  return Write(Request(http::Method::kDelete, AttachmentUrl(cloud, follower, name),
                       "AttachedDatabaseConfigurations_Delete"));
}

http::Request DatabaseList(Cloud const& cloud, model::ResourceId const& cluster) {
  auto const query =
      http::QueryString({{"api-version", cloud.kusto_api_version}, {"$top", "1000"}});
  return Request(http::Method::kGet, UrlOf(cloud, cluster) + "/databases" + query,
                 "Databases_ListByCluster");
}

http::Request FollowerList(Cloud const& cloud, model::ResourceId const& leader) {
  auto request =
      Request(http::Method::kPost, UrlOf(cloud, leader) + "/listFollowerDatabases" + Version(cloud),
              "Clusters_ListFollowerDatabases");
  request.repeatable = http::Repeatable::kYes;  // It only reads.
  return request;
}

http::Request FollowerDetach(Cloud const& cloud, model::ResourceId const& leader,
                             DetachTarget const& target) {
  auto request = Request(http::Method::kPost,
                         UrlOf(cloud, leader) + "/detachFollowerDatabases" + Version(cloud),
                         "Clusters_DetachFollowerDatabases");
  return Write(WithBody(std::move(request),
                        {{"clusterResourceId", target.follower.Text()},
                         {"attachedDatabaseConfigurationName", target.attachment_name}}));
}

http::Request OperationGet(OperationRef const& operation) {
  auto const* name = operation.poll_by == PollBy::kResource ? "AttachedDatabaseConfigurations_Get"
                                                            : "OperationsResults_Get";
  return Request(http::Method::kGet, EncodeSpaces(operation.url), name);
}

http::Request SubscriptionGet(Cloud const& cloud, std::string_view subscription_id) {
  std::string url = cloud.arm_endpoint;
  while (url.ends_with('/')) url.pop_back();
  url += "/subscriptions/" + http::EncodeComponent(subscription_id) +
         http::QueryString({{"api-version", cloud.subscriptions_api_version}});
  return Request(http::Method::kGet, std::move(url), "Subscriptions_Get");
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
