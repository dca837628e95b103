#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace adxf::test {

/// A certificate authority that lives as long as the test.
class TestAuthority {
 public:
  TestAuthority() : key_(NewKey()), certificate_(NewCertificate("test authority", key_.get())) {
    Extend(certificate_.get(), NID_basic_constraints, "critical,CA:TRUE");
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  [[nodiscard]] std::string Pem() const {
    std::unique_ptr<BIO, int (*)(BIO*)> const out(BIO_new(BIO_s_mem()), BIO_free);
    PEM_write_bio_X509(out.get(), certificate_.get());
    char* bytes = nullptr;
    long const size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  using Context = std::unique_ptr<SSL_CTX, void (*)(SSL_CTX*)>;
  /// A server context with a certificate for `names`, e.g. "IP:127.0.0.1,DNS:localhost".
  [[nodiscard]] Context ServerContext(std::string const& names) const {
    Context context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free);
    Certify(context.get(), names);
    return context;
  }

  /// Gives a server a new certificate, for connections from now on.
  void Certify(SSL_CTX* context, std::string const& names) const {
    auto const key = NewKey();
    auto const certificate = NewCertificate("test server", key.get());
    X509_set_issuer_name(certificate.get(), X509_get_subject_name(certificate_.get()));
    Extend(certificate.get(), NID_subject_alt_name, names);
    X509_sign(certificate.get(), key_.get(), EVP_sha256());
    if (SSL_CTX_use_certificate(context, certificate.get()) != 1 ||
        SSL_CTX_use_PrivateKey(context, key.get()) != 1) {
      throw std::runtime_error("no server context");
    }
  }

 private:
  using Key = std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)>;
  using Certificate = std::unique_ptr<X509, void (*)(X509*)>;

  static Key NewKey() { return {EVP_EC_gen("P-256"), EVP_PKEY_free}; }

  static Certificate NewCertificate(char const* name, EVP_PKEY* key) {
    static long serial = 0;
    Certificate result(X509_new(), X509_free);
    X509_set_version(result.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(result.get()), ++serial);
    X509_gmtime_adj(X509_getm_notBefore(result.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(result.get()), 3600);
    X509_set_pubkey(result.get(), key);
    auto* const subject = X509_get_subject_name(result.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<unsigned char const*>(name), -1, -1, 0);
    X509_set_issuer_name(result.get(), subject);
    return result;
  }

  static void Extend(X509* certificate, int nid, std::string const& value) {
    X509_EXTENSION* const extension = X509V3_EXT_conf_nid(nullptr, nullptr, nid, value.c_str());
    X509_add_ext(certificate, extension, -1);
    X509_EXTENSION_free(extension);
  }

  Key const key_;
  Certificate const certificate_;
};

}  // namespace adxf::test
