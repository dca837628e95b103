#include "kinds/follower_database/translate_policies.hpp"

#include "base/text.hpp"
#include "kinds/follower_database/explain.hpp"

#include <algorithm>
#include <map>
#include <ranges>
#include <set>
#include <tuple>
#include <utility>

namespace adxf::follower_database {
namespace {

Role FromAzure(azure::FollowerRole role) {
  switch (role) {
    case azure::FollowerRole::kAdmin: return Role::kAdmin;
    case azure::FollowerRole::kUser: return Role::kUser;
    case azure::FollowerRole::kUnrestrictedViewer: return Role::kUnrestrictedViewer;
    case azure::FollowerRole::kMonitor: return Role::kMonitor;
    case azure::FollowerRole::kViewer: break;
  }
  return Role::kViewer;
}

CacheValue FromAzure(azure::CachingPolicy const& policy) {
  CacheValue value{.hot = policy.hot.value_or(model::Timespan{})};
  for (auto const& window : policy.windows) {
    value.windows.push_back(
        {.from = model::ToTimestamp(window.from), .to = model::ToTimestamp(window.to)});
  }
  std::ranges::sort(value.windows, {}, &HotWindow::from);
  return value;
}

/// The word of a database role, also of one that no follower can grant; "" for roles of the
/// cluster.
std::string RoleWord(azure::PrincipalRow const& row) {
  auto const& text = row.role_text.Text();
  bool const is_of_database = text.find(' ') == std::string::npos ||
                              EqualsIgnoreCase(text.substr(0, text.find(' ')), "Database");
  if (!is_of_database) return {};
  if (row.role) return std::string(azure::ToString(*row.role));
  return text.find(' ') == std::string::npos ? "" : text.substr(text.rfind(' ') + 1);
}

/// How far the reading is that belongs to the overrides seen now.
Readability HowRead(azure::InForceSight const& sight, azure::FollowerRow const& row) {
  if (sight.reading && *sight.reading->under == row) return Readability::kReadable;
  return sight.has_failed ? Readability::kFailed : Readability::kUnread;
}

using Rows = std::vector<azure::PrincipalRow>;

/// The rows in force that an override stands for which tells neither role nor notes. The same
/// principal may have roles of the leader's too: marked ones are surely overrides, the others only
/// where there are more overrides than marks.
Rows RowsBehind(azure::FollowerRow const& row, std::string const& principal, Rows const& in_force) {
  auto const is_it = [&](auto const& it) {
    return EqualsIgnoreCase(it.fully_qualified_name, principal);
  };
  Rows all;
  std::ranges::copy_if(in_force, std::back_inserter(all), [&](azure::PrincipalRow const& it) {
    return is_it(it) && it.role && !RoleWord(it).empty();
  });
  Rows marked;
  std::ranges::copy_if(all, std::back_inserter(marked), [](azure::PrincipalRow const& it) {
    return it.notes.Text().starts_with("adxfollower:");
  });
  return std::ranges::ssize(marked) >= std::ranges::count_if(row.principals, is_it) ? marked : all;
}

std::vector<SeenPrincipal> PrincipalsOf(azure::FollowerRow const& row, Rows const* in_force) {
  std::vector<SeenPrincipal> seen;
  for (auto const& it : row.principals) {
    if (it.is_partial && in_force != nullptr) {
      for (auto const& found : RowsBehind(row, it.fully_qualified_name, *in_force)) {
        seen.push_back({.role = FromAzure(*found.role),
                        .principal = it.fully_qualified_name,
                        .note = found.notes});
      }
      continue;
    }
    seen.push_back({.role = FromAzure(it.role.value_or(azure::FollowerRole::kViewer)),
                    .principal = it.fully_qualified_name,
                    .note = it.notes});
  }
  auto const order = [](SeenPrincipal const& it) {
    return std::tie(it.role, it.principal, it.note);
  };
  std::ranges::sort(seen, {}, order);
  auto const twice = std::ranges::unique(seen);
  seen.erase(twice.begin(), twice.end());
  return seen;
}

bool HasStranger(FollowerDatabase const& want, azure::FollowerRow const& row) {
  auto const is_declared = [&](std::string const& name) {
    auto const is_it = [&](auto const& it) { return EqualsIgnoreCase(it.name, name); };
    return want.spec.caching && (std::ranges::any_of(want.spec.caching->tables, is_it) ||
                                 std::ranges::any_of(want.spec.caching->materialized_views, is_it));
  };
  return !std::ranges::all_of(row.tables | std::views::keys, is_declared);
}

/// What the row itself tells; of principals only who they are.
SeenOverrides FromRow(azure::FollowerRow const& row) {
  SeenOverrides seen{.database = row.database,
                     .caching_kind = row.caching_kind ? FromAzureKind(*row.caching_kind)
                                                      : ModificationKind::kUnion,
                     .prefetch = row.prefetch};
  if (row.principals_kind) seen.principals_kind = FromAzureKind(*row.principals_kind);
  if (row.caching && row.caching->hot) seen.cache = FromAzure(*row.caching);
  for (auto const& [name, policy] : row.tables) seen.entities[name] = FromAzure(policy);
  return seen;
}

std::map<std::string, EntityKind> KindsOf(azure::DatabaseInForce const& reading) {
  std::map<std::string, EntityKind> kinds;
  if (reading.tables) {
    for (auto const& [name, policy] : *reading.tables) kinds[name] = EntityKind::kTable;
  }
  for (auto const& name : reading.materialized_views) kinds[name] = EntityKind::kMaterializedView;
  return kinds;
}

SeenOverrides FromAzure(FollowerDatabase const& want, azure::FollowerRow const& row,
                        azure::InForceSight const* sight) {
  auto const how = sight == nullptr ? Readability::kFailed : HowRead(*sight, row);
  auto const* reading = how == Readability::kReadable ? sight->reading.get() : nullptr;
  auto seen = FromRow(row);
  seen.principals =
      PrincipalsOf(row, reading && reading->principals ? &**reading->principals : nullptr);
  bool const has_roles = reading != nullptr && reading->principals;
  seen.is_unclear =
      (!has_roles && row.IsPartial()) || (how == Readability::kUnread && HasStranger(want, row));
  if (reading != nullptr) seen.kinds = KindsOf(*reading);
  return seen;
}

/// What keeps unclear who has which role, where it will not pass by itself.
std::optional<Problem> WhyUnclear(FollowerDatabase const& want, azure::FollowerRow const& row,
                                  azure::InForceSight const* sight) {
  if (sight == nullptr || !row.IsPartial()) return std::nullopt;
  auto error = sight->error;
  bool const is_forbidden =
      HowRead(*sight, row) == Readability::kReadable && !sight->reading->principals;
  if (is_forbidden) {
    error = Error{.code = Code::kForbidden,
                  .message = "The principals of database " + row.database + " may not be read."};
  }
  if (!error) return std::nullopt;
  auto problem = Explain(*error, Doing::kReadingPolicies, want);
  return problem.needs_person ? std::optional(std::move(problem)) : std::nullopt;
}

SeenInForce FromAzure(azure::FollowerRow const& row, azure::InForceSight const& sight) {
  SeenInForce seen{.database = row.database,
                   .readability = HowRead(sight, row),
                   .is_unknown = sight.is_unknown && !sight.reading};
  if (seen.readability != Readability::kReadable) return seen;
  auto const& reading = *sight.reading;
  if (reading.principals) {
    seen.principals.emplace();
    for (auto const& it : **reading.principals) {
      auto role = RoleWord(it);
      if (!role.empty())
        seen.principals->push_back({.role = std::move(role), .principal = it.fully_qualified_name});
    }
  }
  if (!reading.tables) return seen;
  for (auto const& [name, policy] : *reading.tables) {
    if (policy && policy->hot) seen.tables[name] = *policy->hot;
  }
  return seen;
}

}  // namespace

ModificationKind FromAzureKind(azure::ModificationKind kind) {
  switch (kind) {
    case azure::ModificationKind::kReplace: return ModificationKind::kReplace;
    case azure::ModificationKind::kNone: return ModificationKind::kNone;
    case azure::ModificationKind::kUnion: break;
  }
  return ModificationKind::kUnion;
}

void FillPolicies(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view) {
  std::set<std::string> relevant;
  for (auto const& it : seen.databases) relevant.insert(ToLower(it.name));
  std::map<std::string, azure::FollowerRow const*> rows;  // both lists are in the order of its keys
  for (auto const& row : *view.overrides) {
    if (auto name = ToLower(row.database); relevant.contains(name)) rows[std::move(name)] = &row;
  }
  azure::InForceByDatabase in_force;
  for (auto const& name : relevant) {
    if (auto const found = view.in_force->find(name); found != view.in_force->end())
      in_force.insert(*found);
  }
  for (auto const& [name, row] : rows) {
    auto const found = in_force.find(name);
    auto const* sight = found == in_force.end() ? nullptr : &found->second;
    seen.overrides.push_back(FromAzure(want, *row, sight));
    if (!seen.in_force_problem) seen.in_force_problem = WhyUnclear(want, *row, sight);
  }
  for (auto const& [name, sight] : in_force) {
    auto const row = rows.find(name);
    // One without overrides is not listed.
    azure::FollowerRow const bare{.database = sight.name};
    seen.in_force.push_back(FromAzure(row == rows.end() ? bare : *row->second, sight));
  }
}

}  // namespace adxf::follower_database
