#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace adxf {

/// How a pass over one object ended, in controller-runtime's terms.
enum class ReconcileResult {
  kSuccess,       ///< Nothing more to do.
  kRequeue,       ///< Again soon, under back-off.
  kRequeueAfter,  ///< Again at a known time.
  kError,         ///< Failed; retried.
  kTerminal,      ///< Failed; not retried until something changes.
  kPanic,         ///< An exception escaped; retried.
};

/// One value of a family that is built at scrape time.
struct Sample {
  enum class Kind { kGauge, kCounter };
  std::string name{};  ///< Full metric name, with prefix and unit.
  std::string help{};
  std::vector<std::pair<std::string, std::string>> labels{};
  double value = 0.0;
  Kind kind = Kind::kGauge;
};
using Sampler = std::function<std::vector<Sample>()>;

/// Identifies the program in `adxfollower_build_info`.
struct BuildInfo {
  std::string version{};
  std::string revision{};
  std::string compiler{};
};

/// All metrics of the program; built in `main` and passed down. Thread-safe. Families exist from
/// the start, and a controller's series are zero from its registration on. A family holds at most
/// 2,000 series; what would go beyond is dropped and counted in
/// `adxfollower_metric_series_dropped_total`.
class Metrics {
 public:
  Metrics(Clock const& clock, BuildInfo const& build);
  ~Metrics();
  Metrics(Metrics const&) = delete;
  Metrics& operator=(Metrics const&) = delete;

  /// Creates every series of a controller and of its queue (they share the name). `priorities` are
  /// the values of the label `priority` of `workqueue_depth`.
  void RegisterController(std::string_view controller, int workers,
                          std::vector<std::string> const& priorities = {""});

  void ReconcileDone(std::string_view controller, ReconcileResult result, Duration took);

  void QueueAdded(std::string_view queue);
  void QueueRetried(std::string_view queue);
  void SetQueueDepth(std::string_view queue, std::string_view priority, std::size_t depth);
  /// An item was handed to a worker after waiting `queued_for`. The returned number goes to
  /// WorkDone.
  std::uint64_t WorkStarted(std::string_view queue, Duration queued_for);
  void WorkDone(std::string_view queue, std::uint64_t work);

  /// `code` is the HTTP status, or "<error>" when there was no answer.
  void KubernetesRequestDone(std::string_view code, std::string_view method, std::string_view host);
  void AzureRequestDone(std::string_view service, std::string_view operation, std::string_view code,
                        Duration took);
  void AzureThrottled(std::string_view service);
  /// `kind` is reads, writes or deletes.
  void SetAzureRateLimitRemaining(std::string_view subscription, std::string_view kind,
                                  double remaining);
  /// `command` is the command's low-cardinality name, `outcome` "success" or the error class.
  void KustoCommandDone(std::string_view cluster, std::string_view command,
                        std::string_view outcome);
  /// `field` is a field of the spec, without the name of what it is about.
  void DriftCorrected(std::string_view field);
  /// An access is over, `took` after that was declared.
  void Revoked(Duration took);
  void SetLeader(std::string_view lease, bool is_leader);

  /// Per-object series: `sampler` runs at every scrape, so that what it no longer returns is gone.
  /// Samples of one name must share help and kind. A sampler must not outlive what it reads; it may
  /// be called from several threads.
  void AddSampler(Sampler sampler);

  /// Prometheus text exposition, format 0.0.4.
  [[nodiscard]] std::string Render() const;

 private:
  class Families;
  std::unique_ptr<Families> families_;
};

}  // namespace adxf
