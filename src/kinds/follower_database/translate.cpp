#include "kinds/follower_database/translate.hpp"

#include "azure/commands/add_follower_principals.hpp"
#include "azure/commands/alter_follower_caching_kind.hpp"
#include "azure/commands/alter_follower_database_caching.hpp"
#include "azure/commands/alter_follower_materialized_views_caching.hpp"
#include "azure/commands/alter_follower_prefetch.hpp"
#include "azure/commands/alter_follower_principals_kind.hpp"
#include "azure/commands/alter_follower_tables_caching.hpp"
#include "azure/commands/delete_follower_database_caching.hpp"
#include "azure/commands/delete_follower_materialized_views_caching.hpp"
#include "azure/commands/delete_follower_tables_caching.hpp"
#include "azure/commands/drop_follower_principals.hpp"
#include "base/text.hpp"
#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/explain.hpp"
#include "kinds/follower_database/relevance.hpp"
#include "kinds/follower_database/translate_policies.hpp"

#include <algorithm>
#include <set>
#include <utility>

namespace adxf::follower_database {
namespace {

azure::ModificationKind ToAzureKind(ModificationKind kind) {
  switch (kind) {
    case ModificationKind::kReplace: return azure::ModificationKind::kReplace;
    case ModificationKind::kNone: return azure::ModificationKind::kNone;
    case ModificationKind::kUnion: break;
  }
  return azure::ModificationKind::kUnion;
}

/// What the databases of a cluster tell about whom it follows, and who follows it.
void NoteLinks(SeenCluster& seen, std::vector<azure::ArmDatabase> const& databases) {
  std::set<std::string> follows;
  for (auto const& it : databases) {
    if (it.is_following) follows.insert(it.leader_id_key);
    if (it.is_followed) seen.followed.push_back(it.name);
  }
  seen.follows.assign(follows.begin(), follows.end());
}

SeenCluster FromView(FollowerDatabase const& want, azure::ClusterView const& view, Doing doing) {
  auto const& id = doing == Doing::kReadingLeader ? want.spec.source.leader->cluster_resource_id
                                                  : want.spec.follower_cluster.resource_id;
  SeenCluster seen{.key = ToLower(id)};
  if (view.is_missing) {
    seen.readability = Readability::kMissing;
  } else if (view.inventory_error) {
    bool const is_forbidden = view.inventory_error->code == Code::kForbidden;
    seen.readability = is_forbidden ? Readability::kForbidden : Readability::kFailed;
    seen.problem = Explain(*view.inventory_error, doing, want);
  } else if (view.cluster) {
    seen.readability = Readability::kReadable;
    seen.uri = view.cluster->uri;
    seen.location = view.cluster->location;
    seen.state = view.cluster->state;
    seen.streaming_ingest = view.cluster->streaming_ingest;
    seen.has_customer_key = view.cluster->has_customer_key;
    seen.has_system_identity = view.cluster->has_system_identity;
    seen.user_identities = view.cluster->user_identities;
    if (view.databases) NoteLinks(seen, *view.databases);
  }
  return seen;
}

Sharing FromAzure(azure::TableSharing const& it) {
  return {.tables = {.include = it.tables_to_include, .exclude = it.tables_to_exclude},
          .external_tables = {.include = it.external_tables_to_include,
                              .exclude = it.external_tables_to_exclude},
          .materialized_views = {.include = it.materialized_views_to_include,
                                 .exclude = it.materialized_views_to_exclude},
          .functions = {.include = it.functions_to_include, .exclude = it.functions_to_exclude}};
}

azure::TableSharing ToAzureSharing(Sharing const& it) {
  return {.tables_to_include = it.tables.include,
          .tables_to_exclude = it.tables.exclude,
          .external_tables_to_include = it.external_tables.include,
          .external_tables_to_exclude = it.external_tables.exclude,
          .materialized_views_to_include = it.materialized_views.include,
          .materialized_views_to_exclude = it.materialized_views.exclude,
          .functions_to_include = it.functions.include,
          .functions_to_exclude = it.functions.exclude};
}

SeenAttachment FromAzure(azure::Attachment const& it) {
  return {.name = it.name,
          .leader_key = it.spec.leader.Key(),
          .leader_id = it.spec.leader.Text(),
          .database = it.spec.database,
          .name_override = it.spec.name_override.value_or(""),
          .prefix = it.spec.name_prefix.value_or(""),
          .principals = FromAzureKind(it.spec.principals_kind),
          .sharing = FromAzure(*it.spec.sharing),
          .provisioning_state = it.provisioning_state};
}

/// The names under which attachments of all databases bring the one that is wanted.
std::vector<std::string> NamesWithAll(FollowerDatabase const& want,
                                      std::vector<SeenAttachment> const& attachments) {
  std::vector<std::string> names;
  auto const& leader = want.spec.source.leader;
  if (!leader || leader->FollowsAll()) return names;
  for (auto const& it : attachments) {
    if (it.database == "*") names.push_back(it.prefix + leader->database.Text());
  }
  return names;
}

std::vector<azure::HotWindow> ToAzureWindows(std::vector<HotWindow> const& windows) {
  std::vector<azure::HotWindow> result;
  result.reserve(windows.size());
  for (auto const& window : windows) result.push_back({.from = window.from, .to = window.to});
  return result;
}

azure::FollowerRole ToAzureRole(Role role) {
  switch (role) {
    case Role::kAdmin: return azure::FollowerRole::kAdmin;
    case Role::kUser: return azure::FollowerRole::kUser;
    case Role::kUnrestrictedViewer: return azure::FollowerRole::kUnrestrictedViewer;
    case Role::kMonitor: return azure::FollowerRole::kMonitor;
    case Role::kViewer: break;
  }
  return azure::FollowerRole::kViewer;
}

Result<std::vector<azure::Entity>> Entities(std::vector<std::string> const& names) {
  std::vector<azure::Entity> result;
  for (auto const& name : names) {
    TRY_ASSIGN(auto entity, azure::Entity::Parse(name));
    result.push_back(std::move(entity));
  }
  return result;
}

Result<std::vector<azure::PrincipalLiteral>> Principals(
    std::vector<std::string> const& principals) {
  std::vector<azure::PrincipalLiteral> result;
  for (auto const& text : principals) {
    TRY_ASSIGN(auto literal, azure::PrincipalLiteral::Parse(text));
    result.push_back(std::move(literal));
  }
  return result;
}

/// Runs each kind of planned command on one database.
struct CommandRunner {
  azure::KustoRunner& kusto;
  std::string const& uri;
  azure::Entity database;
  http::CallContext const& call;

