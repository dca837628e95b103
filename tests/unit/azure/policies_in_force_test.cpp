#include "azure/policies_in_force.hpp"

#include "unit/azure/observer_scene.hpp"

#include <nlohmann/json.hpp>

namespace adxf::azure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kPrincipals = "show database principals";
constexpr auto kTables = "show tables details";
constexpr auto kViews = "show materialized-views";

class PoliciesInForceTest : public ObserverScene {
 protected:
  static WantedDatabase Database(std::string const& name,
                                 std::vector<std::string> const& tables = {},
                                 bool prefetch = false) {
    FollowerRow overrides{.database = name, .prefetch = prefetch};
    for (auto const& table : tables) overrides.tables[table] = {};
    return {.name = name, .overrides = overrides};
  }
  void ShowTables(std::vector<std::string> const& names) {
    cloud_.AnswerWith(kTables, [names](KustoCommand const&) -> Result<KustoTable> {
      std::vector<nlohmann::json> rows;
      for (auto const& it : names)
        rows.push_back({it, R"({"DataHotSpan":{"Value":"14.00:00:00"}})"});
      return KustoTable({"TableName", "CachingPolicy"}, rows);
    });
  }
  void ShowViews(std::vector<std::string> const& names) {
    cloud_.AnswerWith(kViews, [names](KustoCommand const&) -> Result<KustoTable> {
      std::vector<nlohmann::json> rows;
      for (auto const& it : names) rows.push_back({it});
      return KustoTable({"Name"}, rows);
    });
  }
  bool Read() { return !in_force_.Read(cloud_, test::FakeAzure::UriOf(id_), {}).empty(); }
  bool IsDue() const {
    auto const due = in_force_.NextDue();
    return due && *due <= clock_.Steady();
  }
  void Versions(std::string const& version) {
    in_force_.SawVersions({{.name = "Sales", .version = version}});
  }
  InForceSight Sales() const { return in_force_.View()->at("sales"); }

  PoliciesInForce in_force_{{}, clock_, Log(log_)};
};

