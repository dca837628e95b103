#include "http/tls.hpp"

#include "base/freed.hpp"
#include "http/trust_stores.hpp"

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>

#include <fstream>
#include <memory>
#include <optional>
#include <sstream>
#include <string_view>

namespace adxf::http {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Context = std::unique_ptr<SSL_CTX, Freed<SSL_CTX_free>>;

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

Result<void> ApplyAuthorities(SSL_CTX* context, TlsOptions const& options) {
  std::string pem;
  if (!options.ca_file.empty()) {
    TRY_ASSIGN(pem, ReadFile(options.ca_file, "CA"));
    if (!TrustStores::For(false, pem))
      return Fail(Code::kInvalid, "the CA file " + options.ca_file + " holds no PEM certificate");
  }
  if (!options.ca_pem.empty() && !TrustStores::For(false, options.ca_pem))
    return Fail(Code::kInvalid, "the configured CA data holds no PEM certificate");
  if (!pem.empty() && !options.ca_pem.empty()) pem += "\n";
  auto const store = TrustStores::For(options.system_roots, pem + options.ca_pem);
  if (!store) return Fail(Code::kInternal, "OpenSSL cannot keep the certificates to trust");
  SSL_CTX_set1_cert_store(context, store.get());
  return {};
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
  if (certificate.empty() && !options.client_certificate_file.empty()) {
    TRY_ASSIGN(certificate, ReadFile(options.client_certificate_file, "client certificate"));
  }
  if (certificate.empty()) return {};
  Secret key = options.client_key_pem.Clone();
  if (key.IsEmpty()) {
    TRY_ASSIGN(auto text, ReadFile(options.client_key_file, "client key"));
    key = Secret(std::move(text));
  }
  if (auto used = UseCertificateChain(context, certificate); !used) return used;
  return UseKey(context, key.Reveal());
}

}  // namespace

Result<void> ConfigureTls(SSL_CTX* context, TlsOptions const& options) {
  SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION);
  auto result = ApplyAuthorities(context, options);
  if (result) result = ApplyClientIdentity(context, options);
  if (!result) SSL_CTX_set_cert_store(context, X509_STORE_new());
  ERR_clear_error();  // Left-over entries would be taken for errors of the connection.
  return result;
}

Result<void> CheckTls(TlsOptions const& options) {
  Context const context(SSL_CTX_new(TLS_client_method()));
  if (!context) return Fail(Code::kInternal, "OpenSSL cannot create a context");
  return ConfigureTls(context.get(), options);
}

}  // namespace adxf::http
