#include "kinds/follower_database/audience.hpp"

#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_sessions.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>
#include <vector>

namespace adxf::follower_database {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class AudienceOfThree : public ::testing::Test {
 protected:
  static kube::ObjectKey Key(std::string const& name) { return {.ns = "team-a", .name = name}; }

  azure::ClusterObserver Observer(std::string const& name) {
    auto const id = model::ResourceId::Parse(
        "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/" + name);
    return {id.value(), nullptr, {}, clock_, random_, Log(log_)};
  }

  std::vector<std::string> Names(azure::ClusterObserver const& observer, azure::News const& news) {
    std::vector<std::string> names;
    for (auto const& it : audience_.Concerned(observer, news))
      names.push_back(it.key.name + (it.was_awaiting ? " awaited" : ""));
    return names;
  }

  test::FakeClock clock_;
  test::FakeRandom random_{0.5};
  test::MemoryLog log_;
  azure::ClusterObserver const corp_ = Observer("corp");
  azure::ClusterObserver const east_ = Observer("east");
  azure::ClusterObserver const west_ = Observer("west");
  std::shared_ptr<Concern const> const any_ = std::make_shared<Concern const>();
  Audience audience_;
};

TEST_F(AudienceOfThree, IsWokenByItsOwnClustersAlone) {
  audience_.Attend(Key("a"), {}, {.follower = &east_, .leader = &corp_}, any_);
  audience_.Attend(Key("b"), {}, {.follower = &west_, .leader = &corp_}, any_);

  EXPECT_THAT(Names(east_, {.is_general = true}), ElementsAre("a"));
  EXPECT_THAT(Names(corp_, {.is_general = true}), ElementsAre("a", "b"));
}

TEST_F(AudienceOfThree, MovesWithItsObject) {
  audience_.Attend(Key("a"), {}, {.follower = &east_, .leader = &corp_}, any_);

  audience_.Attend(Key("a"), {.follower = &east_, .leader = &corp_},
                   {.follower = &west_, .leader = &corp_}, any_);

  EXPECT_THAT(Names(east_, {.is_general = true}), IsEmpty());
  EXPECT_THAT(Names(west_, {.is_general = true}), ElementsAre("a"));
  EXPECT_THAT(Names(corp_, {.is_general = true}), ElementsAre("a"));
}

TEST_F(AudienceOfThree, HearsWhatItsConcernNames) {
  auto const named = std::make_shared<Concern const>(Concern{.is_any = false, .names = {"ours"}});
  audience_.Attend(Key("a"), {}, {.follower = &east_}, named);

  EXPECT_THAT(Names(east_, {.names = {"theirs"}}), IsEmpty());
  EXPECT_THAT(Names(east_, {.names = {"ours"}}), ElementsAre("a"));
}

TEST_F(AudienceOfThree, WhoAwaitsALookIsWokenByTheNextOneOnce) {
  auto const named = std::make_shared<Concern const>(Concern{.is_any = false, .names = {"ours"}});
  audience_.Attend(Key("a"), {}, {.follower = &east_}, named);

  audience_.Await(Key("a"));

  EXPECT_THAT(Names(east_, {}), ElementsAre("a awaited"));
  EXPECT_THAT(Names(east_, {}), IsEmpty());
}

TEST_F(AudienceOfThree, ForgetsWhoLeft) {
  Seat const seat{.follower = &east_, .leader = &corp_};
  audience_.Attend(Key("a"), {}, seat, any_);
  audience_.Await(Key("a"));

  audience_.Leave(Key("a"), seat);

  EXPECT_THAT(Names(east_, {.is_general = true}), IsEmpty());
  EXPECT_THAT(Names(corp_, {.is_general = true}), IsEmpty());
}

}  // namespace
}  // namespace adxf::follower_database