TEST_F(PoliciesInForceTest, ReadsTablesOnlyWhereOneIsOverridden) {
  in_force_.Want({Database("Sales"), Database("Stock", {"Events"})});
  ShowTables({"Events", "Logs"});

  EXPECT_TRUE(Read());

  EXPECT_EQ(cloud_.Count(kPrincipals), 2U);
  EXPECT_EQ(cloud_.Count(kTables), 1U);
  EXPECT_EQ(cloud_.Count(kViews), 0U);
  auto const& tables = *in_force_.View()->at("stock").reading->tables;
  ASSERT_THAT(tables, SizeIs(1)) << "only those that are overridden are kept";
  EXPECT_EQ(tables.at("events")->hot, model::Timespan::FromSeconds(14 * 86'400));
}

TEST_F(PoliciesInForceTest, LooksAmongTheViewsForWhatIsNoTable) {
  in_force_.Want({Database("Sales", {"Daily", "Gone"})});
  ShowTables({"Events"});
  ShowViews({"Daily", "Weekly"});

  Read();

  EXPECT_THAT(Sales().reading->materialized_views, ElementsAre("daily"));
  EXPECT_THAT(*Sales().reading->tables, IsEmpty());
}

TEST_F(PoliciesInForceTest, ReadsAgainOnlyAfterTheVersionMovedAndAnInterval) {
  in_force_.Want({Database("Sales")});
  Versions("v1.0");
  Read();
  clock_.Advance(1h);
  EXPECT_FALSE(IsDue()) << "the version stands still";

  Versions("v1.1");
  EXPECT_TRUE(IsDue());
  Read();
  Versions("v1.2");
  clock_.Advance(9min);
  EXPECT_FALSE(IsDue());
  clock_.Advance(1min);
  EXPECT_TRUE(IsDue());
}

TEST_F(PoliciesInForceTest, ReadsAgainAtOnceWhenTheOverridesChanged) {
  in_force_.Want({Database("Sales")});
  Read();
  EXPECT_FALSE(IsDue());

  in_force_.Want({Database("Sales", {}, true)});

  EXPECT_TRUE(IsDue());
  Read();
  EXPECT_FALSE(IsDue());
}

TEST_F(PoliciesInForceTest, ReadsAgainForWhoWaitsWhereOverridesLeaveOutRoles) {
  FollowerRow const overrides{
      .database = "Sales",
      .principals = {{.fully_qualified_name = "aaduser=a;b", .is_partial = true}}};
  WantedDatabase const bare{.name = "Sales", .overrides = overrides};
  in_force_.Want({bare, Database("Stock")});
  Read();
  in_force_.Expect();
  EXPECT_FALSE(IsDue());
  clock_.Advance(2s);
  cloud_.ForgetCalls();

  EXPECT_TRUE(IsDue());
  Read();

  EXPECT_EQ(cloud_.Count(kPrincipals), 1U);
  EXPECT_FALSE(IsDue()) << "nobody has said since that he waits";
}

TEST_F(PoliciesInForceTest, TakesAMissingRightAsAnAnswer) {
  cloud_.FailAlways(kPrincipals, test::AzureError(Code::kForbidden, "Forbidden"));
  in_force_.Want({Database("Sales", {"Events"})});
  ShowTables({"Events"});

  EXPECT_TRUE(Read());

  EXPECT_FALSE(Sales().reading->principals);
  EXPECT_THAT(*Sales().reading->tables, SizeIs(1));
  EXPECT_FALSE(IsDue());
  clock_.Advance(10min);
  EXPECT_TRUE(IsDue()) << "the right may have been given";
}

TEST_F(PoliciesInForceTest, KeepsWhatItKnewAndPausesLongerAfterEachFailure) {
  in_force_.Want({Database("Sales")});
  Read();
  in_force_.Want({Database("Sales", {}, true)});
  cloud_.FailAlways(kPrincipals, test::AzureError(Code::kUnavailable, "Busy"));

  EXPECT_TRUE(Read());
  EXPECT_TRUE(Sales().has_failed);
  EXPECT_TRUE(Sales().reading);
  for (auto const pause : {2s, 4s, 8s, 16s, 32s, 64s, 128s, 256s, 512s, 600s, 600s}) {
    EXPECT_EQ(*in_force_.NextDue() - clock_.Steady(), pause);
    clock_.Advance(pause);
    EXPECT_FALSE(Read());
  }
  cloud_.Heal();
  clock_.Advance(10min);
  EXPECT_TRUE(Read());
  EXPECT_FALSE(Sales().has_failed);
}

TEST_F(PoliciesInForceTest, AsksAClusterInTroubleOnceAndOthersWhenOneDatabaseIsBad) {
  in_force_.Want({Database("Sales"), Database("Stock"), Database("Vats")});
  cloud_.FailNext(kPrincipals, test::AzureError(Code::kInvalid, "BadRequest_DatabaseNotExist"));
  cloud_.FailNext(kPrincipals, test::AzureError(Code::kThrottled, "TooManyRequests"));

  Read();

  EXPECT_EQ(cloud_.Count(kPrincipals), 2U);
  EXPECT_FALSE(IsDue());
}

TEST_F(PoliciesInForceTest, TellsADatabaseThatTheClusterDoesNotKnowFromOneThatItCannotRead) {
  in_force_.Want({Database("Sales")});
  cloud_.FailNext(kPrincipals, test::AzureError(Code::kNotFound, "BadRequest_DatabaseNotExist"));
  Read();
  EXPECT_TRUE(Sales().is_unknown);

  cloud_.FailNext(kPrincipals, test::AzureError(Code::kUnavailable, "Busy"));
  clock_.Advance(2s);
  Read();
  EXPECT_FALSE(Sales().is_unknown);
  EXPECT_TRUE(Sales().has_failed);
}

TEST_F(PoliciesInForceTest, AsksAgainSoonForADatabaseThatTheClusterDoesNotKnowYet) {
  in_force_.Want({Database("Sales")});
  cloud_.FailAlways(kPrincipals, test::AzureError(Code::kNotFound, "BadRequest_DatabaseNotExist"));

  Read();
  for (auto const pause : {2s, 4s, 8s, 16s, 30s, 30s}) {
    EXPECT_EQ(*in_force_.NextDue() - clock_.Steady(), pause);
    clock_.Advance(pause);
    Read();
  }
}

TEST_F(PoliciesInForceTest, ReadsSoManyAtOnceAndTheRestNext) {
  std::vector<WantedDatabase> wanted;
  for (int i = 0; i < 50; ++i) wanted.push_back(Database("Db" + std::to_string(i)));
  in_force_.Want(wanted);

  for (auto const count : {20U, 40U, 50U}) {
    EXPECT_TRUE(IsDue());
    Read();
    EXPECT_EQ(cloud_.Count(kPrincipals), count);
  }
  EXPECT_FALSE(IsDue());
}

TEST_F(PoliciesInForceTest, ForgetsWhatNobodyWantsAnyMore) {
  in_force_.Want({Database("Sales")});
  Read();

  in_force_.Want({});

  EXPECT_THAT(*in_force_.View(), IsEmpty());
  EXPECT_FALSE(in_force_.NextDue());
}

class ObserverInForce : public ObserverScene {
 protected:
  ObserverInForce() {
    cloud_.AddCluster(leader_);
    for (int i = 0; i < 30; ++i) cloud_.AddDatabase(leader_, "Db" + std::to_string(100 + i));
    Attach("all", "*");
  }
  void Attach(std::string const& name, std::string const& database) {
    EXPECT_TRUE(cloud_.PutAttachment(id_, name, {.leader = leader_, .database = database}, {}));
    clock_.Advance(5s);
  }
  void RunOnce() {
    observer_->Look({});
    while (observer_->IsInForceDue(clock_.Steady())) observer_->ReadInForce({});
  }

  model::ResourceId const leader_ = ClusterId("corp");
  std::unique_ptr<ClusterObserver> observer_ = Make();
};

TEST_F(ObserverInForce, ReadsTheFirstDatabasesOfAnAttachmentOnceForAllWhoAsk) {
  for (auto const* who : {"a/one", "a/two"})
    observer_->Subscribe(who, {.as_follower = true, .in_force = InForceOf{{"All"}, 20}});

  RunOnce();
  RunOnce();

  auto const view = observer_->View();
  EXPECT_THAT(*view.in_force, SizeIs(20));
  EXPECT_TRUE(view.in_force->at("db119").reading);
  EXPECT_EQ(cloud_.Count(kPrincipals), 20U);
}

TEST_F(ObserverInForce, ReadsNothingThatNobodyAsksFor) {
  observer_->Subscribe("a/one", {.as_follower = true});
  RunOnce();
  EXPECT_EQ(cloud_.Count(kPrincipals), 0U);

  observer_->Subscribe("a/one", {.as_follower = true, .in_force = InForceOf{{"other"}, 20}});
  EXPECT_FALSE(observer_->IsInForceDue(clock_.Steady()));

  observer_->Subscribe("a/one", {.as_follower = true, .in_force = InForceOf{{"all"}, 2}});
  EXPECT_TRUE(observer_->IsInForceDue(clock_.Steady())) << "without another look";
}

TEST_F(ObserverInForce, ReadsForOneWhoComesAfterTheLook) {
  observer_->Subscribe("a/one", {.as_follower = true});
  observer_->Look({});

  observer_->Subscribe("a/two", {.as_follower = true, .in_force = InForceOf{{"other"}, 1}});
  EXPECT_FALSE(observer_->IsInForceDue(clock_.Steady()));
  observer_->Subscribe("a/three", {.as_follower = true, .in_force = InForceOf{{"ALL"}, 1}});
  EXPECT_TRUE(observer_->IsInForceDue(clock_.Steady()));
}

TEST_F(ObserverInForce, IsDueEarlierForADatabaseThatHasMoved) {
  observer_->Subscribe("a/one",
                       {.as_follower = true, .probe = 1h, .in_force = InForceOf{{"all"}, 1}});
  RunOnce();
  observer_->Probe({});
  observer_->ReadInForce({});
  cloud_.SetVersion(id_, "Db100", "v2.0");

  observer_->Probe({});

  EXPECT_EQ(*observer_->NextDue() - clock_.Steady(), 10min);
}

TEST_F(ObserverInForce, ReadsEveryDatabaseWhoseOverridesLeaveOutRoles) {
  cloud_.AnswerWith("show follower databases", [](KustoCommand const&) -> Result<KustoTable> {
    return KustoTable(
        {"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride"},
        {{"Db129", nullptr, R"([{"Principal":{"FullyQualifiedName":"aaduser=a;b"}}])"}});
  });
  observer_->Subscribe("a/one", {.as_follower = true, .in_force = InForceOf{{"all"}, 2}});

  RunOnce();

  EXPECT_THAT(*observer_->View().in_force, SizeIs(3));
  EXPECT_TRUE(observer_->View().in_force->at("db129").reading);
}

TEST_F(ObserverInForce, AsksAStoppedClusterNothing) {
  cloud_.EditCluster(id_, [](ClusterInfo& it) { it.state = "Stopped"; });
  observer_->Subscribe("a/one", {.as_follower = true, .in_force = InForceOf{{"all"}, 20}});

  RunOnce();

  EXPECT_EQ(cloud_.Count(kPrincipals), 0U);
}

}  // namespace
}  // namespace adxf::azure
