#include "base/metrics.hpp"

#include "base/metric_series.hpp"
#include "base/process_metrics.hpp"
#include "base/sample_text.hpp"

#include <prometheus/text_serializer.h>

#include <algorithm>
#include <map>
#include <mutex>
#include <set>

namespace adxf {
namespace {

using prometheus::Counter;
using prometheus::Gauge;
using prometheus::Histogram;
using Buckets = Histogram::BucketBoundaries;

double Seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

Buckets RevokeBuckets() { return {1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600}; }

/// controller-runtime's bounds for controller_runtime_reconcile_time_seconds.
Buckets ReconcileBuckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1,  0.15, 0.2,  0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6,
          0.7,   0.8,  0.9,   1.0,  1.25, 1.5,  1.75, 2.0,  2.5, 3.0,  3.5, 4.0,  4.5, 5,
          6,     7,    8,     9,    10,   15,   20,   25,   30,  40,   50,  60};
}

/// client-go's bounds for the workqueue histograms: twelve from 10 ns, each ten times the one
/// before.
Buckets QueueBuckets() {
  Buckets result;
  double bound = 1e-8;
  for (int i = 0; i < 12; ++i, bound *= 10) result.push_back(bound);
  return result;
}

/// Kubernetes' bounds for rest_client_request_duration_seconds.
Buckets RestBuckets() { return {0.005, 0.025, 0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60}; }

Buckets RequestBuckets() {
  return {0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};
}

char const* NameOf(ReconcileResult result) {
  switch (result) {
    case ReconcileResult::kSuccess: return "success";
    case ReconcileResult::kRequeue: return "requeue";
    case ReconcileResult::kRequeueAfter: return "requeue_after";
    case ReconcileResult::kError:
    case ReconcileResult::kTerminal:
    case ReconcileResult::kPanic: return "error";
  }
  return "error";
}

void Increment(Counter& counter) { counter.Increment(); }
auto Observe(Duration took) {
  return [took](Histogram& histogram) { histogram.Observe(Seconds(took)); };
}
/// Makes the series, so that it is there at zero.
void Touch(auto&) {}

/// The kept families as text, by name. One without series would be a bare HELP line.
std::map<std::string, std::string, std::less<>> TextsOf(prometheus::Registry const& registry) {
  std::map<std::string, std::string, std::less<>> texts;
  for (auto& family : registry.Collect()) {
    if (family.metric.empty()) continue;
    auto name = family.name;
    texts.emplace(std::move(name), prometheus::TextSerializer().Serialize({std::move(family)}));
  }
  return texts;
}

}  // namespace

/// Also tells how long the items in work have been there, which only the moment of the scrape
/// knows.
class Metrics::Families {
 public:
  Families(Clock const& used_clock, std::size_t most_series)
      : clock(used_clock), max_series(most_series) {}

  struct Work {
    std::string queue{};
    SteadyPoint started{};
  };
  struct Ages {
    double sum = 0.0;  // both in seconds
    double longest = 0.0;
  };

  [[nodiscard]] std::map<std::string, Ages> AgesOfWork() {
    std::lock_guard const lock(mutex);
    std::map<std::string, Ages> ages;
    for (auto const& queue : queues) ages[queue] = {};
    auto const now = clock.Steady();
    for (auto const& [number, item] : work) {
      auto& [sum, longest] = ages[item.queue];
      double const age = Seconds(now - item.started);
      sum += age;
      longest = std::max(longest, age);
    }
    return ages;
  }

  void SampleUnfinishedWork(SampleSink& out) {
    for (auto const& [queue, age] : AgesOfWork()) {
      out.Add<MetricId::kUnfinishedWork>({queue, queue}, age.sum);
      out.Add<MetricId::kLongestRunning>({queue, queue}, age.longest);
    }
  }

  Clock const& clock;
  std::size_t const max_series;
  prometheus::Registry registry;
  DroppedSeries dropped{registry};

