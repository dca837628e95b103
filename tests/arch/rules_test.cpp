#include "arch/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::arch {
namespace {

using testing::IsEmpty;

std::vector<SourceFile> ProductFiles() { return FilesBelow({"src", "operator", "emulator"}); }

std::vector<SourceFile> Only(std::vector<SourceFile> files, auto const& wanted) {
  std::erase_if(files, [&](SourceFile const& file) { return !wanted(file); });
  return files;
}

/// The model and everything of a kind that decides: the same input gives the same output, always.
bool IsPure(SourceFile const& file) {
  if (file.path.starts_with("src/model/")) return true;
  auto const stem = file.Stem();
  return file.path.starts_with("src/kinds/") &&
         (stem.starts_with("types") || stem.starts_with("plan"));
}

bool MayIncludeCpprest(SourceFile const& file) {
  return file.path == "src/http/listener.cpp" || file.path == "src/http/cpprest_on_clang.hpp";
}

/// The operator's client, and the emulator's server.
bool MayIncludeBeast(SourceFile const& file) {
  return file.path.starts_with("src/http/") || file.path == "emulator/https_server.cpp";
}

TEST(Rules, OnlyTheClockSleeps) {
  auto const files = FilesBelow({"src", "operator", "emulator", "tests", "bench"});

  EXPECT_THAT(
      Matches(files, R"(\b(sleep_for|sleep_until|usleep|nanosleep|clock_nanosleep|sleep)\s*\()",
              {"src/base/clock.cpp"}),
      IsEmpty());
}

TEST(Rules, HttpLibrariesStayBehindTheirInterfaces) {
  std::vector<std::string> breaches;
  for (auto const& file : ProductFiles()) {
    for (auto const& include : IncludesOf(file)) {
      auto const is_cpprest =
          include.name.starts_with("cpprest/") || include.name.starts_with("pplx/");
      auto const is_beast = include.name.starts_with("boost/");
      if ((is_cpprest && !MayIncludeCpprest(file)) || (is_beast && !MayIncludeBeast(file)))
        breaches.push_back(file.path + " includes " + include.name);
    }
  }

  EXPECT_THAT(breaches, IsEmpty());
}

TEST(Rules, NothingPrintsBesidesTheLog) {
  EXPECT_THAT(
      Matches(FilesBelow({"src"}), R"(\bstd::(cout|cerr|clog)\b|\b(printf|fprintf|puts)\s*\()"),
      IsEmpty());
}

TEST(Rules, FilesStayShort) {
  std::vector<std::string> long_ones;
  auto const files = FilesBelow({"src", "operator", "emulator", "tests", "bench", "scripts"},
                                {".hpp", ".cpp", ".py", ".sh", ".go"});
  for (auto const& file : files) {
    if (file.Lines() > 400)
      long_ones.push_back(file.path + " has " + std::to_string(file.Lines()) + " lines");
  }

  EXPECT_THAT(long_ones, IsEmpty());
}

TEST(Rules, HeadersOpenNoNamespaceForTheirIncluders) {
  auto const headers = Only(ProductFiles(), [](SourceFile const& file) { return file.IsHeader(); });

  EXPECT_THAT(Matches(headers, R"(\busing\s+namespace\b)"), IsEmpty());
}

TEST(Rules, HeadersAreGuardedByPragmaOnce) {
  auto const unguarded = Only(ProductFiles(), [](SourceFile const& file) {
    return file.IsHeader() && file.text.find("#pragma once") == std::string::npos;
  });
  std::vector<std::string> names;
  for (auto const& file : unguarded) names.push_back(file.path);

  EXPECT_THAT(names, IsEmpty());
}

TEST(Rules, PureFilesIncludeNothingThatTouchesTheWorld) {
  std::vector<std::string> breaches;
  std::regex const forbidden(
      R"(^(base/(log|random|metrics)\.hpp|(http|azure|kube|runtime)/.*|iostream|fstream|random|thread|filesystem)$)");
  for (auto const& file : Only(ProductFiles(), IsPure)) {
    for (auto const& include : IncludesOf(file)) {
      if (std::regex_match(include.name, forbidden))
        breaches.push_back(file.path + " includes " + include.name);
    }
  }

  EXPECT_THAT(breaches, IsEmpty());
}

TEST(Rules, PureFilesAskNoClock) {
  // TimePoint comes from base/clock.hpp and is welcome; the Clock itself and the machine's clocks
  // are not.
  EXPECT_THAT(Matches(Only(ProductFiles(), IsPure),
                      R"(\bClock\s*[&*]|_clock::now\b|\btime\s*\(|\bgetenv\b)"),
              IsEmpty());
}

TEST(Rules, SeeCodeAndNotProse) {
  std::vector<SourceFile> const files = {{"a.cpp",
                                          "// sleep_for(1s)\nauto text = \"usleep(3)\"; /* sleep( "
                                          "*/ auto raw = R\"x(nanosleep()x\";\n"},
                                         {"b.cpp", "std::this_thread::sleep_for(1s);\n"}};

  EXPECT_THAT(Matches(files, R"(\b(sleep_for|usleep|nanosleep|sleep)\s*\()"),
              testing::ElementsAre("b.cpp: sleep_for("));
}

}  // namespace
}  // namespace adxf::arch
