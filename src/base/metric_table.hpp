#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace adxf {

enum class MetricType : std::uint8_t { kCounter, kGauge, kHistogram };
constexpr std::string_view ToString(MetricType type) {
  if (type == MetricType::kCounter) return "counter";
  return type == MetricType::kGauge ? "gauge" : "histogram";
}

/// Every metric of the program, in the order of its table.
enum class MetricId : std::uint8_t {
  kReconciles,
  kReconcileErrors,
  kTerminalErrors,
  kReconcilePanics,
  kReconcileTime,
  kMaxConcurrent,
  kActiveWorkers,
  kQueueDepth,
  kQueueAdds,
  kQueueRetries,
  kQueueDuration,
  kWorkDuration,
  kUnfinishedWork,
  kLongestRunning,
  kRestRequests,
  kRestDuration,
  kLeader,
  kObjectCondition,
  kReadyReason,
  kAttachedDatabases,
  kGrants,
  kDriftedFields,
  kSyncLag,
  kSyncLagState,
  kClusterLatency,
  kSyncLagObjective,
  kLastSynced,
  kInvitations,
  kConsumers,
  kDriftCorrections,
  kTimeToRevoke,
  kAzureRequests,
  kAzureDuration,
  kAzureThrottled,
  kAzureRemaining,
  kKustoCommands,
  kBuildInfo,
  kSeriesDropped,
  kProcessCpu,
  kProcessResident,
  kProcessVirtual,
  kProcessStart,
  kProcessOpenFds,
  kProcessMaxFds,
  kCount,  ///< Not a metric: how many there are.
};
inline constexpr auto kMetricCount = static_cast<std::size_t>(MetricId::kCount);

constexpr std::size_t IndexOf(MetricId id) { return static_cast<std::size_t>(id); }

/// One row of the table that the code, docs/metrics.md and the tests take names, types, labels and
/// meanings from.
struct MetricInfo {
  static constexpr std::size_t kMaxLabels = 6;

  MetricId id{};
  MetricType type{};
  std::string_view name{};
  std::array<std::string_view, kMaxLabels> labels{};  ///< The first empty one ends the list.
  std::string_view help{};  ///< With the unit. Plain text: no backslash, no line break, no `|`.

  [[nodiscard]] constexpr std::size_t LabelCount() const {
    std::size_t count = 0;  // g++ 12 does not evaluate std::ranges::find of a temporary here.
    while (count < kMaxLabels && !labels[count].empty()) ++count;
    return count;
  }
};