  Series<MetricId::kReconciles> reconciles{registry, dropped};
  Series<MetricId::kReconcileErrors> errors{registry, dropped};
  Series<MetricId::kTerminalErrors> terminal{registry, dropped};
  Series<MetricId::kReconcilePanics> panics{registry, dropped};
  Series<MetricId::kReconcileTime> reconcile_time{registry, dropped, ReconcileBuckets()};
  Series<MetricId::kMaxConcurrent> max_concurrent{registry, dropped};
  Series<MetricId::kActiveWorkers> active_workers{registry, dropped};
  Series<MetricId::kQueueDepth> depth{registry, dropped};
  Series<MetricId::kQueueAdds> adds{registry, dropped};
  Series<MetricId::kQueueRetries> retries{registry, dropped};
  Series<MetricId::kQueueDuration> queue_duration{registry, dropped, QueueBuckets()};
  Series<MetricId::kWorkDuration> work_duration{registry, dropped, QueueBuckets()};
  Series<MetricId::kRestRequests> rest_requests{registry, dropped};
  Series<MetricId::kRestDuration> rest_duration{registry, dropped, RestBuckets()};
  Series<MetricId::kLeader> leader{registry, dropped};
  Series<MetricId::kAzureRequests> azure_requests{registry, dropped};
  Series<MetricId::kAzureDuration> azure_duration{registry, dropped, RequestBuckets()};
  Series<MetricId::kAzureThrottled> azure_throttled{registry, dropped};
  Series<MetricId::kAzureRemaining> azure_remaining{registry, dropped};
  Series<MetricId::kKustoCommands> kusto_commands{registry, dropped};
  Series<MetricId::kDriftCorrections> drift_corrections{registry, dropped};
  Series<MetricId::kTimeToRevoke> time_to_revoke{registry, dropped, RevokeBuckets()};
  Series<MetricId::kBuildInfo> build{registry, dropped};

  std::mutex mutex;
  // Guarded by mutex.
  std::vector<Sampler> samplers;
  std::set<std::string> queues;
  std::map<std::uint64_t, Work> work;
  std::uint64_t last_work = 0;
};

Metrics::Metrics(Clock const& clock, BuildInfo const& build, std::size_t max_series)
    : families_(std::make_unique<Families>(clock, max_series)) {
  families_->build.With({build.version, build.revision, build.compiler},
                        [](Gauge& gauge) { gauge.Set(1); });
  families_->time_to_revoke.With(Touch<Histogram>);
  AddSampler(SampleProcess);
  AddSampler(
      [families = families_.get()](SampleSink& out) { families->SampleUnfinishedWork(out); });
}

Metrics::~Metrics() = default;

void Metrics::RegisterController(std::string_view controller, int workers,
                                 std::vector<std::string> const& priorities) {
  auto& all = *families_;
  for (auto const* result : {"success", "error", "requeue", "requeue_after"})
    all.reconciles.With({controller, result}, Touch<Counter>);
  all.errors.With({controller}, Touch<Counter>);
  all.terminal.With({controller}, Touch<Counter>);
  all.panics.With({controller}, Touch<Counter>);
  all.reconcile_time.With({controller}, Touch<Histogram>);
  all.max_concurrent.With({controller}, [&](Gauge& gauge) { gauge.Set(workers); });
  all.active_workers.With({controller}, Touch<Gauge>);
  for (auto const& priority : priorities) SetQueueDepth(controller, priority, 0);
  all.adds.With({controller, controller}, Touch<Counter>);
  all.retries.With({controller, controller}, Touch<Counter>);
  all.queue_duration.With({controller, controller}, Touch<Histogram>);
  all.work_duration.With({controller, controller}, Touch<Histogram>);
  std::lock_guard const lock(all.mutex);
  all.queues.emplace(controller);
}

void Metrics::ReconcileDone(std::string_view controller, ReconcileResult result, Duration took) {
  auto& all = *families_;
  std::string_view const name = NameOf(result);
  all.reconciles.With({controller, name}, Increment);
  all.reconcile_time.With({controller}, Observe(took));
  if (name == "error") all.errors.With({controller}, Increment);
  if (result == ReconcileResult::kTerminal) all.terminal.With({controller}, Increment);
  if (result == ReconcileResult::kPanic) all.panics.With({controller}, Increment);
}

