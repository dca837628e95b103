#include "base/deflated_text.hpp"

#include <gmock/gmock.h>
#include <zlib.h>

#include <string>
#include <vector>

namespace adxf {
namespace {

/// What any gzip client makes of a body; empty where it is not one whole member.
std::string Unzipped(std::string const& body, std::size_t room) {
  z_stream stream{};
  constexpr int kGzipOnly = 16 + MAX_WBITS;
  EXPECT_EQ(inflateInit2(&stream, kGzipOnly), Z_OK);
  std::string text(room + 1, ' ');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(body.data()));
  stream.avail_in = static_cast<uInt>(body.size());
  stream.next_out = reinterpret_cast<Bytef*>(text.data());
  stream.avail_out = static_cast<uInt>(text.size());
  bool const is_whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.avail_in == 0;
  text.resize(is_whole ? stream.total_out : 0);
  inflateEnd(&stream);
  return text;
}

std::string Repeated(std::string const& line, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += line + std::to_string(i);
  return text;
}

/// Nothing that can be made smaller.
std::string Noise(std::size_t size) {
  std::string text;
  std::uint32_t state = 1;
  for (std::size_t i = 0; i < size; ++i) {
    state = state * 1'664'525 + 1'013'904'223;
    text += static_cast<char>(state >> 24U);
  }
  return text;
}

TEST(DeflatedText, IsTheTextAgainInAnyOrder) {
  std::vector<std::string> const texts{Repeated("a line ", 40'000), "", "x", Noise(300'000)};
  std::vector<DeflatedText> pieces;
  std::string all;
  for (int i : {3, 0, 1, 2, 0}) {
    pieces.push_back(Deflate(texts[i]));
    all += texts[i];
  }

  EXPECT_TRUE(TextOf(pieces) == all);
  EXPECT_TRUE(Unzipped(GzipOf(pieces), all.size()) == all);
}

TEST(DeflatedText, OfNothingIsAnEmptyBody) {
  EXPECT_EQ(TextOf({}), "");
  EXPECT_FALSE(GzipOf({}).empty());
  EXPECT_EQ(Unzipped(GzipOf({}), 0), "");
}

TEST(DeflatedText, TakesLittleWhereLinesAreAlike) {
  auto const text =
      Repeated("adxfollower_object_condition{namespace=\"team\",name=\"sales-", 10'000);

  EXPECT_LT(Deflate(text).bytes.size(), text.size() / 8);
}

TEST(DeflatedText, ThatIsBrokenIsNoText) {
  auto piece = Deflate(Repeated("a line ", 1'000));
  piece.bytes.resize(piece.bytes.size() / 2);

  EXPECT_THROW(TextOf(std::vector{piece}), std::runtime_error);
}

}  // namespace
}  // namespace adxf
