#pragma once

#include "base/secret.hpp"

#include <compare>
#include <string>
#include <variant>

namespace adxf::azure {

struct ClientSecretCredential {
  Secret secret{};
  std::string file{};  ///< Holds it instead; read for every token, since it rotates.
};

/// An RSA certificate and its key, as PEM.
struct ClientCertificateCredential {
  Secret pem{};
  std::string file{};  ///< Holds it instead; read for every token, since it rotates.
};

/// A service account token on disk that Entra accepts in place of a secret; the file rotates.
struct FederatedTokenCredential {
  std::string token_file{};
};

/// The identity that Azure gave to the machine that we run on. It needs no tenant, and no client id
/// where the machine has only one identity.
struct ManagedIdentityCredential {
  std::string host{};  ///< Of the endpoint that gives its tokens: "http://169.254.169.254".
};

/// How a client proves who it is.
struct Credential {
  std::string tenant_id{};
  std::string client_id{};
  std::variant<ClientSecretCredential, ClientCertificateCredential, FederatedTokenCredential,
               ManagedIdentityCredential>
      proof{};

  [[nodiscard]] Credential Clone() const;
  /// The same client with the same proof.
  [[nodiscard]] bool Matches(Credential const& other) const;
};

/// Who we are towards Azure; holds no secret. Throttling buckets, observers and tokens are kept per
/// identity.
struct IdentityKey {
  std::string tenant_id{};
  std::string client_id{};

  auto operator<=>(IdentityKey const&) const = default;
};

inline IdentityKey KeyOf(Credential const& credential) {
  return {credential.tenant_id, credential.client_id};
}

}  // namespace adxf::azure