void Metrics::QueueAdded(std::string_view queue) {
  families_->adds.With({queue, queue}, Increment);
}

void Metrics::QueueRetried(std::string_view queue) {
  families_->retries.With({queue, queue}, Increment);
}

void Metrics::SetQueueDepth(std::string_view queue, std::string_view priority, std::size_t depth) {
  families_->depth.With({queue, queue, priority},
                        [&](Gauge& gauge) { gauge.Set(static_cast<double>(depth)); });
}

std::uint64_t Metrics::WorkStarted(std::string_view queue, Duration queued_for) {
  auto& all = *families_;
  all.queue_duration.With({queue, queue}, Observe(queued_for));
  all.active_workers.With({queue}, [](Gauge& gauge) { gauge.Increment(); });
  std::lock_guard const lock(all.mutex);
  all.work[++all.last_work] = {std::string(queue), all.clock.Steady()};
  return all.last_work;
}

void Metrics::WorkDone(std::string_view queue, std::uint64_t work) {
  auto& all = *families_;
  Duration took{};
  {
    std::lock_guard const lock(all.mutex);
    auto const found = all.work.find(work);
    if (found == all.work.end()) return;
    took = all.clock.Steady() - found->second.started;
    all.work.erase(found);
  }
  all.work_duration.With({queue, queue}, Observe(took));
  all.active_workers.With({queue}, [](Gauge& gauge) { gauge.Decrement(); });
}

void Metrics::KubernetesRequestDone(std::string_view code, std::string_view method,
                                    std::string_view host, Duration took) {
  families_->rest_requests.With({code, method, host}, Increment);
  families_->rest_duration.With({method, host}, Observe(took));
}

void Metrics::AzureRequestDone(std::string_view service, std::string_view operation,
                               std::string_view code, Duration took) {
  families_->azure_requests.With({service, operation, code}, Increment);
  families_->azure_duration.With({service, operation}, Observe(took));
}

void Metrics::AzureThrottled(std::string_view service) {
  families_->azure_throttled.With({service}, Increment);
}

void Metrics::SetAzureRateLimitRemaining(std::string_view subscription, std::string_view kind,
                                         double remaining) {
  families_->azure_remaining.With({subscription, kind},
                                  [&](Gauge& gauge) { gauge.Set(remaining); });
}

void Metrics::KustoCommandDone(std::string_view cluster, std::string_view command,
                               std::string_view outcome) {
  families_->kusto_commands.With({cluster, command, outcome}, Increment);
}

void Metrics::DriftCorrected(std::string_view field) {
  families_->drift_corrections.With({field}, Increment);
}

void Metrics::Revoked(Duration took) { families_->time_to_revoke.With(Observe(took)); }

void Metrics::SetLeader(std::string_view lease, bool is_leader) {
  families_->leader.With({lease}, [&](Gauge& gauge) { gauge.Set(is_leader ? 1 : 0); });
}

void Metrics::AddSampler(Sampler sampler) {
  std::lock_guard const lock(families_->mutex);
  families_->samplers.push_back(std::move(sampler));
}

std::string Metrics::Render() const { return TextOf(RenderPieces()); }

std::vector<DeflatedText> Metrics::RenderPieces() const {
  std::vector<Sampler> samplers;
  {
    std::lock_guard const lock(families_->mutex);
    samplers = families_->samplers;
  }
  SampleText samples(families_->max_series);
  for (auto const& sampler : samplers) {
    samples.BeginObject();
    sampler(samples);
  }
  for (auto const& info : kMetricTable) families_->dropped.Count(info.id, samples.Dropped(info.id));

  auto kept = TextsOf(families_->registry);
  std::vector<DeflatedText> pieces;
  for (auto const& info : kMetricTable) {
    if (auto const found = kept.find(info.name); found != kept.end())
      pieces.push_back(Deflate(found->second));
    samples.MoveTo(pieces, info.id);
  }
  return pieces;
}

}  // namespace adxf
