#include "kinds/follower_database/plan_policies.hpp"
#include "sim/follower_database/world.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <map>
#include <random>
#include <string>

namespace adxf::follower_database::sim {
namespace {

using namespace std::chrono_literals;
using ::testing::IsEmpty;

constexpr int kHistories = 10'000;
constexpr int kMaxPasses = 200;

std::string UserNamed(std::string const& digit) {
  return "aaduser=cccccccc-0000-0000-0000-00000000000" + digit +
         ";aaaaaaaa-0000-0000-0000-000000000001";
}

Spec SpecOf(std::mt19937& random) {
  auto const chance = [&](unsigned in) { return random() % in == 0; };
  Spec spec;
  spec.follower_cluster.resource_id = kFollower;
  spec.source.leader = LeaderSource{.cluster_resource_id = kLeader, .database = "Sales"};
  if (!chance(3)) {
    Caching caching{
        .modification_kind = chance(2) ? ModificationKind::kReplace : ModificationKind::kUnion,
        .prefetch_extents = chance(3)};
    caching.database = CachePolicy{.hot = std::to_string(1 + random() % 30) + "d"};
    if (chance(2))
      caching.tables = {{.name = "Events", .hot = "30d"}, {.name = "Orders", .hot = "30d"}};
    if (chance(3)) caching.materialized_views = {{.name = "Daily", .hot = "90d"}};
    spec.caching = caching;
  }
  if (!chance(3)) {
    Permissions permissions{.modification_kind =
                                chance(2) ? ModificationKind::kReplace : ModificationKind::kUnion};
    if (chance(3)) permissions.ownership = Ownership::kAuthoritative;
    for (unsigned i = 0; i <= random() % 3; ++i) {
      permissions.grants.push_back({.role = chance(2) ? Role::kViewer : Role::kMonitor,
                                    .principal = UserNamed(std::to_string(i))});
      if (chance(4)) {
        permissions.grants.back().expires_at =
            model::ToTimestamp(kStart) + std::chrono::seconds(random() % 90);
      }
    }
    spec.permissions = permissions;
  }
  if (chance(4)) spec.sharing = Sharing{.tables = {.include = {"Orders", "Ev*"}}};
  return spec;
}

FollowerDatabase NewObject(std::mt19937& random) {
  FollowerDatabase object;
  object.metadata = {
      .name = "sales", .name_space = "analytics", .uid = "uid-1", .resource_version = "1"};
  object.spec = SpecOf(random);
  if (random() % 4 == 0) object.spec.attachment_name = "chosen-by-user";
  return object;
}

/// Passes and time until nothing is left to do; the number of passes it took.
int Settle(World& world) {
  // An hour is waited for what the leader may list yet.
  return SettleIn(world, kMaxPasses, [&](int pass) {
    world.Elapse(pass < kMaxPasses / 2 ? Duration(2s) : Duration(1min));
  });
}

void ExpectAsDeclared(World const& world) {
  EXPECT_TRUE(world.IsAttached());
  auto const& want = world.Object();
  EXPECT_THAT(CompareCaching(want, world.InForce()), IsEmpty());
  Observed const seen{.client_id = kOperator};
  EXPECT_THAT(CompareGrants(want, seen, world.InForce(), world.Now()), IsEmpty());
}

struct Totals {
  std::map<std::string, int> hits;
  int most_passes = 0;
  int asked = 0;
};

/// One history: a few disturbed passes with edits, outsiders and perhaps a deletion, then peace.
void Play(std::uint32_t seed, Totals& totals) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  World world(NewObject(random), seed);
  auto const disturbances = 1 + random() % 12;
  for (unsigned i = 0; i < disturbances; ++i) {
    world.Pass(static_cast<Cut>(random() % kCuts), random() % 4);
    world.Elapse(std::chrono::milliseconds(random() % 8000));
    auto const event = random() % 12;
    if (event == 0 && !world.Object().metadata.IsDeleting()) {
      auto spec = SpecOf(random);
      spec.attachment_name = world.Object().spec.attachment_name;
      world.Edit(std::move(spec));
    }
    if (event == 1) world.OutsiderChangesCaching();
    if (event == 2) world.OutsiderGrants(UserNamed("9"));
    if (event == 3) world.SetClock(random() % 2 == 0 ? 2h : -2h);
  }
  bool const is_deleted = random() % 3 == 0;
  if (is_deleted) {
    world.Delete();
    world.Restrict(static_cast<FollowerSide>(random() % kFollowerSides));
    for (unsigned i = 0; i <= random() % 3; ++i) {
      world.Pass(static_cast<Cut>(random() % kCuts), 0);
      world.Elapse(std::chrono::milliseconds(random() % 8000));
    }
  }

