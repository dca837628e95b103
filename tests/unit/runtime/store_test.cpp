#include "runtime/store.hpp"

#include "runtime/change.hpp"
#include "runtime/store_feed.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <string>
#include <thread>
#include <vector>

namespace adxf::runtime {
namespace {

using ::testing::ElementsAre;

struct Thing {
  model::ObjectMeta metadata{};
  int value = 0;
};

Thing MakeThing(std::string name, std::string version, int value = 0, std::string uid = "u1") {
  Thing thing{.metadata = {.name = std::move(name), .name_space = "team-a"}, .value = value};
  thing.metadata.uid = std::move(uid);
  thing.metadata.resource_version = std::move(version);
  thing.metadata.generation = 1;
  return thing;
}

kube::ObjectKey Key(std::string name) { return {.ns = "team-a", .name = std::move(name)}; }

template <class K>
std::vector<std::string> Names(Store<K> const& store) {
  std::vector<std::string> names;
  for (auto const& object : store.List()) names.push_back(object->metadata.name);
  return names;
}

TEST(ResourceVersions, CompareAsNumbersOfAnyLength) {
  EXPECT_TRUE(IsAtLeast("10", "9"));
  EXPECT_FALSE(IsAtLeast("9", "10"));
  EXPECT_TRUE(IsAtLeast("10", "10"));
  EXPECT_TRUE(IsAtLeast("0010", "9"));
  EXPECT_TRUE(IsAtLeast("100000000000000000000000", "99999999999999999999999"));
}

TEST(ResourceVersions, ThatAreNoNumbersOnlyEqualThemselves) {
  EXPECT_TRUE(IsAtLeast("abc", "abc"));
  EXPECT_FALSE(IsAtLeast("abc", "1"));
  EXPECT_FALSE(IsAtLeast("", "1"));
}

TEST(Store, ShowsAFullStateOnlyWhenItIsComplete) {
  Store<Thing> store;
  store.BeginInit();
  store.InitApply(MakeThing("a", "1"));
  EXPECT_FALSE(store.Ready().IsOpen());
  EXPECT_EQ(store.Size(), 0U);
  store.FinishInit();

  EXPECT_TRUE(store.Ready().IsOpen());
  EXPECT_THAT(Names(store), ElementsAre("a"));
}

TEST(Store, IsReadyWithAnEmptyState) {
  Store<Thing> store;
  store.BeginInit();
  store.FinishInit();

  EXPECT_TRUE(store.Ready().IsOpen());
}

TEST(Store, DropsWhatANewFullStateLacksAndTells) {
  Store<Thing> store;
  store.BeginInit();
  store.InitApply(MakeThing("a", "1"));
  store.InitApply(MakeThing("b", "2"));
  store.FinishInit();
  store.BeginInit();
  EXPECT_THAT(Names(store), ElementsAre("a", "b")) << "the old state is shown meanwhile";
  store.InitApply(MakeThing("b", "3"));
  auto const changes = store.FinishInit();

  EXPECT_THAT(Names(store), ElementsAre("b"));
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0].key, Key("b"));
  EXPECT_EQ(changes[1].key, Key("a"));
  EXPECT_EQ(changes[1].after, nullptr);
  EXPECT_TRUE(changes[1].from_full_state);
}

TEST(Store, ForgetsAHalfListThatIsBegunAnew) {
  Store<Thing> store;
  store.BeginInit();
  store.InitApply(MakeThing("stale", "1"));
  store.BeginInit();
  store.InitApply(MakeThing("a", "2"));
  store.FinishInit();

  EXPECT_THAT(Names(store), ElementsAre("a"));
}

TEST(Store, KeepsSnapshotsAliveAndUnchanged) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "1", 1));
  auto const before = store.Get(Key("a"));
  store.Apply(MakeThing("a", "2", 2));
  store.Delete(Key("a"));

  EXPECT_EQ(before->value, 1);
  EXPECT_EQ(store.Get(Key("a")), nullptr);
}

TEST(Store, DeletesFromAStateThatIsStillArriving) {
  Store<Thing> store;
  store.BeginInit();
  store.InitApply(MakeThing("a", "1"));
  store.Delete(Key("a"));
  store.FinishInit();

  EXPECT_EQ(store.Size(), 0U);
}

