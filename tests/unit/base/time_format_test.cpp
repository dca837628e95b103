#include "base/time_format.hpp"

#include <gtest/gtest.h>

namespace adxf {
namespace {

using namespace std::chrono_literals;

TimePoint At(long long seconds) { return TimePoint(std::chrono::seconds(seconds)); }

TEST(TimeFormat, WritesWholeSecondsInUtc) {
  EXPECT_EQ(FormatRfc3339(At(0)), "1970-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(At(1'767'225'600) + 999ms), "2026-01-01T00:00:00Z");
  EXPECT_EQ(FormatRfc3339(At(1'767'225'600) - 1ms), "2025-12-31T23:59:59Z");
  EXPECT_EQ(FormatRfc3339(At(-1)), "1969-12-31T23:59:59Z");
  EXPECT_EQ(FormatRfc3339Micros(At(1'767'225'600) + 250ms), "2026-01-01T00:00:00.250000Z");
  EXPECT_EQ(FormatRfc3339Micros(At(0) - 1ns), "1969-12-31T23:59:59.999999Z");
}

TEST(TimeFormat, ReadsFractionsAndOffsets) {
  EXPECT_EQ(ParseRfc3339("2026-01-01T00:00:00Z"), At(1'767'225'600));
  EXPECT_EQ(ParseRfc3339("2026-01-01T01:30:00+01:30"), At(1'767'225'600));
  EXPECT_EQ(ParseRfc3339("2025-12-31T16:00:00-08:00"), At(1'767'225'600));
  EXPECT_EQ(ParseRfc3339("2026-01-01T00:00:00.25z"), At(1'767'225'600) + 250ms);
  EXPECT_EQ(ParseRfc3339("2026-01-01t00:00:00.1234567Z"), At(1'767'225'600) + 123'456'700ns);
  EXPECT_EQ(ParseRfc3339("2026-01-01T00:00:00.12345678901234Z"), At(1'767'225'600) + 123'456'789ns);
  EXPECT_EQ(ParseRfc3339("2024-02-29T12:00:00Z"), At(1'709'208'000));
  EXPECT_EQ(ParseRfc3339("2016-12-31T23:59:60Z"), At(1'483'228'800));
}

TEST(TimeFormat, RefusesWhatIsNotRfc3339) {
  for (auto const* text :
       {"", "2026-01-01", "2026-01-01T00:00:00", "2026-13-01T00:00:00Z", "2025-02-29T00:00:00Z",
        "2026-01-01T24:00:00Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx",
        "2026-01-01T00:00:00+0100", " 2026-01-01T00:00:00Z", "26-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"}) {
    EXPECT_FALSE(ParseRfc3339(text)) << text;
  }
}

TEST(TimeFormat, TakesTheEndOfTheClockForWhatLiesBeyond) {
  auto const never = ParseAnyRfc3339("9999-12-31T23:59:59Z");
  ASSERT_TRUE(never);
  EXPECT_GT(*never, *ParseRfc3339("2260-01-01T00:00:00Z"));
  EXPECT_GT(*never - TimePoint{}, Duration(0)) << "differences do not wrap around";
  EXPECT_EQ(ParseAnyRfc3339("0001-01-01T00:00:00Z"), TimePoint{});
  EXPECT_EQ(ParseAnyRfc3339("2024-02-29T12:00:00Z"), At(1'709'208'000));
  EXPECT_FALSE(ParseAnyRfc3339("9999-13-31T23:59:59Z"));
}

TEST(TimeFormat, ReadsTheThreeFormsOfAnHttpDate) {
  auto const want = At(784'111'777);
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), want);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), want);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994"), want);
  for (auto const* text :
       {"", "soon", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 GMT and more",
        "Sun, 06 Nov 1994 08:49:quest GMT", "Sun, 06 Nov 1994 08:49:",
        "Fri, 31 Dec 9999 23:59:59 GMT", "Sat, 01 Jan 1600 00:00:00 GMT"})
    EXPECT_FALSE(ParseHttpDate(text)) << text;
}

}  // namespace
}  // namespace adxf
