#include "base/text.hpp"
#include "kinds/follower_database/plan_attachment.hpp"
#include "kinds/follower_database/plan_policies.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace adxf::follower_database {
namespace {

/// One database, as its overrides and the last reading show it, and as it was told before.
struct Describing {
  FollowerDatabase const& want;
  SeenOverrides const& have;
  SeenInForce const* in_force;  ///< Null: not asked for.
  EffectivePolicy const& told;

  /// What only a reading can tell stays as it was.
  [[nodiscard]] bool KeepsTold() const {
    return in_force != nullptr && in_force->readability != Readability::kReadable;
  }

  [[nodiscard]] bool IsMine(std::string const& database) const {
    return EqualsIgnoreCase(database, have.database);
  }

  [[nodiscard]] EntityKind KindOf(std::string const& name) const {
    if (auto const known = have.kinds.find(ToLower(name)); known != have.kinds.end())
      return known->second;
    auto const is_it = [&](auto const& it) { return EqualsIgnoreCase(it.name, name); };
    bool const is_declared =
        want.spec.caching && std::ranges::any_of(want.spec.caching->materialized_views, is_it);
    bool const was_view = std::ranges::any_of(told.caching, [&](EffectiveCache const& it) {
      return it.kind == EntityKind::kMaterializedView && IsMine(it.database) && is_it(it);
    });
    return is_declared || was_view ? EntityKind::kMaterializedView : EntityKind::kTable;
  }

  [[nodiscard]] EffectiveCache const* Told(EffectiveCache const& entry) const {
    auto const found = std::ranges::find_if(told.caching, [&](EffectiveCache const& it) {
      return IsMine(it.database) && it.kind == entry.kind &&
             EqualsIgnoreCase(it.name, entry.name) && it.origin == PolicyOrigin::kLeader;
    });
    return found == told.caching.end() ? nullptr : &*found;
  }

  [[nodiscard]] EffectiveCache Entry(EntityKind kind, std::string const& name,
                                     CacheValue const& value) const {
    EffectiveCache entry{.database = have.database, .kind = kind, .name = name};
    bool const has_effect = have.caching_kind != ModificationKind::kNone;
    entry.origin = has_effect ? PolicyOrigin::kFollower : PolicyOrigin::kLeader;
    if (has_effect) entry.hot = value.hot.ToKusto();
    if (KeepsTold()) {
      auto const* before = Told(entry);
      return before == nullptr ? entry : *before;
    }
    if (in_force == nullptr || kind != EntityKind::kTable) return entry;
    auto const found = in_force->tables.find(ToLower(name));
    if (found == in_force->tables.end()) return entry;
    entry.hot = found->second.ToKusto();
    if (found->second != value.hot) entry.origin = PolicyOrigin::kLeader;
    return entry;
  }

  void Caching(std::vector<EffectiveCache>& out) const {
    if (have.cache) out.push_back(Entry(EntityKind::kDatabase, {}, *have.cache));
    for (auto const& [name, value] : have.entities) out.push_back(Entry(KindOf(name), name, value));
  }

  [[nodiscard]] bool IsOverride(PrincipalInForce const& principal) const {
    return have.principals_kind != ModificationKind::kNone &&
           std::ranges::any_of(have.principals, [&](SeenPrincipal const& it) {
             return EqualsIgnoreCase(ToString(it.role), principal.role) &&
                    EqualsIgnoreCase(it.principal, principal.principal);
           });
  }

  [[nodiscard]] EffectivePrincipal Entry(std::string const& role, std::string const& principal,
                                         PolicyOrigin origin) const {
    return {.database = have.database, .role = role, .principal = principal, .origin = origin};
  }

  void Principals(std::vector<EffectivePrincipal>& out) const {
    auto const first = static_cast<std::ptrdiff_t>(out.size());
    if (in_force != nullptr && !KeepsTold() && in_force->principals) {
      for (auto const& it : *in_force->principals) {
        auto const origin = IsOverride(it) ? PolicyOrigin::kFollower : PolicyOrigin::kLeader;
        out.push_back(Entry(it.role, it.principal, origin));
      }
    } else {
      OverridesAndTold(out);
    }
    std::ranges::sort(out.begin() + first, out.end(), {}, [](EffectivePrincipal const& it) {
      return std::tie(it.role, it.principal, it.origin);
    });
  }

  void OverridesAndTold(std::vector<EffectivePrincipal>& out) const {
    if (have.principals_kind != ModificationKind::kNone) {
      for (auto const& it : have.principals) {
        out.push_back(Entry(std::string(ToString(it.role)), it.principal, PolicyOrigin::kFollower));
      }
    }
    if (!KeepsTold()) return;
    std::ranges::copy_if(told.principals, std::back_inserter(out), [&](auto const& it) {
      return IsMine(it.database) && it.origin == PolicyOrigin::kLeader;
    });
  }

  void Grants(std::vector<GrantStatus>& out) const {
    for (auto const& principal : have.principals) {
      if (!IsMarkedAsOurs(want, principal.note)) continue;
      auto const* grant = GrantBehind(want, principal);
      out.push_back({.database = have.database,
                     .role = principal.role,
                     .principal = grant == nullptr ? principal.principal : grant->principal,
                     .resolved_principal = principal.principal,
                     .expires_at = grant == nullptr ? std::nullopt : grant->expires_at});
    }
  }
};

/// The status without what the leader alone decides: its policies in force, and their number.
Status WithoutLeaders(Status status) {
  status.truncated.clear();
  if (!status.effective_policy) return status;
  auto const is_leaders = [](auto const& it) { return it.origin == PolicyOrigin::kLeader; };
  std::erase_if(status.effective_policy->caching, is_leaders);
  std::erase_if(status.effective_policy->principals, is_leaders);
  return status;
}

}  // namespace

void DescribePolicies(Status& status, FollowerDatabase const& want, Observed const& seen) {
  auto const told = want.status.effective_policy.value_or(EffectivePolicy{});
  EffectivePolicy policy;
  for (auto const* list : {"grants", "effectivePolicy.caching", "effectivePolicy.principals"})
    kinds::ForgetCut(status.truncated, list);
  status.grants.clear();
  for (auto const* database : MyDatabases(want, seen)) {
    auto const have = OverridesOf(seen, database->name);
    Describing const describing{
        .want = want, .have = have, .in_force = InForceOn(seen, database->name), .told = told};
    describing.Caching(policy.caching);
    describing.Principals(policy.principals);
    if (!have.is_unclear) {
      describing.Grants(status.grants);
      continue;
    }
    std::ranges::copy_if(want.status.grants, std::back_inserter(status.grants),
                         [&](GrantStatus const& it) { return describing.IsMine(it.database); });
  }
  status.effective_policy = std::move(policy);
}

bool IsOnlyLeadersNews(Status const& before, Status const& after) {
  return after != before && WithoutLeaders(after) == WithoutLeaders(before);
}

}  // namespace adxf::follower_database
