#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace adxf::emulator::entra {

std::string Base64Url(std::string_view bytes);
/// Empty when the text is not base64url.
std::string FromBase64Url(std::string_view text);

/// The RSA key that signs the emulator's tokens. Made anew in each process. Thread-safe after
/// construction.
class SigningKey {
 public:
  SigningKey();
  ~SigningKey();
  SigningKey(SigningKey const&) = delete;
  SigningKey& operator=(SigningKey const&) = delete;

  [[nodiscard]] std::string Sign(std::string_view text) const;  ///< RS256, raw bytes
  [[nodiscard]] bool Verify(std::string_view text, std::string_view signature) const;
  [[nodiscard]] std::string Modulus() const;   ///< base64url, as JWK "n"
  [[nodiscard]] std::string Exponent() const;  ///< base64url, as JWK "e"
  [[nodiscard]] std::string Id() const;        ///< "kid"

 private:
  struct Key;
  std::unique_ptr<Key> key_;
};

}  // namespace adxf::emulator::entra
