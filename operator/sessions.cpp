#include "operator/sessions.hpp"

#include "azure/arm_client.hpp"
#include "azure/auth_transport.hpp"
#include "azure/cached_tokens.hpp"
#include "azure/client_secret.hpp"
#include "azure/federated_token.hpp"
#include "azure/kusto_client.hpp"
#include "azure/share_client.hpp"
#include "http/log_transport.hpp"
#include "http/metrics_transport.hpp"
#include "http/rate_limits.hpp"
#include "http/retry_transport.hpp"
#include "http/throttle_transport.hpp"

#include <utility>
#include <variant>

namespace adxf::app {
namespace {

std::unique_ptr<azure::TokenSource> MakeTokens(http::Transport& transport,
                                               SessionParts const& parts,
                                               azure::Credential credential) {
  auto& proof = credential.proof;
  if (auto* secret = std::get_if<azure::ClientSecretCredential>(&proof)) {
    return std::make_unique<azure::ClientSecretTokens>(
        transport, parts.cloud, parts.clock,
        azure::ClientSecretTokens::Client{.tenant_id = credential.tenant_id,
                                          .client_id = credential.client_id,
                                          .secret = std::move(secret->secret)});
  }
  return std::make_unique<azure::FederatedTokens>(
      transport, parts.cloud, parts.clock,
      azure::FederatedTokens::Client{
          .tenant_id = credential.tenant_id,
          .client_id = credential.client_id,
          .token_file = std::get<azure::FederatedTokenCredential>(proof).token_file});
}

/// ARM counts calls per principal and subscription; Kusto has no such buckets.
std::string BucketOf(azure::IdentityKey const& identity, http::Request const& request) {
  if (request.service != "arm") return "";
  auto const subscription = http::SubscriptionIn(request.url);
  return subscription.empty() ? identity.client_id : identity.client_id + "/" + subscription;
}

class LiveSession final : public azure::Session {
 public:
  LiveSession(SessionParts const& parts, azure::Credential credential)
      : identity_(azure::KeyOf(credential)),
        log_(parts.wire, parts.log, parts.clock),
        token_metrics_(log_, parts.metrics, parts.clock),
        token_retry_(token_metrics_, parts.clock, parts.random),
        tokens_(MakeTokens(token_retry_, parts, std::move(credential)), parts.clock),
        auth_(log_, tokens_, parts.cloud),
        throttle_(auth_, parts.buckets, parts.clock,
                  {.key_of = [identity = identity_](
                                 http::Request const& it) { return BucketOf(identity, it); }}),
        retry_(throttle_, parts.clock, parts.random),
        metrics_(retry_, parts.metrics, parts.clock),
        arm_(metrics_, parts.cloud, parts.clock, parts.random),
        shares_(metrics_, parts.cloud, parts.clock, parts.random),
        kusto_(metrics_, parts.cloud, parts.clock, parts.random) {}

  [[nodiscard]] azure::IdentityKey const& Identity() const override { return identity_; }
  [[nodiscard]] azure::ArmApi& Arm() override { return arm_; }
  [[nodiscard]] azure::ShareApi& Shares() override { return shares_; }
  [[nodiscard]] azure::KustoRunner& Kusto() override { return kusto_; }

 private:
  azure::IdentityKey const identity_;
  http::LogTransport log_;
  http::MetricsTransport token_metrics_;
  http::RetryTransport token_retry_;
  azure::CachedTokens tokens_;
  azure::AuthTransport auth_;
  http::ThrottleTransport throttle_;
  http::RetryTransport retry_;
  http::MetricsTransport metrics_;
  azure::ArmClient arm_;
  azure::ShareClient shares_;
  azure::KustoClient kusto_;
};

}  // namespace

std::shared_ptr<azure::Session> LiveSessions::Open(azure::Credential credential) {
  return std::make_shared<LiveSession>(parts_, std::move(credential));
}

}  // namespace adxf::app
