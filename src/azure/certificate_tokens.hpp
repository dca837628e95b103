#pragma once

#include "azure/cloud.hpp"
#include "azure/secret_file.hpp"
#include "azure/token_source.hpp"
#include "base/random.hpp"

namespace adxf::azure {

/// Client credentials with a statement that a certificate's key signs, a new one for every request.
class CertificateTokens final : public TokenSource {
 public:
  struct Client {
    std::string tenant_id{};
    std::string client_id{};
    Secret pem{};
    std::string file{};  ///< Where given, it holds the PEM and is read for every request.
  };

  /// `transport` must be one without authentication. All references outlive this object.
  CertificateTokens(http::Transport& transport, Cloud const& cloud, Clock const& clock,
                    Random& random, Client client, FileReader read = ReadSecretFile);

  /// Further errors: kUnavailable when the file does not hold a certificate and its key, as it may
  /// for a moment while it is replaced.
  Result<AccessToken> Get(std::string const& scope, http::CallContext const& call) override;
  void Invalidate(std::string const& /*scope*/) override {}

 private:
  http::Transport& transport_;
  Cloud const& cloud_;
  Clock const& clock_;
  Random& random_;
  Client client_;
  FileReader read_;
};

}  // namespace adxf::azure
