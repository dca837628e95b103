#include "emulator/kusto/caching.hpp"

#include "emulator/kusto/policy_json.hpp"

namespace adxf::emulator::kusto {
namespace {

template <class Map>
std::optional<CachingPolicy> Lookup(Map const& map, std::string_view name) {
  auto const found = map.find(name);
  if (found == map.end()) return std::nullopt;
  return found->second;
}

template <class Map>
std::optional<CachingPolicy> EntityPolicy(Map const& map, std::string_view name) {
  auto const found = map.find(name);
  return found == map.end() ? std::nullopt : found->second.caching;
}

std::optional<CachingPolicy> SourcePolicy(Database const& source, Scope scope,
                                          std::string_view name) {
  if (scope == Scope::kDatabase) return source.caching;
  if (scope == Scope::kTables) return EntityPolicy(source.tables, name);
  return EntityPolicy(source.materialized_views, name);
}

std::optional<CachingPolicy> OverrideOf(FollowerOverrides const& overrides, Scope scope,
                                        std::string_view name) {
  if (scope == Scope::kDatabase) return overrides.caching;
  return Lookup(scope == Scope::kTables ? overrides.table_caching : overrides.view_caching, name);
}

}  // namespace

CachingPolicy EverythingHot() { return {.data_hot = Ticks::max(), .index_hot = Ticks::max()}; }

std::optional<CachingPolicy> PolicyAt(DatabaseView const& view, TimePoint now, Scope scope,
                                      std::string_view name) {
  auto leaders = SourcePolicy(*view.source, scope, name);
  if (!view.IsFollowed()) return leaders;
  auto const& overrides = view.Overrides(now);
  if (overrides.caching_kind == ModificationKind::kNone) return leaders;
  auto own = OverrideOf(overrides, scope, name);
  if (own || overrides.caching_kind == ModificationKind::kReplace) return own;
  return leaders;
}

CachingPolicy EffectiveCaching(DatabaseView const& view, TimePoint now, Scope scope,
                               std::string_view name) {
  if (auto const own = PolicyAt(view, now, scope, name)) return *own;
  return PolicyAt(view, now, Scope::kDatabase, {}).value_or(EverythingHot());
}

std::string CachingText(std::optional<CachingPolicy> const& policy) {
  return policy ? Dump(CachingJson(*policy)) : "null";
}

}  // namespace adxf::emulator::kusto