  template <azure::ManagementCommand C>
  Result<std::string> Send(C const& command) const {
    return azure::Change(kusto, uri, command, call);
  }

  Result<std::string> operator()(SetPrincipalsKind const& it) const {
    return Send(
        azure::AlterFollowerPrincipalsKind{.database = database, .kind = ToAzureKind(it.kind)});
  }
  Result<std::string> operator()(SetCachingKind const& it) const {
    return Send(
        azure::AlterFollowerCachingKind{.database = database, .kind = ToAzureKind(it.kind)});
  }
  Result<std::string> operator()(SetPrefetch const& it) const {
    using Prefetch = azure::AlterFollowerPrefetch::Prefetch;
    return Send(azure::AlterFollowerPrefetch{
        .database = database, .prefetch = it.prefetch ? Prefetch::kOn : Prefetch::kOff});
  }
  Result<std::string> operator()(SetDatabaseCache const& it) const {
    return Send(azure::AlterFollowerDatabaseCaching{
        .database = database, .hot = it.policy.hot, .windows = ToAzureWindows(it.policy.windows)});
  }
  Result<std::string> operator()(DropDatabaseCache const&) const {
    return Send(azure::DeleteFollowerDatabaseCaching{.database = database});
  }
  Result<std::string> operator()(SetEntityCache const& it) const {
    TRY_ASSIGN(auto names, Entities(it.names));
    auto windows = ToAzureWindows(it.policy.windows);
    if (it.kind == EntityKind::kMaterializedView) {
      return Send(
          azure::AlterFollowerMaterializedViewsCaching{.database = database,
                                                       .materialized_views = std::move(names),
                                                       .hot = it.policy.hot,
                                                       .windows = std::move(windows)});
    }
    return Send(azure::AlterFollowerTablesCaching{.database = database,
                                                  .tables = std::move(names),
                                                  .hot = it.policy.hot,
                                                  .windows = std::move(windows)});
  }
  Result<std::string> operator()(DropEntityCache const& it) const {
    TRY_ASSIGN(auto names, Entities(it.names));
    if (it.kind == EntityKind::kMaterializedView) {
      return Send(azure::DeleteFollowerMaterializedViewsCaching{
          .database = database, .materialized_views = std::move(names)});
    }
    return Send(
        azure::DeleteFollowerTablesCaching{.database = database, .tables = std::move(names)});
  }
  Result<std::string> operator()(AddPrincipals const& it) const {
    TRY_ASSIGN(auto principals, Principals(it.principals));
    TRY_ASSIGN(auto note, azure::Literal::Parse(it.note));
    return Send(azure::AddFollowerPrincipals{.database = database,
                                             .role = ToAzureRole(it.role),
                                             .principals = std::move(principals),
                                             .notes = std::move(note)});
  }
  Result<std::string> operator()(DropPrincipals const& it) const {
    TRY_ASSIGN(auto principals, Principals(it.principals));
    return Send(azure::DropFollowerPrincipals{
        .database = database, .role = ToAzureRole(it.role), .principals = std::move(principals)});
  }
};

}  // namespace

void FillFollower(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view) {
  seen.follower = FromView(want, view, Doing::kReadingFollower);
  seen.is_inventory_fresh = view.is_fresh;
  Relevance const relevant(want, seen.instance);
  if (view.attachments) {
    seen.attachment_count = view.attachments->size();
    for (auto const& it : relevant.Attachments(view)) {
      seen.attachments.push_back(FromAzure(*it.attachment));
      seen.attachments.back().is_just_made = it.is_just_made;
    }
  } else {
    seen.is_inventory_fresh = false;  // a look on behalf of a leader has no attachments
  }
  if (view.databases) {
    auto const with_all = NamesWithAll(want, seen.attachments);
    for (auto const& it : *view.databases) {
      bool const is_with_all = std::ranges::any_of(
          with_all, [&](std::string const& name) { return EqualsIgnoreCase(it.name, name); });
      if (!relevant.Has(it) && !is_with_all) continue;
      seen.databases.push_back({.name = it.name,
                                .is_following = it.is_following,
                                .leader_key = it.leader_id_key,
                                .attachment_name = it.attachment_name,
                                .original_name = it.original_name,
                                .is_shared = it.share_origin == "DataShare"});
    }
  }
  if (view.overrides_error) {
    seen.overrides_readability = Readability::kFailed;
    seen.overrides_problem = Explain(*view.overrides_error, Doing::kReadingPolicies, want);
  } else if (view.overrides) {
    seen.overrides_readability = Readability::kReadable;
    seen.overrides_read_at = view.overrides_read_at;
    FillPolicies(seen, want, view);
  }
}

void FillLeader(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view) {
  seen.leader = FromView(want, view, Doing::kReadingLeader);
  if (view.external_tables) {
    for (auto const& it : *view.external_tables)
      seen.external_tables.push_back(
          {.database = it.database, .name = it.name, .identity = it.identity});
  }
  if (!view.databases) return;
  seen.leader_databases.emplace();
  auto const& leader = *want.spec.source.leader;
  for (auto const& it : *view.databases) {
    if (it.is_following) continue;  // followed ones cannot be followed on
    if (leader.FollowsAll() || EqualsIgnoreCase(it.name, leader.database))
      seen.leader_databases->push_back(it.name);
  }
}

void FillFromLeader(Observed& seen, FollowerDatabase const& want, azure::ClusterView const& view) {
  auto& from = seen.from_leader;
  if (view.is_missing) {
    from.readability = Readability::kFailed;
    from.problem = {.condition = std::string(kAttached),
                    .reason = std::string(kReasonLeaderNotFound),
                    .message = "The leader cluster is gone.",
                    .needs_person = true};
    return;
  }
  if (view.followers_error) {
    bool const is_forbidden = view.followers_error->code == Code::kForbidden;
    from.readability = is_forbidden ? Readability::kForbidden : Readability::kFailed;
    from.problem = Explain(*view.followers_error, Doing::kReadingFollowers, want);
    return;
  }
  if (!view.are_followers_fresh) return;
  from.readability = Readability::kReadable;
  for (auto const& it : *view.followers) {
    if (!EqualsIgnoreCase(it.follower.Text(), want.spec.follower_cluster.resource_id)) continue;
    from.followers.push_back({.attachment_name = it.attachment_name,
                              .database = it.database,
                              .is_direct = it.share_origin != "DataShare"});
  }
}

OwnRights FromAzure(std::vector<azure::PrincipalRoleRow> const& rows) {
  OwnRights rights;
  for (auto const& row : rows) {
    rights.is_cluster_admin = rights.is_cluster_admin || row.IsClusterAdmin();
    rights.is_database_admin = rights.is_database_admin || row.IsAdmin();
    if (!row.object_id.empty()) rights.object_ids.push_back(ToLower(row.object_id));
  }
  return rights;
}

Result<azure::AttachmentSpec> ToAzure(PutAttachment const& put) {
  TRY_ASSIGN(auto leader, model::ResourceId::Parse(put.leader_id));
  azure::AttachmentSpec spec{.location = put.location,
                             .leader = std::move(leader),
                             .database = put.database,
                             .principals_kind = ToAzureKind(put.principals),
                             .sharing = ToAzureSharing(put.sharing)};
  if (!put.name_override.empty()) spec.name_override = put.name_override;
  if (!put.prefix.empty()) spec.name_prefix = put.prefix;
  return spec;
}

Result<std::string> RunChange(azure::KustoRunner& kusto, std::string const& cluster_uri,
                              ChangePolicy const& change, http::CallContext const& call) {
  TRY_ASSIGN(auto database, azure::Entity::Parse(change.database));
  return std::visit(
      CommandRunner{
          .kusto = kusto, .uri = cluster_uri, .database = std::move(database), .call = call},
      change.command);
}

}  // namespace adxf::follower_database
