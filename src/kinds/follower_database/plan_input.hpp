#pragma once

#include "base/boxed.hpp"
#include "base/clock.hpp"
#include "kinds/common/plan.hpp"
#include "kinds/follower_database/lag_judge.hpp"
#include "kinds/follower_database/plan_share_input.hpp"
#include "kinds/follower_database/types.hpp"
#include "model/timespan.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

/// What was seen of the world before a decision, in the kind's own words: Decide() knows neither
/// Azure nor Kubernetes. Names of clusters are compared by `key`, the resource id in lower case.
namespace adxf::follower_database {

using kinds::Hold;
using kinds::Problem;

enum class Readability {
  kUnread,  ///< Not read yet, or what was read is older than the last write.
  kReadable,
  kMissing,  ///< The service says that it does not exist, and the identity can read its
             ///< subscription.
  kForbidden,
  kFailed,  ///< Transient or unclear; `problem` tells.
};

struct SeenCluster {
  Readability readability = Readability::kUnread;
  Problem problem{};  ///< Meaningful for kForbidden and kFailed.
  std::string key{};
  std::string uri{};
  std::string location{};  ///< Normalised: lower case, no spaces.
  std::string state{};     ///< "Running", "Stopped", …
  bool streaming_ingest = false;
  bool has_customer_key = false;       ///< Encrypted with a key of the customer's own.
  std::vector<std::string> follows{};  ///< Keys of the clusters whose databases it follows, sorted.
  std::vector<std::string> followed{};  ///< Its databases that others follow.
  bool has_system_identity = false;
  std::vector<std::string> user_identities{};  ///< Object and client ids, in lower case.
  bool operator==(SeenCluster const&) const = default;
};

/// An external table whose storage is read with a managed identity of the cluster.
struct SeenExternalTable {
  std::string database{};
  std::string name{};
  std::string identity{};  ///< "system" or an object id, in lower case.
  bool operator==(SeenExternalTable const&) const = default;
};

struct SeenAttachment {
  std::string name{};
  std::string leader_key{};
  std::string leader_id{};
  std::string database{};
  std::string name_override{};
  std::string prefix{};
  ModificationKind principals = ModificationKind::kUnion;
  Sharing sharing{};
  std::string provisioning_state{};
  bool is_just_made = false;  ///< By us, after the databases were read.
  bool operator==(SeenAttachment const&) const = default;
};

struct SeenDatabase {
  std::string name{};
  bool is_following = false;
  std::string leader_key{};
  std::string attachment_name{};
  std::string original_name{};
  bool is_shared = false;  ///< Came through Data Share.
  bool operator==(SeenDatabase const&) const = default;
};

/// A caching policy by value, on either side of a comparison.
struct CacheValue {
  model::Timespan hot{};
  std::vector<HotWindow> windows{};
  bool operator==(CacheValue const&) const = default;
};

struct SeenPrincipal {
  Role role = Role::kViewer;
  std::string principal{};  ///< As the service gives it: `aaduser=<object id>;<tenant>`.
  std::string note{};
  bool operator==(SeenPrincipal const&) const = default;
};

/// The overrides of one follower database. A database that the service does not list has none.
struct SeenOverrides {
  std::string database{};
  ModificationKind caching_kind = ModificationKind::kUnion;
  std::optional<ModificationKind> principals_kind{};  ///< Absent: not listed.
  bool prefetch = false;
  std::optional<CacheValue> cache{};
  std::map<std::string, CacheValue> entities{};  ///< Tables and materialized views alike.
  std::map<std::string, EntityKind> kinds{};     ///< Of entities, in lower case; as far as known.
  std::vector<SeenPrincipal> principals{};
  bool is_unclear =
      false;  ///< A reading on its way will tell roles, or kinds that nobody declared.
  bool operator==(SeenOverrides const&) const = default;
};

/// What the operator's identity may do on the follower, as the service tells it.
struct OwnRights {
  bool is_cluster_admin = false;   ///< AllDatabasesAdmin: no permission of a database touches it.
  bool is_database_admin = false;  ///< Through the leader's principals or the follower's own.
  std::vector<std::string> object_ids{};  ///< Its own and those of groups that give it rights.
  bool operator==(OwnRights const&) const = default;
};

struct PrincipalInForce {
  std::string role{};
  std::string principal{};
  bool operator==(PrincipalInForce const&) const = default;
};

/// What holds on a follower database, the leader's policies and the overrides combined. Asked for
/// of some databases only.
struct SeenInForce {
  std::string database{};
  Readability readability = Readability::kUnread;  ///< kReadable: under the overrides seen now.
  bool is_unknown = false;  ///< The cluster does not serve the database, and never did.
  std::optional<std::vector<PrincipalInForce>> principals{};  ///< Absent: may not be read.
  std::map<std::string, model::Timespan> tables{};  ///< Hot; those with an override, in lower case.
  bool operator==(SeenInForce const&) const = default;
};

enum class OperationKind { kAttach, kDetach, kDetachFromLeader, kMakeAccount, kLeaveShare };

/// The long-running operation that this object started.
struct SeenOperation {
  OperationKind kind = OperationKind::kAttach;
  bool is_running = true;
  bool operator==(SeenOperation const&) const = default;
};

/// An attachment as its leader lists it: less than the follower tells.
struct SeenFollower {
  std::string attachment_name{};
  std::string database{};  ///< Of the leader, or "*".
  bool is_direct = true;   ///< Not made by Data Share.
  bool operator==(SeenFollower const&) const = default;
};

/// What the leader tells of who follows it; looked for only while the follower's side is of no use
/// to a deletion.
struct SeenFromLeader {
  std::optional<Problem> identity_problem{};       ///< No identity to act with on the leader.
  Readability readability = Readability::kUnread;  ///< kReadable: read after the last write.
  Problem problem{};                               ///< Meaningful for kForbidden and kFailed.
  std::vector<SeenFollower> followers{};           ///< Those on this object's follower cluster.
  Boxed<Hold> hold{};                              ///< A detach from the leader's side failed.
};

/// A policy as one comparable thing: which field of which database.
struct PolicyKey {
  std::string database{};
  std::string field{};  ///< "caching.database", "caching.tables/Events",
                        ///< "permissions.grants/Viewer/aaduser=…"
  auto operator<=>(PolicyKey const&) const = default;
};

/// A command that was accepted and shows only after the follower's next schema refresh.
struct PendingChange {
  PolicyKey key{};
  std::string value{};  ///< What was asked for; another wish is not pending.
  std::string had{};    ///< What showed then; once something else shows, a refresh has passed and
                        ///< nothing is pending.
  TimePoint issued_at{};
  int times = 1;  ///< How often Azure took it; 0 while no answer ever came.

