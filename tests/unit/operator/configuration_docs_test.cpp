#include "operator/flags.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

namespace adxf::app {
namespace {

TEST(ConfigurationDocs, ThePageInTheTreeIsWhatTheTableSays) {
  std::ifstream file(std::string(ADXF_SOURCE_DIR) + "/docs/configuration.md");
  std::string const page{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};

  EXPECT_EQ(page, ConfigurationDocs()) << "run make generate";
}

}  // namespace
}  // namespace adxf::app
