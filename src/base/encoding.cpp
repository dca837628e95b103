#include "base/encoding.hpp"

#include <openssl/evp.h>

#include <algorithm>

namespace adxf {
namespace {

bool IsAlphabet(char c) {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
         c == '/';
}

std::size_t PaddingOf(std::string_view text) {
  if (text.ends_with("==")) return 2;
  return text.ends_with("=") ? 1 : 0;
}

/// `text` is canonical: alphabet, padded to a multiple of four. EVP checks neither, so it is done
/// here.
std::optional<std::string> DecodeCanonical(std::string const& text) {
  if (text.empty()) return std::string();
  if (text.size() % 4 != 0) return std::nullopt;
  auto const padding = PaddingOf(text);
  if (!std::all_of(text.begin(), text.end() - static_cast<std::ptrdiff_t>(padding), IsAlphabet))
    return std::nullopt;
  std::string bytes(text.size() / 4 * 3, '\0');
  int const size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                   reinterpret_cast<unsigned char const*>(text.data()),
                                   static_cast<int>(text.size()));
  if (size < 0) return std::nullopt;
  bytes.resize(static_cast<std::size_t>(size) - padding);
  return bytes;
}

}  // namespace

std::string EncodeBase64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // EVP writes a terminating zero.
  int const size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                                   reinterpret_cast<unsigned char const*>(bytes.data()),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

std::optional<std::string> DecodeBase64(std::string_view text) {
  std::string canonical;
  canonical.reserve(text.size());
  std::ranges::copy_if(text, std::back_inserter(canonical),
                       [](char c) { return c != ' ' && c != '\n' && c != '\r' && c != '\t'; });
  return DecodeCanonical(canonical);
}

std::string EncodeBase64Url(std::string_view bytes) {
  std::string text = EncodeBase64(bytes);
  text.erase(text.find_last_not_of('=') + 1);
  std::ranges::replace(text, '+', '-');
  std::ranges::replace(text, '/', '_');
  return text;
}

std::optional<std::string> DecodeBase64Url(std::string_view text) {
  if (text.find_first_of("+/") != std::string_view::npos) return std::nullopt;
  std::string canonical(text);
  std::ranges::replace(canonical, '-', '+');
  std::ranges::replace(canonical, '_', '/');
  if (canonical.find('=') == std::string::npos)
    canonical.append((4 - canonical.size() % 4) % 4, '=');
  return DecodeCanonical(canonical);
}

}  // namespace adxf