  /// Whether it may still show, although what was read at `read_at` does not. One without an
  /// answer may never have arrived: it is waited for a tenth as long.
  [[nodiscard]] bool IsOnItsWay(TimePoint read_at, TimePoint now, Duration patience) const {
    bool const was_clock_set_back = issued_at > now;
    return !was_clock_set_back && read_at - issued_at < (times > 0 ? patience : patience / 10);
  }
};

/// How others' changes of one field were put right of late.
struct Correction {
  PolicyKey key{};
  std::vector<TimePoint> at{};
  bool is_stopped = false;  ///< Given up on; over when the difference is gone or a person asks.
  bool operator==(Correction const&) const = default;
};

struct Observed {
  std::string instance{};                     ///< This installation's name in Azure.
  std::optional<Problem> identity_problem{};  ///< No identity to act with.
  bool is_denied_at_leader = false;           ///< That is so of the leader alone.
  SeenCluster follower{};
  SeenCluster leader{};
  SeenFromLeader from_leader{};
  SeenShare share{};                ///< With spec.source.share.
  bool is_inventory_fresh = false;  ///< Read after the last write on the follower cluster.
  /// Of the follower, with one database followed: those that concern it, as with databases and
  /// leader_databases.
  std::vector<SeenAttachment> attachments{};
  std::size_t attachment_count = 0;  ///< Of the follower, all.
  std::vector<SeenDatabase> databases{};
  std::optional<std::vector<std::string>> leader_databases{};  ///< Absent: could not be listed.
  std::vector<SeenExternalTable> external_tables{};  ///< Of the leader; none when not readable.
  Readability overrides_readability = Readability::kUnread;
  Problem overrides_problem{};
  std::optional<TimePoint> overrides_read_at{};  ///< Absent: this moment.
  std::vector<SeenOverrides> overrides{};        ///< By name in lower case.
  std::vector<SeenInForce> in_force{};           ///< By name in lower case.
  std::optional<Problem> in_force_problem{};  ///< Why what is unclear in `overrides` stays so until
                                              ///< a person acts.
  std::optional<SeenOperation> operation{};
  std::vector<PendingChange> pending{};
  std::vector<Correction> corrections{};
  std::string client_id{};                ///< Of the identity that acts.
  std::optional<OwnRights> own_rights{};  ///< Absent: not needed, or not read yet.
  Boxed<Hold> hold{};
  std::optional<std::string>
      older_claim{};  ///< "namespace/name" of the older object that claims the same thing.
  std::optional<TimePoint>
      remade_at{};  ///< When the attachment was last made anew after it had vanished.
  std::map<std::string, TimePoint> mended{};  ///< When a mapping was last made anew after it had
                                              ///< vanished or broken, by the id of its data set.
  std::optional<LagVerdict> lag{};            ///< Absent: nothing is measured yet.
  /// A look that began after the reconcile-at was seen has ended.
  bool is_request_answered = true;
  Duration schema_patience = std::chrono::minutes(10);
};

}  // namespace adxf::follower_database
