#include "azure/client_secret.hpp"

#include "azure/entra.hpp"

#include <utility>

namespace adxf::azure {

ClientSecretTokens::ClientSecretTokens(http::Transport& transport, Cloud const& cloud,
                                       Clock const& clock, Client client, FileReader read)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      client_(std::move(client)),
      read_(std::move(read)) {}

Result<AccessToken> ClientSecretTokens::Get(std::string const& scope,
                                            http::CallContext const& call) {
  auto secret = client_.file.empty() ? Result<Secret>(client_.secret.Clone())
                                     : LoadSecret(read_, client_.file);
  if (!secret) return std::unexpected(secret.error().Because("reading the client secret"));
  TokenRequest request{
      .tenant_id = client_.tenant_id, .client_id = client_.client_id, .scope = scope};
  request.proof.emplace_back("client_secret", std::move(*secret));
  return RequestToken(transport_, cloud_, clock_, request, call);
}

}  // namespace adxf::azure
