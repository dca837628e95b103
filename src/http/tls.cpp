#include "http/tls.hpp"

#include "base/freed.hpp"
#include "http/trust_stores.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <cstddef>
#include <fstream>
#include <map>
#include <memory>
#include <mutex>
#include <sstream>
#include <string_view>
#include <utility>

namespace adxf::http {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;

Bio Reader(std::string_view text) {
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

Result<std::string> ReadFile(std::string const& path, std::string_view what) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  if (!in || !(text << in.rdbuf())) {
    return Fail(Code::kInvalid, "cannot read the " + std::string(what) + " file " + path +
                                    "; check that it exists and is readable");
  }
  return text.str();
}

Result<TrustStores::Store> AuthoritiesOf(TlsOptions const& options) {
  std::string pem;
  if (!options.ca_file.empty()) {
    TRY_ASSIGN(pem, ReadFile(options.ca_file, "CA"));
    if (!TrustStores::For(false, pem))
      return Fail(Code::kInvalid, "the CA file " + options.ca_file + " holds no PEM certificate");
  }
  if (!options.ca_pem.empty() && !TrustStores::For(false, options.ca_pem))
    return Fail(Code::kInvalid, "the configured CA data holds no PEM certificate");
  if (!pem.empty() && !options.ca_pem.empty()) pem += "\n";
  auto store = TrustStores::For(options.system_roots, pem + options.ca_pem);
  if (!store) return Fail(Code::kInternal, "OpenSSL cannot keep the certificates to trust");
  return store;
}

Result<void> UseCertificateChain(SSL_CTX* context, std::string const& pem) {
  auto const reader = Reader(pem);
  Certificate const own(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  if (!own || SSL_CTX_use_certificate(context, own.get()) != 1) {
    return Fail(Code::kInvalid, "the client certificate is no PEM certificate");
  }
  SSL_CTX_clear_chain_certs(context);
  while (Certificate const issuer{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)}) {
    SSL_CTX_add1_chain_cert(context, issuer.get());
  }
  ERR_clear_error();
  return {};
}

Result<void> UseKey(SSL_CTX* context, std::string_view pem) {
  auto const reader = Reader(pem);
  auto const no_password = [](char*, int, int, void*) {
    return 0;
  };  // Else OpenSSL would ask on the terminal.
  Key const key(PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, nullptr));
  if (!key || SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
    return Fail(Code::kInvalid,
                "the client key is no PEM private key, is encrypted, or does not belong to the "
                "client certificate");
  }
  return {};
}

Result<void> ApplyClientIdentity(SSL_CTX* context, TlsOptions const& options) {
  std::string certificate = options.client_certificate_pem;
  if (certificate.empty()) {
    TRY_ASSIGN(certificate, ReadFile(options.client_certificate_file, "client certificate"));
  }
  Secret key = options.client_key_pem.Clone();
  if (key.IsEmpty()) {
    TRY_ASSIGN(auto text, ReadFile(options.client_key_file, "client key"));
    key = Secret(std::move(text));
  }
  if (auto used = UseCertificateChain(context, certificate); !used) return used;
  return UseKey(context, key.Reveal());
}

Result<TlsContext> MakeContext(TrustStores::Store const& authorities) {
  TlsContext context(SSL_CTX_new(TLS_client_method()), SSL_CTX_free);
  if (!context) return Fail(Code::kInternal, "OpenSSL cannot create a context");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set1_cert_store(context.get(), authorities.get());
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  SSL_CTX_set_mode(context.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE |
                                      SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
  return context;
}

/// One for all connections that trust the same and show no certificate: of what a connection takes
/// it is the largest part. Thread-safe.
class SharedContexts {
 public:
  static Result<TlsContext> For(TrustStores::Store const& authorities) {
    static SharedContexts shared;
    std::lock_guard const lock(shared.mutex_);
    auto& contexts = shared.contexts_;
    if (auto const known = contexts.find(authorities); known != contexts.end())
      return known->second;
    TRY_ASSIGN(auto context, MakeContext(authorities));
    if (contexts.size() >= kMost) contexts.clear();  // of files that were replaced
    return contexts[authorities] = std::move(context);
  }

 private:
  static constexpr std::size_t kMost = 16;

  std::mutex mutex_;
  std::map<TrustStores::Store, TlsContext> contexts_;  // guarded by mutex_
};

}  // namespace

Result<TlsContext> TlsContextFor(TlsOptions const& options) {
  TRY_ASSIGN(auto const authorities, AuthoritiesOf(options));
  bool const has_certificate =
      !options.client_certificate_pem.empty() || !options.client_certificate_file.empty();
  if (!has_certificate) return SharedContexts::For(authorities);
  TRY_ASSIGN(auto context, MakeContext(authorities));
  auto const applied = ApplyClientIdentity(context.get(), options);
  ERR_clear_error();  // Left-over entries would be taken for errors of the connection.
  if (!applied) return Failure(applied.error());
  return context;
}

}  // namespace adxf::http
