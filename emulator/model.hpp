#pragma once

#include "emulator/measurements.hpp"
#include "emulator/names.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

/// What exists in the emulated Azure, as plain values. Who writes what is said at each struct:
/// ARM = emulator/arm, Kusto = emulator/kusto, seed = the seed loader, all = everybody.
namespace adxf::emulator {

// ---- identities
// -------------------------------------------------------------------------------------------------

enum class PrincipalKind { kUser, kGroup, kApp };

/// A person, group or application of a tenant. Written by: seed.
struct DirectoryEntry {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string object_id{};
  std::string tenant_id{};
  std::string display_name{};
  std::string mail{};
  std::string upn{};
  std::string app_id{};                ///< Applications: the client id.
  std::vector<std::string> members{};  ///< Groups: object ids of the members, not nested.
};

struct ClientSecret {
  std::string value{};
  std::optional<TimePoint> expires{};
};

/// The public part of a certificate that an application may sign with.
struct ClientCertificate {
  std::string der{};
  std::string sha1{};  ///< Thumbprints, base64url.
  std::string sha256{};
  TimePoint ends{};
};

struct FederatedCredential {
  std::string issuer{};
  std::string subject{};
  std::string audience = "api://AzureADTokenExchange";
  std::string keys{};  ///< The issuer's JSON Web Key Set; empty: signatures are not checked.
};

/// What may ask for a token. Its directory entry (kind kApp, same app_id) carries mail and names.
/// Written by: seed.
struct Application {
  std::string tenant_id{};
  std::string client_id{};
  std::string object_id{};
  std::string display_name{};
  std::vector<ClientSecret> secrets{};
  std::vector<ClientCertificate> certificates{};
  std::vector<FederatedCredential> federated{};
  bool is_managed_identity = false;  ///< Served by the managed identity endpoint.
  std::string resource_id{};         ///< Of a user-assigned managed identity.
};

struct Tenant {
  std::string id{};
  std::string domain{};
  std::string display_name{};
};

/// Who a verified token speaks for. Written by: entra.
struct Caller {
  std::string tenant_id{};
  std::string object_id{};
  std::string app_id{};
};

// ---- ARM
// ----------------------------------------------------------------------------------------------------------

enum class ArmRole { kReader, kContributor, kOwner };

/// Written by: seed, ARM.
struct RoleAssignment {
  std::string object_id{};
  std::string scope{};  ///< ARM id of a subscription, a resource group or a resource.
  ArmRole role = ArmRole::kReader;
  std::string name{};  ///< a GUID
  PrincipalKind kind = PrincipalKind::kApp;
  TimePoint created{};
  TimePoint effective{};  ///< before that it is listed, and gives nothing
};

struct Subscription {
  std::string id{};
  std::string tenant_id{};
  std::string display_name{};
  ByName<std::string> resource_groups{};           ///< name -> location
  std::set<std::string, NameLess> unregistered{};  ///< resource providers that it may not use yet

