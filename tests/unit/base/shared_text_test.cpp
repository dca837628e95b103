#include "base/shared_text.hpp"

#include "base/shared.hpp"

#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace adxf {
namespace {

// Longer than what fits into a std::string itself.
std::string const kLong =
    "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Kusto/clusters/corp";

TEST(SharedText, IsTheTextThatItWasMadeOf) {
  SharedText const text = kLong;
  EXPECT_EQ(text, kLong);
  EXPECT_EQ(text.Text(), kLong);
  EXPECT_EQ(text.size(), kLong.size());
  EXPECT_EQ("id: " + text + "!", "id: " + kLong + "!");
  EXPECT_NE(text, "another");
  EXPECT_LT(SharedText("a"), SharedText("b"));
}

TEST(SharedText, IsEmptyWithoutText) {
  EXPECT_TRUE(SharedText().empty());
  EXPECT_EQ(SharedText(), SharedText(""));
  EXPECT_EQ(SharedText().Text(), "");
  EXPECT_NE(SharedText(), SharedText("text"));
}

TEST(SharedText, KeepsEachTextOnceAndOnlyAsLongAsAnybodyHoldsIt) {
  auto const before = SharedText::Kept();
  {
    SharedText const one = kLong;
    SharedText const same = std::string(kLong);
    SharedText const copy = one;
    EXPECT_EQ(&one.Text(), &same.Text());
    EXPECT_EQ(&one.Text(), &copy.Text());
    EXPECT_EQ(SharedText::Kept(), before + 1);
  }
  EXPECT_EQ(SharedText::Kept(), before);
}

TEST(SharedText, LetsGoOfWhatItHeldWhenItTakesAnother) {
  auto const before = SharedText::Kept();
  {
    SharedText text = kLong;
    SharedText other = "other";
    text = other;
    EXPECT_EQ(text, "other");
    EXPECT_EQ(SharedText::Kept(), before + 1);
    text = kLong;
    text = std::move(other);
    EXPECT_EQ(text, "other");
    text.clear();
    EXPECT_TRUE(text.empty());
  }
  EXPECT_EQ(SharedText::Kept(), before);
}

TEST(SharedText, StaysWhatItIsWhenItTakesItself) {
  SharedText text = kLong;
  auto& itself = text;
  text = itself;
  EXPECT_EQ(text, kLong);
  text = std::move(itself);
  EXPECT_EQ(text, kLong);
}

TEST(SharedText, IsFoundAndLetGoByManyThreadsAtOnce) {
  auto const before = SharedText::Kept();
  {
    std::vector<std::jthread> threads;
    for (int thread = 0; thread < 4; ++thread) {
      threads.emplace_back([] {
        for (int i = 0; i < 20'000; ++i) {
          SharedText const text = kLong + std::to_string(i % 3);
          SharedText const copy = text;
          if (copy.Text().back() != static_cast<char>('0' + i % 3)) ADD_FAILURE() << copy;
        }
      });
    }
  }
  EXPECT_EQ(SharedText::Kept(), before);
}

TEST(Shared, ComparesByValueAndKeepsADefaultOnce) {
  Shared<std::vector<int>> const none;
  EXPECT_EQ(none, Shared(std::vector<int>()));
  EXPECT_EQ(&*none, &*Shared(std::vector<int>()));
  Shared const some(std::vector{1, 2});
  Shared const copy = some;
  EXPECT_EQ(&*some, &*copy);
  EXPECT_EQ(some, Shared(std::vector{1, 2}));
  EXPECT_NE(some, none);
  EXPECT_EQ(some->size(), 2U);
}

}  // namespace
}  // namespace adxf
