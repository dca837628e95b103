#include "emulator/tls.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <memory>
#include <stdexcept>

namespace adxf::emulator {

namespace {

constexpr long kAnHour = 3600;
constexpr long kAYear = 365L * 24 * kAnHour;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Memory = std::unique_ptr<BIO, decltype(&BIO_free)>;

void Require(bool fine) {
  if (!fine) throw std::runtime_error("OpenSSL could not make the certificates");
}

void AddExtension(X509* certificate, X509* issuer, int id, char const* value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  auto* const extension = X509V3_EXT_conf_nid(nullptr, &context, id, value);
  Require(extension != nullptr && X509_add_ext(certificate, extension, -1) == 1);
  X509_EXTENSION_free(extension);
}

Certificate Blank(EVP_PKEY* key, char const* common_name) {
  Certificate certificate(X509_new(), &X509_free);
  Require(certificate != nullptr);
  X509_set_version(certificate.get(), 2);
  std::uint32_t serial = 0;
  Require(RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof serial) == 1);
  ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate.get()), serial);
  X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -kAnHour);
  X509_gmtime_adj(X509_getm_notAfter(certificate.get()), kAYear);
  X509_set_pubkey(certificate.get(), key);
  X509_NAME_add_entry_by_txt(X509_get_subject_name(certificate.get()), "CN", MBSTRING_ASC,
                             reinterpret_cast<unsigned char const*>(common_name), -1, -1, 0);
  return certificate;
}

template <class Write>
std::string Pem(Write write) {
  Memory const memory(BIO_new(BIO_s_mem()), &BIO_free);
  Require(write(memory.get()) == 1);
  char* data = nullptr;
  auto const size = BIO_get_mem_data(memory.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string PemOf(X509* certificate) {
  return Pem([&](BIO* out) { return PEM_write_bio_X509(out, certificate); });
}

}  // namespace

TlsIdentity MakeTlsIdentity() {
  Key const ca_key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Key const key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  Require(ca_key != nullptr && key != nullptr);

  auto const ca = Blank(ca_key.get(), "adx-emulator CA");
  X509_set_issuer_name(ca.get(), X509_get_subject_name(ca.get()));
  AddExtension(ca.get(), ca.get(), NID_basic_constraints, "critical,CA:TRUE");
  AddExtension(ca.get(), ca.get(), NID_key_usage, "critical,keyCertSign,cRLSign");
  AddExtension(ca.get(), ca.get(), NID_subject_key_identifier, "hash");
  Require(X509_sign(ca.get(), ca_key.get(), EVP_sha256()) > 0);

  auto const leaf = Blank(key.get(), "adx-emulator");
  X509_set_issuer_name(leaf.get(), X509_get_subject_name(ca.get()));
  AddExtension(leaf.get(), ca.get(), NID_basic_constraints, "critical,CA:FALSE");
  AddExtension(leaf.get(), ca.get(), NID_key_usage, "critical,digitalSignature");
  AddExtension(leaf.get(), ca.get(), NID_ext_key_usage, "serverAuth");
  AddExtension(leaf.get(), ca.get(), NID_subject_alt_name,
               "IP:127.0.0.1,DNS:localhost,DNS:azure.localhost");
  AddExtension(leaf.get(), ca.get(), NID_subject_key_identifier, "hash");
  AddExtension(leaf.get(), ca.get(), NID_authority_key_identifier, "keyid");
  Require(X509_sign(leaf.get(), ca_key.get(), EVP_sha256()) > 0);

  return {.ca_pem = PemOf(ca.get()),
          .certificate_pem = PemOf(leaf.get()),
          .key_pem = Pem([&](BIO* out) {
            return PEM_write_bio_PrivateKey(out, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
          })};
}

}  // namespace adxf::emulator
