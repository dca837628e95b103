#include "runtime/finalizer.hpp"

#include "support/fake_kube.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace adxf::runtime {
namespace {

using ::testing::ElementsAre;

kube::ResourceType const kType{
    .group = "adxfollower.io", .version = "v1alpha1", .plural = "things", .kind = "Thing"};
kube::ObjectKey const kKey{.ns = "team-a", .name = "sales"};
constexpr char const* kOurs = "adxfollower.io/detach";

model::ObjectMeta MetaOf(nlohmann::json const& object) {
  auto const& meta = object.at("metadata");
  model::ObjectMeta seen{.name = meta.at("name"),
                         .name_space = meta.at("namespace").get<std::string>(),
                         .uid = meta.at("uid")};
  seen.resource_version = meta.at("resourceVersion");
  seen.generation = meta.at("generation");
  seen.finalizers = meta.value("finalizers", std::vector<std::string>{});
  if (meta.contains("deletionTimestamp")) seen.deletion_timestamp = model::Timestamp{};
  return seen;
}

class FinalizersTest : public ::testing::Test {
 protected:
  model::ObjectMeta Store(std::vector<std::string> finalizers) {
    return MetaOf(kube_.Put(
        kType,
        {{"metadata", {{"name", "sales"}, {"namespace", "team-a"}, {"finalizers", finalizers}}},
         {"spec", 1}}));
  }
  std::vector<std::string> Stored() { return MetaOf(*kube_.Find(kType, kKey)).finalizers; }

  test::FakeKube kube_;
  Finalizers finalizers_{kube_, kType, kOurs};
};

TEST_F(FinalizersTest, AddsBehindThoseOfOthersAndReturnsTheNewVersion) {
  auto const seen = Store({"other/one"});
  auto const after = finalizers_.Add(seen, {});

  ASSERT_TRUE(after);
  EXPECT_THAT(Stored(), ElementsAre("other/one", kOurs));
  EXPECT_EQ(*after, MetaOf(*kube_.Find(kType, kKey)));
}

TEST_F(FinalizersTest, AddsToAnObjectThatHasNone) {
  kube_.Put(kType, {{"metadata", {{"name", "sales"}, {"namespace", "team-a"}}}});

  ASSERT_TRUE(finalizers_.Add(MetaOf(*kube_.Find(kType, kKey)), {}));
  EXPECT_THAT(Stored(), ElementsAre(kOurs));
}

TEST_F(FinalizersTest, WritesNothingWhenThereIsNothingToDo) {
  auto const seen = Store({kOurs});
  EXPECT_EQ(finalizers_.Add(seen, {}).value(), seen);
  auto const bare = Store({});
  EXPECT_EQ(finalizers_.Remove(bare, {}).value(), bare);

  EXPECT_EQ(kube_.Writes(), 0U);
}

TEST_F(FinalizersTest, IsAConflictWhenTheObjectMovedOn) {
  auto const seen = Store({});
  kube_.Edit(kType, kKey, [](auto& object) { object["spec"] = 2; });

  EXPECT_EQ(finalizers_.Add(seen, {}).error().code, Code::kConflict);
  EXPECT_THAT(Stored(), ElementsAre());
}

TEST_F(FinalizersTest, IsAConflictWhenTheObjectWasMadeAnew) {
  auto const seen = Store({kOurs});
  kube_.Erase(kType, kKey);
  Store({kOurs});

  EXPECT_EQ(finalizers_.Remove(seen, {}).error().code, Code::kConflict);
  EXPECT_THAT(Stored(), ElementsAre(kOurs));
}

TEST_F(FinalizersTest, NeverRemovesAFinalizerOfOthers) {
  auto const seen = Store({"other/one", kOurs, "other/two"});

  ASSERT_TRUE(finalizers_.Remove(seen, {}));
  EXPECT_THAT(Stored(), ElementsAre("other/one", "other/two"));
}

TEST_F(FinalizersTest, LetsADeletedObjectGo) {
  Store({kOurs});
  kube_.Delete(kType, kKey);

  ASSERT_TRUE(finalizers_.Remove(MetaOf(*kube_.Find(kType, kKey)), {}));
  EXPECT_FALSE(kube_.Find(kType, kKey));
}

TEST_F(FinalizersTest, TakesAnObjectThatIsGoneAsRemoved) {
  auto const seen = Store({kOurs});
  kube_.Erase(kType, kKey);
  auto const after = finalizers_.Remove(seen, {});

  ASSERT_TRUE(after);
  EXPECT_FALSE(after->HasFinalizer(kOurs));
}

TEST_F(FinalizersTest, RefusesToAddWhileDeleting) {
  Store({"other/one"});
  kube_.Delete(kType, kKey);

  EXPECT_EQ(finalizers_.Add(MetaOf(*kube_.Find(kType, kKey)), {}).error().code, Code::kInvalid);
  EXPECT_EQ(kube_.Writes(), 0U);
}

TEST_F(FinalizersTest, FindsItsLostWriteDoneOnTheNextPass) {
  auto const seen = Store({});
  kube_.LoseNextAnswer("patch");
  EXPECT_EQ(finalizers_.Add(seen, {}).error().code, Code::kUnavailable);
  EXPECT_EQ(finalizers_.Add(seen, {}).error().code, Code::kConflict) << "stale now";

  EXPECT_TRUE(finalizers_.Add(MetaOf(*kube_.Find(kType, kKey)), {}));
  EXPECT_THAT(Stored(), ElementsAre(kOurs));
}

}  // namespace
}  // namespace adxf::runtime
