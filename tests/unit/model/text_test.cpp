#include "model/text.hpp"

#include <gtest/gtest.h>

namespace adxf::model {
namespace {

TEST(Text, KnowsAGuid) {
  EXPECT_TRUE(IsGuid("AAAAaaaa-0000-1111-2222-9999ffffFFFF"));
  EXPECT_FALSE(IsGuid("aaaaaaaa-0000-0000-0000-00000000000"));
  EXPECT_FALSE(IsGuid("aaaaaaaa-0000-0000-0000-00000000000g"));
  EXPECT_FALSE(IsGuid("aaaaaaaa00000-0000-0000-000000000001"));
}

TEST(Text, SeesControlCharacters) {
  EXPECT_TRUE(HasControlCharacter("a\tb"));
  EXPECT_TRUE(HasControlCharacter("a\x7f"));
  EXPECT_FALSE(HasControlCharacter("a b \u00e9"));
}

TEST(Text, IsShortenedToTheLimitWithAMark) {
  EXPECT_EQ(Shorten("abc", 3), "abc");
  EXPECT_EQ(Shorten("abcdef", 5), "ab...");
  EXPECT_EQ(Shorten("abcdef", 2), "..");
}

TEST(Text, IsNeverCutWithinACharacter) { EXPECT_EQ(Shorten("a\u00e9\u00e9\u00e9", 5), "a..."); }

}  // namespace
}  // namespace adxf::model
