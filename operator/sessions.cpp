#include "operator/sessions.hpp"

#include "azure/arm_client.hpp"
#include "azure/auth_transport.hpp"
#include "azure/cached_tokens.hpp"
#include "azure/certificate_tokens.hpp"
#include "azure/client_secret.hpp"
#include "azure/federated_token.hpp"
#include "azure/kusto_client.hpp"
#include "azure/managed_identity.hpp"
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

/// A token source for each way to prove who we are.
struct TokenMaker {
  http::Transport& transport;
  http::Transport& direct;
  SessionParts const& parts;
  azure::Credential const& who;
  azure::ManagedIdentityTokens*& machine;  ///< Set where the identity is the machine's.

  using Made = std::unique_ptr<azure::TokenSource>;

  Made operator()(azure::ClientSecretCredential const& proof) const {
    return std::make_unique<azure::ClientSecretTokens>(
        transport, parts.cloud, parts.clock,
        azure::ClientSecretTokens::Client{.tenant_id = who.tenant_id,
                                          .client_id = who.client_id,
                                          .secret = proof.secret.Clone(),
                                          .file = proof.file});
  }
  Made operator()(azure::ClientCertificateCredential const& proof) const {
    return std::make_unique<azure::CertificateTokens>(
        transport, parts.cloud, parts.clock, parts.random,
        azure::CertificateTokens::Client{.tenant_id = who.tenant_id,
                                         .client_id = who.client_id,
                                         .pem = proof.pem.Clone(),
                                         .file = proof.file});
  }
  Made operator()(azure::FederatedTokenCredential const& proof) const {
    return std::make_unique<azure::FederatedTokens>(
        transport, parts.cloud, parts.clock,
        azure::FederatedTokens::Client{.tenant_id = who.tenant_id,
                                       .client_id = who.client_id,
                                       .token_file = proof.token_file});
  }
  Made operator()(azure::ManagedIdentityCredential const& proof) const {
    auto made = std::make_unique<azure::ManagedIdentityTokens>(
        direct, parts.cloud, parts.clock,
        azure::ManagedIdentityTokens::Client{.host = proof.host, .client_id = who.client_id});
    machine = made.get();
    return made;
  }
};

/// ARM counts calls per principal and subscription; Kusto has no such buckets.
std::string BucketOf(azure::IdentityKey const& identity, http::Request const& request) {
  if (request.service != "arm") return "";
  auto const subscription = http::SubscriptionIn(request.url);
  return subscription.empty() ? identity.client_id : identity.client_id + "/" + subscription;
}

class LiveSession final : public azure::Session {
 public:
  LiveSession(SessionParts const& parts, azure::Credential const& credential)
      : identity_(azure::KeyOf(credential)),
        log_(parts.wire, parts.log, parts.clock),
        token_metrics_(log_, parts.metrics, parts.clock),
        token_retry_(token_metrics_, parts.clock, parts.random),
        direct_log_(parts.direct, parts.log, parts.clock),
        direct_metrics_(direct_log_, parts.metrics, parts.clock),
        tokens_(std::visit(TokenMaker{token_retry_, direct_metrics_, parts, credential, machine_},
                           credential.proof),
                parts.clock),
        auth_(log_, tokens_, parts.cloud),
        throttle_(auth_, parts.buckets, parts.clock,
                  {.key_of = [identity = identity_](
                                 http::Request const& it) { return BucketOf(identity, it); }}),
        retry_(throttle_, parts.clock, parts.random),
        metrics_(retry_, parts.metrics, parts.clock),
        arm_(metrics_, parts.cloud, parts.clock, parts.random),
        shares_(metrics_, parts.cloud, parts.clock, parts.random),
        kusto_(metrics_, parts.cloud, parts.clock, parts.random,
               {.change_timeout = parts.change_timeout}) {}

  [[nodiscard]] azure::IdentityKey Identity() const override {
    if (machine_ == nullptr) return identity_;
    return {.tenant_id = identity_.tenant_id, .client_id = machine_->ClientId()};
  }
  [[nodiscard]] azure::ArmApi& Arm() override { return arm_; }
  [[nodiscard]] azure::ShareApi& Shares() override { return shares_; }
  [[nodiscard]] azure::KustoRunner& Kusto() override { return kusto_; }

 private:
  azure::IdentityKey const identity_;
  http::LogTransport log_;
  http::MetricsTransport token_metrics_;
  http::RetryTransport token_retry_;
  http::LogTransport direct_log_;
  http::MetricsTransport direct_metrics_;
  azure::ManagedIdentityTokens* machine_ = nullptr;  // owned by tokens_
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
  return std::make_shared<LiveSession>(parts_, credential);
}

}  // namespace adxf::app
