#include "azure/news.hpp"

#include <gmock/gmock.h>

namespace adxf::azure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

using Databases = std::vector<ArmDatabase>;

std::set<std::string> Differences(Databases const& before, std::optional<Databases> const& after) {
  News news;
  news.AddDifferences(std::make_shared<Databases const>(before), after);
  return news.names;
}

TEST(News, NamesWhatCameWentAndDiffers) {
  EXPECT_THAT(Differences({{.name = "Gone"}, {.name = "Same"}, {.name = "Other"}},
                          Databases{{.name = "Same"},
                                    {.name = "Other", .provisioning_state = "Moving"},
                                    {.name = "New"}}),
              ElementsAre("gone", "new", "other"));
}

TEST(News, ThereAreNoneOfWhatWasNotRead) {
  EXPECT_THAT(Differences({{.name = "Sales"}}, std::nullopt), IsEmpty());
}

TEST(News, EverythingIsNewTheFirstTime) {
  News news;
  news.AddDifferences(std::shared_ptr<Databases const>(), std::optional(Databases{{.name = "A"}}));

  EXPECT_THAT(news.names, ElementsAre("a"));
}

TEST(News, AreAddedUp) {
  News news{.names = {"a"}};
  EXPECT_TRUE(news.IsAny());

  news.Add({.is_general = true, .names = {"b"}});

  EXPECT_TRUE(news.is_general);
  EXPECT_THAT(news.names, ElementsAre("a", "b"));
  EXPECT_FALSE(News{}.IsAny());
}

}  // namespace
}  // namespace adxf::azure
