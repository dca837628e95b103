#include "kinds/follower_database/plan_policies.hpp"
#include "sim/share/world.hpp"
#include "unit/kinds/share_scene.hpp"

#include <gmock/gmock.h>

#include <cstdio>
#include <map>
#include <random>
#include <string>
#include <vector>

namespace adxf::follower_database::share_sim {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAreArray;
using ::testing::IsEmpty;

constexpr int kHistories = 10'000;
constexpr int kMaxPasses = 200;

Spec SpecOf(std::mt19937& random, Spec const& before) {
  auto const chance = [&](unsigned in) { return random() % in == 0; };
  auto spec = before;
  spec.source.share->data_sets.clear();
  if (chance(3)) spec.source.share->data_sets = {"sales"};
  if (chance(3)) spec.source.share->data_sets = {"stock", "sales"};
  spec.caching.reset();
  if (!chance(3)) {
    spec.caching = Caching{.database = CachePolicy{.hot = std::to_string(1 + random() % 30) + "d"}};
  }
  return spec;
}

FollowerDatabase NewObject(std::mt19937& random) {
  auto object = WantedShare();
  object.metadata.finalizers.clear();
  object.spec.source.share->account_location = "westus2";
  if (random() % 3 == 0) object.spec.source.share->subscription_name = "mine";
  if (random() % 3 == 0) object.spec.deletion_policy = DeletionPolicy::kLeave;
  object.spec = SpecOf(random, object.spec);
  return object;
}

/// Passes and time until nothing is left to do; the number of passes it took.
int Settle(World& world) {
  return SettleIn(world, kMaxPasses, [&](int) { world.Elapse(2s); });
}

void ExpectAsDeclared(World const& world) {
  auto const& names = world.Object().spec.source.share->data_sets;
  bool const is_one = names.size() == 1;
  auto const wanted =
      is_one ? std::vector<std::string>{"Sales"} : std::vector<std::string>{"Sales", "Stock"};
  EXPECT_THAT(world.Databases(), ElementsAreArray(wanted));
  for (auto const& name : world.Databases())
    EXPECT_THAT(CompareCaching(world.Object(), world.InForce(name)), IsEmpty());
}

struct Totals {
  std::map<std::string, int> hits;
  int most_passes = 0;
  int asked = 0;
  int revoked = 0;
};

void Disturb(World& world, std::mt19937& random) {
  auto const event = random() % 16;
  if (event == 0 && !world.Object().metadata.IsDeleting())
    world.Edit(SpecOf(random, world.Object().spec));
  if (event == 1) world.ProviderRevokes();
  if (event == 2) world.ProviderReinstates();
  if (event == 3) world.OutsiderDetaches();
  if (event == 4) world.OutsiderUnmaps();
}

/// One history: disturbed passes with edits, a provider and outsiders, perhaps a deletion, then
/// peace.
void Play(std::uint32_t seed, Totals& totals) {
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937 random(seed);
  World world(NewObject(random), seed);
  auto const disturbances = 1 + random() % 24;
  for (unsigned i = 0; i < disturbances; ++i) {
    world.Pass(static_cast<Cut>(random() % kCuts), random() % 3);
    world.Elapse(std::chrono::milliseconds(random() % 8000));
    Disturb(world, random);
  }
  bool const is_deleted = random() % 3 == 0;
  bool const is_revoked = !is_deleted && random() % 5 == 0;
  if (is_revoked) world.ProviderRevokes();
  if (!is_deleted && !is_revoked) world.ProviderReinstates();
  if (is_deleted) {
    world.Delete();
    for (unsigned i = 0; i <= random() % 6; ++i) {
      world.Pass(static_cast<Cut>(random() % kCuts), random() % 2);
      world.Elapse(std::chrono::milliseconds(random() % 8000));
    }
  }

  int passes = Settle(world);
  if (is_revoked && world.HasSubscription() && !world.HasAccess()) {
    ++totals.revoked;
    EXPECT_TRUE(world.NeedsPerson()) << world.Told();
    EXPECT_THAT(world.Databases(), IsEmpty());
    world.ProviderReinstates();
    passes = Settle(world);
  }
  // Others who take it away twice within an hour leave a question that only a person can settle.
  if (passes > kMaxPasses && world.NeedsPerson()) {
    ++totals.asked;
    world.AskAgain();
    passes = Settle(world);
  }

  EXPECT_LE(passes, kMaxPasses) << "does not converge: " << world.Told();
  EXPECT_THAT(world.Violations(), IsEmpty());
  EXPECT_LE(world.Acceptances(), 1);
  if (is_deleted) {
    EXPECT_TRUE(world.IsGone());
    EXPECT_FALSE(world.HasMappings()) << "a mapping is left behind";
    bool const leaves = world.Object().spec.deletion_policy == DeletionPolicy::kLeave;
    EXPECT_FALSE(leaves && world.HasSubscription());
  } else {
    ExpectAsDeclared(world);
  }
  for (auto const& [hit, count] : world.Hits()) totals.hits[hit] += count;
  totals.most_passes = std::max(totals.most_passes, passes);
}

TEST(ShareConvergence, EveryHistoryEndsAsDeclaredWhereverItIsCut) {
  Totals totals;
  for (std::uint32_t seed = 1; seed <= kHistories && !HasFailure(); ++seed) Play(seed, totals);

  std::printf(
      "%d histories; most passes to settle: %d; a person had to ask: %d times; revoked: %d\n",
      kHistories, totals.most_passes, totals.asked, totals.revoked);
  EXPECT_GT(totals.revoked, kHistories / 50);
  ExpectEveryCut(
      totals.hits,
      {"AddFinalizer", "RemoveFinalizer", "RecordClaim", "CreateAccount", "AcceptInvitation",
       "MapDataSet", "RemoveMapping", "LeaveShare", "SetDatabaseCache"},
      kWriteCuts);
}

TEST(ShareConvergence, AnUndisturbedStoryAcceptsOnce) {
  std::mt19937 random(1);
  World world(NewObject(random), 1);

  EXPECT_LE(Settle(world), kMaxPasses);

  EXPECT_EQ(world.Acceptances(), 1);
  ExpectAsDeclared(world);
}

}  // namespace
}  // namespace adxf::follower_database::share_sim
