#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "base/secret.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

struct evp_pkey_st;

namespace adxf::azure {

/// A certificate that an application of Microsoft Entra proves itself with, and its key. Immutable.
class ClientCertificate {
 public:
  /// Reads PEM: the certificate, its private key, and perhaps the certificates that issued it, in
  /// any order. Errors: kInvalid, with what is wrong: nothing of that kind in the text, an
  /// encrypted key, one that is not RSA (Entra takes no other) or has less than 2048 bits, a key
  /// without its certificate.
  static Result<ClientCertificate> Parse(Secret const& pem);

  /// SHA-256 of the certificate, base64url: what Entra knows it by (RFC 7515, `x5t#S256`).
  [[nodiscard]] std::string const& Thumbprint() const { return thumbprint_; }
  /// The certificate and then its issuers, each DER in base64 (RFC 7515, `x5c`).
  [[nodiscard]] std::vector<std::string> const& Chain() const { return chain_; }
  [[nodiscard]] TimePoint NotAfter() const { return not_after_; }

  /// PS256 (RFC 7518, section 3.5): the raw signature.
  [[nodiscard]] Result<std::string> Sign(std::string_view text) const;

 private:
  ClientCertificate() = default;

  std::shared_ptr<evp_pkey_st> key_{};
  std::string thumbprint_{};
  std::vector<std::string> chain_{};
  TimePoint not_after_{};
};

/// What a client says of itself in place of a secret.
struct AssertionClaims {
  std::string audience{};  ///< The token endpoint.
  std::string client_id{};
  std::string id{};  ///< Never used twice.
  TimePoint now{};
};

/// The signed statement, good for ten minutes. The certificate's chain goes along, so that
/// applications that trust a subject name and its issuer take it as well. Errors: kUnauthorized
/// when the certificate has expired; kInternal.
Result<Secret> MakeAssertion(ClientCertificate const& certificate, AssertionClaims const& claims);

}  // namespace adxf::azure
