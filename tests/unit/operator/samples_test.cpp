#include "operator/samples.hpp"

#include "base/metrics.hpp"
#include "base/sample_text.hpp"
#include "support/exposition.hpp"
#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <ctime>
#include <limits>
#include <string>
#include <thread>

namespace adxf::app {
namespace {

using namespace std::chrono_literals;
using data_share::DataShare;
using follower_database::FollowerDatabase;
using follower_database::LagBook;
using invitation::Invitation;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr TimePoint kNow{1'800'000'000s};

model::Condition Ready(std::string reason) {
  return {.type = "Ready", .status = model::ConditionStatus::kTrue, .reason = std::move(reason)};
}

FollowerDatabase Sales(std::string name = "sales") {
  FollowerDatabase object;
  object.metadata = {.name = std::move(name), .name_space = "team-a"};
  object.spec.follower_cluster.resource_id = "/Clusters/Reporting";
  object.spec.source.leader.emplace() = {.cluster_resource_id = "/Clusters/Corp",
                                         .database = "Sales"};
  object.spec.sync_lag.emplace().objective = "5m";
  object.status.conditions = {Ready("Ready")};
  object.status.attachment.emplace().databases = {{.leader = "Sales", .follower = "Sales"}};
  object.status.drift = {{.field = "caching.database.hot"}, {.field = "permissions.grants"}};
  return object;
}

template <class Object>
Object Named(std::string reason) {
  Object object;
  object.metadata = {.name = "it", .name_space = "team-a"};
  object.status.conditions = {Ready(std::move(reason))};
  return object;
}

/// One object of each kind, and the lag of a database.
class SamplesTest : public testing::Test {
 protected:
  SamplesTest() {
    follower_databases_.InitApply(Sales());
    follower_databases_.FinishInit();
    shares_.InitApply(Named<DataShare>("Suspended"));
    shares_.FinishInit();
    invitations_.InitApply(Named<Invitation>("AwaitingConsumer"));
    invitations_.FinishInit();
    Track("sales");
    lag_.Saw("f", {{.database = "Sales", .version = "v1.1"}}, kNow);
    lag_.Saw("l", {{.database = "Sales", .version = "v1.1"}}, kNow);
    lag_.SawLatency("f", {.latency = 2s, .at = kNow}, kNow);
  }

  void Track(std::string const& name) {
    lag_.Track(
        "team-a/" + name,
        {{{.follower_view = "f", .follower = "Sales", .leader_view = "l", .leader = "Sales"}}},
        {.probe = 1h}, kNow);
  }
  void Sample(SampleSink& out) const {
    ObjectSamples(follower_databases_, lag_, kNow, out);
    ProviderSamples(shares_, invitations_, out);
  }
  [[nodiscard]] std::string Text() const {
    SampleText samples(std::numeric_limits<std::size_t>::max());
    Sample(samples);
    std::vector<DeflatedText> pieces;
    for (auto const& info : kMetricTable) samples.MoveTo(pieces, info.id);
    return TextOf(pieces);
  }

  runtime::Store<FollowerDatabase> follower_databases_;
  runtime::Store<DataShare> shares_;
  runtime::Store<Invitation> invitations_;
  LagBook lag_;
};

TEST_F(SamplesTest, CountFieldsThatDrifted) {
  EXPECT_THAT(Text(),
              HasSubstr("\nadxfollower_drifted_fields{namespace=\"team-a\",name=\"sales\"} 2\n"));
}

TEST_F(SamplesTest, CountWhatTheStatusHasNoRoomFor) {
  auto object = Sales("all");
  object.status.grants.resize(50);
  object.status.truncated = {{.list = "attachment.databases", .total = 10'000},
                             {.list = "drift", .total = 70},
                             {.list = "grants", .total = 51}};
  follower_databases_.Apply(object);
  auto share = Named<DataShare>("Ready");
  share.status.consumers = {{.state = "Active"}};
  share.status.consumers_by_state = {.active = 60, .revoked = 7};
  shares_.Apply(share);

  auto const text = Text();

  for (auto const* line :
       {"adxfollower_attached_databases{namespace=\"team-a\",name=\"all\"} 10000",
        "adxfollower_drifted_fields{namespace=\"team-a\",name=\"all\"} 70",
        "adxfollower_grants{namespace=\"team-a\",name=\"all\"} 51",
        "adxfollower_consumers{namespace=\"team-a\",name=\"it\",state=\"Active\"} 60",
        "adxfollower_consumers{namespace=\"team-a\",name=\"it\",state=\"Revoked\"} 7",
        "adxfollower_consumers{namespace=\"team-a\",name=\"it\",state=\"Revoking\"} 0"}) {
    EXPECT_THAT(text, HasSubstr("\n" + std::string(line) + "\n"));
  }
}

TEST_F(SamplesTest, TellTheReasonOfReadyOfEveryKind) {
  auto const text = Text();

  for (auto const* series : {"kind=\"FollowerDatabase\",namespace=\"team-a\",name=\"sales\","
                             "reason=\"Ready\"",
                             "kind=\"DataShare\",namespace=\"team-a\",name=\"it\","
                             "reason=\"Suspended\"",
                             "kind=\"Invitation\",namespace=\"team-a\",name=\"it\","
                             "reason=\"AwaitingConsumer\""}) {
    EXPECT_THAT(text, HasSubstr("\nadxfollower_ready_reason{" + std::string(series) + "} 1\n"));
  }
}

TEST_F(SamplesTest, TellNoReasonOfAnObjectThatWasNeverLookedAt) {
  follower_databases_.Apply({.metadata = {.name = "new", .name_space = "team-a"}});

  EXPECT_THAT(Text(), Not(HasSubstr("reason{kind=\"FollowerDatabase\",namespace=\"team-a\",name="
                                    "\"new\"")));
}

TEST_F(SamplesTest, NameBothSidesOfALag) {
  EXPECT_THAT(Text(),
              HasSubstr("\nadxfollower_sync_lag_seconds{namespace=\"team-a\",name=\"sales\","
                        "database=\"Sales\",follower=\"/clusters/reporting\",leader="
                        "\"/clusters/corp\"} 0\n"));
}

/// Does all that a metric comes from.
void DoEverything(Metrics& metrics) {
  metrics.RegisterController("c", 1);
  metrics.ReconcileDone("c", ReconcileResult::kSuccess, 1s);
  metrics.KubernetesRequestDone("200", "GET", "k8s:443", 1s);
  metrics.AzureRequestDone("arm", "Get", "200", 1s);
  metrics.AzureThrottled("arm");
  metrics.SetAzureRateLimitRemaining("s", "reads", 1);
  metrics.KustoCommandDone("corp", "show databases", "success");
  metrics.DriftCorrected("caching");
  metrics.Revoked(1s);
  metrics.SetLeader("lease", true);
}

TEST_F(SamplesTest, AreInTheTableOfMetricsLikeEverythingElseThatIsServed) {
  test::FakeClock clock;
  Metrics metrics(clock, {});
  metrics.AddSampler([this](SampleSink& out) { Sample(out); });
  DoEverything(metrics);

  auto const families = test::Parse(metrics.Render());

  EXPECT_THAT(test::StraysFromTheTable(families), IsEmpty());
  std::vector<std::string_view> unserved;
  for (auto const& info : kMetricTable) {
    if (!families.contains(std::string(info.name))) unserved.push_back(info.name);
  }
  EXPECT_THAT(unserved, IsEmpty());
}

/// At each sample, does what watches, passes and probes do.
class BusyWorld final : public SampleSink {
 public:
  BusyWorld(runtime::Store<FollowerDatabase>& store, LagBook& lag) : store_(store), lag_(lag) {}

  void BeginObject() override { Work(); }
  void Append(MetricId, std::span<std::string_view const>, double) override { Work(); }
  [[nodiscard]] int Turns() const { return turns_; }

 private:
  /// Something held by the sampler would never let the thread end.
  void Work() {
    std::jthread const other([this] {
      store_.Apply(Sales("other"));
      EXPECT_TRUE(store_.Get({.ns = "team-a", .name = "sales"}));
      lag_.Track("team-a/other", std::nullopt, {.probe = 1h}, kNow);
      lag_.Saw("f", {{.database = "Sales", .version = "v1.2"}}, kNow);
      ++turns_;
    });
  }

  runtime::Store<FollowerDatabase>& store_;
  LagBook& lag_;
  int turns_ = 0;
};

TEST_F(SamplesTest, HoldUpNeitherWatchNorPassNorProbe) {
  BusyWorld world(follower_databases_, lag_);

  ObjectSamples(follower_databases_, lag_, kNow, world);

  EXPECT_GT(world.Turns(), 10);
}

/// Processor time of this thread, which others on the machine do not lengthen.
double ProcessorSeconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + 1e-9 * static_cast<double>(time.tv_nsec);
}

TEST_F(SamplesTest, CostFourTimesAsMuchForFourTimesAsManyObjects) {
  auto add = [this, next = 0](int count) mutable {
    for (int i = 0; i < count; ++i) {
      auto const name = "many-" + std::to_string(next++);
      follower_databases_.Apply(Sales(name));
      Track(name);
    }
  };
  auto const least_of_three = [this] {
    double least = std::numeric_limits<double>::max();
    for (int i = 0; i < 3; ++i) {
      auto const start = ProcessorSeconds();
      EXPECT_FALSE(Text().empty());
      least = std::min(least, ProcessorSeconds() - start);
    }
    return least;
  };

  add(500);
  auto const few = least_of_three();
  add(1500);
  auto const many = least_of_three();

  // Quadratic work would take sixteen times as long.
  EXPECT_LT(many, 10 * few);
}

}  // namespace
}  // namespace adxf::app