  [[nodiscard]] bool IsRegistered(std::string_view provider) const {
    return !unregistered.contains(provider);
  }
};

// ---- databases
// ----------------------------------------------------------------------------------------------------

/// `v<major>.<minor>`; grows with every change of data or schema.
struct Version {
  std::uint64_t major = 1;
  std::uint64_t minor = 0;
  auto operator<=>(Version const&) const = default;
};
std::string ToString(Version version);

struct HotWindow {
  TimePoint from{};
  TimePoint to{};
  bool operator==(HotWindow const&) const = default;
};

struct CachingPolicy {
  Ticks data_hot{};
  Ticks index_hot{};
  std::vector<HotWindow> windows{};
  bool operator==(CachingPolicy const&) const = default;
};

enum class DatabaseRole { kAdmin, kUser, kViewer, kUnrestrictedViewer, kIngestor, kMonitor };
enum class ClusterRole { kAllDatabasesAdmin, kAllDatabasesViewer, kAllDatabasesMonitor };
enum class ModificationKind { kNone, kUnion, kReplace };

std::string_view ToString(
    DatabaseRole role);  ///< Admin, User, Viewer, UnrestrictedViewer, Ingestor, Monitor
std::string_view ToString(ClusterRole role);                           ///< AllDatabasesAdmin, …
std::string_view ToString(ModificationKind kind);                      ///< None, Union, Replace
std::string_view ToString(PrincipalKind kind);                         ///< User, Group, App
std::optional<DatabaseRole> ParseDatabaseRole(std::string_view text);  ///< singular, any casing
std::optional<ClusterRole> ParseClusterRole(std::string_view text);
std::optional<ModificationKind> ParseModificationKind(std::string_view text);  ///< any casing
std::optional<PrincipalKind> ParsePrincipalKind(std::string_view text);

/// A resolved principal. `Fqn()` is `aaduser=<object id>;<tenant>`; for applications
/// `aadapp=<client id>;<tenant>`.
struct Principal {
  PrincipalKind kind = PrincipalKind::kUser;
  std::string object_id{};
  std::string tenant_id{};
  std::string app_id{};
  std::string display_name{};
  [[nodiscard]] std::string Fqn() const;
  bool operator==(Principal const&) const = default;
};

struct Grant {
  DatabaseRole role = DatabaseRole::kViewer;
  Principal principal{};
  std::string notes{};
  bool operator==(Grant const&) const = default;
};

struct ClusterGrant {
  ClusterRole role = ClusterRole::kAllDatabasesViewer;
  Principal principal{};
};

/// An ARM `principalAssignments` resource, of a database or of a cluster. Its grant is in
/// `Database::grants`, `FollowerOverrides::grants` or `Cluster::grants` too, where the data plane
/// looks. Written by: ARM.
struct PrincipalAssignment {
  std::string name{};
  std::string principal_id{};
  std::string principal_type{};
  std::string role{};
  std::string tenant_id{};
  Principal principal{};
  std::string provisioning_state = "Succeeded";
};

struct Extent {
  std::string id{};
  TimePoint created{};
  std::uint64_t rows = 0;
  std::uint64_t bytes = 0;
  std::vector<std::string> tags{};
  std::vector<std::vector<std::string>>
      cells{};  ///< what was ingested; may hold fewer records than `rows`
};

struct Column {
  std::string name{};
  std::string type = "string";
};

struct Table {
  std::string name{};
  std::string id{};
  TimePoint created{};
  std::vector<Column> columns{};
  std::vector<Extent> extents{};
  std::optional<CachingPolicy> caching{};
  std::string folder{};
  std::string doc{};
};

struct MaterializedView {
  std::string name{};
  TimePoint created{};
  std::string source_table{};
  std::string query{};
  std::optional<CachingPolicy> caching{};
  std::vector<Extent> extents{};
};

struct Function {
  std::string name{};
  TimePoint created{};
  std::string body{};
};

struct ExternalTable {
  std::string name{};
  TimePoint created{};
  std::string kind = "delta";
  std::string managed_identity{};  ///< "system" or an object id: whom its storage is read as;
                                   ///< empty: nobody in particular.
};

struct VersionMark {
  Version version{};
  TimePoint at{};
};

/// A database of its own cluster (kind ReadWrite). Written by: seed, ARM (create, delete, periods,
/// grants of assignments), Kusto (everything a command changes). Whoever changes data or schema
/// calls `Bump`.
struct Database {
  std::string name{};
  std::string id{};
  TimePoint created{};
  ByName<Table> tables{};
  ByName<MaterializedView> materialized_views{};
  ByName<Function> functions{};
  ByName<ExternalTable> external_tables{};
  std::optional<CachingPolicy> caching{};
  std::optional<Ticks> soft_delete{};
  std::vector<Grant> grants{};
  ByName<PrincipalAssignment> principal_assignments{};
  std::vector<VersionMark> history{};  ///< Ordered; never empty once `Bump` was called.
  std::string provisioning_state = "Succeeded";

  [[nodiscard]] Version Latest() const {
    return history.empty() ? Version{} : history.back().version;
  }
  /// One minor version more, at `now`.
  void Bump(TimePoint now);
};

// ---- followers
// ----------------------------------------------------------------------------------------------------

/// A value whose changes show only later: at the schema refresh.
template <class T>
struct Delayed {
  T shown{};
  std::vector<std::pair<TimePoint, T>> pending{};  ///< ordered by time

  [[nodiscard]] T const& At(TimePoint now) const {
    T const* seen = &shown;
    for (auto const& [when, value] : pending) {
      if (when <= now) seen = &value;
    }
    return *seen;
  }
  /// What the next change starts from: everything accepted so far.
  [[nodiscard]] T const& Latest() const { return pending.empty() ? shown : pending.back().second; }
  void Set(T value, TimePoint effective) { pending.emplace_back(effective, std::move(value)); }
  void Fold(TimePoint now) {
    shown = At(now);
    std::erase_if(pending, [now](auto const& entry) { return entry.first <= now; });
  }
};

/// All that a follower database overrides. Written by: Kusto (commands), ARM (hotCachePeriod,
/// principals), the attachment's default when the database appears.
struct FollowerOverrides {
  ModificationKind caching_kind = ModificationKind::kUnion;
  ModificationKind principals_kind = ModificationKind::kUnion;
  bool prefetch_extents = false;
  std::optional<CachingPolicy> caching{};
  ByName<CachingPolicy> table_caching{};  ///< tables
  ByName<CachingPolicy> view_caching{};   ///< materialized views
  std::vector<Grant> grants{};
  bool operator==(FollowerOverrides const&) const = default;
};

struct SharingLists {
  std::vector<std::string> tables_include{}, tables_exclude{};
  std::vector<std::string> external_include{}, external_exclude{};
  std::vector<std::string> views_include{}, views_exclude{};
  std::vector<std::string> functions_include{}, functions_exclude{};
  bool operator==(SharingLists const&) const = default;

