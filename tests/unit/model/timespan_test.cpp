#include "model/timespan.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string_view>
#include <utility>

namespace adxf::model {
namespace {

using namespace std::chrono_literals;

constexpr std::int64_t kSecond = Timespan::kTicksPerSecond;
constexpr std::int64_t kDay = 86'400 * kSecond;

Timespan Span(std::string_view text) { return Timespan::Parse(text).value(); }

TEST(Timespan, ReadsEveryForm) {
  for (auto const& [text, ticks] : std::initializer_list<std::pair<std::string_view, std::int64_t>>{
           {"7d", 7 * kDay},
           {"0d", 0},
           {"1.5h", 5'400 * kSecond},
           {"30m", 1'800 * kSecond},
           {"10s", 10 * kSecond},
           {"100ms", kSecond / 10},
           {"0.0000001s", 1},
           {"1.06:00:00", kDay + 6 * 3'600 * kSecond},
           {"7.00:00:00", 7 * kDay},
           {"12:00:00", kDay / 2},
           {"00:00:00.5", kSecond / 2},
           {"1.5d", kDay + kDay / 2},
           {"10675199d", 10'675'199 * kDay}}) {
    auto const span = Timespan::Parse(text);
    ASSERT_TRUE(span) << text;
    EXPECT_EQ(span->Ticks(), ticks) << text;
  }
}

TEST(Timespan, ComparesByValue) {
  EXPECT_EQ(Span("7d"), Span("7.00:00:00"));
  EXPECT_EQ(Span("168h"), Span("7d"));
  EXPECT_LT(Span("30m"), Span("1h"));
}

TEST(Timespan, RefusesWhatIsNone) {
  for (std::string_view const text : {"",
                                      "7",
                                      "d",
                                      "1w",
                                      "-7d",
                                      "7 d",
                                      " 7d",
                                      "7days",
                                      "7D",
                                      "1.d",
                                      ".5d",
                                      "1.2.3d",
                                      "24:00:00",
                                      "00:60:00",
                                      "00:00:60",
                                      "1:2",
                                      "1:2:3:4",
                                      "001:00:00",
                                      "1.:00:00",
                                      "1.2.3:00:00",
                                      "00:00:00.12345678",
                                      "0.12345678d",
                                      "P7D",
                                      "10675200d",
                                      "99999999999999999999d",
                                      "9223372036854775807ms"}) {
    EXPECT_FALSE(Timespan::Parse(text)) << text;
  }
}

TEST(Timespan, WritesOneFormForKusto) {
  for (auto const& [text, canonical] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"7d", "7.00:00:00"},
           {"1.5h", "01:30:00"},
           {"0d", "00:00:00"},
           {"100ms", "00:00:00.1000000"},
           {"1.6:5:4", "1.06:05:04"}}) {
    EXPECT_EQ(Span(text).ToKusto(), canonical);
    EXPECT_EQ(Span(Span(text).ToKusto()), Span(text));
  }
}

TEST(Timespan, SpeaksIso8601WithArm) {
  for (auto const& [kusto, iso] :
       std::initializer_list<std::pair<std::string_view, std::string_view>>{
           {"7d", "P7D"},
           {"12h", "PT12H"},
           {"0d", "PT0S"},
           {"1.06:30:00", "P1DT6H30M"},
           {"1500ms", "PT1.5S"}}) {
    EXPECT_EQ(Span(kusto).ToIso8601(), iso);
    EXPECT_EQ(Timespan::ParseIso8601(iso).value(), Span(kusto));
  }
  EXPECT_EQ(Timespan::ParseIso8601("PT36H").value(), Span("1.5d"));
}

TEST(Timespan, RefusesOtherIso8601) {
  for (std::string_view const text :
       {"", "P", "PT", "P1DT", "7D", "P1W", "P1M", "P1Y", "PT1H1", "PT1M1H", "P-1D", "p1d"}) {
    EXPECT_FALSE(Timespan::ParseIso8601(text)) << text;
  }
}

TEST(Timespan, BecomesADurationForTimers) {
  EXPECT_EQ(Span("30s").ToDuration(), 30s);
  EXPECT_EQ(Timespan::FromTicks(std::numeric_limits<std::int64_t>::max()).ToDuration(),
            Duration::max());
}

}  // namespace
}  // namespace adxf::model
