#include "arch/source_tree.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>

/// docs/runbook/ holds a page <Reason>.md for each reason that a conditions.hpp declares. Reasons
/// under the heading "// Progress." ask nothing of anybody: they share progress.md, a row each.
/// Pages on other subjects have names in lower case; alert-<Name>.md is about the alert of that
/// name, and tests/contract/test_alerts.py knows which alerts there are.
namespace adxf::arch {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

struct Reason {
  std::string constant{};
  std::string name{};
  bool is_progress = false;
};

std::vector<Reason> DeclaredReasons() {
  std::regex const constant(R"re(\b(kReason\w+)\s*=\s*"(\w+)")re");
  std::vector<Reason> reasons;
  for (auto const& file : FilesBelow({"src/kinds"}, {".hpp"})) {
    if (file.Stem() != "conditions") continue;
    auto const begin = file.text.find("// Progress.");
    auto const end = file.text.find("\n\n", begin);
    for (std::sregex_iterator it(file.text.begin(), file.text.end(), constant), none; it != none;
         ++it) {
      auto const at = static_cast<std::size_t>(it->position());
      reasons.push_back({.constant = (*it)[1].str(),
                         .name = (*it)[2].str(),
                         .is_progress = begin < at && at < end});
    }
  }
  return reasons;
}

std::vector<SourceFile> Pages() { return FilesBelow({"docs/runbook"}, {".md"}); }

/// Reasons that some code tells, and that ask for something.
std::vector<Reason> ToldReasons() {
  auto const sources = FilesBelow({"src/kinds"});
  std::vector<Reason> told;
  for (auto const& reason : DeclaredReasons()) {
    bool const is_used = std::ranges::any_of(sources, [&](SourceFile const& file) {
      return file.Stem() != "conditions" && file.text.find(reason.constant) != std::string::npos;
    });
    if (is_used && !reason.is_progress) told.push_back(reason);
  }
  return told;
}

SourceFile Page(std::string const& name) {
  auto const path = "docs/runbook/" + name + ".md";
  return {.path = path, .text = ReadFile(fs::path(ADXF_SOURCE_DIR) / path)};
}

bool IsAboutAReason(SourceFile const& page) {
  return page.Stem() != "README" && std::isupper(static_cast<unsigned char>(page.Stem()[0])) != 0;
}

constexpr std::string_view kAlertPrefix = "alert-";

bool IsAboutAnAlert(SourceFile const& page) { return page.Stem().starts_with(kAlertPrefix); }

std::string SubjectOf(SourceFile const& page) {
  return IsAboutAnAlert(page) ? page.Stem().substr(kAlertPrefix.size()) : page.Stem();
}

TEST(Runbook, HasAPageForEveryReasonOfACondition) {
  auto const reasons = DeclaredReasons();
  auto const progress = Page("progress").text;
  std::vector<std::string> missing;
  for (auto const& reason : reasons) {
    bool const is_there = reason.is_progress
                              ? progress.find("| `" + reason.name + "` |") != std::string::npos
                              : !Page(reason.name).text.empty();
    if (!is_there) missing.push_back(reason.name);
  }

  EXPECT_THAT(missing, IsEmpty());
  EXPECT_GT(reasons.size(), 40U);  // conditions.hpp was found, and read
}

TEST(Runbook, HasNoPageForAReasonThatDoesNotExist) {
  std::vector<std::string> declared;
  for (auto const& reason : DeclaredReasons()) {
    if (!reason.is_progress) declared.push_back(reason.name);
  }

  for (auto const& page : Pages()) {
    if (!IsAboutAReason(page)) continue;
    EXPECT_THAT(declared, Contains(page.Stem())) << page.path;
  }
}

TEST(Runbook, SaysOnEachPageWhatItMeansHowToLookAndHowToMend) {
  for (auto const& page : Pages()) {
    if (!IsAboutAReason(page) && !IsAboutAnAlert(page)) continue;
    EXPECT_THAT(page.text, testing::StartsWith("# " + SubjectOf(page) + "\n")) << page.path;
    for (auto const* heading : {"## What it means", "## How to look", "## How to mend"})
      EXPECT_THAT(page.text, HasSubstr(std::string("\n") + heading + "\n")) << page.path;
    EXPECT_LE(page.Lines(), 40) << page.path;
  }
}

TEST(Runbook, ListsEveryPageInItsIndex) {
  auto const index = Page("README").text;

  for (auto const& page : Pages()) {
    if (page.Stem() == "README") continue;
    EXPECT_THAT(index, HasSubstr("](" + page.Stem() + ".md)")) << page.path;
  }
}

TEST(Runbook, MarksWithADaggerWhatNothingTellsYet) {
  auto const told = ToldReasons();
  auto const index = Page("README").text;

  for (auto const& reason : DeclaredReasons()) {
    auto const begin = index.find("](" + reason.name + ".md)");
    if (reason.is_progress || begin == std::string::npos) continue;
    bool const is_told = std::ranges::find(told, reason.name, &Reason::name) != told.end();
    bool const has_dagger =
        index.substr(begin, index.find('\n', begin) - begin).find("†") != std::string::npos;
    EXPECT_NE(is_told, has_dagger) << reason.name;
  }
}

/// What GitHub makes of a heading, for a link to it.
std::string AnchorOf(std::string const& heading) {
  std::string anchor;
  for (char const c : heading) {
    auto const byte = static_cast<unsigned char>(c);
    if (std::isalnum(byte) != 0 || c == '-' || c == '_')
      anchor += static_cast<char>(std::tolower(byte));
    if (c == ' ') anchor += '-';
  }
  return anchor;
}

std::vector<std::string> AnchorsOf(std::string const& text) {
  std::regex const heading(R"re((?:^|\n)#+ ([^\n]+))re");
  std::vector<std::string> anchors;
  for (std::sregex_iterator it(text.begin(), text.end(), heading), none; it != none; ++it)
    anchors.push_back(AnchorOf((*it)[1].str()));
  return anchors;
}

SourceFile Troubleshooting() {
  std::string const path = "docs/troubleshooting.md";
  return {.path = path, .text = ReadFile(fs::path(ADXF_SOURCE_DIR) / path)};
}

TEST(Troubleshooting, HasARowForEveryReasonAndMarksWhatNothingTellsYet) {
  auto const told = ToldReasons();
  auto const text = Troubleshooting().text;

  for (auto const& reason : DeclaredReasons()) {
    if (reason.is_progress) continue;
    bool const is_told = std::ranges::find(told, reason.name, &Reason::name) != told.end();
    auto const row =
        "\n| [" + reason.name + "](runbook/" + reason.name + ".md)" + (is_told ? " | [" : " † | [");
    EXPECT_THAT(text, HasSubstr(row)) << reason.name;
  }
}

TEST(Troubleshooting, LinksToPagesAndHeadingsThatExist) {
  auto const page = Troubleshooting();
  auto const anchors = AnchorsOf(page.text);
  std::regex const link(R"re(\]\(([^)#]*)(?:#([^)]*))?\))re");

  for (std::sregex_iterator it(page.text.begin(), page.text.end(), link), none; it != none; ++it) {
    auto const file = (*it)[1].str();
    if (file.empty()) {
      EXPECT_THAT(anchors, Contains((*it)[2].str()));
    } else {
      EXPECT_TRUE(fs::exists(fs::path(ADXF_SOURCE_DIR) / "docs" / file)) << file;
    }
  }
}

TEST(Reasons, AreEachMetInAnEndToEndTest) {
  auto const tests = FilesBelow({"tests/e2e"}, {".py"});
  std::vector<std::string> unmet;
  for (auto const& reason : ToldReasons()) {
    bool const is_met = std::ranges::any_of(tests, [&](SourceFile const& file) {
      return file.text.find('"' + reason.name + '"') != std::string::npos;
    });
    if (!is_met) unmet.push_back(reason.name);
  }

  EXPECT_THAT(unmet, IsEmpty());
}

TEST(Runbook, LinksToPagesThatExist) {
  std::regex const link(R"re(\]\(([\w-]+\.md)\))re");
  for (auto const& page : Pages()) {
    for (std::sregex_iterator it(page.text.begin(), page.text.end(), link), none; it != none;
         ++it) {
      auto const target = fs::path(ADXF_SOURCE_DIR) / "docs/runbook" / (*it)[1].str();
      EXPECT_TRUE(fs::exists(target)) << page.path << " links to " << (*it)[1].str();
    }
  }
}

}  // namespace
}  // namespace adxf::arch