TEST(Store, ShowsAnOwnWriteUntilTheWatchIsAsNew) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "9", 1));
  store.Overlay(MakeThing("a", "11", 2));
  EXPECT_EQ(store.Get(Key("a"))->value, 2);
  store.Apply(MakeThing("a", "10", 3));
  EXPECT_EQ(store.Get(Key("a"))->value, 2) << "older than what was written";
  store.Apply(MakeThing("a", "11", 4));
  EXPECT_EQ(store.Get(Key("a"))->value, 4);
  store.Apply(MakeThing("a", "12", 5));

  EXPECT_EQ(store.Get(Key("a"))->value, 5);
}

TEST(Store, ShowsAnOwnWriteOverAnOlderFullState) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "9", 1));
  store.Overlay(MakeThing("a", "11", 2));
  store.BeginInit();
  store.InitApply(MakeThing("a", "10", 3));
  store.FinishInit();

  EXPECT_EQ(store.Get(Key("a"))->value, 2);
}

TEST(Store, DropsAnOwnWriteWhenTheObjectWasMadeAnew) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "9", 1));
  store.Overlay(MakeThing("a", "11", 2));
  store.Apply(MakeThing("a", "10", 3, "u2"));

  EXPECT_EQ(store.Get(Key("a"))->value, 3);
}

TEST(Store, IgnoresAnOwnWriteToAnObjectThatIsGoneOrOtherOrOlder) {
  Store<Thing> store;
  store.Overlay(MakeThing("gone", "5"));
  EXPECT_EQ(store.Size(), 0U);
  store.Apply(MakeThing("a", "9", 1));
  store.Overlay(MakeThing("a", "11", 2, "u2"));
  store.Overlay(MakeThing("a", "8", 3));

  EXPECT_EQ(store.Get(Key("a"))->value, 1);
}

Thing InNamespace(std::string name_space, std::string name) {
  auto thing = MakeThing(std::move(name), "1");
  thing.metadata.name_space = std::move(name_space);
  return thing;
}

TEST(Store, IsReadyWhenEveryNamespaceHasToldItsState) {
  Store<Thing> store({"a", "b"});
  store.BeginInit("a");
  store.BeginInit("b");
  store.InitApply(InNamespace("a", "x"), "a");
  store.FinishInit("a");
  EXPECT_FALSE(store.Ready().IsOpen());
  EXPECT_THAT(Names(store), ElementsAre("x"));

  store.InitApply(InNamespace("b", "y"), "b");
  store.FinishInit("b");
  EXPECT_TRUE(store.Ready().IsOpen());
  EXPECT_THAT(Names(store), ElementsAre("x", "y"));
}

TEST(Store, AFullStateOfOneNamespaceLeavesTheOthersAlone) {
  Store<Thing> store({"a", "b"});
  for (std::string const name : {"a", "b"}) {
    store.BeginInit(name);
    store.InitApply(InNamespace(name, "of-" + name), name);
    store.FinishInit(name);
  }
  store.BeginInit("a");
  auto const changes = store.FinishInit("a");

  ASSERT_EQ(changes.size(), 1U);
  EXPECT_EQ(changes[0].key, (kube::ObjectKey{.ns = "a", .name = "of-a"}));
  EXPECT_EQ(changes[0].after, nullptr);
  EXPECT_THAT(Names(store), ElementsAre("of-b"));
}

TEST(Store, WakesWhoWaitsForTheFirstState) {
  Store<Thing> store;
  std::jthread const filler([&] {
    store.BeginInit();
    store.FinishInit();
  });

  EXPECT_TRUE(store.Ready().Wait({}, std::chrono::hours(1)));
}

TEST(ReadyLatch, EndsAWaitOnStop) {
  ReadyLatch latch;
  std::stop_source stop;
  stop.request_stop();

  EXPECT_FALSE(latch.Wait(stop.get_token(), std::chrono::hours(1)));
}

TEST(Change, OfStatusAloneNeedsNoPass) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "1"));

  EXPECT_EQ(PriorityOf(store.Apply(MakeThing("a", "2", 7))), std::nullopt);
}

