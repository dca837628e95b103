#pragma once

#include "base/boxed.hpp"
#include "base/result.hpp"
#include "base/shared_text.hpp"
#include "kinds/common/types.hpp"
#include "model/condition.hpp"
#include "model/object_meta.hpp"
#include "model/packed.hpp"
#include "model/timestamp.hpp"

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// The kind FollowerDatabase as plain structs. Texts are kept as the user gave them: parse resource
/// ids with model::ResourceId, spans with model::Timespan, principals with model::Principal. What
/// the schema and its CEL rules promise (types_spec_table.hpp) holds for every object that the API
/// server hands out.
namespace adxf::follower_database {

inline constexpr std::string_view kKind = "FollowerDatabase";
inline constexpr std::string_view kPlural = "followerdatabases";
inline constexpr std::string_view kFinalizer = "adxfollower.io/follower-database";

using kinds::Adoption;
using kinds::kApiVersion;
using kinds::kForceDeleteAnnotation;
using kinds::kReconcileAtAnnotation;
using kinds::LastChange;
using kinds::Mode;
using kinds::PlannedAction;
using kinds::SecretRef;
using kinds::Selection;
using kinds::TruncatedList;

enum class ModificationKind { kUnion, kReplace, kNone };
enum class Ownership { kAdditive, kAuthoritative };
enum class Role { kAdmin, kUser, kViewer, kUnrestrictedViewer, kMonitor };
enum class DeletionPolicy { kDetach, kLeave, kOrphan };
enum class Origin { kDirect, kDataShare };
enum class PolicyOrigin { kLeader, kFollower };
enum class EntityKind { kDatabase, kTable, kMaterializedView };

std::string_view ToString(ModificationKind value);
std::string_view ToString(Ownership value);
std::string_view ToString(Role value);
std::string_view ToString(DeletionPolicy value);
std::string_view ToString(Origin value);
std::string_view ToString(PolicyOrigin value);
std::string_view ToString(EntityKind value);

struct ClusterRef {
  SharedText resource_id{};
  bool operator==(ClusterRef const&) const = default;
};

struct LeaderSource {
  SharedText cluster_resource_id{};
  SharedText database{};  ///< "*": all present and future databases.
  std::optional<SecretRef> credentials_secret_ref{};

