#include "azure/federated_token.hpp"

#include "azure/entra.hpp"

#include <utility>

namespace adxf::azure {

FederatedTokens::FederatedTokens(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                                 Client client, FileReader read)
    : transport_(transport),
      cloud_(cloud),
      clock_(clock),
      client_(std::move(client)),
      read_(std::move(read)) {}

Result<AccessToken> FederatedTokens::Get(std::string const& scope, http::CallContext const& call) {
  auto assertion = LoadSecret(read_, client_.token_file);
  if (!assertion) {
    return std::unexpected(assertion.error().Because(
        "reading the federated token (the pod needs the workload identity label, or a projected "
        "token)"));
  }
  TokenRequest request{
      .tenant_id = client_.tenant_id, .client_id = client_.client_id, .scope = scope};
  AddAssertion(request, std::move(*assertion));
  return RequestToken(transport_, cloud_, clock_, request, call);
}

}  // namespace adxf::azure
