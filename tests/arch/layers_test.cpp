#include "arch/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>

namespace adxf::arch {
namespace {

using testing::IsEmpty;
using testing::Not;

std::set<std::string> const kOurFolders = {"base",    "model", "http",     "azure",    "kube",
                                           "runtime", "kinds", "operator", "emulator", "support"};

/// What may be included, by the layer of the including file. A new arrow needs an architecture
/// decision record.
std::map<std::string, std::set<std::string>> const kArrows = {
    {"base", {"base"}},
    {"model", {"base", "model"}},
    {"http", {"base", "http"}},
    {"azure", {"base", "model", "http", "azure"}},
    {"kube", {"base", "model", "http", "kube"}},
    {"runtime", {"base", "model", "kube", "runtime"}},
    {"kinds (pure)", {"base", "model", "kinds (pure)"}},
    {"kinds", {"base", "model", "azure", "kube", "runtime", "kinds", "kinds (pure)"}},
    {"operator",
     {"base", "model", "http", "azure", "kube", "runtime", "kinds", "kinds (pure)", "operator"}},
    {"emulator", {"base", "model", "emulator"}},
    {"support",
     {"base", "model", "http", "azure", "kube", "runtime", "kinds", "kinds (pure)", "support"}},
};

/// Files of a kind that only compute: what it is, what is decided about it. Every other file of a
/// kind may touch the world.
bool IsPureStem(std::string const& stem) {
  return stem.starts_with("types") || stem.starts_with("plan") || stem == "conditions" ||
         stem == "lag_history" || stem == "lag_judge";
}

/// The layer of a path such as "kinds/follower_database/plan.hpp" (without the leading src/ or
/// tests/).
std::optional<std::string> LayerOf(std::string const& path) {
  auto const first = path.substr(0, path.find('/'));
  if (!kOurFolders.contains(first)) return std::nullopt;
  if (first != "kinds") return first;
  return IsPureStem(fs::path(path).stem().string()) ? "kinds (pure)" : "kinds";
}

std::string WithoutTop(std::string const& path) {
  for (std::string const top : {"src/", "tests/"}) {
    if (path.starts_with(top)) return path.substr(top.size());
  }
  return path;
}

std::string KindOf(std::string const& path) {
  auto const start = path.find("kinds/") + 6;
  return path.substr(start, path.find('/', start) - start);
}

/// A kind sees another kind's types, nothing else of it. What all kinds share is not a kind.
bool ReachesIntoAnotherKind(std::string const& from, std::string const& included) {
  if (!from.starts_with("kinds/") || !included.starts_with("kinds/")) return false;
  if (KindOf(included) == "azure_access" || KindOf(included) == "common") return false;
  return KindOf(from) != KindOf(included) &&
         !fs::path(included).stem().string().starts_with("types");
}

std::vector<std::string> ForbiddenArrows(std::vector<SourceFile> const& files) {
  std::vector<std::string> breaches;
  for (auto const& file : files) {
    auto const path = WithoutTop(file.path);
    auto const from = LayerOf(path);
    if (!from) continue;
    for (auto const& include : IncludesOf(file)) {
      auto const to = include.is_quoted ? LayerOf(include.name) : std::nullopt;
      if (!to) continue;
      if (!kArrows.at(*from).contains(*to) || ReachesIntoAnotherKind(path, include.name)) {
        breaches.push_back(file.path + " (" + *from + ") includes " + include.name);
      }
    }
  }
  return breaches;
}

TEST(Layers, PointDownOnly) {
  auto const files = FilesBelow({"src", "operator", "emulator", "tests/support"});
  ASSERT_THAT(files, Not(IsEmpty()));

  EXPECT_THAT(ForbiddenArrows(files), IsEmpty());
}

TEST(Layers, QuotedIncludesNameAFileOfOursFromTheTop) {
  fs::path const top = ADXF_SOURCE_DIR;
  std::vector<std::string> strays;
  for (auto const& file : FilesBelow({"src", "operator", "emulator"})) {
    for (auto const& include : IncludesOf(file)) {
      auto const is_there =
          fs::exists(top / "src" / include.name) || fs::exists(top / include.name);
      if (include.is_quoted && !is_there) strays.push_back(file.path + " includes " + include.name);
    }
  }

  EXPECT_THAT(strays, IsEmpty());
}

TEST(Layers, ForbidWhatTheTableDoesNotAllow) {
  std::vector<SourceFile> const files = {
      {"src/azure/arm_client.cpp", "#include \"kube/api_client.hpp\"\n"},
      {"src/kinds/follower_database/plan.cpp", "#include \"azure/arm_client.hpp\"\n"},
      {"src/kinds/invitation/plan.cpp", "#include \"kinds/data_share/plan.hpp\"\n"},
      {"emulator/state.cpp", "#include \"http/request.hpp\"\n"},
      {"src/runtime/controller.cpp", "#include \"base/clock.hpp\"\n"}};

  EXPECT_EQ(ForbiddenArrows(files).size(), 4U);
}

}  // namespace
}  // namespace adxf::arch
