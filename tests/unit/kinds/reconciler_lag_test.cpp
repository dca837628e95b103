#include "unit/kinds/reconciler_scene.hpp"

namespace adxf::follower_database {
namespace {

using ::testing::Contains;
using ::testing::Not;

class LagReconciler : public ReconcilerScene {
 protected:
  LagReconciler() {
    Apply("sales");
    Edit("sales", [](nlohmann::json& it) {
      it["spec"]["syncLag"] = {{"objective", "2m"}, {"probeInterval", "30s"}};
    });
    RunFor(90s);
    kube_.ForgetCalls();
  }
  std::string Judged() const { return ReasonOf("sales", kLagWithinObjective); }
};

TEST_F(LagReconciler, TellsWhetherTheObjectiveHolds) {
  EXPECT_EQ(Judged(), kReasonWithinObjective);
}

TEST_F(LagReconciler, WritesOnceWhenTheFollowerFallsBehindAndOnceWhenItIsBack) {
  azure_.SetVersion(leader_, "Sales", "v1.5");

  RunFor(4min);
  EXPECT_EQ(Judged(), kReasonBeyondObjective);
  EXPECT_THAT(events_.reasons, Contains(kReasonBeyondObjective).Times(1));
  RunFor(2h, 5s);
  EXPECT_EQ(Judged(), kReasonBeyondObjective);
  EXPECT_EQ(kube_.Count("put status"), 1U);
  EXPECT_TRUE(IsReady("sales"));  // Azure does as declared; only it takes its time

  azure_.SetVersion(follower_, "Sales", "v1.5");
  RunFor(10min);
  EXPECT_EQ(Judged(), kReasonWithinObjective);
  EXPECT_THAT(events_.reasons, Contains(kReasonWithinObjective).Times(1));
  EXPECT_EQ(kube_.Count("put status"), 2U);
}

TEST_F(LagReconciler, AStoppedClusterIsNoLag) {
  azure_.EditCluster(leader_, [](azure::ClusterInfo& it) { it.state = "Stopped"; });

  RunFor(20min, 5s);

  EXPECT_EQ(Judged(), kReasonClusterNotRunning);
}

TEST_F(LagReconciler, TakesTheConditionBackWithTheObjective) {
  Edit("sales", [](nlohmann::json& it) { it["spec"].erase("syncLag"); });

  RunFor(1min);

  EXPECT_EQ(Judged(), "absent");
}

TEST_F(LagReconciler, TellsNothingOfWhatNobodyLooksAt) {
  azure_.SetVersion(leader_, "Sales", "v1.5");
  RunFor(4min);
  ASSERT_EQ(Judged(), kReasonBeyondObjective);

  Edit("sales", [](nlohmann::json& it) { it["spec"]["suspend"] = true; });
  RunFor(1min);
  EXPECT_EQ(Judged(), "absent");
}

TEST_F(LagReconciler, TellsNothingOfDatabasesThatAreGone) {
  Edit("sales", [](nlohmann::json& it) { it["spec"]["mode"] = "Observe"; });
  RunFor(1min);
  ASSERT_EQ(Judged(), kReasonWithinObjective);

  azure_.Detach(follower_, Attachment("sales"));
  RunFor(20min, 5s);

  EXPECT_EQ(Judged(), "absent");
}

TEST_F(LagReconciler, AnotherObjectiveIsJudgedAnew) {
  azure_.SetVersion(leader_, "Sales", "v1.5");
  RunFor(4min);
  ASSERT_EQ(Judged(), kReasonBeyondObjective);

  Edit("sales", [](nlohmann::json& it) { it["spec"]["syncLag"]["objective"] = "1h"; });
  RunFor(1min);
  EXPECT_EQ(Judged(), kReasonWithinObjective);
}

TEST_F(LagReconciler, AsksAzureMonitorOnlyWhereVersionsTellNothing) {
  RunFor(30min, 5s);
  EXPECT_EQ(azure_.Count("ReadFollowerLatency"), 0U);
  azure_.SetLatency(follower_, {.latency = 20s, .at = clock_.Now() + 8min});

  azure_.SetVersion(follower_, "Sales", "v9.0");  // what the leader never had
  RunFor(10min, 5s);

  EXPECT_EQ(azure_.Count("ReadFollowerLatency"), 2U);
  EXPECT_EQ(Judged(), kReasonWithinObjective);
  EXPECT_THAT(events_.reasons, Not(Contains(kReasonBeyondObjective)));
}

TEST_F(LagReconciler, WithoutAnyFigureItSaysSo) {
  azure_.SetVersion(follower_, "Sales", "v9.0");

  RunFor(10min, 5s);

  EXPECT_EQ(Judged(), kReasonVersionsNotComparable);
}

}  // namespace
}  // namespace adxf::follower_database
