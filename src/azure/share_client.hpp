#pragma once

#include "azure/arm_caller.hpp"
#include "azure/cloud.hpp"
#include "azure/share_types.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "http/transport.hpp"

#include <string>
#include <vector>

namespace adxf::azure {

/// A share of an account.
struct ShareRef {
  model::ResourceId account{};
  std::string share{};
};

/// A share subscription of an account.
struct SubscriptionRef {
  model::ResourceId account{};
  std::string subscription{};
};

/// Microsoft.DataShare as the operator uses it. One instance per identity. Thread-safe.
/// Errors as those of ArmApi. No write is repeated when its answer was lost; lists are complete.
/// What is not there counts as deleted (204). An operation that a write started is polled with
/// ArmApi::Poll.
class ShareApi {
 public:
  virtual ~ShareApi() = default;

  // -- both sides
  virtual Result<ShareAccount> GetAccount(model::ResourceId const& account,
                                          http::CallContext const& call) = 0;
  /// Creates it with a system identity. Of one that is there it would take the tags away.
  virtual Result<Accepted> PutAccount(model::ResourceId const& account, std::string const& location,
                                      http::CallContext const& call) = 0;

  // -- provider
  virtual Result<Share> GetShare(ShareRef const& share, http::CallContext const& call) = 0;
  /// Always an in-place share.
  virtual Result<Accepted> PutShare(ShareRef const& share, ShareSpec const& spec,
                                    http::CallContext const& call) = 0;
  virtual Result<Accepted> DeleteShare(ShareRef const& share, http::CallContext const& call) = 0;

  virtual Result<std::vector<DataSet>> ListDataSets(ShareRef const& share,
                                                    http::CallContext const& call) = 0;
  /// kInvalid, and nothing sent, for a kind that is not Kusto's.
  virtual Result<Accepted> PutDataSet(ShareRef const& share, std::string const& name,
                                      DataSetSpec const& spec, http::CallContext const& call) = 0;
  virtual Result<Accepted> DeleteDataSet(ShareRef const& share, std::string const& name,
                                         http::CallContext const& call) = 0;

  virtual Result<std::vector<ShareInvitation>> ListInvitations(ShareRef const& share,
                                                               http::CallContext const& call) = 0;
  /// May send a mail, and is not sent again by any layer below: http::Repeatable::kNo, as all
  /// writes.
  virtual Result<Accepted> PutInvitation(ShareRef const& share, std::string const& name,
                                         InvitationSpec const& spec,
                                         http::CallContext const& call) = 0;
  virtual Result<Accepted> DeleteInvitation(ShareRef const& share, std::string const& name,
                                            http::CallContext const& call) = 0;

  virtual Result<std::vector<ProviderSubscription>> ListConsumers(
      ShareRef const& share, http::CallContext const& call) = 0;
  virtual Result<Accepted> Revoke(ShareRef const& share, std::string const& consumer_id,
                                  http::CallContext const& call) = 0;
  virtual Result<Accepted> Reinstate(ShareRef const& share, std::string const& consumer_id,
                                     TimePoint expires_at, http::CallContext const& call) = 0;
  /// Changes the end of a consumer's subscription.
  virtual Result<Accepted> Adjust(ShareRef const& share, std::string const& consumer_id,
                                  TimePoint expires_at, http::CallContext const& call) = 0;

  // -- consumer; of invitations those that the identity of the token may accept
  virtual Result<std::vector<ConsumerInvitation>> ListReceivedInvitations(
      http::CallContext const& call) = 0;
  virtual Result<ConsumerInvitation> GetReceivedInvitation(std::string const& location,
                                                           std::string const& id,
                                                           http::CallContext const& call) = 0;

  virtual Result<std::vector<ShareSubscription>> ListSubscriptions(
      model::ResourceId const& account, http::CallContext const& call) = 0;
  /// Accepts the invitation.
  virtual Result<Accepted> PutSubscription(SubscriptionRef const& subscription,
                                           ConsumerInvitation const& invitation,
                                           http::CallContext const& call) = 0;
  virtual Result<Accepted> DeleteSubscription(SubscriptionRef const& subscription,
                                              http::CallContext const& call) = 0;

