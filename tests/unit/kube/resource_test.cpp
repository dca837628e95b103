#include "kube/resource.hpp"

#include <gtest/gtest.h>

namespace adxf::kube {
namespace {

TEST(ObjectKey, ReadsBackWhatItSays) {
  for (auto const& key : {ObjectKey{.ns = "team-a", .name = "sales"}, ObjectKey{.name = "sales"}})
    EXPECT_EQ(ParseObjectKey(ToString(key)), key);
}

TEST(ObjectKey, IsSaidWithItsNamespaceFirst) {
  EXPECT_EQ(ToString({.ns = "team-a", .name = "sales"}), "team-a/sales");
}

}  // namespace
}  // namespace adxf::kube
