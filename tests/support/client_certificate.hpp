#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <memory>
#include <string>
#include <string_view>

namespace adxf::test {

/// A self-signed certificate with its key, as an application of Microsoft Entra has one.
class TestClientCertificate {
 public:
  enum class Kind { kRsa, kShortRsa, kEllipticCurve };

  /// Valid until `seconds` from now on.
  explicit TestClientCertificate(Kind kind = Kind::kRsa, long seconds = 3600)
      : key_(NewKey(kind), EVP_PKEY_free), certificate_(X509_new(), X509_free) {
    X509_set_version(certificate_.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate_.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate_.get()), -7200);
    X509_gmtime_adj(X509_getm_notAfter(certificate_.get()), seconds);
    X509_set_pubkey(certificate_.get(), key_.get());
    auto* const subject = X509_get_subject_name(certificate_.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<unsigned char const*>("application"), -1, -1, 0);
    X509_set_issuer_name(certificate_.get(), subject);
    X509_sign(certificate_.get(), key_.get(), EVP_sha256());
  }

  [[nodiscard]] std::string CertificatePem() const {
    return Written([&](BIO* out) { PEM_write_bio_X509(out, certificate_.get()); });
  }
  [[nodiscard]] std::string KeyPem() const {
    return Written([&](BIO* out) {
      PEM_write_bio_PrivateKey(out, key_.get(), nullptr, nullptr, 0, nullptr, nullptr);
    });
  }
  [[nodiscard]] std::string EncryptedKeyPem() const {
    return Written([&](BIO* out) {
      PEM_write_bio_PKCS8PrivateKey(out, key_.get(), EVP_aes_128_cbc(), "word", 4, nullptr,
                                    nullptr);
    });
  }
  [[nodiscard]] std::string Pem() const { return CertificatePem() + KeyPem(); }

  /// PS256, raw.
  [[nodiscard]] std::string Sign(std::string_view text) const {
    Context const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* padding = nullptr;
    EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key_.get());
    UsePss(padding);
    std::string signature(512, '\0');
    std::size_t size = signature.size();
    EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                   Bytes(text), text.size());
    signature.resize(size);
    return signature;
  }

  /// Whether `signature` is this key's PS256 signature of `text`.
  [[nodiscard]] bool Signed(std::string_view text, std::string_view signature) const {
    Context const context(EVP_MD_CTX_new(), EVP_MD_CTX_free);
    EVP_PKEY_CTX* padding = nullptr;
    EVP_DigestVerifyInit(context.get(), &padding, EVP_sha256(), nullptr, key_.get());
    UsePss(padding);
    return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                            text.size()) == 1;
  }

 private:
  using Context = std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)>;

  static void UsePss(EVP_PKEY_CTX* padding) {
    EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING);
    EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST);
  }
  static EVP_PKEY* NewKey(Kind kind) {
    if (kind == Kind::kEllipticCurve) return EVP_EC_gen("P-256");
    return EVP_RSA_gen(kind == Kind::kRsa ? 2048U : 1024U);
  }
  static unsigned char const* Bytes(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
  }
  static std::string Written(auto const& write) {
    std::unique_ptr<BIO, int (*)(BIO*)> const out(BIO_new(BIO_s_mem()), BIO_free);
    write(out.get());
    char* bytes = nullptr;
    long const size = BIO_get_mem_data(out.get(), &bytes);
    return {bytes, static_cast<std::size_t>(size)};
  }

  std::unique_ptr<EVP_PKEY, void (*)(EVP_PKEY*)> key_;
  std::unique_ptr<X509, void (*)(X509*)> certificate_;
};

}  // namespace adxf::test
