#include "base/metrics.hpp"

#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <thread>

namespace adxf {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class MetricsTest : public testing::Test {
 protected:
  test::FakeClock clock{test::FakeClock::Waiting::kByHand};
  Metrics metrics{clock, {.version = "1.2.3", .revision = "abc", .compiler = "cc"}};
};

TEST_F(MetricsTest, StartsAControllersSeriesAtZero) {
  metrics.RegisterController("followerdatabase", 2, {"0", "100"});

  auto const text = metrics.Render();

  for (auto const* result : {"success", "error", "requeue", "requeue_after"}) {
    EXPECT_THAT(
        text,
        HasSubstr("controller_runtime_reconcile_total{controller=\"followerdatabase\",result=\"" +
                  std::string(result) + "\"} 0\n"));
  }
  EXPECT_THAT(
      text,
      HasSubstr(
          "controller_runtime_max_concurrent_reconciles{controller=\"followerdatabase\"} 2\n"));
  EXPECT_THAT(text,
              HasSubstr("controller_runtime_active_workers{controller=\"followerdatabase\"} 0\n"));
  EXPECT_THAT(
      text,
      HasSubstr("controller_runtime_reconcile_panics_total{controller=\"followerdatabase\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("workqueue_depth{controller=\"followerdatabase\",name="
                              "\"followerdatabase\",priority=\"100\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("workqueue_work_duration_seconds_count{controller="
                              "\"followerdatabase\",name=\"followerdatabase\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE controller_runtime_reconcile_time_seconds histogram\n"));
  EXPECT_THAT(
      text,
      HasSubstr("adxfollower_build_info{compiler=\"cc\",revision=\"abc\",version=\"1.2.3\"} 1\n"));
}

TEST_F(MetricsTest, CountsAFailureAsAnErrorAndByItsKind) {
  metrics.RegisterController("c", 1);

  metrics.ReconcileDone("c", ReconcileResult::kRequeueAfter, 20ms);
  metrics.ReconcileDone("c", ReconcileResult::kError, 20ms);
  metrics.ReconcileDone("c", ReconcileResult::kTerminal, 20ms);
  metrics.ReconcileDone("c", ReconcileResult::kPanic, 20ms);

  auto const text = metrics.Render();
  EXPECT_THAT(text, HasSubstr("reconcile_total{controller=\"c\",result=\"requeue_after\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("reconcile_total{controller=\"c\",result=\"error\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("reconcile_errors_total{controller=\"c\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("terminal_reconcile_errors_total{controller=\"c\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("reconcile_panics_total{controller=\"c\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("reconcile_time_seconds_bucket{controller=\"c\",le=\"0.025\"} 4\n"));
}

TEST_F(MetricsTest, TellsHowLongUnfinishedWorkHasBeenThereWhenItIsScraped) {
  metrics.RegisterController("c", 2);
  auto const first = metrics.WorkStarted("c", 1s);
  clock.Advance(10s);
  metrics.WorkStarted("c", 1s);
  clock.Advance(5s);

  auto text = metrics.Render();
  EXPECT_THAT(text,
              HasSubstr("workqueue_unfinished_work_seconds{controller=\"c\",name=\"c\"} 20\n"));
  EXPECT_THAT(
      text,
      HasSubstr("workqueue_longest_running_processor_seconds{controller=\"c\",name=\"c\"} 15\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_active_workers{controller=\"c\"} 2\n"));

  metrics.WorkDone("c", first);
  metrics.WorkDone("c", first);

  text = metrics.Render();
  EXPECT_THAT(text,
              HasSubstr("workqueue_unfinished_work_seconds{controller=\"c\",name=\"c\"} 5\n"));
  EXPECT_THAT(text, HasSubstr("controller_runtime_active_workers{controller=\"c\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("workqueue_work_duration_seconds_sum{controller=\"c\",name=\"c\"} 15\n"));
}

TEST_F(MetricsTest, CountsRequestsByTheNamesOfTheirSide) {
  metrics.KubernetesRequestDone("200", "GET", "k8s:443", 1s);
  metrics.AzureRequestDone("arm", "Clusters_Get", "429", 1s);
  metrics.AzureThrottled("arm");
  metrics.SetAzureRateLimitRemaining("s", "reads", 12);
  metrics.KustoCommandDone("corp", "show_databases", "success");

  auto const text = metrics.Render();
  EXPECT_THAT(
      text,
      HasSubstr("rest_client_requests_total{code=\"200\",host=\"k8s:443\",method=\"GET\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("rest_client_request_duration_seconds_bucket{host=\"k8s:443\",verb="
                              "\"GET\",le=\"1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("adxfollower_azure_requests_total{code=\"429\",operation=\"Clusters_"
                              "Get\",service=\"arm\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("adxfollower_azure_request_duration_seconds_count{operation="
                              "\"Clusters_Get\",service=\"arm\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("adxfollower_azure_throttled_total{service=\"arm\"} 1\n"));
  EXPECT_THAT(
      text,
      HasSubstr("adxfollower_azure_ratelimit_remaining{kind=\"reads\",subscription=\"s\"} 12\n"));
  EXPECT_THAT(text, HasSubstr("adxfollower_kusto_commands_total{class=\"success\",cluster=\"corp\","
                              "command=\"show_databases\"} 1\n"));
}

TEST_F(MetricsTest, ForgetsPerObjectSeriesThatTheSamplerNoLongerAdds) {
  bool is_there = true;
  metrics.AddSampler([&](SampleSink& out) {
    if (is_there) out.Add<MetricId::kGrants>({"team-a", "sales"}, 3);
  });
  EXPECT_THAT(metrics.Render(),
              HasSubstr("# TYPE adxfollower_grants gauge\n"
                        "adxfollower_grants{namespace=\"team-a\",name=\"sales\"} 3\n"));

  is_there = false;

  EXPECT_THAT(metrics.Render(), Not(HasSubstr("adxfollower_grants{")));
}

TEST_F(MetricsTest, WritesOneFamilyForOneNameEvenWhenSeveralSamplersAddToIt) {
  for (auto const* name : {"a", "b"}) {
    metrics.AddSampler(
        [name](SampleSink& out) { out.Add<MetricId::kGrants>({"team-a", name}, 1); });
  }

  auto const text = metrics.Render();

  EXPECT_NE(text.find("# TYPE adxfollower_grants"), std::string::npos);
  EXPECT_EQ(text.find("# TYPE adxfollower_grants"), text.rfind("# TYPE adxfollower_grants"));
}

TEST_F(MetricsTest, DropsSeriesBeyondTheCapAndCountsThem) {
  for (int i = 0; i < 2010; ++i)
    metrics.KustoCommandDone("cluster" + std::to_string(i), "c", "success");

  EXPECT_THAT(metrics.Render(), HasSubstr("adxfollower_metric_series_dropped_total{family="
                                          "\"adxfollower_kusto_commands_total\"} 10\n"));
}

TEST_F(MetricsTest, StartsTheCountOfWhatIsDroppedAtZero) {
  EXPECT_THAT(metrics.Render(), HasSubstr("adxfollower_metric_series_dropped_total{family="
                                          "\"adxfollower_object_condition\"} 0\n"));
}

TEST_F(MetricsTest, CountsWhatEachScrapeLeavesOutByFamily) {
  constexpr std::size_t kProcess = 6;
  Metrics capped(clock, {}, kProcess + 4);
  capped.AddSampler([](SampleSink& out) {
    for (auto const* name : {"a", "b", "c"}) {
      out.BeginObject();
      out.Add<MetricId::kGrants>({"n", name}, 1);
      out.Add<MetricId::kDriftedFields>({"n", name}, 0);
    }
  });

  EXPECT_THAT(capped.Render(), HasSubstr("{family=\"adxfollower_grants\"} 1\n"));

  auto const text = capped.Render();
  EXPECT_THAT(text, HasSubstr("{family=\"adxfollower_grants\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("{family=\"adxfollower_drifted_fields\"} 2\n"));
}

/// A pass that had to wait for a scrape would never let this test end.
TEST_F(MetricsTest, HoldsUpNoPassWhileItRenders) {
  metrics.RegisterController("c", 1);
  bool has_passed = false;
  metrics.AddSampler([&](SampleSink&) {
    std::jthread const pass([&] {
      metrics.QueueAdded("c");
      auto const work = metrics.WorkStarted("c", 1s);
      metrics.AzureRequestDone("arm", "Get", "200", 1s);
      metrics.WorkDone("c", work);
      metrics.ReconcileDone("c", ReconcileResult::kSuccess, 1s);
      metrics.AddSampler([](SampleSink&) {});
      has_passed = true;
    });
  });

  auto const text = metrics.Render();

  EXPECT_TRUE(has_passed);
  EXPECT_THAT(text, HasSubstr("workqueue_adds_total{controller=\"c\",name=\"c\"} 1\n"));
}

TEST_F(MetricsTest, TellsOfTheProcess) {
  auto const text = metrics.Render();
  for (auto const* name : {"process_cpu_seconds_total", "process_resident_memory_bytes",
                           "process_virtual_memory_bytes", "process_open_fds", "process_max_fds",
                           "process_start_time_seconds"}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(name) + " "));
  }
}

}  // namespace
}  // namespace adxf
