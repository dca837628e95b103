#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <string>

struct ssl_ctx_st;

namespace adxf::http {

/// Whom a client trusts and as whom it appears. Files are read again for every connection, so
/// rotation needs no restart.
struct TlsOptions {
  std::string ca_file{};  ///< PEM bundle.
  std::string ca_pem{};   ///< The same, inline; both are used when both are given.
  /// False: only the CAs above are trusted. True: the system's as well.
  bool system_roots = true;
  std::string
      client_certificate_file{};  ///< PEM chain; the inline form is used when both are given.
  std::string client_certificate_pem{};
  std::string client_key_file{};
  Secret client_key_pem{};
};

/// Applies `options` to an OpenSSL context: TLS 1.2 or newer, trust, client certificate. On an
/// error the context trusts nobody, so that a connection fails instead of being open to all.
/// Errors: kInvalid, naming the file.
Result<void> ConfigureTls(ssl_ctx_st* context, TlsOptions const& options);

/// Whether ConfigureTls would succeed now; for a readable message at start.
Result<void> CheckTls(TlsOptions const& options);

}  // namespace adxf::http
