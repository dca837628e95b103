#pragma once

#include "azure/cloud.hpp"
#include "azure/token_source.hpp"

#include <mutex>
#include <optional>
#include <string>

namespace adxf::azure {

/// Tokens of the identity that Azure gave to this machine, from its metadata endpoint (IMDS). What
/// passes soon (404, 408, 429, 5xx, no answer) is tried again after 1, 2 and 4 s within the call's
/// deadline. 410 means that the endpoint is being renewed, which takes up to 70 s: that is longer
/// than a call should last, so the caller gets kUnavailable with `retry_after` 10 s, and nothing is
/// asked before then, whoever calls. Thread-safe.
class ManagedIdentityTokens final : public TokenSource {
 public:
  struct Client {
    std::string host{};       ///< Scheme and host: "http://169.254.169.254".
    std::string client_id{};  ///< Of a user-assigned identity; "": the machine's only one.
  };

  /// `transport` must neither authenticate, nor try again, nor go through a proxy. References
  /// outlive this object.
  ManagedIdentityTokens(http::Transport& transport, Cloud const& cloud, Clock& clock,
                        Client client);

  /// Further errors: kInvalid, and nothing is asked, where the cloud does not take the host for a
  /// metadata endpoint.
  Result<AccessToken> Get(std::string const& scope, http::CallContext const& call) override;
  void Invalidate(std::string const& /*scope*/) override {}

  /// As configured, else as the endpoint told it with the last token; "" before the first.
  [[nodiscard]] std::string ClientId() const;

 private:
  Result<http::Response> Ask(http::Request const& request, http::CallContext const& call);
  [[nodiscard]] std::optional<Error> Renewal() const;
  Error NoteRenewal();
  Result<AccessToken> Read(http::Response const& response);

  http::Transport& transport_;
  Cloud const& cloud_;
  Clock& clock_;
  Client const client_;

  mutable std::mutex mutex_;
  // Guarded by mutex_.
  std::string known_client_id_;
  SteadyPoint renewed_at_{};  // nothing is asked before
};

}  // namespace adxf::azure
