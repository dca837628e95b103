#pragma once

#include "azure/cloud.hpp"
#include "azure/secret_file.hpp"
#include "azure/token_source.hpp"

namespace adxf::azure {

/// Client credentials with a secret, from the cloud's token endpoint. Keeps nothing between calls.
class ClientSecretTokens final : public TokenSource {
 public:
  struct Client {
    std::string tenant_id{};
    std::string client_id{};
    Secret secret{};
    std::string file{};  ///< Where given, it holds the secret and is read for every request.
  };

  /// `transport` must be one without authentication. All references outlive this object.
  ClientSecretTokens(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                     Client client, FileReader read = ReadSecretFile);

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
