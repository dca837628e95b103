#include "azure/arm_client.hpp"

#include "azure/arm_json.hpp"
#include "azure/arm_operation.hpp"
#include "azure/arm_requests.hpp"
#include "azure/metrics_json.hpp"

#include <utility>

namespace adxf::azure {

ArmClient::ArmClient(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                     Random& random)
    : caller_(transport, cloud, clock, random), cloud_(cloud) {}

Result<ClusterInfo> ArmClient::GetCluster(model::ResourceId const& cluster,
                                          http::CallContext const& call) {
  return caller_.One<ClusterInfo>("reading the cluster", ClusterGet(cloud_, cluster), ReadCluster,
                                  call);
}

Result<std::vector<Attachment>> ArmClient::ListAttachments(model::ResourceId const& follower,
                                                           http::CallContext const& call) {
  return caller_.List<Attachment>("listing the attachments", AttachmentList(cloud_, follower),
                                  ReadAttachment, call);
}

Result<Attachment> ArmClient::GetAttachment(model::ResourceId const& follower,
                                            std::string const& name,
                                            http::CallContext const& call) {
  return caller_.One<Attachment>("reading the attachment", AttachmentGet(cloud_, follower, name),
                                 ReadAttachment, call);
}

Result<std::vector<ArmDatabase>> ArmClient::ListDatabases(model::ResourceId const& cluster,
                                                          http::CallContext const& call) {
  return caller_.List<ArmDatabase>("listing the databases", DatabaseList(cloud_, cluster),
                                   ReadDatabase, call);
}

Result<Accepted> ArmClient::PutAttachment(model::ResourceId const& follower,
                                          std::string const& name, AttachmentSpec const& spec,
                                          http::CallContext const& call) {
  return caller_.Start("attaching the database", AttachmentPut(cloud_, follower, name, spec), call);
}

Result<Accepted> ArmClient::DeleteAttachment(model::ResourceId const& follower,
                                             std::string const& name,
                                             http::CallContext const& call) {
  return caller_.Start("deleting the attachment", AttachmentDelete(cloud_, follower, name), call);
}

Result<Accepted> ArmClient::DetachFollower(model::ResourceId const& leader,
                                           model::ResourceId const& follower,
                                           std::string const& name, http::CallContext const& call) {
  return caller_.Start("detaching from the leader's side",
                       FollowerDetach(cloud_, leader, {follower, name}), call);
}

Result<std::vector<FollowerOfLeader>> ArmClient::ListFollowers(model::ResourceId const& leader,
                                                               http::CallContext const& call) {
  return caller_.List<FollowerOfLeader>("listing the leader's followers",
                                        FollowerList(cloud_, leader), ReadFollower, call);
}

Result<std::optional<LatencySample>> ArmClient::ReadFollowerLatency(
    model::ResourceId const& cluster, TimeSpan const& span, http::CallContext const& call) {
  return caller_.One<std::optional<LatencySample>>(
      "reading FollowerLatency", FollowerLatencyGet(cloud_, cluster, span), ReadLatency, call);
}

Result<OperationStatus> ArmClient::Poll(OperationRef const& operation,
                                        http::CallContext const& call) {
  // Checked again: the reference may have been kept by somebody else in between.
  auto request = OperationGet(operation);
  if (auto origin = cloud_.CheckArmUrl(request.url); !origin) {
    return std::unexpected(origin.error().Because("looking at the operation"));
  }
  TRY_ASSIGN(auto const response, caller_.Send(std::move(request), call));
  return ReadOperation(operation, response);
}

Result<void> ArmClient::CanReadSubscription(std::string const& subscription_id,
                                            http::CallContext const& call) {
  auto const response =
      caller_.SendFor("reading the subscription", SubscriptionGet(cloud_, subscription_id), call);
  if (!response) return std::unexpected(response.error());
  return {};
}

}  // namespace adxf::azure
