#include "emulator/entra/keys.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>

#include <stdexcept>
#include <vector>

namespace adxf::emulator::entra {

namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr unsigned kKeyBits = 2048;

unsigned char const* Bytes(std::string_view text) {
  return reinterpret_cast<unsigned char const*>(text.data());
}

using DigestContext = std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)>;

std::string BigNumber(EVP_PKEY const* key, char const* name) {
  BIGNUM* number = nullptr;
  if (EVP_PKEY_get_bn_param(key, name, &number) != 1) return {};
  std::string bytes(static_cast<std::size_t>(BN_num_bytes(number)), '\0');
  BN_bn2bin(number, reinterpret_cast<unsigned char*>(bytes.data()));
  BN_free(number);
  return Base64Url(bytes);
}

}  // namespace

struct SigningKey::Key {
  EVP_PKEY* pkey = nullptr;
};

std::string Base64Url(std::string_view bytes) {
  std::string text;
  unsigned bits = 0;
  unsigned held = 0;
  for (char const c : bytes) {
    held = (held << 8 | static_cast<unsigned char>(c)) & 0xffffff;
    for (bits += 8; bits >= 6; bits -= 6) text += kAlphabet[(held >> (bits - 6)) & 0x3f];
  }
  if (bits > 0) text += kAlphabet[(held << (6 - bits)) & 0x3f];
  return text;
}

std::string FromBase64Url(std::string_view text) {
  std::string bytes;
  unsigned bits = 0;
  unsigned held = 0;
  while (text.ends_with('=')) text.remove_suffix(1);
  for (char const c : text) {
    auto const value = kAlphabet.find(c);
    if (value == std::string_view::npos) return {};
    held = (held << 6 | static_cast<unsigned>(value)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes += static_cast<char>((held >> bits) & 0xff);
  }
  return bytes;
}

SigningKey::SigningKey() : key_(std::make_unique<Key>()) {
  key_->pkey = EVP_RSA_gen(kKeyBits);
  if (key_->pkey == nullptr)
    throw std::runtime_error("OpenSSL could not make the key that signs tokens");
}

SigningKey::~SigningKey() { EVP_PKEY_free(key_->pkey); }

std::string SigningKey::Sign(std::string_view text) const {
  DigestContext const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  std::size_t size = 0;
  EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey);
  EVP_DigestSign(context.get(), nullptr, &size, Bytes(text), text.size());
  std::string signature(size, '\0');
  EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                 Bytes(text), text.size());
  signature.resize(size);
  return signature;
}

bool SigningKey::Verify(std::string_view text, std::string_view signature) const {
  DigestContext const context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
  EVP_DigestVerifyInit(context.get(), nullptr, EVP_sha256(), nullptr, key_->pkey);
  return EVP_DigestVerify(context.get(), Bytes(signature), signature.size(), Bytes(text),
                          text.size()) == 1;
}

std::string SigningKey::Modulus() const { return BigNumber(key_->pkey, OSSL_PKEY_PARAM_RSA_N); }
std::string SigningKey::Exponent() const { return BigNumber(key_->pkey, OSSL_PKEY_PARAM_RSA_E); }
std::string SigningKey::Id() const { return Modulus().substr(0, 22); }

}  // namespace adxf::emulator::entra
