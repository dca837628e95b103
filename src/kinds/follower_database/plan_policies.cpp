#include "kinds/follower_database/plan_policies.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan_attachment.hpp"

#include <algorithm>
#include <utility>

namespace adxf::follower_database {
namespace {

// A change that did not show is asked for once more: somebody may have undone it before it did.
constexpr int kMostTimes = 2;

void Append(std::vector<std::string>& to, std::vector<std::string> const& from) {
  to.insert(to.end(), from.begin(), from.end());
}

/// Puts `next` into `into` where one command can do both. Only resolved principals are granted
/// together: of the others the service must tell one by one whom it took them for.
struct Merge {
  PolicyCommand& into;

  bool operator()(SetEntityCache const& next) const {
    auto* same = std::get_if<SetEntityCache>(&into);
    if (same == nullptr || same->kind != next.kind || same->policy != next.policy) return false;
    Append(same->names, next.names);
    return true;
  }
  bool operator()(DropEntityCache const& next) const {
    auto* same = std::get_if<DropEntityCache>(&into);
    if (same == nullptr || same->kind != next.kind) return false;
    Append(same->names, next.names);
    return true;
  }
  bool operator()(AddPrincipals const& next) const {
    auto* same = std::get_if<AddPrincipals>(&into);
    bool const fits = same != nullptr && same->role == next.role && same->note == next.note &&
                      ComesBackAsGiven(same->principals.front()) &&
                      ComesBackAsGiven(next.principals.front());
    if (fits) Append(same->principals, next.principals);
    return fits;
  }
  bool operator()(DropPrincipals const& next) const {
    auto* same = std::get_if<DropPrincipals>(&into);
    if (same == nullptr || same->role != next.role) return false;
    Append(same->principals, next.principals);
    return true;
  }
  bool operator()(auto const&) const { return false; }
};

void Issue(std::vector<ChangePolicy>& changes, Difference const& difference) {
  CoveredChange const covered{
      .key = difference.key, .value = difference.value, .had = difference.had};
  for (auto& change : changes) {
    if (change.database != difference.key.database) continue;
    if (!std::visit(Merge{change.command}, difference.command)) continue;
    change.covers.push_back(covered);
    return;
  }
  changes.push_back(
      {.database = difference.key.database, .command = difference.command, .covers = {covered}});
}

/// Whether this very wish was issued and may still be on its way, or has been for too long.
PendingChange const* FindPending(Observed const& seen, Difference const& difference) {
  auto const found = std::ranges::find_if(seen.pending, [&](PendingChange const& it) {
    return it.key == difference.key && it.value == difference.value && it.had == difference.had;
  });
  return found == seen.pending.end() ? nullptr : &*found;
}

Problem NotAccepted(Difference const& difference) {
  return {.condition = std::string(kPoliciesApplied),
          .reason = std::string(kReasonPolicyNotAccepted),
          .message = "Azure accepted the change of " + difference.key.field + " on database " +
                     difference.key.database + " to \"" + difference.value +
                     "\" but does not show it. Check that the cluster supports it, or change the "
                     "declaration; set the "
                     "annotation adxfollower.io/reconcile-at to try again.",
          .needs_person = true};
}

std::optional<Difference> CompareKind(FollowerDatabase const& want, SeenOverrides const& have,
                                      ModificationKind attached_with) {
  auto const wanted =
      want.spec.permissions ? want.spec.permissions->modification_kind : ModificationKind::kUnion;
  if (have.principals_kind.value_or(attached_with) == wanted) return std::nullopt;
  return Difference{.key = {.database = have.database, .field = "permissions.modificationKind"},
                    .value = std::string(ToString(wanted)),
                    .had = std::string(ToString(have.principals_kind.value_or(attached_with))),
                    .command = SetPrincipalsKind{.kind = wanted}};
}

std::vector<Difference> CompareOne(FollowerDatabase const& want, Observed const& seen,
                                   std::string const& database, TimePoint now) {
  auto const have = OverridesOf(seen, database);
  auto const* mine = FindMine(want, seen);
  auto differences = CompareCaching(want, have);
  auto grants = CompareGrants(want, have, now);
  std::ranges::move(grants, std::back_inserter(differences));
  // Last: a switch to Replace must find its grants in place.
  auto kind =
      CompareKind(want, have, mine == nullptr ? ModificationKind::kUnion : mine->principals);
  if (kind) differences.push_back(std::move(*kind));
  return differences;
}

std::optional<TimePoint> NextExpiry(FollowerDatabase const& want, TimePoint now) {
  std::optional<TimePoint> next;
  if (!want.spec.permissions) return next;
  for (auto const& grant : want.spec.permissions->grants) {
    if (!grant.expires_at || *grant.expires_at <= now) continue;
    if (!next || *grant.expires_at < *next) next = *grant.expires_at;
  }
  return next;
}

EntityKind DeclaredKind(FollowerDatabase const& want, std::string const& name) {
  if (!want.spec.caching) return EntityKind::kTable;
  bool const is_view = std::ranges::any_of(
      want.spec.caching->materialized_views,
      [&](NamedCachePolicy const& it) { return EqualsIgnoreCase(it.name, name); });
  return is_view ? EntityKind::kMaterializedView : EntityKind::kTable;
}

void DescribeOne(Status& status, FollowerDatabase const& want, SeenOverrides const& have) {
  auto& policy = *status.effective_policy;
  if (have.cache)
    policy.caching.push_back({.database = have.database, .hot = have.cache->hot.ToKusto()});
  for (auto const& [name, value] : have.entities) {
    policy.caching.push_back({.database = have.database,
                              .kind = DeclaredKind(want, name),
                              .name = name,
                              .hot = value.hot.ToKusto()});
  }
  for (auto const& principal : have.principals) {
    policy.principals.push_back({.database = have.database,
                                 .role = std::string(ToString(principal.role)),
                                 .principal = principal.principal});
    if (!IsMarkedAsOurs(want, principal.note)) continue;
    auto const* grant = GrantBehind(want, principal);
    status.grants.push_back({.database = have.database,
                             .role = principal.role,
                             .principal = grant == nullptr ? principal.principal : grant->principal,
                             .resolved_principal = principal.principal});
  }
}

}  // namespace

SeenOverrides OverridesOf(Observed const& seen, std::string const& database) {
  auto const found = std::ranges::find_if(seen.overrides, [&](SeenOverrides const& it) {
    return EqualsIgnoreCase(it.database, database);
  });
  return found == seen.overrides.end() ? SeenOverrides{.database = database} : *found;
}

PolicyComparison ComparePolicies(FollowerDatabase const& want, Observed const& seen,
                                 TimePoint now) {
  PolicyComparison result{.next_expiry = NextExpiry(want, now)};
  for (auto const* database : MyDatabases(want, seen)) {
    for (auto const& difference : CompareOne(want, seen, database->name, now)) {
      result.unmet.push_back(
          {.key = difference.key, .value = difference.value, .had = difference.had});
      auto const* pending = FindPending(seen, difference);
      bool const is_on_its_way =
          pending != nullptr && now - pending->issued_at < seen.schema_patience;
      if (is_on_its_way) {
        result.is_waiting = true;
      } else if (pending == nullptr || pending->times < kMostTimes) {
        Issue(result.changes, difference);
      } else if (!result.problem) {
        result.problem = NotAccepted(difference);
      }
    }
  }
  return result;
}

void DescribePolicies(Status& status, FollowerDatabase const& want, Observed const& seen) {
  status.grants.clear();
  status.effective_policy = EffectivePolicy{};
  for (auto const* database : MyDatabases(want, seen))
    DescribeOne(status, want, OverridesOf(seen, database->name));
}

}  // namespace adxf::follower_database
