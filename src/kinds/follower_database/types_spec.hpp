#pragma once

#include "kinds/follower_database/types_spec_table.hpp"

#include <tuple>

/// The top of the spec, and the rules that look at several of its parts.
namespace adxf::model {

template <>
struct Describe<fdb::Spec> {
  using T = fdb::Spec;
  static constexpr auto fields = std::tuple{
      Field("followerCluster", &T::follower_cluster,
            "The cluster that gets the databases. Immutable.",
            {.required = true, .immutable = true}),
      Field("source", &T::source, "What is followed: exactly one of leader and share.",
            {.required = true}),
      Field("attachmentName", &T::attachment_name,
            "Name of the attached database configuration; default <namespace>.<name>.<instance>. "
            "Set it to adopt one. Immutable.",
            {.immutable = true,
             .min_length = 1,
             .max_length = 260,
             .rules = {{R"(self.matches(r'^[A-Za-z0-9][A-Za-z0-9_. \-]*$'))",
                        "attachmentName may hold only letters, digits, _, space, . and -, and "
                        "begins with a letter or digit"}}}),
      Field("adoption", &T::adoption,
            "What to do with an attachment that is there and not named by this operator: Never "
            "(default) touches it not, "
            "IfIdentical takes it over when leader and database are the same."),
      Field("databaseName", &T::database_name, "Other names on the follower. Immutable.",
            {.immutable = true}),
      Field("sharing", &T::sharing,
            "Follows parts of the database only; at most 100 entries in all; not with database *."),
      Field("caching", &T::caching, "The hot cache on the follower; absent: as on the leader."),
      Field("permissions", &T::permissions, "Who may use the databases on the follower."),
      Field("syncLag", &T::sync_lag, "How the lag behind the leader is measured and judged."),
      Field("mode", &T::mode,
            "Manage, or Observe: writes nothing to Azure and shows in status.plan what Manage "
            "would do.",
            {.default_json = "\"Manage\""}),
      Field("deletionPolicy", &T::deletion_policy,
            "What happens in Azure when the object is deleted: Detach; Leave (a share: its "
            "subscription goes too); Orphan "
            "(everything stays).",
            {.default_json = "\"Detach\""}),
      Field("suspend", &T::suspend, "No work but deletion.", {.default_json = "false"}),
      Field("credentialsSecretRef", &T::credentials_secret_ref,
            "Identity for Azure; absent: the operator's own, where its configuration allows this "
            "namespace.")};
  static constexpr Rules rules{
      {"!has(self.source.leader) || self.source.leader.clusterResourceId.lowerAscii() != "
       "self.followerCluster.resourceId.lowerAscii()",
       "clusterResourceId is the follower cluster itself: name another cluster as leader",
       ".source.leader.clusterResourceId"},
      {"!has(self.sharing) || !has(self.source.leader) || self.source.leader.database != '*'",
       "sharing is for one named database: remove it, or name a database instead of *", ".sharing"},
      {"!has(self.databaseName) || !has(self.databaseName.override) || !has(self.source.leader) || "
       "self.source.leader.database != '*'",
       "override is for one named database: use prefix with database *", ".databaseName.override"},
      {"!has(self.databaseName) || !has(self.databaseName.prefix) || !has(self.source.leader) || "
       "self.source.leader.database == '*'",
       "prefix is for database *: use override with one named database", ".databaseName.prefix"},
      {"!has(self.caching) || !has(self.source.leader) || self.source.leader.database != '*' || "
       "(!has(self.caching.tables) && !has(self.caching.materializedViews))",
       "caching.tables and caching.materializedViews are for one named database: use "
       "caching.database with database *",
       ".caching"},
      {"has(self.source.leader) || !has(self.attachmentName)",
       "attachmentName belongs to source.leader: remove it, since Data Share names the attachment "
       "of a share",
       ".attachmentName"},
      {"has(self.source.leader) || !has(self.adoption)",
       "adoption belongs to source.leader: remove it, since a share subscription is looked for by "
       "its name",
       ".adoption"},
      {"has(self.source.leader) || !has(self.databaseName)",
       "databaseName belongs to source.leader: remove it, since Data Share keeps the names",
       ".databaseName"},
      {"has(self.source.leader) || !has(self.sharing)",
       "sharing belongs to source.leader: remove it, since the provider of the share decides what "
       "is in it",
       ".sharing"},
      {"has(self.source.share) || self.deletionPolicy != 'Leave'",
       "deletionPolicy Leave belongs to source.share: use Detach to remove the attachment, or "
       "Orphan to keep it",
       ".deletionPolicy"}};
};

}  // namespace adxf::model
