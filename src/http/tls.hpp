#pragma once

#include "base/result.hpp"
#include "base/secret.hpp"

#include <memory>
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

using TlsContext = std::shared_ptr<ssl_ctx_st>;

/// For the client's side of a connection: TLS 1.2 or newer, trust and client certificate as
/// `options` say now. Not to be changed: all without a client certificate that trust the same share
/// one. Errors: kInvalid, naming the file.
Result<TlsContext> TlsContextFor(TlsOptions const& options);

}  // namespace adxf::http
