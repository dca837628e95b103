#include "base/encoding.hpp"

#include <gtest/gtest.h>

namespace adxf {
namespace {

TEST(Encoding, MatchesTheVectorsOfRfc4648) {
  for (auto const& [plain, encoded] : {std::pair{"", ""},
                                       {"f", "Zg=="},
                                       {"fo", "Zm8="},
                                       {"foo", "Zm9v"},
                                       {"foob", "Zm9vYg=="},
                                       {"fooba", "Zm9vYmE="},
                                       {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(EncodeBase64(plain), encoded);
    EXPECT_EQ(DecodeBase64(encoded), plain);
  }
}

TEST(Encoding, UsesTheUrlAlphabetWithoutPadding) {
  std::string const bytes = "\xfb\xff\xfe?";
  EXPECT_EQ(EncodeBase64(bytes), "+//+Pw==");
  EXPECT_EQ(EncodeBase64Url(bytes), "-__-Pw");
  EXPECT_EQ(DecodeBase64Url("-__-Pw"), bytes);
  EXPECT_EQ(DecodeBase64Url("-__-Pw=="), bytes);
  EXPECT_FALSE(DecodeBase64Url("+//+Pw=="));
}

TEST(Encoding, SkipsLineBreaksAndRefusesEverythingElse) {
  EXPECT_EQ(DecodeBase64(" Zm9v\r\nYmFy\n"), "foobar");
  for (auto const* text : {"Z", "Zg=", "Zg", "Z===", "Zm9v!A==", "=Zg=", "Zg==Zg=="})
    EXPECT_FALSE(DecodeBase64(text)) << text;
}

TEST(Encoding, BringsEveryByteBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(DecodeBase64(EncodeBase64(bytes)), bytes);
  EXPECT_EQ(DecodeBase64Url(EncodeBase64Url(bytes)), bytes);
}

}  // namespace
}  // namespace adxf