  enum class Kind { kTable, kExternalTable, kMaterializedView, kFunction };
  /// Whether something of that name is shared: included (an empty list includes all) and not
  /// excluded.
  [[nodiscard]] bool Shows(Kind kind, std::string_view name) const;
  [[nodiscard]] bool IsEmpty() const;
  [[nodiscard]] std::size_t Entries() const;
};

/// An `attachedDatabaseConfigurations` resource. Written by: ARM, Data Share, seed.
struct Attachment {
  std::string name{};
  std::string location{};       ///< as sent
  std::string leader_id{};      ///< ARM id as sent
  std::string database_name{};  ///< or "*"
  ModificationKind default_principals = ModificationKind::kUnion;
  std::optional<SharingLists> sharing{};
  std::string name_override{};
  std::string name_prefix{};
  std::string origin = "Direct";                ///< Direct | DataShare
  std::string provisioning_state = "Creating";  ///< Creating | Succeeded | Deleting | Failed
  TimePoint created{};
};

/// A database that an attachment brings to a follower (kind ReadOnlyFollowing). The set of them is
/// derived
/// (`RefreshFollowed` in state.hpp); `overrides` and `principal_assignments` live as long as the
/// database does.
struct FollowedDatabase {
  std::string name{};  ///< on the follower
  std::string attachment{};
  std::string leader_cluster{};  ///< key of the leader in Estate::clusters
  std::string leader_database{};
  std::optional<SharingLists> sharing{};
  std::string origin = "Direct";
  TimePoint attached{};
  Delayed<FollowerOverrides> overrides{};
  ByName<PrincipalAssignment> principal_assignments{};
  std::optional<std::chrono::milliseconds> lag{};  ///< overrides the cluster's
  bool is_suspended = false;                       ///< shown as such, and nothing more
  Version floor{0, 0};  ///< the newest version shown so far: a follower never goes back
  TimePoint floor_at{};
};

/// A user-assigned identity that a cluster may act as.
struct UserIdentity {
  std::string id{};  ///< ARM id, as sent
  std::string principal_id{};
  std::string client_id{};
};

/// A Kusto cluster. Key in Estate::clusters: its name in lower case (names are unique over all
/// tenants here). Written by: seed, ARM; `state` also by the side door.
struct Cluster {
  std::string name{};
  std::string subscription{};
  std::string resource_group{};
  std::string tenant_id{};
  std::string location{};  ///< short form, "westus2"
  std::string state = "Running";
  std::string provisioning_state = "Succeeded";
  std::string sku_name = "Standard_E8ads_v5";
  std::string sku_tier = "Standard";
  int sku_capacity = 2;
  std::string identity_principal_id{};     ///< system-assigned identity, empty if none
  ByName<UserIdentity> user_identities{};  ///< by ARM id
  ByName<std::string> tags{};
  std::vector<std::string> trusted_tenants{"*"};
  bool streaming_ingest = false;
  bool auto_stop = true;
  bool customer_managed_key = false;
  std::uint64_t etag = 1;
  std::string uri{};  ///< https://127.0.0.1:PORT, set by the server before the first request
  std::optional<std::string> told_uri{};  ///< What ARM tells instead of it
  std::string maintenance{};  ///< id of the operation that holds the cluster, empty if none
  ByName<Database> databases{};
  ByName<Attachment> attachments{};
  ByName<FollowedDatabase> followed{};
  std::vector<ClusterGrant> grants{};
  ByName<PrincipalAssignment> principal_assignments{};
  std::optional<std::chrono::milliseconds> lag{};  ///< as a follower; overrides the setting
  std::deque<ClusterMinute> minutes{};             ///< ordered; `Measure` writes and bounds them

  [[nodiscard]] std::string Id()
      const;  ///< /subscriptions/…/providers/Microsoft.Kusto/Clusters/<name>
  [[nodiscard]] std::string Key() const { return Lower(name); }
};

}  // namespace adxf::emulator