  [[nodiscard]] bool FollowsAll() const { return database == "*"; }
  bool operator==(LeaderSource const&) const = default;
};

struct InvitationRef {
  std::string name{};
  bool operator==(InvitationRef const&) const = default;
};

struct InvitationById {
  std::string id{};
  std::string location{};
  bool operator==(InvitationById const&) const = default;
};

struct InvitationMatch {
  std::string share_name{};
  std::optional<std::string> provider_email{};
  bool operator==(InvitationMatch const&) const = default;
};

/// Exactly one of invitation_ref, invitation and match is set.
struct ShareSource {
  std::optional<InvitationRef> invitation_ref{};
  std::optional<InvitationById> invitation{};
  std::optional<InvitationMatch> match{};
  std::string account_resource_id{};
  std::optional<std::string> account_location{};
  std::optional<std::string> subscription_name{};
  bool accept_terms_of_use = false;
  std::vector<std::string> data_sets{};  ///< Empty: all.
  bool operator==(ShareSource const&) const = default;
};

/// Exactly one is set.
struct Source {
  std::optional<LeaderSource> leader{};
  Boxed<ShareSource> share{};
  bool operator==(Source const&) const = default;
};

/// Exactly one is set; the prefix goes with "*", the override with one named database.
struct DatabaseName {
  std::optional<std::string> name_override{};
  std::optional<std::string> prefix{};
  bool operator==(DatabaseName const&) const = default;
};

/// At most 100 entries over the eight lists.
struct Sharing {
  Selection tables{};
  Selection external_tables{};
  Selection materialized_views{};
  Selection functions{};
  bool operator==(Sharing const&) const = default;
};

struct HotWindow {
  model::Timestamp from{};
  model::Timestamp to{};
  bool operator==(HotWindow const&) const = default;
};

struct CachePolicy {
  std::string hot{};
  std::vector<HotWindow> hot_windows{};
  bool operator==(CachePolicy const&) const = default;
};

struct NamedCachePolicy {
  std::string name{};
  std::string hot{};
  std::vector<HotWindow> hot_windows{};
  bool operator==(NamedCachePolicy const&) const = default;
};

struct Caching {
  ModificationKind modification_kind = ModificationKind::kUnion;
  bool prefetch_extents = false;
  bool allow_empty_replace = false;
  std::optional<CachePolicy> database{};
  std::vector<NamedCachePolicy> tables{};
  std::vector<NamedCachePolicy> materialized_views{};
  bool operator==(Caching const&) const = default;
};

struct Grant {
  Role role = Role::kViewer;
  std::string principal{};
  std::string notes{};
  std::optional<model::Timestamp> expires_at{};
  bool operator==(Grant const&) const = default;
};

struct Permissions {
  ModificationKind modification_kind = ModificationKind::kUnion;
  Ownership ownership = Ownership::kAdditive;
  bool allow_empty_replace = false;
  std::vector<Grant> grants{};
  bool operator==(Permissions const&) const = default;
};

inline constexpr std::string_view kDefaultProbeInterval = "30s";

struct SyncLag {
  std::optional<std::string> objective{};
  std::string probe_interval{kDefaultProbeInterval};
  bool operator==(SyncLag const&) const = default;
};

struct Spec {
  ClusterRef follower_cluster{};
  Source source{};
  Boxed<std::string> attachment_name{};
  Adoption adoption = Adoption::kNever;
  Boxed<DatabaseName> database_name{};
  Boxed<Sharing> sharing{};
  Boxed<Caching> caching{};
  Boxed<Permissions> permissions{};
  Boxed<SyncLag> sync_lag{};
  Mode mode = Mode::kManage;
  DeletionPolicy deletion_policy = DeletionPolicy::kDetach;
  bool suspend = false;
  std::optional<SecretRef> credentials_secret_ref{};
  bool operator==(Spec const&) const = default;
};

/// A database by its name on either side.
struct DatabasePair {
  SharedText leader{};
  SharedText follower{};
  bool operator==(DatabasePair const&) const = default;
};

struct AttachmentStatus {
  std::string resource_id{};
  SharedText provisioning_state{};
  Origin origin = Origin::kDirect;
  std::vector<DatabasePair> databases{};
  bool operator==(AttachmentStatus const&) const = default;
};

struct ClusterStatus {
  SharedText name{};
  SharedText uri{};
  SharedText location{};
  SharedText state{};
  bool operator==(ClusterStatus const&) const = default;
};

struct MappingStatus {
  std::string data_set{};
  std::string database{};
  std::string state{};
  bool operator==(MappingStatus const&) const = default;
};

struct ShareStatus {
  std::string subscription{};
  std::string status{};
  std::string provider{};
  std::vector<MappingStatus> mappings{};
  bool operator==(ShareStatus const&) const = default;
};

struct EffectiveCache {
  SharedText database{};
  EntityKind kind = EntityKind::kDatabase;
  SharedText name{};  ///< Empty for the database itself.
  SharedText hot{};
  PolicyOrigin origin = PolicyOrigin::kFollower;
  bool operator==(EffectiveCache const&) const = default;
};

struct EffectivePrincipal {
  SharedText database{};
  SharedText role{};
  SharedText principal{};
  PolicyOrigin origin = PolicyOrigin::kFollower;
  bool operator==(EffectivePrincipal const&) const = default;
};

/// What is in force on the follower: entries with an override, and who may come in.
struct EffectivePolicy {
  std::vector<EffectiveCache> caching{};
  std::vector<EffectivePrincipal> principals{};
  bool operator==(EffectivePolicy const&) const = default;
};

/// A grant that this object made.
struct GrantStatus {
  std::string database{};
  Role role = Role::kViewer;
  std::string principal{};           ///< As the spec gave it.
  std::string resolved_principal{};  ///< As the service knows it: `kind=<object id>;<tenant id>`.
  std::optional<model::Timestamp> expires_at{};
  bool operator==(GrantStatus const&) const = default;
};

struct Drift {
  std::string field{};
  std::string want{};
  std::string have{};
  model::Timestamp since{};
  bool operator==(Drift const&) const = default;
};

struct Status {
  std::vector<model::Condition> conditions{};
  std::int64_t observed_generation = 0;  ///< -1 in an object that was never looked at.
  SharedText last_handled_reconcile_at{};
  SharedText source{};  ///< For people: a column cannot choose between database and share.
  std::optional<AttachmentStatus> attachment{};
  std::optional<ClusterStatus> follower_cluster{};
  std::optional<ClusterStatus> leader_cluster{};
  Boxed<ShareStatus> share{};
  std::optional<EffectivePolicy> effective_policy{};
  std::vector<GrantStatus> grants{};
  std::vector<Drift> drift{};
  std::vector<PlannedAction> plan{};
  std::optional<LastChange> last_change{};
  std::vector<TruncatedList> truncated{};
  bool operator==(Status const&) const = default;
};

struct FollowerDatabase {
  model::ObjectMeta metadata{};
  Spec spec{};
  Status status{};
  bool operator==(FollowerDatabase const&) const = default;
};

/// The value of the annotation that asks for another look; "" without.
inline std::string RequestOf(FollowerDatabase const& object) {
  return kinds::RequestOf(object.metadata);
}

/// Limits of the status (entries), kept in the schema too.
inline constexpr std::size_t kMaxStatusDatabases = 200;
inline constexpr std::size_t kMaxEffectivePolicy = 200;
inline constexpr std::size_t kMaxStatusList = 50;
/// As many data sets as a share may have: what is not told of counts as others'.
inline constexpr std::size_t kMaxStatusMappings = 200;
inline constexpr std::size_t kMaxStatusBytes = std::size_t{64} * 1024;

/// Cuts every list and text to its limit and says so in `truncated`. A list that is not told anew
/// stays as it was cut before: who tells it anew calls kinds::ForgetCut.
void Truncate(Status& status);

/// Reads an object of the API server. Unknown fields are passed over; a field of the wrong type, or
/// a required one that is missing, is Code::kInvalid with its path in the message.
Result<FollowerDatabase> DecodeFollowerDatabase(nlohmann::json const& object);

/// The same from text, in one pass, without ever building managedFields and other parts that nobody
/// keeps.
Result<FollowerDatabase> ParseFollowerDatabase(std::string_view json);

/// As a store keeps it, of which there may be thousands; see runtime::Store.
model::Packed Pack(FollowerDatabase const& object);
void Unpack(model::Packed const& packed, FollowerDatabase& object);

std::string EncodeStatus(Status const& status);
nlohmann::json EncodeSpec(Spec const& spec);

/// The whole object with apiVersion and kind. Of the metadata: what the API server needs in a PUT.
nlohmann::json EncodeFollowerDatabase(FollowerDatabase const& object);

}  // namespace adxf::follower_database
