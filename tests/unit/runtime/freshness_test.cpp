#include "runtime/freshness.hpp"

#include "model/object_json.hpp"
#include "support/fake_kube.hpp"

#include <gtest/gtest.h>

namespace adxf::runtime {
namespace {

kube::ResourceType const kType{
    .group = "adxfollower.io", .version = "v1alpha1", .plural = "things", .kind = "Thing"};

class FreshnessTest : public ::testing::Test {
 protected:
  [[nodiscard]] Result<bool> IsStill(model::ObjectMeta const& seen) {
    return IsCurrent(kube_, kType, seen, {});
  }

  test::FakeKube kube_;
  model::ObjectMeta const seen_ = *model::DecodeMeta(
      kube_.Put(kType, {{"metadata", {{"name", "sales"}, {"namespace", "team-a"}}}, {"spec", 1}}));
};

TEST_F(FreshnessTest, IsOfTheSameObjectAndTheSameSpec) {
  auto made_anew = seen_;
  made_anew.uid = "second";
  auto changed = seen_;
  ++changed.generation;
  auto deleted = seen_;
  deleted.deletion_timestamp = model::Timestamp(std::chrono::seconds(5));
  auto held = seen_;
  held.finalizers = {"adxfollower.io/detach"};

  EXPECT_TRUE(*IsStill(seen_));
  EXPECT_FALSE(*IsStill(made_anew)) << "under the same name";
  EXPECT_FALSE(*IsStill(changed));
  EXPECT_FALSE(*IsStill(deleted));
  EXPECT_FALSE(*IsStill(held)) << "somebody took the finalizer off";
}

TEST_F(FreshnessTest, DoesNotCareForTheStatus) {
  auto other_version = seen_;
  other_version.resource_version = "7";

  EXPECT_TRUE(*IsStill(other_version));
}

TEST_F(FreshnessTest, SaysWhenTheObjectIsGone) {
  auto gone = seen_;
  gone.name = "elsewhere";

  EXPECT_EQ(IsStill(gone).error().code, Code::kNotFound);
}

TEST_F(FreshnessTest, IsOfAnObjectThatIsGoneAsLongAsItStaysGone) {
  auto gone = seen_;
  gone.is_gone = true;
  EXPECT_FALSE(*IsStill(gone)) << "made anew, or not gone at all";

  kube_.Erase(kType, {.ns = "team-a", .name = "sales"});
  EXPECT_TRUE(*IsStill(gone));

  kube_.FailNext("get", {.code = Code::kUnavailable});
  EXPECT_FALSE(IsStill(gone)) << "nobody knows";
}

}  // namespace
}  // namespace adxf::runtime
