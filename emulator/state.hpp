#pragma once

#include "base/clock.hpp"
#include "emulator/call_log.hpp"
#include "emulator/datashare/model.hpp"
#include "emulator/faults.hpp"
#include "emulator/model.hpp"

#include <chrono>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace adxf::emulator {

/// Real time plus an offset that the side door moves.
class EmulatorClock {
 public:
  EmulatorClock() = default;
  /// Tests: time stands at `start` and moves only by `Advance`.
  explicit EmulatorClock(TimePoint start) : frozen_(start) {}

  [[nodiscard]] TimePoint Now() const;
  void Advance(std::chrono::milliseconds by) { offset_ += by; }
  [[nodiscard]] std::chrono::milliseconds Offset() const { return offset_; }

 private:
  std::optional<TimePoint> frozen_{};
  std::chrono::milliseconds offset_{0};
};

enum class MaintenanceMode {
  kConflictAtOnce,  ///< A write that overlaps another is refused with 409 ServiceIsInMaintenance.
  kFailOperation,   ///< It is accepted, and its operation fails with that code.
};

struct BucketSize {
  double capacity = 0;
  double per_second = 0;
};

/// What tests turn. Written by: flags, seed, side door.
struct Settings {
  std::chrono::milliseconds schema_refresh{0};
  std::chrono::milliseconds operation_duration{2000};
  std::chrono::milliseconds lag{0};
  bool own_versions =
      false;  ///< A follower counts its own versions instead of showing the leader's.
  bool bare_principals = false;  ///< Follower overrides tell of principals neither role nor notes.
  MaintenanceMode maintenance = MaintenanceMode::kConflictAtOnce;
  std::optional<std::chrono::seconds>
      retry_after{};  ///< Put on 202 answers and running operations; Azure's Kusto sends none.
  std::chrono::seconds token_lifetime{3599};
  bool single_use_assertions = false;  ///< Stricter than Entra: no `jti` is taken twice.
  BucketSize reads{250, 25};
  BucketSize writes{200, 10};
  BucketSize deletes{200, 10};
  BucketSize cluster_reads{500, 500.0 / 300};
  BucketSize cluster_writes{1000, 1000.0 / 3600};
  bool throttle_with_retry_after = true;
  std::size_t max_attachments = 70;
  std::size_t max_followers = 100;
  std::chrono::milliseconds role_assignment_delay{0};  ///< until a new role assignment has effect
  bool transient_failures = false;    ///< Data Share operations pass through TransientFailure once.
  std::size_t max_invitations = 200;  ///< of one share
  std::size_t data_share_page_size = 100;
  std::chrono::milliseconds metrics_delay{180'000};  ///< until Azure Monitor shows a minute
  ByName<std::string> region_names{
      {"westus2", "West US 2"}, {"eastus", "East US"}, {"westeurope", "West Europe"}};
};

struct Estate;

struct ServiceError {
  int status = 400;
  std::string code{};
  std::string message{};
};

enum class OperationStatus { kRunning, kSucceeded, kFailed, kCanceled };

/// A long-running ARM operation. It ends when the clock passes `due`: then `finish` does the work
/// and says what went wrong, if anything. Written by: ARM.
struct Operation {
  std::string id{};
  std::string subscription{};
  std::string kind{};
  std::string cluster{};           ///< key of the cluster it holds, empty if none
  std::string resource{};          ///< Data Share: the ARM id it is polled under
  bool fails_transiently = false;  ///< Data Share: the next read of its status says so
  TimePoint started{};
  TimePoint due{};
  OperationStatus status = OperationStatus::kRunning;
  std::optional<ServiceError> error{};
  std::function<std::optional<ServiceError>(Estate&)> finish{};
};

struct Bucket {
  double tokens = 0;
  TimePoint filled{};
};

/// Everything there is. One coarse lock: whoever serves a request holds `mutex` from `Settle` until
/// the answer is made. Every function that takes an Estate& expects its caller to hold the lock and
/// never takes it itself, so tests call handlers without any lock.
struct Estate {
  std::mutex mutex{};
  EmulatorClock clock{};
  Settings settings{};

