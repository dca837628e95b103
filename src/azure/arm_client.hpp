#pragma once

#include "azure/arm_caller.hpp"
#include "azure/arm_types.hpp"
#include "azure/cloud.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/transport.hpp"

#include <string>
#include <vector>

namespace adxf::azure {

/// Microsoft.Kusto as the operator uses it. One instance per identity. Thread-safe.
/// Errors of all calls: the service's code and text (azure_error.hpp), kUnavailable for an
/// unreadable answer, kInvalid for a next link or poll URL that is not ARM's (nothing is sent
/// there), and those of the transport.
class ArmApi {
 public:
  virtual ~ArmApi() = default;

  virtual Result<ClusterInfo> GetCluster(model::ResourceId const& cluster,
                                         http::CallContext const& call) = 0;
  virtual Result<std::vector<Attachment>> ListAttachments(model::ResourceId const& follower,
                                                          http::CallContext const& call) = 0;
  virtual Result<Attachment> GetAttachment(model::ResourceId const& follower,
                                           std::string const& name,
                                           http::CallContext const& call) = 0;
  /// Every page.
  virtual Result<std::vector<ArmDatabase>> ListDatabases(model::ResourceId const& cluster,
                                                         http::CallContext const& call) = 0;

  /// Creates or replaces; sending it twice is the same as once.
  virtual Result<Accepted> PutAttachment(model::ResourceId const& follower, std::string const& name,
                                         AttachmentSpec const& spec,
                                         http::CallContext const& call) = 0;
  /// An attachment that is not there counts as deleted (204).
  virtual Result<Accepted> DeleteAttachment(model::ResourceId const& follower,
                                            std::string const& name,
                                            http::CallContext const& call) = 0;
  /// The same from the leader's side.
  virtual Result<Accepted> DetachFollower(model::ResourceId const& leader,
                                          model::ResourceId const& follower,
                                          std::string const& name,
                                          http::CallContext const& call) = 0;
  virtual Result<std::vector<FollowerOfLeader>> ListFollowers(model::ResourceId const& leader,
                                                              http::CallContext const& call) = 0;

  /// Azure's own figure of the lag of all that the cluster follows; empty where it has none in the
  /// span.
  virtual Result<std::optional<LatencySample>> ReadFollowerLatency(
      model::ResourceId const& cluster, TimeSpan const& span, http::CallContext const& call) = 0;

  /// One look at an operation. An error means that the look failed, not the operation.
  virtual Result<OperationStatus> Poll(OperationRef const& operation,
                                       http::CallContext const& call) = 0;
  /// Proves that this identity sees the subscription: without it a 404 says nothing about what is
  /// gone.
  virtual Result<void> CanReadSubscription(std::string const& subscription_id,
                                           http::CallContext const& call) = 0;
};

/// Through `transport`, which adds the token of the identity (AuthTransport). References outlive
/// the client.
class ArmClient final : public ArmApi {
 public:
  ArmClient(http::Transport& transport, Cloud const& cloud, Clock const& clock, Random& random);

  Result<ClusterInfo> GetCluster(model::ResourceId const& cluster,
                                 http::CallContext const& call) override;
  Result<std::vector<Attachment>> ListAttachments(model::ResourceId const& follower,
                                                  http::CallContext const& call) override;
  Result<Attachment> GetAttachment(model::ResourceId const& follower, std::string const& name,
                                   http::CallContext const& call) override;
  Result<std::vector<ArmDatabase>> ListDatabases(model::ResourceId const& cluster,
                                                 http::CallContext const& call) override;
  Result<Accepted> PutAttachment(model::ResourceId const& follower, std::string const& name,
                                 AttachmentSpec const& spec,
                                 http::CallContext const& call) override;
  Result<Accepted> DeleteAttachment(model::ResourceId const& follower, std::string const& name,
                                    http::CallContext const& call) override;
  Result<Accepted> DetachFollower(model::ResourceId const& leader,
                                  model::ResourceId const& follower, std::string const& name,
                                  http::CallContext const& call) override;
  Result<std::vector<FollowerOfLeader>> ListFollowers(model::ResourceId const& leader,
                                                      http::CallContext const& call) override;
  Result<std::optional<LatencySample>> ReadFollowerLatency(model::ResourceId const& cluster,
                                                           TimeSpan const& span,
                                                           http::CallContext const& call) override;
  Result<OperationStatus> Poll(OperationRef const& operation,
                               http::CallContext const& call) override;
  Result<void> CanReadSubscription(std::string const& subscription_id,
                                   http::CallContext const& call) override;

 private:
  ArmCaller caller_;
  Cloud const& cloud_;
};

}  // namespace adxf::azure
