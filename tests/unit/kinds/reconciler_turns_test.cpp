#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

/// Objects on one cluster, where one at a time may write.
using FollowerTurns = ReconcilerScene;

TEST_F(FollowerTurns, WritesOnAClusterForOneObjectAtATime) {
  azure_.SetOperationSpan(7s);
  for (int i = 0; i < 8; ++i) {
    azure_.AddDatabase(leader_, "Db" + std::to_string(i));
    Apply("db-" + std::to_string(i), "Db" + std::to_string(i));
  }

  RunFor(5min);

  for (int i = 0; i < 8; ++i) EXPECT_TRUE(IsReady("db-" + std::to_string(i))) << i;
  EXPECT_EQ(azure_.Count("PutAttachment"), 8U);
  EXPECT_EQ(azure_.Overlaps(), 0);
}

TEST_F(FollowerTurns, SpacesWhatItTellsOfThousandsThatWait) {
  constexpr int kCount = 130;
  azure_.SetOperationSpan(10min);
  for (int i = 0; i < kCount; ++i) {
    azure_.AddDatabase(leader_, "Db" + std::to_string(i));
    Apply("db-" + std::to_string(i), "Db" + std::to_string(i));
  }

  RunFor(65s, 5s);
  EXPECT_GE(kube_.Count("put status"), 100U);
  EXPECT_LE(kube_.Count("put status"), 110U);

  RunFor(2min, 15s);
  for (int i = 0; i < kCount; ++i) EXPECT_NE(ReasonOf("db-" + std::to_string(i)), "absent") << i;
}

TEST_F(FollowerTurns, TellsOnlyTheEndOfWorkThatIsSoonDoneWhenItsTurnHasCome) {
  azure_.SetOperationSpan(6s);
  for (auto const* name : {"One", "Two", "Three", "Four"}) {
    azure_.AddDatabase(leader_, name);
    Apply(name, name);
  }

  RunFor(50s);

  EXPECT_TRUE(IsReady("Four"));
  EXPECT_EQ(kube_.Count("put status"), 4U);
}

TEST_F(FollowerTurns, FinishesWhatIsBegunBeforeItBeginsMore) {
  azure_.SetOperationSpan(6s);
  for (auto const* name : {"One", "Two", "Three", "Four"}) {
    azure_.AddDatabase(leader_, name);
    Apply(name, name);
    Edit(name, [](auto& object) {
      object["spec"]["caching"] = {{"modificationKind", "Union"}, {"database", {{"hot", "7d"}}}};
    });
  }

  std::size_t put_before = 0;
  azure_.BeforeEach([&](std::string const& call, auto const&) {
    bool const is_first = call == "alter follower database policy caching" && put_before == 0;
    if (is_first) put_before = azure_.Count("PutAttachment");
  });

  RunFor(50s);

  EXPECT_EQ(put_before, 2U);
}

TEST_F(FollowerTurns, GoesBeforeTheRestOfTheFirstListWhileOthersWaitForIt) {
  HoldWatch(true);
  Apply("sales");
  feed_.OnInit();
  EXPECT_TRUE(feed_.OnInitApply(*kube_.Find(ResourceTypeOfKind(), Key("sales"))));
  feed_.OnInitDone();
  Run();
  ASSERT_EQ(azure_.Count("PutAttachment"), 1U);
  queue_.Add(Key("orders"), runtime::kResync);

  clock_.Advance(10ms);

  EXPECT_EQ(queue_.TryTake()->key, Key("sales"));
  EXPECT_EQ(queue_.TryTake()->key, Key("orders"));
}

TEST_F(FollowerTurns, WritesAgainOnAClusterWhoseHolderOfTheSlotWentAway) {
  azure_.SetOperationSpan(20s);
  Apply("sales");
  RunFor(3s);
  kube_.Erase(ResourceTypeOfKind(), Key("sales"));

  Apply("orders", "Orders");
  RunFor(2min);

  EXPECT_TRUE(IsReady("orders"));
}

TEST_F(FollowerTurns, GetsTheFinalizerWhenItsTurnHasCome) {
  azure_.SetOperationSpan(20s);
  Apply("sales");
  RunFor(3s);
  Apply("orders", "Orders");
  RunFor(3s);
  EXPECT_THAT(Object("sales").metadata.finalizers, ElementsAre(kFinalizer));
  EXPECT_THAT(Object("orders").metadata.finalizers, IsEmpty());

  RunFor(60s);

  EXPECT_TRUE(IsReady("orders"));
  EXPECT_EQ(kube_.Count("get"), 0U) << "each finalizer has proved that its object is current";
}

}  // namespace
}  // namespace adxf::follower_database
