#include "arch/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <mutex>
#include <set>
#include <thread>

namespace adxf::arch {
namespace {

using testing::IsEmpty;
using testing::Not;

/// How a header is written in an include line: "base/result.hpp", "emulator/state.hpp".
std::string IncludeName(SourceFile const& header) {
  return header.path.starts_with("src/") ? header.path.substr(4) : header.path;
}

/// Headers whose own source file includes them before anything else: the build of that file is the
/// proof.
std::set<std::string> ProvenByTheBuild(std::vector<SourceFile> const& files) {
  std::set<std::string> proven;
  for (auto const& file : files) {
    auto const includes = IncludesOf(file);
    if (file.IsHeader() || includes.empty() || !includes.front().is_quoted) continue;
    proven.insert(includes.front().name);
  }
  return proven;
}

bool CompilesAlone(std::string const& include) {
  std::string const top = ADXF_SOURCE_DIR;
  auto const command =
      "printf '#include \"%s\"\\n' '" + include +
      "' | " ADXF_CXX
      " -std=c++23 -fsyntax-only -D_TURN_OFF_PLATFORM_STRING -D__cpp_concepts=202002L"
      " -Wno-builtin-macro-redefined -I'" +
      top + "/src' -I'" + top + "' -x c++ -";
  return std::system(command.c_str()) == 0;
}

/// Compiles each on two threads, the most that a small machine has to spare, and returns those that
/// fail.
std::vector<std::string> ThatDoNotCompileAlone(std::vector<std::string> const& headers) {
  std::atomic<std::size_t> next = 0;
  std::mutex mutex;
  std::vector<std::string> failed;
  auto const work = [&] {
    for (auto i = next++; i < headers.size(); i = next++) {
      if (CompilesAlone(headers[i])) continue;
      std::lock_guard const lock(mutex);
      failed.push_back(headers[i]);
    }
  };
  {
    std::jthread const second(work);
    work();
  }
  return failed;
}

TEST(Headers, ComeFirstInTheirOwnSourceFile) {
  auto const files = FilesBelow({"src", "operator", "emulator"});
  std::set<std::string> headers;
  for (auto const& file : files) {
    if (file.IsHeader()) headers.insert(IncludeName(file));
  }
  std::vector<std::string> breaches;
  for (auto const& file : files) {
    if (file.IsHeader()) continue;
    auto const own = IncludeName({file.Folder() + "/" + file.Stem() + ".hpp", {}});
    auto const includes = IncludesOf(file);
    if (headers.contains(own) && (includes.empty() || includes.front().name != own))
      breaches.push_back(file.path);
  }

  EXPECT_THAT(breaches, IsEmpty());
}

TEST(Headers, CompileAlone) {
  auto const files = FilesBelow({"src", "operator", "emulator"});
  ASSERT_THAT(files, Not(IsEmpty()));
  auto const proven = ProvenByTheBuild(files);
  std::vector<std::string> rest;
  for (auto const& file : files) {
    if (file.IsHeader() && !proven.contains(IncludeName(file))) rest.push_back(IncludeName(file));
  }
  RecordProperty("proven_by_the_build", static_cast<int>(proven.size()));

  EXPECT_THAT(ThatDoNotCompileAlone(rest), IsEmpty());
}

}  // namespace
}  // namespace adxf::arch
