#include "emulator/state.hpp"

#include "emulator/datashare/links.hpp"
#include "emulator/follower_latency.hpp"

#include <algorithm>
#include <iterator>
#include <ranges>
#include <set>
#include <utility>

namespace adxf::emulator {

namespace {

std::string AttachedName(Attachment const& attachment, std::string const& leader_name) {
  if (!attachment.name_override.empty()) return attachment.name_override;
  return attachment.name_prefix + leader_name;
}

/// Adds the databases of one attachment to `cluster`, unless their names are taken.
void Follow(Cluster& cluster, Attachment const& attachment, Cluster const& leader, TimePoint now,
            std::set<std::string, NameLess>& wanted) {
  auto const& all = leader.databases;
  bool const is_one = attachment.database_name != "*";
  auto const begin = is_one ? all.find(attachment.database_name) : all.begin();
  auto const end = is_one && begin != all.end() ? std::next(begin) : all.end();
  for (auto const& database : std::ranges::subrange(begin, end) | std::views::values) {
    auto const name = AttachedName(attachment, database.name);
    if (cluster.databases.contains(name) || !wanted.insert(name).second) continue;
    auto& followed = cluster.followed[name];
    bool const is_same = SameName(followed.attachment, attachment.name) &&
                         followed.leader_cluster == leader.Key() &&
                         SameName(followed.leader_database, database.name);
    if (!is_same) {
      followed = FollowedDatabase{.name = name,
                                  .attachment = attachment.name,
                                  .leader_cluster = leader.Key(),
                                  .leader_database = database.name,
                                  .attached = now,
                                  .floor = database.Latest(),
                                  .floor_at = now};
      followed.overrides.shown.principals_kind = attachment.default_principals;
    }
    followed.sharing = attachment.sharing;
    followed.origin = attachment.origin;
  }
}

Operation* NextDue(Estate& estate) {
  Operation* next = nullptr;
  auto const now = estate.Now();
  for (auto const& id : estate.running) {
    auto& operation = estate.operations.at(id);
    if (operation.due > now) continue;
    if (next == nullptr || operation.due < next->due) next = &operation;
  }
  return next;
}

void End(Estate& estate, Operation& operation) {
  auto const finish = std::exchange(operation.finish, nullptr);
  if (!operation.error && finish) operation.error = finish(estate);
  operation.status = operation.error ? OperationStatus::kFailed : OperationStatus::kSucceeded;
  estate.running.erase(operation.id);
  if (auto* cluster = FindCluster(estate, operation.cluster);
      cluster != nullptr && cluster->maintenance == operation.id) {
    cluster->maintenance.clear();
  }
}

bool IsCalled(DirectoryEntry const& entry, std::string_view who) {
  return SameName(entry.object_id, who) || (!entry.app_id.empty() && SameName(entry.app_id, who)) ||
         (!entry.mail.empty() && SameName(entry.mail, who)) ||
         (!entry.upn.empty() && SameName(entry.upn, who)) ||
         (!entry.display_name.empty() && SameName(entry.display_name, who));
}

}  // namespace

TimePoint EmulatorClock::Now() const {
  return (frozen_ ? *frozen_ : std::chrono::system_clock::now()) + offset_;
}

void RefreshFollowed(Estate& estate) {
  for (auto& cluster : estate.clusters | std::views::values) RefreshFollowed(estate, cluster);
}

void RefreshFollowed(Estate& estate, Cluster& cluster) {
  std::set<std::string, NameLess> wanted;
  for (auto const& attachment : cluster.attachments | std::views::values) {
    if (attachment.provisioning_state != "Succeeded") continue;
    auto const* const leader = FindClusterById(estate, attachment.leader_id);
    if (leader != nullptr) Follow(cluster, attachment, *leader, estate.Now(), wanted);
  }
  std::erase_if(cluster.followed, [&](auto const& entry) { return !wanted.contains(entry.first); });
  for (auto& followed : cluster.followed | std::views::values)
    followed.overrides.Fold(estate.Now());
}

void SettleOne(Estate& estate, std::string_view cluster_key) {
  MeasureIfDue(estate);
  while (auto* const operation = NextDue(estate)) End(estate, *operation);
  datashare::EndExpired(estate);
  if (auto* const cluster = FindCluster(estate, cluster_key)) RefreshFollowed(estate, *cluster);
}

void Settle(Estate& estate) {
  Measure(estate);
  while (auto* const operation = NextDue(estate)) End(estate, *operation);
  datashare::EndExpired(estate);
  RefreshFollowed(estate);
}

Cluster* FindCluster(Estate& estate, std::string_view key) {
  auto const found = estate.clusters.find(key);
  return found == estate.clusters.end() ? nullptr : &found->second;
}

Cluster const* FindCluster(Estate const& estate, std::string_view key) {
  auto const found = estate.clusters.find(key);
  return found == estate.clusters.end() ? nullptr : &found->second;
}

Cluster* FindClusterById(Estate& estate, std::string_view arm_id) {
  auto const slash = arm_id.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  auto* const cluster = FindCluster(estate, arm_id.substr(slash + 1));
  return cluster != nullptr && SameName(cluster->Id(), arm_id) ? cluster : nullptr;
}

Cluster const* FindClusterById(Estate const& estate, std::string_view arm_id) {
  auto const slash = arm_id.rfind('/');
  if (slash == std::string_view::npos) return nullptr;
  auto const* const cluster = FindCluster(estate, arm_id.substr(slash + 1));
  return cluster != nullptr && SameName(cluster->Id(), arm_id) ? cluster : nullptr;
}

DirectoryEntry const* FindEntry(Estate const& estate, std::string_view object_id) {
  auto const found = std::ranges::find_if(
      estate.directory, [&](auto const& e) { return SameName(e.object_id, object_id); });
  return found == estate.directory.end() ? nullptr : &*found;
}

Application const* FindApplication(Estate const& estate, std::string_view tenant_id,
                                   std::string_view client_id) {
  auto const found = std::ranges::find_if(estate.applications, [&](auto const& app) {
    return SameName(app.client_id, client_id) && SameName(app.tenant_id, tenant_id);
  });
  return found == estate.applications.end() ? nullptr : &*found;
}

Tenant const* FindTenant(Estate const& estate, std::string_view id_or_domain) {
  for (auto const& tenant : estate.tenants | std::views::values) {
    if (SameName(tenant.id, id_or_domain) || SameName(tenant.domain, id_or_domain)) return &tenant;
  }
  return nullptr;
}

DirectoryEntry const* ResolveDirectory(Estate const& estate, std::optional<PrincipalKind> kind,
                                       std::string_view who, std::string_view tenant_id) {
  auto const* const tenant = FindTenant(estate, tenant_id);
  if (!tenant_id.empty() && tenant == nullptr) return nullptr;
  for (auto const& entry : estate.directory) {
    if (kind && entry.kind != *kind) continue;
    if (tenant != nullptr && entry.tenant_id != tenant->id) continue;
    if (IsCalled(entry, who)) return &entry;
  }
  return nullptr;
}

Principal ToPrincipal(DirectoryEntry const& entry) {
  auto const& shown = !entry.upn.empty() ? entry.upn : entry.mail;
  return {
      .kind = entry.kind,
      .object_id = entry.object_id,
      .tenant_id = entry.tenant_id,
      .app_id = entry.app_id,
      .display_name = shown.empty() ? entry.display_name : entry.display_name + " (" + shown + ")"};
}

bool IsOrBelongsTo(Estate const& estate, Caller const& caller, Principal const& principal) {
  if (SameName(principal.object_id, caller.object_id)) return true;
  if (principal.kind == PrincipalKind::kApp && !principal.app_id.empty() &&
      SameName(principal.app_id, caller.app_id)) {
    return true;
  }
  auto const* const entry = FindEntry(estate, principal.object_id);
  return entry != nullptr && std::ranges::any_of(entry->members, [&](auto const& m) {
           return SameName(m, caller.object_id);
         });
}

FollowerSight Sight(Estate& estate, Cluster const& follower, FollowedDatabase& followed) {
  return SightAt(estate, follower, followed, estate.Now());
}

FollowerSight SightAt(Estate const& estate, Cluster const& follower, FollowedDatabase& followed,
                      TimePoint when) {
  auto const* const leader = FindCluster(estate, followed.leader_cluster);
  if (leader == nullptr) return {};
  auto const found = leader->databases.find(followed.leader_database);
  if (found == leader->databases.end()) return {};
  auto const lag = followed.lag ? *followed.lag : follower.lag.value_or(estate.settings.lag);
  auto const& history = found->second.history;
  auto const beyond = std::ranges::upper_bound(history, when - lag, {}, &VersionMark::at);
  if (beyond != history.begin() && std::prev(beyond)->version >= followed.floor) {
    followed.floor = std::prev(beyond)->version;
    followed.floor_at = std::max(followed.floor_at, std::prev(beyond)->at);
  }
  FollowerSight sight{
      .leader = &found->second, .version = followed.floor, .as_of = followed.floor_at};
  if (estate.settings.own_versions) {
    auto const seen = std::ranges::count_if(found->second.history, [&](auto const& m) {
      return m.at > followed.attached && m.version <= followed.floor;
    });
    sight.version = {1, static_cast<std::uint64_t>(seen) + 1};
  }
  return sight;
}

std::vector<Grant> EffectiveGrants(Estate const& estate, Cluster const& cluster,
                                   std::string_view database) {
  if (auto const own = cluster.databases.find(database); own != cluster.databases.end())
    return own->second.grants;
  auto const found = cluster.followed.find(database);
  if (found == cluster.followed.end()) return {};
  auto const& overrides = found->second.overrides.At(estate.Now());
  std::vector<Grant> grants;
  if (overrides.principals_kind != ModificationKind::kReplace) {
    auto const* const leader = FindCluster(estate, found->second.leader_cluster);
    auto const source = leader == nullptr ? ByName<Database>::const_iterator{}
                                          : leader->databases.find(found->second.leader_database);
    if (leader != nullptr && source != leader->databases.end()) grants = source->second.grants;
  }
  if (overrides.principals_kind != ModificationKind::kNone) {
    std::ranges::copy_if(overrides.grants, std::back_inserter(grants), [&](auto const& grant) {
      return std::ranges::find(grants, grant) == grants.end();
    });
  }
  return grants;
}

}  // namespace adxf::emulator