  virtual Result<std::vector<SourceDataSet>> ListSourceDataSets(SubscriptionRef const& subscription,
                                                                http::CallContext const& call) = 0;
  virtual Result<std::vector<DataSetMapping>> ListMappings(SubscriptionRef const& subscription,
                                                           http::CallContext const& call) = 0;
  /// kInvalid, and nothing sent, for a kind that is not Kusto's.
  virtual Result<Accepted> PutMapping(SubscriptionRef const& subscription,
                                      DataSetMapping const& mapping,
                                      http::CallContext const& call) = 0;
  virtual Result<Accepted> DeleteMapping(SubscriptionRef const& subscription,
                                         std::string const& name,
                                         http::CallContext const& call) = 0;
};

/// Through `transport`, which adds the token of the identity (AuthTransport). References outlive
/// the client.
class ShareClient final : public ShareApi {
 public:
  ShareClient(http::Transport& transport, Cloud const& cloud, Clock const& clock, Random& random);

  Result<ShareAccount> GetAccount(model::ResourceId const& account,
                                  http::CallContext const& call) override;
  Result<Accepted> PutAccount(model::ResourceId const& account, std::string const& location,
                              http::CallContext const& call) override;
  Result<Share> GetShare(ShareRef const& share, http::CallContext const& call) override;
  Result<Accepted> PutShare(ShareRef const& share, ShareSpec const& spec,
                            http::CallContext const& call) override;
  Result<Accepted> DeleteShare(ShareRef const& share, http::CallContext const& call) override;
  Result<std::vector<DataSet>> ListDataSets(ShareRef const& share,
                                            http::CallContext const& call) override;
  Result<Accepted> PutDataSet(ShareRef const& share, std::string const& name,
                              DataSetSpec const& spec, http::CallContext const& call) override;
  Result<Accepted> DeleteDataSet(ShareRef const& share, std::string const& name,
                                 http::CallContext const& call) override;
  Result<std::vector<ShareInvitation>> ListInvitations(ShareRef const& share,
                                                       http::CallContext const& call) override;
  Result<Accepted> PutInvitation(ShareRef const& share, std::string const& name,
                                 InvitationSpec const& spec,
                                 http::CallContext const& call) override;
  Result<Accepted> DeleteInvitation(ShareRef const& share, std::string const& name,
                                    http::CallContext const& call) override;
  Result<std::vector<ProviderSubscription>> ListConsumers(ShareRef const& share,
                                                          http::CallContext const& call) override;
  Result<Accepted> Revoke(ShareRef const& share, std::string const& consumer_id,
                          http::CallContext const& call) override;
  Result<Accepted> Reinstate(ShareRef const& share, std::string const& consumer_id,
                             TimePoint expires_at, http::CallContext const& call) override;
  Result<Accepted> Adjust(ShareRef const& share, std::string const& consumer_id,
                          TimePoint expires_at, http::CallContext const& call) override;
  Result<std::vector<ConsumerInvitation>> ListReceivedInvitations(
      http::CallContext const& call) override;
  Result<ConsumerInvitation> GetReceivedInvitation(std::string const& location,
                                                   std::string const& id,
                                                   http::CallContext const& call) override;
  Result<std::vector<ShareSubscription>> ListSubscriptions(model::ResourceId const& account,
                                                           http::CallContext const& call) override;
  Result<Accepted> PutSubscription(SubscriptionRef const& subscription,
                                   ConsumerInvitation const& invitation,
                                   http::CallContext const& call) override;
  Result<Accepted> DeleteSubscription(SubscriptionRef const& subscription,
                                      http::CallContext const& call) override;
  Result<std::vector<SourceDataSet>> ListSourceDataSets(SubscriptionRef const& subscription,
                                                        http::CallContext const& call) override;
  Result<std::vector<DataSetMapping>> ListMappings(SubscriptionRef const& subscription,
                                                   http::CallContext const& call) override;
  Result<Accepted> PutMapping(SubscriptionRef const& subscription, DataSetMapping const& mapping,
                              http::CallContext const& call) override;
  Result<Accepted> DeleteMapping(SubscriptionRef const& subscription, std::string const& name,
                                 http::CallContext const& call) override;

 private:
  ArmCaller caller_;
  Cloud const& cloud_;
};

}  // namespace adxf::azure
