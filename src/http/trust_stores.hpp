#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <string>

struct x509_store_st;

namespace adxf::http {

/// Certificates that are trusted, parsed once for all connections: those of the system alone take
/// longer than all the rest of a request. Thread-safe.
class TrustStores {
 public:
  using Store = std::shared_ptr<x509_store_st>;

  /// The system's (where SSL_CERT_FILE and SSL_CERT_DIR say, else OpenSSL's defaults), if wanted,
  /// and those of `pem`; null when `pem` has text but no certificate. The same for the same
  /// arguments, so a file that is replaced is followed by giving its new text.
  static Store For(bool system_roots, std::string const& pem);

 private:
  static constexpr std::size_t kMostStores = 16;
  static TrustStores& Instance();

  std::mutex mutex_;
  std::map<std::pair<bool, std::string>, Store> stores_;  // guarded by mutex_
};

}  // namespace adxf::http
