#pragma once

#include "base/secret.hpp"

#include <compare>
#include <string>
#include <variant>

namespace adxf::azure {

struct ClientSecretCredential {
  Secret secret{};
};

/// A service account token on disk that Entra accepts in place of a secret; the file rotates.
struct FederatedTokenCredential {
  std::string token_file{};
};

/// How a client proves who it is. Further ways (certificate, managed identity) become further
/// alternatives.
struct Credential {
  std::string tenant_id{};
  std::string client_id{};
  std::variant<ClientSecretCredential, FederatedTokenCredential> proof{};
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