  int passes = Settle(world);
  // Others who undo a change twice before it shows leave a question that only a person can settle.
  if (passes > kMaxPasses && world.NeedsPerson()) {
    ++totals.asked;
    world.AskAgain();
    passes = Settle(world);
  }

  EXPECT_LE(passes, kMaxPasses) << "does not converge: " << world.Told();
  EXPECT_THAT(world.Violations(), IsEmpty());
  if (is_deleted) {
    EXPECT_TRUE(world.IsGone());
    EXPECT_FALSE(world.IsAttached()) << "access is left behind";
  } else {
    ExpectAsDeclared(world);
  }
  for (auto const& [hit, count] : world.Hits()) totals.hits[hit] += count;
  totals.most_passes = std::max(totals.most_passes, passes);
}

TEST(Convergence, EveryHistoryEndsAsDeclaredWhereverItIsCut) {
  Totals totals;
  for (std::uint32_t seed = 1; seed <= kHistories && !HasFailure(); ++seed) Play(seed, totals);

  std::printf("%d histories; most passes to settle: %d; a person had to ask: %d times\n",
              kHistories, totals.most_passes, totals.asked);
  EXPECT_LT(totals.asked, kHistories / 500);
  ExpectEveryCut(
      totals.hits,
      {"AddFinalizer", "RemoveFinalizer", "RecordClaim", "Attach", "Detach", "DetachFromLeader",
       "SetDatabaseCache", "SetEntityCache", "SetCachingKind", "AddPrincipals", "DropPrincipals"},
      kWriteCuts);
  ExpectEveryCut(totals.hits, {"Attach", "SetDatabaseCache", "AddPrincipals"}, {Cut::kStale});
}

TEST(Convergence, AnUndisturbedRolloutPutsTheAttachmentOnce) {
  std::mt19937 random(1);
  World world(NewObject(random), 1);

  Settle(world);

  EXPECT_EQ(world.AcceptedPuts(), 1);
  ExpectAsDeclared(world);
}

TEST(Convergence, AVanishedAttachmentIsMadeAgainOnceAnHour) {
  std::mt19937 random(1);
  World world(NewObject(random), 1);
  Settle(world);
  world.OutsiderRemovesAttachment();
  Settle(world);
  EXPECT_TRUE(world.IsAttached());

  world.OutsiderRemovesAttachment();
  Settle(world);

  EXPECT_FALSE(world.IsAttached());
  auto const* stalled = model::FindCondition(world.Object().status.conditions, "Stalled");
  ASSERT_NE(stalled, nullptr);
  EXPECT_EQ(stalled->reason, "DetachedByOthers");
}

TEST(Convergence, AnswersLostOnThePutDoNotMakeItTwice) {
  for (auto const cut : {Cut::kCrashAfter, Cut::kLostAnswer}) {
    std::mt19937 random(1);
    World world(NewObject(random), 1);
    for (std::size_t at = 0; at < 4; ++at) world.Pass(cut, at);

    Settle(world);

    EXPECT_EQ(world.AcceptedPuts(), 1);
  }
}

}  // namespace
}  // namespace adxf::follower_database::sim
