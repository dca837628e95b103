#pragma once

#include "base/clock.hpp"
#include "base/deflated_text.hpp"
#include "base/sample_sink.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
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

/// Identifies the program in `adxfollower_build_info`.
struct BuildInfo {
  std::string version{};
  std::string revision{};
  std::string compiler{};
};

inline constexpr std::size_t kDefaultMaxSeries = 400'000;

/// All metrics of the program; built in `main` and passed down. Thread-safe. Families exist from
/// the start, and a controller's series are zero from its registration on. A family holds at most
/// 2,000 series, and the samplers together give at most `max_series` in a scrape; what would go
/// beyond is dropped and counted in `adxfollower_metric_series_dropped_total`. Names, labels and
/// meanings are those of base/metric_table.hpp.
class Metrics {
 public:
  Metrics(Clock const& clock, BuildInfo const& build, std::size_t max_series = kDefaultMaxSeries);
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
  void KubernetesRequestDone(std::string_view code, std::string_view method, std::string_view host,
                             Duration took);
  void AzureRequestDone(std::string_view service, std::string_view operation, std::string_view code,
                        Duration took);
  void AzureThrottled(std::string_view service);
  /// `kind`: which of the limits, as http/rate_limits.hpp names them.
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

  /// Per-object series: `sampler` runs at every scrape, so that what it no longer adds is gone. No
  /// lock is held meanwhile. Samplers run in the order in which they were added, which is the order
  /// in which they have a share in `max_series`. A sampler must not outlive what it reads; it may
  /// be called from several threads.
  void AddSampler(Sampler sampler);

  /// Prometheus text exposition, format 0.0.4. Nothing that the other functions need is locked for
  /// longer than it takes to copy one family that is kept.
  [[nodiscard]] std::string Render() const;
  /// The same compressed, as it is served: with thousands of objects the text is large.
  [[nodiscard]] std::vector<DeflatedText> RenderPieces() const;

 private:
  class Families;
  std::unique_ptr<Families> families_;
};

}  // namespace adxf