  ByName<Tenant> tenants{};  ///< by id
  std::vector<DirectoryEntry> directory{};
  std::vector<Application> applications{};
  std::map<std::string, TimePoint> used_assertions{};  ///< by `jti`, until they expire; entra
  std::vector<RoleAssignment> role_assignments{};
  ByName<Subscription> subscriptions{};  ///< by id
  ByName<Cluster> clusters{};            ///< by Cluster::Key()
  datashare::Holdings data_share{};
  ByName<Operation> operations{};   ///< by id
  std::set<std::string> running{};  ///< ids of those that are not over
  std::map<std::string, Bucket> buckets{};
  Faults faults{};
  CallLog calls{};
  std::optional<TimePoint> measured{};  ///< up to when `Measure` has looked
  std::uint64_t next_id = 1;
  std::string endpoint =
      "https://127.0.0.1";  ///< Origin of ARM, Entra and the side door; set by the server.

  [[nodiscard]] TimePoint Now() const { return clock.Now(); }
  /// A new GUID; the same sequence in every run.
  std::string NewGuid() { return StableGuid("adx-emulator", next_id++); }
};

/// Brings the estate up to its clock: measures its clusters as they were until now, ends operations
/// that are due, in order, ends share subscriptions that expired, and refreshes what is followed.
/// Call it (under the lock) before serving a request, before changing anything, and after moving
/// the clock.
void Settle(Estate& estate);

/// The same, but of what is followed only that of one cluster, if there is one of that name. Enough
/// around a request that reads or changes no other follower's, as long as Settle follows every
/// other request.
void SettleOne(Estate& estate, std::string_view cluster_key);

/// Derives Cluster::followed of all clusters from attachments (Succeeded) × leader databases: names
/// by override or prefix, a local database of the same name wins, of two attachments the one first
/// by name. Settle calls it; call it after creating or dropping a database.
void RefreshFollowed(Estate& estate);
/// The same of one cluster, whose attachments changed.
void RefreshFollowed(Estate& estate, Cluster& cluster);

// ---- looking things up
// -----------------------------------------------------------------------------------------

Cluster* FindClusterById(Estate& estate,
                         std::string_view arm_id);  ///< any casing; nullptr if unknown
Cluster const* FindClusterById(Estate const& estate, std::string_view arm_id);
Cluster* FindCluster(Estate& estate, std::string_view key);
Cluster const* FindCluster(Estate const& estate, std::string_view key);
DirectoryEntry const* FindEntry(Estate const& estate, std::string_view object_id);
Application const* FindApplication(Estate const& estate, std::string_view tenant_id,
                                   std::string_view client_id);

/// The entry a user means: object id, client id, mail or UPN, in `tenant_id` if that is given (an
/// id or a domain). Names resolve only where the kind fits.
DirectoryEntry const* ResolveDirectory(Estate const& estate, std::optional<PrincipalKind> kind,
                                       std::string_view who, std::string_view tenant_id);
Tenant const* FindTenant(Estate const& estate, std::string_view id_or_domain);
Principal ToPrincipal(DirectoryEntry const& entry);

/// True where the caller is the principal or a member of it (a group).
bool IsOrBelongsTo(Estate const& estate, Caller const& caller, Principal const& principal);

// ---- what a follower sees
// ----------------------------------------------------------------------------------------

/// What part of its leader a follower has: data, tables and policies created after `as_of` are not
/// there yet.
struct FollowerSight {
  Database const* leader = nullptr;  ///< nullptr when the leader database is gone
  Version version{};                 ///< as the follower's `.show databases` shows it
  TimePoint as_of{};
};

/// The newest leader version older than now − lag (the database's lag, else the cluster's, else the
/// setting), never older than what was shown before, and at least what the leader had when it was
/// attached.
FollowerSight Sight(Estate& estate, Cluster const& follower, FollowedDatabase& followed);
/// The same at an instant between the last look and now, with the lag of now.
FollowerSight SightAt(Estate const& estate, Cluster const& follower, FollowedDatabase& followed,
                      TimePoint when);

/// Grants in force on a database (own or followed) by union/replace/none, without cluster-level
/// ones.
std::vector<Grant> EffectiveGrants(Estate const& estate, Cluster const& cluster,
                                   std::string_view database);

}  // namespace adxf::emulator
