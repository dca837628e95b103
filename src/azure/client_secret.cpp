#include "azure/client_secret.hpp"

#include "azure/entra.hpp"

#include <utility>

namespace adxf::azure {

ClientSecretTokens::ClientSecretTokens(http::Transport& transport, Cloud const& cloud,
                                       Clock const& clock, Client client)
    : transport_(transport), cloud_(cloud), clock_(clock), client_(std::move(client)) {}

Result<AccessToken> ClientSecretTokens::Get(std::string const& scope,
                                            http::CallContext const& call) {
  TokenRequest request{
      .tenant_id = client_.tenant_id, .client_id = client_.client_id, .scope = scope};
  request.proof.emplace_back("client_secret", client_.secret.Clone());
  return RequestToken(transport_, cloud_, clock_, request, call);
}

}  // namespace adxf::azure
