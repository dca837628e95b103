#include "model/packed.hpp"
#include "runtime/store.hpp"

#include <gmock/gmock.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace adxf::runtime {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

struct PackedThing {
  model::ObjectMeta metadata{};
  int value = 0;
};

model::Packed Pack(PackedThing const& thing) {
  model::Packer out;
  out.Put(thing.metadata.name);
  out.Put(thing.metadata.name_space);
  out.Put(thing.metadata.uid);
  out.Put(std::string_view(thing.metadata.resource_version));
  out.Put(std::int64_t{thing.value});
  return out.Done();
}

void Unpack(model::Packed const& packed, PackedThing& thing) {
  model::Unpacker in(packed);
  in.Take(thing.metadata.name);
  in.Take(thing.metadata.name_space);
  in.Take(thing.metadata.uid);
  in.Take(thing.metadata.resource_version);
  std::int64_t value = 0;
  in.Take(value);
  thing.value = static_cast<int>(value);
}

PackedThing MakePacked(std::string const& name, std::string const& version, int value) {
  PackedThing thing{.metadata = {.name = name, .name_space = "team-a"}, .value = value};
  thing.metadata.uid = "u1";
  thing.metadata.resource_version = version;
  return thing;
}

kube::ObjectKey Key(std::string const& name) { return {.ns = "team-a", .name = name}; }

TEST(PackedStore, ShowsWhatWasPutIn) {
  Store<PackedThing> store;
  store.BeginInit();
  store.InitApply(MakePacked("a", "1", 1));
  store.InitApply(MakePacked("b", "2", 2));
  EXPECT_THAT(store.FinishInit(), SizeIs(2));
  store.Overlay(MakePacked("a", "3", 3));
  auto const change = store.Apply(MakePacked("b", "4", 4));

  EXPECT_EQ(store.Get(Key("a"))->value, 3);
  EXPECT_EQ(store.Get(Key("b"))->value, 4);
  EXPECT_EQ(change.before->value, 2);
  EXPECT_EQ(store.Delete(Key("b")).before->value, 4);
  EXPECT_EQ(store.Get(Key("b")), nullptr);
}

TEST(PackedStore, StaysAsItIsWhenTheFullStateOfAnotherScopeComes) {
  Store<PackedThing> store({"team-a", "team-b"});
  store.InitApply(MakePacked("a", "1", 1), "team-a");
  store.FinishInit("team-a");

  EXPECT_THAT(store.FinishInit("team-b"), IsEmpty());

  EXPECT_EQ(store.Get(Key("a"))->value, 1);
}

TEST(PackedStore, VisitsAllInTheOrderOfTheirNames) {
  Store<PackedThing> store;
  for (auto const* name : {"b", "c", "a"}) store.Apply(MakePacked(name, "1", 0));
  std::vector<std::string> visited;

  store.ForEach([&](PackedThing const& it) {
    visited.push_back(it.metadata.name);
    store.Delete(Key("b"));  // what goes meanwhile is left out
  });

  EXPECT_THAT(visited, ElementsAre("a", "c"));
}

}  // namespace
}  // namespace adxf::runtime
