#include "emulator/entra/certificates.hpp"

#include "base/freed.hpp"
#include "emulator/entra/keys.hpp"

#include <nlohmann/json.hpp>
#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <ctime>
#include <memory>

namespace adxf::emulator::entra {

namespace {

using nlohmann::json;

using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Digest = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

unsigned char const* Bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

std::string Thumbprint(std::string_view der, EVP_MD const* digest) {
  std::string bytes(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  EVP_Digest(der.data(), der.size(), reinterpret_cast<unsigned char*>(bytes.data()), &size, digest,
             nullptr);
  bytes.resize(size);
  return Base64Url(bytes);
}

enum class Padding { kPkcs1, kPss };

bool Verify(EVP_PKEY* key, Padding padding, std::string_view text, std::string_view signature) {
  Digest const context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* details = nullptr;
  bool is_ready = EVP_DigestVerifyInit(context.get(), &details, EVP_sha256(), nullptr, key) == 1;
  if (is_ready && padding == Padding::kPss) {
    is_ready = EVP_PKEY_CTX_set_rsa_padding(details, RSA_PKCS1_PSS_PADDING) == 1 &&
               EVP_PKEY_CTX_set_rsa_pss_saltlen(details, RSA_PSS_SALTLEN_DIGEST) == 1;
  }
  bool const is_good =
      is_ready && EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                                   text.size()) == 1;
  ERR_clear_error();
  return is_good;
}

Number NumberFrom(std::string const& base64url) {
  auto const bytes = FromBase64Url(base64url);
  return Number(BN_bin2bn(Bytes(bytes), static_cast<int>(bytes.size()), nullptr));
}

/// An RSA key of a JSON Web Key (RFC 7518, section 6.3).
Key KeyFrom(json const& jwk) {
  auto const modulus = NumberFrom(jwk.value("n", ""));
  auto const exponent = NumberFrom(jwk.value("e", ""));
  std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>> const builder(OSSL_PARAM_BLD_new());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, modulus.get());
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, exponent.get());
  std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>> const parameters(
      OSSL_PARAM_BLD_to_param(builder.get()));
  std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>> const context(
      EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
  EVP_PKEY* key = nullptr;
  if (EVP_PKEY_fromdata_init(context.get()) != 1 ||
      EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_PUBLIC_KEY, parameters.get()) != 1)
    return nullptr;
  return Key(key);
}

}  // namespace

std::string_view WithoutPadding(std::string_view base64url) {
  while (base64url.ends_with('=')) base64url.remove_suffix(1);
  return base64url;
}

std::optional<ClientCertificate> ReadCertificate(std::string_view pem) {
  std::unique_ptr<BIO, Freed<BIO_free>> const reader(
      BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  Certificate const certificate(PEM_read_bio_X509(reader.get(), nullptr, nullptr, nullptr));
  ERR_clear_error();
  if (!certificate) return std::nullopt;
  unsigned char* bytes = nullptr;
  int const size = i2d_X509(certificate.get(), &bytes);
  if (size <= 0) return std::nullopt;
  ClientCertificate result;
  result.der.assign(reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(size));
  OPENSSL_free(bytes);
  result.sha1 = Thumbprint(result.der, EVP_sha1());
  result.sha256 = Thumbprint(result.der, EVP_sha256());
  std::tm ends{};
  ASN1_TIME_to_tm(X509_get0_notAfter(certificate.get()), &ends);
  result.ends = std::chrono::system_clock::from_time_t(timegm(&ends));
  return result;
}

bool VerifyByCertificate(std::string const& der, std::string_view algorithm, std::string_view text,
                         std::string_view signature) {
  if (algorithm != "RS256" && algorithm != "PS256") return false;
  auto const* at = Bytes(der);
  Certificate const certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!certificate) return false;
  auto const padding = algorithm == "PS256" ? Padding::kPss : Padding::kPkcs1;
  return Verify(X509_get0_pubkey(certificate.get()), padding, text, signature);
}

bool VerifyByKeySet(std::string const& keys, std::string_view id, std::string_view text,
                    std::string_view signature) {
  auto const set = json::parse(keys, nullptr, false);
  if (!set.is_object() || !set.contains("keys")) return false;
  return std::ranges::any_of(set["keys"], [&](json const& jwk) {
    if (jwk.value("kty", "") != "RSA" || jwk.value("kid", "") != id) return false;
    auto const key = KeyFrom(jwk);
    return key && Verify(key.get(), Padding::kPkcs1, text, signature);
  });
}

}  // namespace adxf::emulator::entra
