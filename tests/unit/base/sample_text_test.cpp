#include "base/sample_text.hpp"

#include <gmock/gmock.h>

#include <limits>
#include <string>

namespace adxf {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

std::string TextOf(SampleText& samples, MetricId metric) {
  std::vector<DeflatedText> pieces;
  samples.MoveTo(pieces, metric);
  return TextOf(pieces);
}

/// Two series of two families for each of these objects.
void AddObjects(SampleText& samples, std::initializer_list<std::string_view> names) {
  for (auto const name : names) {
    samples.BeginObject();
    samples.Add<MetricId::kGrants>({"n", name}, 1);
    samples.Add<MetricId::kDriftedFields>({"n", name}, 2);
  }
}

TEST(SampleText, GroupsByFamilyUnderOneHeader) {
  SampleText samples(100);
  AddObjects(samples, {"a", "b"});

  EXPECT_EQ(TextOf(samples, MetricId::kGrants),
            "# HELP adxfollower_grants Grants on follower databases that the object made.\n"
            "# TYPE adxfollower_grants gauge\n"
            "adxfollower_grants{namespace=\"n\",name=\"a\"} 1\n"
            "adxfollower_grants{namespace=\"n\",name=\"b\"} 1\n");
}

TEST(SampleText, IsSilentOnAFamilyWithoutSeries) {
  SampleText samples(100);

  EXPECT_EQ(TextOf(samples, MetricId::kGrants), "");
}

TEST(SampleText, EscapesWhatWouldEndALabel) {
  SampleText samples(100);

  samples.Add<MetricId::kGrants>({"", "a\"b\\c\nd\\"}, 1);

  EXPECT_THAT(TextOf(samples, MetricId::kGrants),
              EndsWith("{namespace=\"\",name=\"a\\\"b\\\\c\\nd\\\\\"} 1\n"));
}

TEST(SampleText, WritesNumbersAsGoReadsThem) {
  auto const written = [](double value) {
    SampleText samples(1);
    samples.Add<MetricId::kProcessOpenFds>(value);
    auto const text = TextOf(samples, MetricId::kProcessOpenFds);
    return text.substr(text.rfind(' ') + 1);
  };

  EXPECT_EQ(written(0), "0\n");
  EXPECT_EQ(written(-3), "-3\n");
  EXPECT_EQ(written(0.25), "0.25\n");
  EXPECT_EQ(written(1'800'000'000), "1800000000\n");
  EXPECT_EQ(written(1'800'000'000.5), "1800000000.5\n");
  EXPECT_EQ(written(1e300), "1e+300\n");
  EXPECT_EQ(written(std::numeric_limits<double>::infinity()), "+Inf\n");
  EXPECT_EQ(written(-std::numeric_limits<double>::infinity()), "-Inf\n");
  EXPECT_EQ(written(std::numeric_limits<double>::quiet_NaN()), "NaN\n");
}

TEST(SampleText, ServesAsManyAsAreAllowed) {
  SampleText samples(4);
  AddObjects(samples, {"a", "b"});

  EXPECT_EQ(samples.Dropped(MetricId::kGrants), 0U);
  EXPECT_THAT(TextOf(samples, MetricId::kDriftedFields), HasSubstr("name=\"b\""));
}

TEST(SampleText, LeavesOutWholeTheObjectThatWouldGoBeyond) {
  SampleText samples(3);
  AddObjects(samples, {"a", "b"});

  EXPECT_THAT(TextOf(samples, MetricId::kGrants), Not(HasSubstr("name=\"b\"")));
  EXPECT_THAT(TextOf(samples, MetricId::kDriftedFields), EndsWith("name=\"a\"} 2\n"));
  EXPECT_EQ(samples.Dropped(MetricId::kGrants), 1U);
  EXPECT_EQ(samples.Dropped(MetricId::kDriftedFields), 1U);
}

TEST(SampleText, LeavesOutEveryLaterObjectEvenOneThatWouldFit) {
  SampleText samples(3);
  AddObjects(samples, {"a", "b"});
  samples.BeginObject();
  samples.Add<MetricId::kGrants>({"n", "small"}, 1);

  EXPECT_THAT(TextOf(samples, MetricId::kGrants), Not(HasSubstr("small")));
  EXPECT_EQ(samples.Dropped(MetricId::kGrants), 2U);
}

TEST(SampleText, ShowsNoHeaderOfAFamilyThatWasLeftOut) {
  SampleText samples(1);
  AddObjects(samples, {"a"});

  EXPECT_EQ(TextOf(samples, MetricId::kGrants), "");
}

}  // namespace
}  // namespace adxf
