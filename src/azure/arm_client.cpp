#include "azure/arm_client.hpp"

#include "azure/arm_json.hpp"
#include "azure/arm_operation.hpp"
#include "azure/arm_requests.hpp"
#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::azure {
namespace {

constexpr int kMostPages = 1000;

/// Each item of a page's `value`.
template <class Item, class Read>
Result<void> AppendPage(nlohmann::json const& page, Read read, std::vector<Item>& items) {
  for (auto const& element : At(page, "value")) {
    TRY_ASSIGN(auto item, read(element));
    items.push_back(std::move(item));
  }
  return {};
}

Result<nlohmann::json> ReadPage(std::string_view what, std::string_view body) {
  TRY_ASSIGN(auto page, ReadObject(body, what));
  if (At(page, "value").is_array()) return page;
  return Fail(Code::kUnavailable,
              std::string(what) + ": Azure's answer holds no list; it will be asked again");
}

}  // namespace

ArmClient::ArmClient(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                     Random& random)
    : transport_(transport), cloud_(cloud), clock_(clock), random_(random) {}

Result<http::Response> ArmClient::Send(http::Request request, http::CallContext const& call) {
  request.headers["x-ms-client-request-id"] = random_.Guid();
  return transport_.Send(request, call);
}

Result<http::Response> ArmClient::SendFor(std::string_view what, http::Request request,
                                          http::CallContext const& call) {
  auto response = Send(std::move(request), call);
  if (!response) return std::unexpected(response.error().Because(what));
  if (!response->IsSuccess()) return std::unexpected(ArmErrorFrom(*response).Because(what));
  return response;
}

Result<Accepted> ArmClient::Start(std::string_view what, http::Request const& request,
                                  http::CallContext const& call) {
  TRY_ASSIGN(auto const response, SendFor(what, request, call));
  return ReadAccepted(cloud_, request, response, clock_.Now());
}

template <class Item, class Read>
Result<std::vector<Item>> ArmClient::List(std::string_view what, http::Request const& first,
                                          Read read, http::CallContext const& call) {
  std::vector<Item> items;
  auto request = first;
  for (int pages = 0; pages < kMostPages; ++pages) {
    TRY_ASSIGN(auto const response, SendFor(what, request, call));
    TRY_ASSIGN(auto const page, ReadPage(what, response.body));
    if (auto appended = AppendPage(page, read, items); !appended)
      return std::unexpected(appended.error().Because(what));
    auto const next_link = TextAt(page, "nextLink");
    if (next_link.empty()) return items;
    TRY_ASSIGN(request, NextPage(cloud_, first, next_link));
  }
  return Fail(Code::kUnavailable, std::string(what) + ": Azure's list does not end");
}

Result<ClusterInfo> ArmClient::GetCluster(model::ResourceId const& cluster,
                                          http::CallContext const& call) {
  constexpr std::string_view kWhat = "reading the cluster";
  TRY_ASSIGN(auto const response, SendFor(kWhat, ClusterGet(cloud_, cluster), call));
  TRY_ASSIGN(auto const body, ReadObject(response.body, kWhat));
  return ReadCluster(body);
}

Result<std::vector<Attachment>> ArmClient::ListAttachments(model::ResourceId const& follower,
                                                           http::CallContext const& call) {
  return List<Attachment>("listing the attachments", AttachmentList(cloud_, follower),
                          ReadAttachment, call);
}

Result<Attachment> ArmClient::GetAttachment(model::ResourceId const& follower,
                                            std::string const& name,
                                            http::CallContext const& call) {
  constexpr std::string_view kWhat = "reading the attachment";
  TRY_ASSIGN(auto const response, SendFor(kWhat, AttachmentGet(cloud_, follower, name), call));
  TRY_ASSIGN(auto const body, ReadObject(response.body, kWhat));
  return ReadAttachment(body);
}

Result<std::vector<ArmDatabase>> ArmClient::ListDatabases(model::ResourceId const& cluster,
                                                          http::CallContext const& call) {
  return List<ArmDatabase>("listing the databases", DatabaseList(cloud_, cluster), ReadDatabase,
                           call);
}

Result<Accepted> ArmClient::PutAttachment(model::ResourceId const& follower,
                                          std::string const& name, AttachmentSpec const& spec,
                                          http::CallContext const& call) {
  return Start("attaching the database", AttachmentPut(cloud_, follower, name, spec), call);
}

Result<Accepted> ArmClient::DeleteAttachment(model::ResourceId const& follower,
                                             std::string const& name,
                                             http::CallContext const& call) {
  return Start("deleting the attachment", AttachmentDelete(cloud_, follower, name), call);
}

Result<Accepted> ArmClient::DetachFollower(model::ResourceId const& leader,
                                           model::ResourceId const& follower,
                                           std::string const& name, http::CallContext const& call) {
  return Start("detaching from the leader's side", FollowerDetach(cloud_, leader, {follower, name}),
               call);
}

Result<std::vector<FollowerOfLeader>> ArmClient::ListFollowers(model::ResourceId const& leader,
                                                               http::CallContext const& call) {
  return List<FollowerOfLeader>("listing the leader's followers", FollowerList(cloud_, leader),
                                ReadFollower, call);
}

Result<OperationStatus> ArmClient::Poll(OperationRef const& operation,
                                        http::CallContext const& call) {
  // Checked again: the reference may have been kept by somebody else in between.
  auto request = OperationGet(operation);
  if (auto origin = cloud_.CheckArmUrl(request.url); !origin) {
    return std::unexpected(origin.error().Because("looking at the operation"));
  }
  TRY_ASSIGN(auto const response, Send(std::move(request), call));
  return ReadOperation(operation, response);
}

Result<void> ArmClient::CanReadSubscription(std::string const& subscription_id,
                                            http::CallContext const& call) {
  auto const response =
      SendFor("reading the subscription", SubscriptionGet(cloud_, subscription_id), call);
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace adxf::azure
