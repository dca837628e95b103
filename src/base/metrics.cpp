#include "base/metrics.hpp"

#include "base/process_metrics.hpp"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
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

constexpr std::size_t kMaxSeries = 2000;

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

/// A family that refuses to grow beyond kMaxSeries. Thread-safe.
template <class Metric>
class Capped {
 public:
  Capped(prometheus::Family<Metric>& family, Counter& dropped)
      : family_(family), dropped_(dropped) {}

  /// Runs `use` on the series with these labels, unless it would be one too many.
  template <class Use, class... Args>
  void With(prometheus::Labels const& labels, Use&& use, Args const&... args) {
    Metric* metric = nullptr;
    {
      std::lock_guard const lock(mutex_);
      if (!series_.contains(labels) && series_.size() >= kMaxSeries) {
        dropped_.Increment();
        return;
      }
      series_.insert(labels);
      metric = &family_.Add(labels, args...);
    }
    use(*metric);
  }

 private:
  prometheus::Family<Metric>& family_;
  Counter& dropped_;
  std::mutex mutex_;
  std::set<prometheus::Labels> series_;  // guarded by mutex_
};

using Counters = Capped<Counter>;
using Gauges = Capped<Gauge>;
using Histograms = Capped<Histogram>;

template <class BuilderOf>
auto& Make(BuilderOf builder, prometheus::Registry& registry, char const* name, char const* help) {
  return builder().Name(name).Help(help).Register(registry);
}

void Increment(Counter& counter) { counter.Increment(); }
void Touch(auto&) {}

std::string Text(std::string_view text) { return std::string(text); }

/// Samples as families: one family per name, in the order of first appearance of the names'
/// sorting.
std::vector<prometheus::MetricFamily> FamiliesOf(std::vector<Sample> const& samples) {
  std::map<std::string, prometheus::MetricFamily> families;
  for (auto const& sample : samples) {
    auto& family = families[sample.name];
    if (family.name.empty()) {
      family.name = sample.name;
      family.help = sample.help;
      family.type = sample.kind == Sample::Kind::kGauge ? prometheus::MetricType::Gauge
                                                        : prometheus::MetricType::Counter;
    }
    prometheus::ClientMetric metric;
    for (auto const& [name, value] : sample.labels) metric.label.push_back({name, value});
    metric.gauge.value = sample.value;
    metric.counter.value = sample.value;
    family.metric.push_back(std::move(metric));
  }
  std::vector<prometheus::MetricFamily> result;
  result.reserve(families.size());
  for (auto& [name, family] : families) result.push_back(std::move(family));
  return result;
}

}  // namespace

/// Also tells how long the items in work have been there, which only the moment of the scrape
/// knows.
class Metrics::Families {
 public:
  explicit Families(Clock const& used_clock) : clock(used_clock) {}

  struct Work {
    std::string queue{};
    SteadyPoint started{};
  };

  Counters CountersNamed(char const* name, char const* help) {
    return {Make(prometheus::BuildCounter, registry, name, help), dropped};
  }
  Gauges GaugesNamed(char const* name, char const* help) {
    return {Make(prometheus::BuildGauge, registry, name, help), dropped};
  }
  Histograms HistogramsNamed(char const* name, char const* help) {
    return {Make(prometheus::BuildHistogram, registry, name, help), dropped};
  }

  [[nodiscard]] std::vector<Sample> UnfinishedWork() {
    std::lock_guard const lock(mutex);
    std::map<std::string, std::pair<double, double>> ages;  // sum and longest, in seconds
    for (auto const& queue : queues) ages[queue] = {};
    auto const now = clock.Steady();
    for (auto const& [number, item] : work) {
      auto& [sum, longest] = ages[item.queue];
      double const age = Seconds(now - item.started);
      sum += age;
      longest = std::max(longest, age);
    }
    std::vector<Sample> samples;
    for (auto const& [queue, age] : ages) {
      std::vector<std::pair<std::string, std::string>> const labels = {{"controller", queue},
                                                                       {"name", queue}};
      samples.push_back({"workqueue_unfinished_work_seconds",
                         "Seconds of work in progress that work_duration has not seen yet.", labels,
                         age.first});
      samples.push_back({"workqueue_longest_running_processor_seconds",
                         "Age in seconds of the item longest in work.", labels, age.second});
    }
    return samples;
  }

  Clock const& clock;
  prometheus::Registry registry;
  Counter& dropped =
      Make(prometheus::BuildCounter, registry, "adxfollower_metric_series_dropped_total",
           "Observations dropped because their family has too many series.")
          .Add({});

