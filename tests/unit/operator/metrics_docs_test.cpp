#include "base/metric_table.hpp"
#include "operator/flags.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace adxf::app {
namespace {

using testing::IsEmpty;

TEST(MetricsDocs, ThePageInTheTreeIsWhatTheTableSays) {
  std::ifstream file(std::string(ADXF_SOURCE_DIR) + "/docs/metrics.md");
  std::string const page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};

  EXPECT_EQ(page, MetricsDocs()) << "run make generate";
}

TEST(MetricsDocs, ThePageIsPrintedOnDemand) {
  auto const printed =
      ParseCommandLine({"--print-metrics-docs"}, [](std::string_view) { return std::nullopt; });

  EXPECT_EQ(printed.exit_code, 0);
  EXPECT_EQ(printed.text, MetricsDocs());
}

TEST(MetricTable, NamesEachMetricOnceAndSaysWhatItMeans) {
  std::set<std::string_view> names;
  std::vector<std::string_view> faults;
  for (auto const& info : kMetricTable) {
    bool const is_new = names.insert(info.name).second;
    bool const is_total = info.name.ends_with("_total");
    bool const is_one_line = info.help.find_first_of("\\\n|") == std::string_view::npos;
    bool const is_sound = is_new && is_total == (info.type == MetricType::kCounter) &&
                          info.help.ends_with('.') && is_one_line;
    if (!is_sound) faults.push_back(info.name);
  }

  EXPECT_THAT(faults, IsEmpty());
}

}  // namespace
}  // namespace adxf::app