TEST(Change, OfWhatIsDeclaredIsUrgent) {
  Store<Thing> store;
  EXPECT_EQ(PriorityOf(store.Apply(MakeThing("a", "1"))), kUserChange) << "new";
  auto thing = MakeThing("a", "2");
  thing.metadata.generation = 2;
  EXPECT_EQ(PriorityOf(store.Apply(thing)), kUserChange);
  thing.metadata.annotations["adxfollower.io/reconcile-at"] = "now";
  EXPECT_EQ(PriorityOf(store.Apply(thing)), kUserChange);
  thing.metadata.finalizers = {"x"};
  EXPECT_EQ(PriorityOf(store.Apply(thing)), kUserChange);
  thing.metadata.deletion_timestamp = model::Timestamp{};
  EXPECT_EQ(PriorityOf(store.Apply(thing)), kUserChange);
  EXPECT_EQ(PriorityOf(store.Delete(Key("a"))), kUserChange);
}

TEST(Change, LearnedFromAFullStateIsAResyncUnlessSomethingMoved) {
  Store<Thing> store;
  auto const relist = [&](Thing thing) {
    store.BeginInit();
    store.InitApply(std::move(thing));
    return PriorityOf(store.FinishInit().at(0));
  };
  auto thing = MakeThing("a", "1");
  EXPECT_EQ(relist(thing), kResync);
  EXPECT_EQ(relist(thing), kResync);
  thing.metadata.generation = 5;
  EXPECT_EQ(relist(thing), kUserChange);
}

Result<Thing> DecodeThing(nlohmann::json const& object) {
  if (!object.contains("value")) return Fail(Code::kInvalid, "no value");
  return MakeThing(object.at("metadata").at("name"), object.at("metadata").at("resourceVersion"),
                   object.at("value"));
}

nlohmann::json Document(std::string const& name, std::string const& version) {
  return {{"metadata", {{"name", name}, {"namespace", "team-a"}, {"resourceVersion", version}}},
          {"value", 1}};
}

TEST(StoreFeed, TellsTheListenerAfterTheStoreShowsTheChange) {
  Store<Thing> store;
  std::vector<std::string> heard;
  StoreFeed<Thing> feed(store, DecodeThing, [&](Change<Thing> const& change) {
    EXPECT_EQ(store.Get(change.key), change.after);
    heard.push_back(change.key.name + (change.after ? "+" : "-"));
  });
  feed.OnInit();
  EXPECT_TRUE(feed.OnInitApply(Document("a", "1")));
  EXPECT_THAT(heard, ElementsAre());
  feed.OnInitDone();
  EXPECT_TRUE(feed.OnApply(Document("b", "2")));
  EXPECT_TRUE(feed.OnDelete(Document("a", "3")));

  EXPECT_THAT(heard, ElementsAre("a+", "b+", "a-"));
}

TEST(StoreFeed, ReturnsTheErrorOfAnObjectThatCannotBeRead) {
  Store<Thing> store;
  StoreFeed<Thing> feed(store, DecodeThing, [](auto const&) {});

  EXPECT_FALSE(feed.OnApply({{"metadata", {{"name", "a"}}}}));
  EXPECT_FALSE(feed.OnDelete({{"metadata", nlohmann::json::object()}}));
}

Thing MakeGone(std::string const& name, std::string const& version) {
  auto thing = MakeThing(name, version);
  thing.metadata.deletion_timestamp = model::Timestamp{};
  thing.metadata.is_gone = true;
  return thing;
}

TEST(Store, KeepsAnObjectThatIsGoneUntilItIsLetGo) {
  Store<Thing> store;
  store.Apply(MakeThing("a", "1"));
  store.BeginInit();
  store.InitApply(MakeThing("a", "1"));

  auto const change = store.Keep(MakeGone("a", "2"));
  EXPECT_EQ(PriorityOf(change), kUserChange);
  store.FinishInit();
  store.BeginInit();
  store.FinishInit();
  ASSERT_TRUE(store.Get(Key("a"))) << "no full state has it";
  EXPECT_TRUE(store.Get(Key("a"))->metadata.is_gone);

  EXPECT_EQ(store.LetGo(Key("a"))->after, nullptr);
  EXPECT_EQ(store.Size(), 0U);
  EXPECT_FALSE(store.LetGo(Key("a")));
}

TEST(Store, ShowsOneThatIsMadeAnewInPlaceOfOneThatIsGone) {
  Store<Thing> store;
  store.Keep(MakeGone("a", "2"));

  store.Apply(MakeThing("a", "3"));

  EXPECT_FALSE(store.LetGo(Key("a")));
  EXPECT_FALSE(store.Get(Key("a"))->metadata.is_gone);
}

}  // namespace
}  // namespace adxf::runtime