  Counters reconciles = CountersNamed("controller_runtime_reconcile_total",
                                      "Reconciliations per controller and result.");
  Counters errors = CountersNamed("controller_runtime_reconcile_errors_total",
                                  "Failed reconciliations per controller.");
  Counters terminal = CountersNamed("controller_runtime_terminal_reconcile_errors_total",
                                    "Reconciliations that failed and are not retried.");
  Counters panics = CountersNamed("controller_runtime_reconcile_panics_total",
                                  "Reconciliations ended by an uncaught exception.");
  Histograms reconcile_time = HistogramsNamed("controller_runtime_reconcile_time_seconds",
                                              "Duration of a reconciliation in seconds.");
  Gauges max_concurrent =
      GaugesNamed("controller_runtime_max_concurrent_reconciles", "Workers per controller.");
  Gauges active_workers =
      GaugesNamed("controller_runtime_active_workers", "Workers that are busy, per controller.");
  Gauges depth = GaugesNamed("workqueue_depth", "Items waiting in the queue, per priority.");
  Counters adds = CountersNamed("workqueue_adds_total", "Items added to the queue.");
  Counters retries = CountersNamed("workqueue_retries_total", "Items added again under back-off.");
  Histograms queue_duration = HistogramsNamed("workqueue_queue_duration_seconds",
                                              "Time in seconds from being added to being taken.");
  Histograms work_duration = HistogramsNamed("workqueue_work_duration_seconds",
                                             "Time in seconds that an item is in work.");
  Counters rest_requests =
      CountersNamed("rest_client_requests_total", "Requests to the Kubernetes API server.");
  Gauges leader =
      GaugesNamed("leader_election_master_status", "1 while this process holds the lease.");
  Counters azure_requests = CountersNamed("adxfollower_azure_requests_total",
                                          "Requests to Azure per service, operation and status.");
  Histograms azure_duration =
      HistogramsNamed("adxfollower_azure_request_duration_seconds",
                      "Duration of a request to Azure in seconds, retries included.");
  Counters azure_throttled =
      CountersNamed("adxfollower_azure_throttled_total",
                    "Requests that Azure or our own bucket refused for now.");
  Gauges azure_remaining = GaugesNamed("adxfollower_azure_ratelimit_remaining",
                                       "Requests that Azure still allows, as it last said.");
  Counters kusto_commands = CountersNamed("adxfollower_kusto_commands_total",
                                          "Kusto commands per cluster, command and outcome.");
  Counters drift_corrections =
      CountersNamed("adxfollower_drift_corrections_total",
                    "Changes by others that were put right, by field of the spec.");
  Histograms time_to_revoke = HistogramsNamed(
      "adxfollower_time_to_revoke_seconds",
      "Time in seconds from declaring an access revoked to seeing it over in Azure.");
  Gauges build = GaugesNamed("adxfollower_build_info", "Constant 1; the labels tell what runs.");

  std::mutex mutex;
  // Guarded by mutex.
  std::vector<Sampler> samplers;
  std::set<std::string> queues;
  std::map<std::uint64_t, Work> work;
  std::uint64_t last_work = 0;
};

Metrics::Metrics(Clock const& clock, BuildInfo const& build)
    : families_(std::make_unique<Families>(clock)) {
  families_->build.With(
      {{"version", build.version}, {"revision", build.revision}, {"compiler", build.compiler}},
      [](Gauge& gauge) { gauge.Set(1); });
  AddSampler(ProcessSamples);
  AddSampler([families = families_.get()] { return families->UnfinishedWork(); });
}

Metrics::~Metrics() = default;

void Metrics::RegisterController(std::string_view controller, int workers,
                                 std::vector<std::string> const& priorities) {
  auto& all = *families_;
  std::string const name(controller);
  prometheus::Labels const label = {{"controller", name}};
  prometheus::Labels const queue = {{"controller", name}, {"name", name}};
  for (auto const* result : {"success", "error", "requeue", "requeue_after"}) {
    all.reconciles.With({{"controller", name}, {"result", result}}, Touch<Counter>);
  }
  for (auto* counters : {&all.errors, &all.terminal, &all.panics})
    counters->With(label, Touch<Counter>);
  all.reconcile_time.With(label, Touch<Histogram>, ReconcileBuckets());
  all.max_concurrent.With(label, [&](Gauge& gauge) { gauge.Set(workers); });
  all.active_workers.With(label, Touch<Gauge>);
  for (auto const& priority : priorities) SetQueueDepth(name, priority, 0);
  for (auto* counters : {&all.adds, &all.retries}) counters->With(queue, Touch<Counter>);
  for (auto* histograms : {&all.queue_duration, &all.work_duration})
    histograms->With(queue, Touch<Histogram>, QueueBuckets());
  std::lock_guard const lock(all.mutex);
  all.queues.insert(name);
}

