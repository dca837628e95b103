#pragma once

#include "azure/cloud.hpp"
#include "azure/token_source.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// The token endpoint of Microsoft Entra (OAuth 2.0 client credentials, v2.0), shared by all ways
/// to prove who we are.
namespace adxf::azure {

/// What is asked for, and by whom.
struct TokenRequest {
  std::string tenant_id{};
  std::string client_id{};
  std::string scope{};
  /// Form fields that prove it: client_secret, or client_assertion_type and client_assertion.
  std::vector<std::pair<std::string, Secret>> proof{};
};

/// Where this tenant's tokens are asked for; also the audience of assertions for it.
std::string TokenEndpoint(Cloud const& cloud, std::string_view tenant_id);

/// A signed statement (JWT) in place of a secret: RFC 7523, section 2.2.
void AddAssertion(TokenRequest& request, Secret assertion);

Result<http::Request> BuildTokenRequest(Cloud const& cloud, TokenRequest const& request);

/// The token, or an Error whose message says what to do and holds nothing that was sent.
Result<AccessToken> ReadTokenAnswer(http::Response const& response, TokenRequest const& request,
                                    TimePoint now);

/// Both, through `transport`.
Result<AccessToken> RequestToken(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                                 TokenRequest const& request, http::CallContext const& call);

}  // namespace adxf::azure
