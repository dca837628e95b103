#include "base/boxed.hpp"

#include <gtest/gtest.h>

#include <string>

namespace adxf {
namespace {

TEST(Boxed, IsAsAnOptional) {
  Boxed<std::string> box;
  EXPECT_FALSE(box);
  EXPECT_EQ(box.value_or("else"), "else");
  box = std::string("text");
  EXPECT_EQ(*box, "text");
  EXPECT_EQ(box->size(), 4U);
  EXPECT_EQ(box.value_or("else"), "text");
  box.emplace();
  EXPECT_TRUE(box.has_value()) << "an empty value is one";
  box = std::nullopt;
  EXPECT_FALSE(box.has_value());
}

TEST(Boxed, CopiesTheValue) {
  Boxed<std::string> const one(std::string("one"));
  auto other = one;
  *other = "other";
  EXPECT_EQ(*one, "one");
  other = one;
  EXPECT_EQ(other, one);
  EXPECT_NE(&*other, &*one);
  auto& self = other;
  other = self;
  EXPECT_EQ(*other, "one");
}

TEST(Boxed, IsEqualByValue) {
  EXPECT_EQ(Boxed<int>(), Boxed<int>());
  EXPECT_EQ(Boxed<int>(1), Boxed<int>(1));
  EXPECT_NE(Boxed<int>(1), Boxed<int>(2));
  EXPECT_NE(Boxed<int>(1), Boxed<int>());
}

}  // namespace
}  // namespace adxf