void Metrics::ReconcileDone(std::string_view controller, ReconcileResult result, Duration took) {
  auto& all = *families_;
  prometheus::Labels const label = {{"controller", Text(controller)}};
  all.reconciles.With({{"controller", Text(controller)}, {"result", NameOf(result)}}, Increment);
  all.reconcile_time.With(
      label, [&](Histogram& histogram) { histogram.Observe(Seconds(took)); }, ReconcileBuckets());
  if (std::string_view(NameOf(result)) == "error") all.errors.With(label, Increment);
  if (result == ReconcileResult::kTerminal) all.terminal.With(label, Increment);
  if (result == ReconcileResult::kPanic) all.panics.With(label, Increment);
}

void Metrics::QueueAdded(std::string_view queue) {
  families_->adds.With({{"controller", Text(queue)}, {"name", Text(queue)}}, Increment);
}

void Metrics::QueueRetried(std::string_view queue) {
  families_->retries.With({{"controller", Text(queue)}, {"name", Text(queue)}}, Increment);
}

void Metrics::SetQueueDepth(std::string_view queue, std::string_view priority, std::size_t depth) {
  families_->depth.With(
      {{"controller", Text(queue)}, {"name", Text(queue)}, {"priority", Text(priority)}},
      [&](Gauge& gauge) { gauge.Set(static_cast<double>(depth)); });
}

std::uint64_t Metrics::WorkStarted(std::string_view queue, Duration queued_for) {
  auto& all = *families_;
  all.queue_duration.With(
      {{"controller", Text(queue)}, {"name", Text(queue)}},
      [&](Histogram& histogram) { histogram.Observe(Seconds(queued_for)); }, QueueBuckets());
  all.active_workers.With({{"controller", Text(queue)}}, [](Gauge& gauge) { gauge.Increment(); });
  std::lock_guard const lock(all.mutex);
  all.work[++all.last_work] = {Text(queue), all.clock.Steady()};
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
  all.work_duration.With(
      {{"controller", Text(queue)}, {"name", Text(queue)}},
      [&](Histogram& histogram) { histogram.Observe(Seconds(took)); }, QueueBuckets());
  all.active_workers.With({{"controller", Text(queue)}}, [](Gauge& gauge) { gauge.Decrement(); });
}

void Metrics::KubernetesRequestDone(std::string_view code, std::string_view method,
                                    std::string_view host) {
  families_->rest_requests.With(
      {{"code", Text(code)}, {"method", Text(method)}, {"host", Text(host)}}, Increment);
}

void Metrics::AzureRequestDone(std::string_view service, std::string_view operation,
                               std::string_view code, Duration took) {
  families_->azure_requests.With(
      {{"service", Text(service)}, {"operation", Text(operation)}, {"code", Text(code)}},
      Increment);
  families_->azure_duration.With(
      {{"service", Text(service)}, {"operation", Text(operation)}},
      [&](Histogram& histogram) { histogram.Observe(Seconds(took)); }, RequestBuckets());
}

void Metrics::AzureThrottled(std::string_view service) {
  families_->azure_throttled.With({{"service", Text(service)}}, Increment);
}

void Metrics::SetAzureRateLimitRemaining(std::string_view subscription, std::string_view kind,
                                         double remaining) {
  families_->azure_remaining.With({{"subscription", Text(subscription)}, {"kind", Text(kind)}},
                                  [&](Gauge& gauge) { gauge.Set(remaining); });
}

void Metrics::KustoCommandDone(std::string_view cluster, std::string_view command,
                               std::string_view outcome) {
  families_->kusto_commands.With(
      {{"cluster", Text(cluster)}, {"command", Text(command)}, {"class", Text(outcome)}},
      Increment);
}

void Metrics::DriftCorrected(std::string_view field) {
  families_->drift_corrections.With({{"field", Text(field)}}, Increment);
}

void Metrics::Revoked(Duration took) {
  families_->time_to_revoke.With(
      {}, [&](Histogram& it) { it.Observe(Seconds(took)); }, RevokeBuckets());
}

void Metrics::SetLeader(std::string_view lease, bool is_leader) {
  families_->leader.With({{"name", Text(lease)}},
                         [&](Gauge& gauge) { gauge.Set(is_leader ? 1 : 0); });
}

void Metrics::AddSampler(Sampler sampler) {
  std::lock_guard const lock(families_->mutex);
  families_->samplers.push_back(std::move(sampler));
}

std::string Metrics::Render() const {
  std::vector<Sampler> samplers;
  {
    std::lock_guard const lock(families_->mutex);
    samplers = families_->samplers;
  }
  std::vector<Sample> samples;
  for (auto const& sampler : samplers) std::ranges::move(sampler(), std::back_inserter(samples));
  auto families = families_->registry.Collect();
  std::ranges::move(FamiliesOf(samples), std::back_inserter(families));
  // A family without series would be a bare HELP line.
  std::erase_if(families, [](auto const& family) { return family.metric.empty(); });
  std::ranges::sort(families, {}, &prometheus::MetricFamily::name);
  return prometheus::TextSerializer().Serialize(families);
}

}  // namespace adxf
