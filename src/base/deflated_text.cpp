#include "base/deflated_text.hpp"

#include <zlib.h>

#include <array>
#include <cstring>
#include <stdexcept>

namespace adxf {
namespace {

constexpr int kRaw = -MAX_WBITS;  // no header, no trailer
constexpr int kDefaultMemory = 8;
constexpr std::size_t kRoomToFlush = 64;

// No name, no time, fastest, unknown system.
constexpr std::string_view kGzipHeader("\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff", 10);
// The last block, with nothing in it.
constexpr std::string_view kLastBlock("\x03\x00", 2);

/// Zlib's functions that only read take them like this, too.
Bytef* BytesOf(std::string_view text) {
  return reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
}

void Check(int code, int wanted) {
  if (code != wanted) throw std::runtime_error("zlib: " + std::string(zError(code)));
}

void AppendLittleEndian(std::string& out, std::uint32_t number) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>((number >> shift) & 0xffU);
}

}  // namespace

DeflatedText Deflate(std::string_view text) {
  z_stream stream{};
  Check(deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, kRaw, kDefaultMemory, Z_DEFAULT_STRATEGY),
        Z_OK);
  DeflatedText piece{.crc = static_cast<std::uint32_t>(crc32_z(0, BytesOf(text), text.size())),
                     .text_size = text.size()};
  piece.bytes.resize(deflateBound(&stream, text.size()) + kRoomToFlush);
  stream.next_in = BytesOf(text);
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(piece.bytes.data());
  stream.avail_out = static_cast<uInt>(piece.bytes.size());
  auto const code = deflate(&stream, Z_FULL_FLUSH);
  bool const is_whole = stream.avail_in == 0 && stream.avail_out > 0;
  piece.bytes.resize(stream.total_out);
  deflateEnd(&stream);
  Check(is_whole ? code : Z_BUF_ERROR, Z_OK);
  piece.bytes.shrink_to_fit();
  return piece;
}

std::string GzipOf(std::span<DeflatedText const> pieces) {
  std::size_t size = kGzipHeader.size() + kLastBlock.size() + 2 * sizeof(std::uint32_t);
  for (auto const& piece : pieces) size += piece.bytes.size();
  std::string body;
  body.reserve(size);
  body += kGzipHeader;
  std::uint32_t crc = 0;
  std::size_t text_size = 0;
  for (auto const& piece : pieces) {
    body += piece.bytes;
    crc = static_cast<std::uint32_t>(
        crc32_combine(crc, piece.crc, static_cast<z_off_t>(piece.text_size)));
    text_size += piece.text_size;
  }
  body += kLastBlock;
  AppendLittleEndian(body, crc);
  AppendLittleEndian(body, static_cast<std::uint32_t>(text_size));  // modulo 2^32
  return body;
}

std::string TextOf(std::span<DeflatedText const> pieces) {
  std::size_t size = 0;
  for (auto const& piece : pieces) size += piece.text_size;
  std::string text;
  text.resize(size);
  std::size_t at = 0;
  for (auto const& piece : pieces) {
    z_stream stream{};
    Check(inflateInit2(&stream, kRaw), Z_OK);
    stream.next_in = BytesOf(piece.bytes);
    stream.avail_in = static_cast<uInt>(piece.bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(text.data() + at);
    stream.avail_out = static_cast<uInt>(piece.text_size);
    inflate(&stream, Z_SYNC_FLUSH);
    bool const is_whole = stream.total_out == piece.text_size;
    inflateEnd(&stream);
    Check(is_whole ? Z_OK : Z_DATA_ERROR, Z_OK);
    at += piece.text_size;
  }
  return text;
}

}  // namespace adxf
