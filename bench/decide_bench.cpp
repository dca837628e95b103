#include "base/text.hpp"
#include "kinds/follower_database/claims.hpp"
#include "kinds/follower_database/plan.hpp"
#include "objects.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace adxf::follower_database {
namespace {

constexpr int kTables = 50;

SeenCluster Cluster(std::string const& id) {
  return {.readability = Readability::kReadable,
          .key = ToLower(id),
          .uri = "https://c.westus2.kusto.windows.net",
          .location = "westus2",
          .state = "Running"};
}

/// Attached, with the overrides that `want` declares in force.
Observed AsDeclared(FollowerDatabase const& want) {
  auto const& leader = *want.spec.source.leader;
  auto const name = AttachmentName(want, "1234abcd");
  Observed seen{.instance = "1234abcd"};
  seen.follower = Cluster(want.spec.follower_cluster.resource_id);
  seen.leader = Cluster(leader.cluster_resource_id);
  seen.leader_databases = std::vector<std::string>{leader.database};
  seen.is_inventory_fresh = true;
  seen.attachments = {{.name = name,
                       .leader_key = seen.leader.key,
                       .leader_id = leader.cluster_resource_id,
                       .database = leader.database,
                       .provisioning_state = "Succeeded"}};
  seen.databases = {{.name = leader.database,
                     .is_following = true,
                     .leader_key = seen.leader.key,
                     .attachment_name = name,
                     .original_name = leader.database}};
  seen.overrides_readability = Readability::kReadable;
  SeenOverrides overrides{.database = leader.database, .principals_kind = ModificationKind::kUnion};
  if (want.spec.caching) {
    for (auto const& table : want.spec.caching->tables) {
      overrides.entities[table.name] = {.hot = model::Timespan::Parse(table.hot).value()};
    }
  }
  seen.overrides = {overrides};
  return seen;
}

FollowerDatabase Plain() {
  auto want = bench::Typed(1);
  want.spec.caching.reset();
  want.spec.permissions.reset();
  return want;
}

FollowerDatabase WithTables() {
  auto want = Plain();
  want.spec.caching.emplace();
  for (int i = 0; i < kTables; ++i) {
    want.spec.caching->tables.push_back(
        {.name = "Table" + std::to_string(i), .hot = std::to_string(i + 1) + "d"});
  }
  return want;
}

void Measure(benchmark::State& state, FollowerDatabase const& want, Observed const& seen,
             std::size_t actions) {
  TimePoint const now(std::chrono::seconds(1'800'000'000));
  if (Decide(want, seen, now).actions.size() != actions) state.SkipWithError("another plan");
  for (auto _ : state) benchmark::DoNotOptimize(Decide(want, seen, now));
  state.SetItemsProcessed(state.iterations());
}

void BM_DecideReady(benchmark::State& state) {
  auto const want = Plain();
  Measure(state, want, AsDeclared(want), 0);
}
BENCHMARK(BM_DecideReady)->Unit(benchmark::kMicrosecond);

void BM_DecideReadyWith50Tables(benchmark::State& state) {
  auto const want = WithTables();
  Measure(state, want, AsDeclared(want), 0);
}
BENCHMARK(BM_DecideReadyWith50Tables)->Unit(benchmark::kMicrosecond);

/// Every table has a span of its own, so that each needs a command.
void BM_DecideToApply50Tables(benchmark::State& state) {
  auto const want = WithTables();
  auto seen = AsDeclared(want);
  seen.overrides.front().entities.clear();
  Measure(state, want, seen, kTables);
}
BENCHMARK(BM_DecideToApply50Tables)->Unit(benchmark::kMicrosecond);

/// One object changes and asks for its rivals, among 10,000.
void BM_Claims(benchmark::State& state) {
  ClaimIndex claims;
  std::vector<FollowerDatabase> objects;
  for (std::size_t i = 0; i < bench::kObjects; ++i) {
    objects.push_back(bench::Typed(i));
    claims.Put(objects.back());
  }
  std::size_t next = 0;
  for (auto _ : state) {
    auto const& object = objects[next++ % objects.size()];
    claims.Put(object);
    benchmark::DoNotOptimize(claims.OlderClaim(object));
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_Claims);

}  // namespace
}  // namespace adxf::follower_database
