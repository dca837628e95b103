#include "arch/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::arch {
namespace {

using testing::IsEmpty;

TEST(Runbook, HasAnEntryForEveryReasonOfACondition) {
  fs::path const top = ADXF_SOURCE_DIR;
  auto const runbook = ReadFile(top / "docs/runbook.md");
  std::regex const constant(R"re(\bkReason\w+\s*=\s*"(\w+)")re");
  std::vector<std::string> missing;
  for (auto const& file : FilesBelow({"src/kinds"}, {".hpp"})) {
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), constant), end; it != end;
         ++it) {
      auto const reason = (*it)[1].str();
      if (runbook.find("`" + reason + "`") == std::string::npos)
        missing.push_back(file.path + ": " + reason);
    }
  }

  EXPECT_THAT(missing, IsEmpty());
}

}  // namespace
}  // namespace adxf::arch
