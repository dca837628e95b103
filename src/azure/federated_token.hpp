#pragma once

#include "azure/cloud.hpp"
#include "azure/secret_file.hpp"
#include "azure/token_source.hpp"

namespace adxf::azure {

/// Client credentials with a federated assertion (workload identity). The file is read for every
/// request, since it rotates.
class FederatedTokens final : public TokenSource {
 public:
  struct Client {
    std::string tenant_id{};
    std::string client_id{};
    std::string token_file{};
  };

  FederatedTokens(http::Transport& transport, Cloud const& cloud, Clock const& clock, Client client,
                  FileReader read = ReadSecretFile);

  Result<AccessToken> Get(std::string const& scope, http::CallContext const& call) override;
  void Invalidate(std::string const& /*scope*/) override {}

 private:
  http::Transport& transport_;
  Cloud const& cloud_;
  Clock const& clock_;
  Client client_;
  FileReader read_;
};

}  // namespace adxf::azure
