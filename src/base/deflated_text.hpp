#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace adxf {

/// A piece of text that is kept compressed. Pieces end at a byte and refer to no other one, so that
/// any of them, in any order, make one gzip body without being compressed again (RFC 1951 and
/// 1952).
struct DeflatedText {
  std::string bytes{};    ///< Blocks of DEFLATE, none of which is the last.
  std::uint32_t crc = 0;  ///< CRC-32 of the text.
  std::size_t text_size = 0;
};

/// With the least effort: texts of metrics repeat themselves so much that more gains little.
DeflatedText Deflate(std::string_view text);

/// The pieces one after the other, as a whole gzip body.
std::string GzipOf(std::span<DeflatedText const> pieces);

/// The pieces one after the other, as they were.
std::string TextOf(std::span<DeflatedText const> pieces);

}  // namespace adxf
