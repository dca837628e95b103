#include "base/text.hpp"
#include "base/time_format.hpp"
#include "kinds/follower_database/plan_policies.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace adxf::follower_database {
namespace {

struct WantedEntity {
  EntityKind kind = EntityKind::kTable;
  std::string name{};
  CacheValue policy{};
};

CacheValue ValueOf(std::string const& hot, std::vector<HotWindow> windows) {
  // The schema has checked the literal; one that slipped through would compare unequal for ever, so
  // it counts as zero.
  auto const parsed = model::Timespan::Parse(hot);
  std::ranges::sort(windows, {}, &HotWindow::from);
  return {.hot = parsed.value_or(model::Timespan{}), .windows = std::move(windows)};
}

std::string Text(CacheValue const& value) {
  std::string text = value.hot.ToKusto();
  for (auto const& window : value.windows)
    text += " " + FormatRfc3339(window.from) + ".." + FormatRfc3339(window.to);
  return text;
}

std::map<std::string, WantedEntity> WantedEntities(Caching const& caching) {
  std::map<std::string, WantedEntity> result;
  auto const add = [&](EntityKind kind, std::vector<NamedCachePolicy> const& entities) {
    for (auto const& it : entities) {
      result[ToLower(it.name)] = {
          .kind = kind, .name = it.name, .policy = ValueOf(it.hot, it.hot_windows)};
    }
  };
  add(EntityKind::kTable, caching.tables);
  add(EntityKind::kMaterializedView, caching.materialized_views);
  return result;
}

std::string FieldOf(EntityKind kind, std::string const& name) {
  return (kind == EntityKind::kTable ? "caching.tables/" : "caching.materializedViews/") +
         ToLower(name);
}

/// The follower lists overrides of tables and of materialized views in one map. What an entry is, a
/// reading tells, or the status remembers; else nobody knows.
std::optional<EntityKind> KindOf(FollowerDatabase const& want, SeenOverrides const& have,
                                 std::string const& name) {
  if (auto const known = have.kinds.find(ToLower(name)); known != have.kinds.end())
    return known->second;
  if (!want.status.effective_policy) return std::nullopt;
  auto const& entries = want.status.effective_policy->caching;
  bool const was_view = std::ranges::any_of(entries, [&](EffectiveCache const& it) {
    return it.kind == EntityKind::kMaterializedView &&
           EqualsIgnoreCase(it.database, have.database) && EqualsIgnoreCase(it.name, name);
  });
  return was_view ? std::optional(EntityKind::kMaterializedView) : std::nullopt;
}

void CompareDatabase(std::vector<Difference>& out, Caching const& caching,
                     SeenOverrides const& have) {
  PolicyKey const key{.database = have.database, .field = "caching.database"};
  if (!caching.database) {
    if (have.cache) {
      out.push_back(
          {.key = key, .value = "none", .had = Text(*have.cache), .command = DropDatabaseCache{}});
    }
    return;
  }
  auto const wanted = ValueOf(caching.database->hot, caching.database->hot_windows);
  if (have.cache == wanted) return;
  out.push_back({.key = key,
                 .value = Text(wanted),
                 .had = have.cache ? Text(*have.cache) : "none",
                 .command = SetDatabaseCache{.policy = wanted}});
}

void CompareEntities(std::vector<Difference>& out, FollowerDatabase const& want,
                     Caching const& caching, SeenOverrides const& have) {
  auto const wanted = WantedEntities(caching);
  std::map<std::string, CacheValue> shown;
  for (auto const& [name, policy] : have.entities) shown[ToLower(name)] = policy;
  for (auto const& [lower, entity] : wanted) {
    auto const found = shown.find(lower);
    if (found != shown.end() && found->second == entity.policy) continue;
    out.push_back({.key = {.database = have.database, .field = FieldOf(entity.kind, entity.name)},
                   .value = Text(entity.policy),
                   .had = found == shown.end() ? "none" : Text(found->second),
                   .command = SetEntityCache{
                       .kind = entity.kind, .names = {entity.name}, .policy = entity.policy}});
  }
  for (auto const& [name, policy] : have.entities) {
    if (wanted.contains(ToLower(name))) continue;
    auto const known = KindOf(want, have, name);
    auto const kind = known.value_or(EntityKind::kTable);
    out.push_back({.key = {.database = have.database, .field = FieldOf(kind, name)},
                   .value = "none",
                   .had = Text(policy),
                   .command = DropEntityCache{.kind = kind, .names = {name}},
                   .is_guess = !known});
  }
}

}  // namespace

std::vector<Difference> CompareCaching(FollowerDatabase const& want, SeenOverrides const& have) {
  // Absent caching declares the service's own default: the leader's policies, nothing overridden.
  auto const caching = want.spec.caching.value_or(Caching{});
  std::vector<Difference> out;
  CompareDatabase(out, caching, have);
  CompareEntities(out, want, caching, have);
  if (have.prefetch != caching.prefetch_extents) {
    out.push_back({.key = {.database = have.database, .field = "caching.prefetchExtents"},
                   .value = caching.prefetch_extents ? "true" : "false",
                   .had = have.prefetch ? "true" : "false",
                   .command = SetPrefetch{.prefetch = caching.prefetch_extents}});
  }
  if (have.caching_kind != caching.modification_kind) {
    out.push_back({.key = {.database = have.database, .field = "caching.modificationKind"},
                   .value = std::string(ToString(caching.modification_kind)),
                   .had = std::string(ToString(have.caching_kind)),
                   .command = SetCachingKind{.kind = caching.modification_kind}});
  }
  return out;
}

}  // namespace adxf::follower_database
