#include "azure/utf8.hpp"

#include <cstddef>
#include <cstdint>

namespace adxf::azure {
namespace {

struct Lead {
  std::size_t length;
  std::uint32_t bits;
  std::uint32_t smallest;  ///< Below it a shorter form was due.
};

std::optional<Lead> ReadLead(unsigned char byte) {
  if (byte < 0x80U) return Lead{1, byte, 0};
  if ((byte & 0xe0U) == 0xc0U) return Lead{2, byte & 0x1fU, 0x80};
  if ((byte & 0xf0U) == 0xe0U) return Lead{3, byte & 0x0fU, 0x800};
  if ((byte & 0xf8U) == 0xf0U) return Lead{4, byte & 0x07U, 0x10000};
  return std::nullopt;
}

bool IsCharacter(std::uint32_t c) { return c <= 0x10ffffU && (c < 0xd800U || c > 0xdfffU); }

}  // namespace

std::optional<std::u32string> DecodeUtf8(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = ReadLead(static_cast<unsigned char>(text[i]));
    if (!lead || text.size() - i < lead->length) return std::nullopt;
    std::uint32_t c = lead->bits;
    for (std::size_t k = 1; k < lead->length; ++k) {
      auto const byte = static_cast<unsigned char>(text[i + k]);
      if ((byte & 0xc0U) != 0x80U) return std::nullopt;
      c = (c << 6U) | (byte & 0x3fU);
    }
    if (c < lead->smallest || !IsCharacter(c)) return std::nullopt;
    characters += static_cast<char32_t>(c);
    i += lead->length;
  }
  return characters;
}

}  // namespace adxf::azure
