#include "runtime/finalizer.hpp"

#include "support/fake_clock.hpp"
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
  model::ObjectMeta seen{.name = meta.at("name").get<std::string>(),
                         .name_space = meta.at("namespace").get<std::string>(),
                         .uid = meta.at("uid").get<std::string>()};
  seen.resource_version = meta.at("resourceVersion");
  seen.generation = meta.at("generation");
  for (auto const& it : meta.value("finalizers", std::vector<std::string>{}))
    seen.finalizers.emplace_back(it);
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
  std::vector<SharedText> Stored() { return MetaOf(*kube_.Find(kType, kKey)).finalizers; }

  test::FakeKube kube_;
  test::FakeClock clock_;
  Finalizers finalizers_{kube_, kType, kOurs, clock_};
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

/// As the API server tells of it at the end.
class GoneTest : public FinalizersTest {
 protected:
  GoneTest() {
    EXPECT_TRUE(finalizers_.Add(Store({}), {}));
    last_ = MetaOf(*kube_.Find(kType, kKey));
  }

  model::ObjectMeta last_;
};

TEST_F(GoneTest, KeepsWhatWentWithoutWaitingForAFinalizerJustPut) {
  clock_.Advance(std::chrono::minutes(5));

  EXPECT_TRUE(finalizers_.KeepsGone(last_));
  EXPECT_TRUE(last_.IsDeleting());
  EXPECT_TRUE(last_.is_gone);
}

TEST_F(GoneTest, KeepsNothingElse) {
  auto let_go = last_;
  let_go.finalizers = {"other/one"};
  auto waited = last_;
  waited.deletion_timestamp = model::Timestamp{};
  auto of_another_process = last_;
  of_another_process.uid = "another";

  for (auto* it : {&let_go, &waited, &of_another_process}) EXPECT_FALSE(finalizers_.KeepsGone(*it));
  clock_.Advance(std::chrono::seconds(301));
  EXPECT_FALSE(finalizers_.KeepsGone(last_)) << "no DELETE takes so long";
  EXPECT_FALSE(last_.is_gone);
}

TEST_F(GoneTest, TellsWhoKeepsItWhenItsFinalizerGoesAndWritesNothing) {
  std::vector<std::string> told;
  finalizers_.OnLetGo([&](kube::ObjectKey const& key) { told.push_back(kube::ToString(key)); });
  ASSERT_TRUE(finalizers_.KeepsGone(last_));
  auto const calls = kube_.calls().size();

  EXPECT_TRUE(finalizers_.Remove(last_, {}));

  EXPECT_THAT(told, ElementsAre("team-a/sales"));
  EXPECT_EQ(kube_.calls().size(), calls);
}

}  // namespace
}  // namespace adxf::runtime
