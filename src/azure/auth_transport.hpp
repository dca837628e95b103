#pragma once

#include "azure/cloud.hpp"
#include "azure/token_source.hpp"
#include "http/transport.hpp"

namespace adxf::azure {

/// Adds the bearer token of one identity. The host is checked against the cloud before a token is
/// even asked for, so that no answer of a service can make us send a token elsewhere. On 401 the
/// token is dropped and the request is sent once more. Errors: kInvalid for a host outside the
/// cloud, those of the token source, those of `next`.
class AuthTransport final : public http::Transport {
 public:
  AuthTransport(http::Transport& next, TokenSource& tokens, Cloud const& cloud);

  Result<http::Response> Send(http::Request const& request, http::CallContext const& call) override;

 private:
  Result<http::Response> SendOnce(http::Request request, std::string const& scope,
                                  http::CallContext const& call);

  http::Transport& next_;
  TokenSource& tokens_;
  Cloud const& cloud_;
};

/// The scope of the token for this URL: ARM's audience, or the cluster URI without port and path,
/// each with "/.default". Error: kInvalid when the host belongs to neither.
Result<std::string> ScopeFor(Cloud const& cloud, std::string_view url);

}  // namespace adxf::azure
