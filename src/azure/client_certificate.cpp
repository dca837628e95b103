#include "azure/client_certificate.hpp"

#include "base/encoding.hpp"
#include "base/freed.hpp"
#include "base/time_format.hpp"

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <chrono>
#include <ctime>
#include <utility>

namespace adxf::azure {
namespace {

using Bio = std::unique_ptr<BIO, Freed<BIO_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;

constexpr int kLeastBits = 2048;
constexpr std::chrono::seconds kAssertionLife{600};

Bio Reader(Secret const& pem) {
  auto const text = pem.Reveal();
  return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
}

unsigned char const* Bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

std::vector<Certificate> ReadCertificates(Secret const& pem) {
  std::vector<Certificate> found;
  auto const reader = Reader(pem);
  while (Certificate it{PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr)})
    found.push_back(std::move(it));
  return found;
}

Result<std::shared_ptr<EVP_PKEY>> ReadKey(Secret const& pem) {
  auto const reader = Reader(pem);
  bool is_encrypted = false;
  auto const no_password = [](char*, int, int, void* asked) {
    *static_cast<bool*>(asked) = true;
    return -1;
  };  // Else OpenSSL would ask on the terminal.
  std::shared_ptr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(reader.get(), nullptr, no_password, &is_encrypted), EVP_PKEY_free);
  if (is_encrypted)
    return Fail(Code::kInvalid, "the private key is encrypted; store it without a password");
  if (!key) return Fail(Code::kInvalid, "there is no private key (PEM) beside the certificate");
  if (EVP_PKEY_get_base_id(key.get()) != EVP_PKEY_RSA) {
    return Fail(Code::kInvalid,
                "the private key is not RSA; Microsoft Entra takes RSA certificates only");
  }
  if (EVP_PKEY_get_bits(key.get()) < kLeastBits)
    return Fail(Code::kInvalid, "the RSA key has less than 2048 bits; make a longer one");
  return key;
}

std::string Der(X509* certificate) {
  unsigned char* bytes = nullptr;
  int const size = i2d_X509(certificate, &bytes);
  if (size <= 0) return {};
  std::string der(reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  return der;
}

std::string Sha256(std::string_view bytes) {
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
             EVP_sha256(), nullptr);
  digest.resize(size);
  return digest;
}

TimePoint EndOf(X509* certificate) {
  std::tm parts{};
  if (ASN1_TIME_to_tm(X509_get0_notAfter(certificate), &parts) != 1) return {};
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

std::int64_t Epoch(TimePoint time) {
  return std::chrono::duration_cast<std::chrono::seconds>(time.time_since_epoch()).count();
}

}  // namespace

Result<ClientCertificate> ClientCertificate::Parse(Secret const& pem) {
  auto certificates = ReadCertificates(pem);
  auto key = ReadKey(pem);
  ERR_clear_error();  // The end of the input is reported as an error.
  if (certificates.empty()) return Fail(Code::kInvalid, "there is no certificate (PEM)");
  if (!key) return std::unexpected(std::move(key).error());
  auto const own = std::ranges::find_if(certificates, [&](Certificate const& it) {
    return X509_check_private_key(it.get(), key->get()) == 1;
  });
  ERR_clear_error();
  if (own == certificates.end())
    return Fail(Code::kInvalid, "the private key belongs to none of the certificates");
  std::rotate(certificates.begin(), own, own + 1);

  ClientCertificate result;
  result.key_ = std::move(*key);
  for (auto const& it : certificates) result.chain_.push_back(EncodeBase64(Der(it.get())));
  result.thumbprint_ = EncodeBase64Url(Sha256(Der(certificates.front().get())));
  result.not_after_ = EndOf(certificates.front().get());
  return result;
}

Result<std::string> ClientCertificate::Sign(std::string_view text) const {
  Digest const context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* padding = nullptr;
  std::string signature;
  std::size_t size = 0;
  // RFC 7518, section 3.5: a salt as long as the digest.
  bool const is_ready =
      context &&
      EVP_DigestSignInit(context.get(), &padding, EVP_sha256(), nullptr, key_.get()) == 1 &&
      EVP_PKEY_CTX_set_rsa_padding(padding, RSA_PKCS1_PSS_PADDING) == 1 &&
      EVP_PKEY_CTX_set_rsa_pss_saltlen(padding, RSA_PSS_SALTLEN_DIGEST) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, Bytes(text), text.size()) == 1;
  if (is_ready) signature.resize(size);
  bool const is_signed =
      is_ready && EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()),
                                 &size, Bytes(text), text.size()) == 1;
  ERR_clear_error();
  if (!is_signed) return Fail(Code::kInternal, "OpenSSL could not sign with the certificate's key");
  signature.resize(size);
  return signature;
}

Result<Secret> MakeAssertion(ClientCertificate const& certificate, AssertionClaims const& claims) {
  if (certificate.NotAfter() <= claims.now) {
    return Fail(Code::kUnauthorized,
                "the client certificate expired on " + FormatRfc3339(certificate.NotAfter()) +
                    ": register a new one with the application and put it in place");
  }
  auto const now = Epoch(claims.now);
  nlohmann::json const header{{"alg", "PS256"},
                              {"typ", "JWT"},
                              {"x5t#S256", certificate.Thumbprint()},
                              {"x5c", certificate.Chain()}};
  nlohmann::json const body{{"aud", claims.audience},
                            {"iss", claims.client_id},
                            {"sub", claims.client_id},
                            {"jti", claims.id},
                            {"nbf", now},
                            {"exp", now + kAssertionLife.count()}};
  auto const signed_part = EncodeBase64Url(header.dump()) + "." + EncodeBase64Url(body.dump());
  TRY_ASSIGN(auto const signature, certificate.Sign(signed_part));
  return Secret(signed_part + "." + EncodeBase64Url(signature));
}

}  // namespace adxf::azure