// clang-format off
inline constexpr std::array<MetricInfo, kMetricCount> kMetricTable = {{
  // As controller-runtime and client-go name them, so that dashboards made for others work.
  {MetricId::kReconciles, MetricType::kCounter, "controller_runtime_reconcile_total", {"controller", "result"},
   "Reconciliations per controller and result: success, error, requeue or requeue_after."},
  {MetricId::kReconcileErrors, MetricType::kCounter, "controller_runtime_reconcile_errors_total", {"controller"},
   "Failed reconciliations per controller."},
  {MetricId::kTerminalErrors, MetricType::kCounter, "controller_runtime_terminal_reconcile_errors_total", {"controller"},
   "Reconciliations that failed and are not retried."},
  {MetricId::kReconcilePanics, MetricType::kCounter, "controller_runtime_reconcile_panics_total", {"controller"},
   "Reconciliations ended by an uncaught exception."},
  {MetricId::kReconcileTime, MetricType::kHistogram, "controller_runtime_reconcile_time_seconds", {"controller"},
   "Duration of a reconciliation in seconds."},
  {MetricId::kMaxConcurrent, MetricType::kGauge, "controller_runtime_max_concurrent_reconciles", {"controller"},
   "Workers per controller."},
  {MetricId::kActiveWorkers, MetricType::kGauge, "controller_runtime_active_workers", {"controller"},
   "Workers that are busy, per controller."},
  {MetricId::kQueueDepth, MetricType::kGauge, "workqueue_depth", {"controller", "name", "priority"},
   "Items waiting in the queue, per priority."},
  {MetricId::kQueueAdds, MetricType::kCounter, "workqueue_adds_total", {"controller", "name"},
   "Items added to the queue."},
  {MetricId::kQueueRetries, MetricType::kCounter, "workqueue_retries_total", {"controller", "name"},
   "Items added again under back-off."},
  {MetricId::kQueueDuration, MetricType::kHistogram, "workqueue_queue_duration_seconds", {"controller", "name"},
   "Time in seconds from being added to being taken."},
  {MetricId::kWorkDuration, MetricType::kHistogram, "workqueue_work_duration_seconds", {"controller", "name"},
   "Time in seconds that an item is in work."},
  {MetricId::kUnfinishedWork, MetricType::kGauge, "workqueue_unfinished_work_seconds", {"controller", "name"},
   "Seconds of work in progress that work_duration has not seen yet."},
  {MetricId::kLongestRunning, MetricType::kGauge, "workqueue_longest_running_processor_seconds", {"controller", "name"},
   "Age in seconds of the item longest in work."},
  {MetricId::kRestRequests, MetricType::kCounter, "rest_client_requests_total", {"code", "method", "host"},
   "Requests to the Kubernetes API server."},
  {MetricId::kRestDuration, MetricType::kHistogram, "rest_client_request_duration_seconds", {"verb", "host"},
   "Duration of a request to the Kubernetes API server in seconds; of a watch, until its answer begins."},
  {MetricId::kLeader, MetricType::kGauge, "leader_election_master_status", {"name"},
   "1 while this process holds the lease."},

  // Of objects: they go with their object.
  {MetricId::kObjectCondition, MetricType::kGauge, "adxfollower_object_condition", {"kind", "namespace", "name", "type", "status"},
   "Conditions of objects: 1 for the status that holds, 0 for the others."},
  {MetricId::kReadyReason, MetricType::kGauge, "adxfollower_ready_reason", {"kind", "namespace", "name", "reason"},
   "1 for the reason of an object's condition Ready."},
  {MetricId::kAttachedDatabases, MetricType::kGauge, "adxfollower_attached_databases", {"namespace", "name"},
   "Databases on the follower cluster that come from the object's attachment."},
  {MetricId::kGrants, MetricType::kGauge, "adxfollower_grants", {"namespace", "name"},
   "Grants on follower databases that the object made."},
  {MetricId::kDriftedFields, MetricType::kGauge, "adxfollower_drifted_fields", {"namespace", "name"},
   "Fields that differ from what the object declares and that the operator leaves alone, as in status.drift."},
  {MetricId::kSyncLag, MetricType::kGauge, "adxfollower_sync_lag_seconds", {"namespace", "name", "database", "follower", "leader"},
   "How far the follower database is behind its leader, exact to one probe interval either way."},
  {MetricId::kSyncLagState, MetricType::kGauge, "adxfollower_sync_lag_state", {"namespace", "name", "database", "follower", "leader", "state"},
   "Constant 1; the label state tells what is known of the lag of the follower database: Synced, Behind, NoSample, VersionsNotComparable, "
   "LeaderUnreadable, ClusterNotRunning or DatabaseSuspended."},
  {MetricId::kClusterLatency, MetricType::kGauge, "adxfollower_cluster_follower_latency_seconds", {"cluster"},
   "Azure's own figure (FollowerLatency) of how far the cluster is behind all that it follows; read where versions tell no lag."},
  {MetricId::kSyncLagObjective, MetricType::kGauge, "adxfollower_sync_lag_objective_seconds", {"namespace", "name"},
   "The sync lag that the object declares as its objective."},
  {MetricId::kLastSynced, MetricType::kGauge, "adxfollower_last_synced_timestamp_seconds", {"namespace", "name", "database", "follower", "leader"},
   "When the follower database was last seen equal to the leader's, in seconds since 1970."},
  {MetricId::kInvitations, MetricType::kGauge, "adxfollower_invitations", {"namespace", "name", "state"},
   "Invitations of the share in Azure, by state."},
  {MetricId::kConsumers, MetricType::kGauge, "adxfollower_consumers", {"namespace", "name", "state"},
   "Consumers of the share, by state."},
  {MetricId::kDriftCorrections, MetricType::kCounter, "adxfollower_drift_corrections_total", {"field"},
   "Changes by others that were put right, by field of the spec."},
  {MetricId::kTimeToRevoke, MetricType::kHistogram, "adxfollower_time_to_revoke_seconds", {},
   "Time in seconds from declaring an access revoked to seeing it over in Azure."},

  // Of Azure.
  {MetricId::kAzureRequests, MetricType::kCounter, "adxfollower_azure_requests_total", {"service", "operation", "code"},
   "Requests to Azure per service, operation and status."},
  {MetricId::kAzureDuration, MetricType::kHistogram, "adxfollower_azure_request_duration_seconds", {"service", "operation"},
   "Duration of a request to Azure in seconds, retries included."},
  {MetricId::kAzureThrottled, MetricType::kCounter, "adxfollower_azure_throttled_total", {"service"},
   "Requests that Azure or our own bucket refused for now."},
  {MetricId::kAzureRemaining, MetricType::kGauge, "adxfollower_azure_ratelimit_remaining", {"subscription", "kind"},
   "Requests that Azure Resource Manager still allows, as it last said to any of the identities: reads, writes or deletes of the subscription; "
   "with global- before, of all callers together; with resource- before, of a resource provider; with tenant- before, outside of any subscription."},
  {MetricId::kKustoCommands, MetricType::kCounter, "adxfollower_kusto_commands_total", {"cluster", "command", "class"},
   "Kusto commands per cluster, command and outcome: success, throttled, refused, failed or no_answer."},

  // Of the program.
  {MetricId::kBuildInfo, MetricType::kGauge, "adxfollower_build_info", {"version", "revision", "compiler"},
   "Constant 1; the labels tell what runs."},
  {MetricId::kSeriesDropped, MetricType::kCounter, "adxfollower_metric_series_dropped_total", {"family"},
   "Series left out of a scrape beyond metrics.maxSeries, and observations of families that have 2000 series already."},
  {MetricId::kProcessCpu, MetricType::kCounter, "process_cpu_seconds_total", {},
   "Total user and system CPU time spent in seconds."},
  {MetricId::kProcessResident, MetricType::kGauge, "process_resident_memory_bytes", {},
   "Resident memory size in bytes."},
  {MetricId::kProcessVirtual, MetricType::kGauge, "process_virtual_memory_bytes", {},
   "Virtual memory size in bytes."},
  {MetricId::kProcessStart, MetricType::kGauge, "process_start_time_seconds", {},
   "Start time of the process since unix epoch in seconds."},
  {MetricId::kProcessOpenFds, MetricType::kGauge, "process_open_fds", {},
   "Number of open file descriptors."},
  {MetricId::kProcessMaxFds, MetricType::kGauge, "process_max_fds", {},
   "Maximum number of open file descriptors."},
}};
// clang-format on

static_assert(
    [] {
      for (std::size_t i = 0; i < kMetricCount; ++i) {
        if (IndexOf(kMetricTable[i].id) != i || kMetricTable[i].name.empty()) return false;
      }
      return true;
    }(),
    "the table and MetricId list the same metrics in the same order");

constexpr MetricInfo const& InfoOf(MetricId id) { return kMetricTable[IndexOf(id)]; }

/// As many values as the metric has labels, in the order of its table row.
template <MetricId kId>
inline constexpr std::size_t kLabelCount = InfoOf(kId).LabelCount();

}  // namespace adxf
