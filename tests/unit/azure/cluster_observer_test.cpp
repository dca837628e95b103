#include "azure/cluster_observer.hpp"

#include "unit/azure/observer_scene.hpp"

namespace adxf::azure {
namespace {

using ::testing::IsEmpty;
using ::testing::Ne;
using ::testing::SizeIs;

class ClusterObserverTest : public ObserverScene {
 protected:
  ClusterObserverTest() { observer_->Subscribe("team-a/sales", {.as_follower = true}); }

  bool Look() { return observer_->Look({}).IsAny(); }
  Duration UntilDue() const { return *observer_->NextDue() - clock_.Steady(); }
  void ForceLook() {
    clock_.Advance(1s);
    Look();
  }

  std::unique_ptr<ClusterObserver> observer_ = Make();
};

TEST_F(ClusterObserverTest, ReadsEachListOnceALook) {
  EXPECT_TRUE(Look());

  EXPECT_EQ(cloud_.Count("GetCluster"), 1U);
  EXPECT_EQ(cloud_.Count("ListAttachments"), 1U);
  EXPECT_EQ(cloud_.Count("ListDatabases"), 1U);
  EXPECT_EQ(cloud_.Count("show follower databases"), 1U);
  EXPECT_EQ(cloud_.Count("show databases"), 0U);
  auto const view = observer_->View();
  EXPECT_EQ(view.cluster->state, "Running");
  EXPECT_THAT(*view.databases, SizeIs(1));
  EXPECT_THAT(*view.attachments, IsEmpty());
  EXPECT_TRUE(view.is_fresh);
}

TEST_F(ClusterObserverTest, ReadsNeitherAttachmentsNorOverridesOfALeader) {
  observer_->Subscribe("team-a/sales", {.as_follower = false});

  Look();

  EXPECT_EQ(cloud_.Count("ListAttachments"), 0U);
  EXPECT_EQ(cloud_.Count("show follower databases"), 0U);
  EXPECT_FALSE(observer_->View().attachments);
}

TEST_F(ClusterObserverTest, AsksForExternalTablesOnceATickWhereADatabaseIsFollowed) {
  Look();
  EXPECT_EQ(cloud_.Count("show databases details"), 0U);
  observer_->Subscribe("team-a/sales", {.follows = "Sales"});

  for (int i = 0; i < 3; ++i) ForceLook();
  EXPECT_EQ(cloud_.Count("show databases details"), 1U);

  clock_.Advance(15min);
  Look();
  EXPECT_EQ(cloud_.Count("show databases details"), 2U);
}

TEST_F(ClusterObserverTest, AsksAStoppedLeaderForNoExternalTables) {
  observer_->Subscribe("team-a/sales", {.follows = "Sales"});
  cloud_.EditCluster(id_, [](ClusterInfo& it) { it.state = "Stopped"; });

  Look();

  EXPECT_EQ(cloud_.Count("show databases details"), 0U);
}

TEST_F(ClusterObserverTest, LooksAtOnceWhenALeaderBecomesAFollowerToo) {
  observer_->Subscribe("team-a/sales", {.as_follower = false});
  Look();

  observer_->Subscribe("team-a/other", {.as_follower = true});

  EXPECT_TRUE(observer_->IsLookDue(clock_.Steady()));
}

TEST_F(ClusterObserverTest, ListsTheFollowersOfALeaderOnlyForWhoAsks) {
  Look();
  EXPECT_EQ(cloud_.Count("ListFollowers"), 0U);
  observer_->Subscribe("team-a/gone", {.as_leader = true});
  EXPECT_TRUE(observer_->IsLookDue(clock_.Steady()));

  ForceLook();

  EXPECT_EQ(cloud_.Count("ListFollowers"), 1U);
  EXPECT_TRUE(observer_->View().are_followers_fresh);
  observer_->NoteWrite(clock_.Steady());
  EXPECT_FALSE(observer_->View().are_followers_fresh);
  observer_->Unsubscribe("team-a/gone");
  ForceLook();
  EXPECT_FALSE(observer_->View().followers);
}

TEST_F(ClusterObserverTest, ListsTheFollowersForWhoMayReadNothingElseOfTheLeader) {
  cloud_.FailAlways("GetCluster", test::AzureError(Code::kForbidden, "AuthorizationFailed"));
  observer_->Subscribe("team-a/gone", {.as_leader = true});

  ForceLook();

  EXPECT_TRUE(observer_->View().are_followers_fresh);
  EXPECT_FALSE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, AsksAStoppedClusterForNoOverrides) {
  cloud_.EditCluster(id_, [](ClusterInfo& it) { it.state = "Stopped"; });

  Look();

  EXPECT_EQ(cloud_.Count("show follower databases"), 0U);
  EXPECT_FALSE(observer_->View().overrides_error);
}

TEST_F(ClusterObserverTest, LooksAgainAfterATickOfTenPercentMoreOrLess) {
  for (auto const& [fraction, minutes] : {std::pair{0.0, 13.5}, {0.5, 15.0}, {0.999, 16.497}}) {
    random_.Script(fraction);
    Look();

    EXPECT_NEAR(std::chrono::duration<double>(UntilDue()).count(), minutes * 60, 0.01);
  }
}

TEST_F(ClusterObserverTest, TellsWhetherAnythingDiffers) {
  EXPECT_TRUE(Look());
  EXPECT_FALSE(Look());

  cloud_.AddDatabase(id_, "Another");

  EXPECT_TRUE(Look());
  EXPECT_FALSE(Look());
}

TEST_F(ClusterObserverTest, LooksQuicklyAndThenLessSoWhileSomethingIsExpected) {
  Look();
  for (auto const seconds : {2s, 4s, 8s, 16s, 30s, 30s}) {
    observer_->Expect();
    EXPECT_EQ(UntilDue(), seconds);
    clock_.Advance(seconds);
    Look();
  }
}

TEST_F(ClusterObserverTest, LooksQuicklyAgainAfterAChange) {
  Look();
  for (int i = 0; i < 4; ++i) Look();
  cloud_.AddDatabase(id_, "Another");

  Look();
  observer_->Expect();

  EXPECT_EQ(UntilDue(), 2s);
}

TEST_F(ClusterObserverTest, LooksQuicklyAgainAfterAWrite) {
  for (int i = 0; i < 5; ++i) Look();
  EXPECT_GT(UntilDue(), 10min);

  observer_->NoteWrite(clock_.Steady());

  EXPECT_EQ(UntilDue(), 2s);
}

TEST_F(ClusterObserverTest, IsStaleAfterAWriteUntilTheNextLook) {
  Look();
  clock_.Advance(1s);

  observer_->NoteWrite(clock_.Steady());
  EXPECT_FALSE(observer_->View().is_fresh);

  ForceLook();
  EXPECT_TRUE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, IsFreshAgainWhenAllThatAWriteDidIsKnown) {
  Look();
  clock_.Advance(1s);
  auto const written_at = clock_.Steady();
  observer_->NoteWrite(written_at);

  observer_->NoteMade({.name = "ours", .provisioning_state = "Succeeded"}, written_at);

  EXPECT_TRUE(observer_->View().is_fresh);
  EXPECT_THAT(*observer_->View().made, SizeIs(1));
  EXPECT_EQ(UntilDue(), 2s);  // its databases are still to be seen
  ForceLook();
  EXPECT_THAT(*observer_->View().made, IsEmpty());
}

TEST_F(ClusterObserverTest, StaysStaleWhenAnotherWriteWasSentMeanwhile) {
  Look();
  clock_.Advance(1s);
  auto const first = clock_.Steady();
  observer_->NoteWrite(first);
  clock_.Advance(1s);
  observer_->NoteWrite(clock_.Steady());

  observer_->NoteMade({.name = "ours"}, first);

  EXPECT_FALSE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, StaysStaleWhenItWasStaleBeforeTheWrite) {
  Look();
  clock_.Advance(1s);
  observer_->NoteWrite(clock_.Steady());
  clock_.Advance(1s);
  auto const second = clock_.Steady();
  observer_->NoteWrite(second);

  observer_->NoteMade({.name = "ours"}, second);

  EXPECT_FALSE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, KeepsWhatWasMadeWhileALookWasUnderWay) {
  Look();
  clock_.Advance(1s);
  auto const written_at = clock_.Steady();
  observer_->NoteWrite(written_at);
  cloud_.BeforeEach([&](std::string const& name, auto const&) {
    if (name != "ListDatabases") return;  // the attachments were listed by now
    clock_.Advance(100ms);
    observer_->NoteMade({.name = "ours"}, written_at);
  });

  ForceLook();

  EXPECT_THAT(*observer_->View().made, SizeIs(1));
  EXPECT_TRUE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, IsStaleWhenAWriteHappensDuringTheLook) {
  cloud_.BeforeEach([&](std::string const& name, auto const&) {
    if (name != "ListDatabases") return;
    clock_.Advance(100ms);
    observer_->NoteWrite(clock_.Steady());
  });
  Look();
  EXPECT_FALSE(observer_->View().is_fresh);
  EXPECT_EQ(UntilDue(), 2s);

  cloud_.BeforeEach({});
  ForceLook();
  EXPECT_TRUE(observer_->View().is_fresh);
}

TEST_F(ClusterObserverTest, LooksSoonAfterAWriteDuringALookThatFoundNothingNew) {
  for (int i = 0; i < 5; ++i) Look();
  cloud_.BeforeEach([&](std::string const& name, auto const&) {
    if (name == "ListDatabases") observer_->NoteWrite(clock_.Steady());
  });

  Look();

  EXPECT_EQ(UntilDue(), 2s);
}

TEST_F(ClusterObserverTest, IsStaleBeforeTheFirstLook) {
  EXPECT_FALSE(observer_->View().is_fresh);
  EXPECT_TRUE(observer_->IsLookDue(clock_.Steady()));
}

TEST_F(ClusterObserverTest, KeepsOldValuesBesideTheErrorOfALook) {
  Look();
  cloud_.AddDatabase(id_, "Another");
  cloud_.FailNext("ListDatabases", test::AzureError(Code::kUnavailable, "InternalServerError"));

  ForceLook();

  auto const view = observer_->View();
  EXPECT_EQ(view.inventory_error->service_code, "InternalServerError");
  EXPECT_THAT(*view.databases, SizeIs(1));
  EXPECT_THAT(view.cluster, Ne(nullptr));
  EXPECT_FALSE(view.is_fresh);
  EXPECT_FALSE(view.is_missing);
}

TEST_F(ClusterObserverTest, KeepsTheInventoryFreshWhenOnlyTheOverridesFail) {
  cloud_.FailNext("show follower databases", test::AzureError(Code::kForbidden, "Forbidden"));

  Look();

  auto const view = observer_->View();
  EXPECT_EQ(view.overrides_error->code, Code::kForbidden);
  EXPECT_FALSE(view.inventory_error);
  EXPECT_TRUE(view.is_fresh);
}

TEST_F(ClusterObserverTest, ForgetsTheErrorOnceALookSucceeds) {
  cloud_.FailNext("GetCluster", test::AzureError(Code::kUnavailable, "ServerBusy"));
  Look();

  EXPECT_TRUE(observer_->View().inventory_error);
  EXPECT_TRUE((ForceLook(), observer_->View().is_fresh));
  EXPECT_FALSE(observer_->View().inventory_error);
}

TEST_F(ClusterObserverTest, WaitsAsLongAsTheServiceAsksAfterAnError) {
  cloud_.FailNext("GetCluster", test::AzureError(Code::kThrottled, "TooManyRequests", 77s));

  Look();

  EXPECT_EQ(UntilDue(), 77s);
}

TEST_F(ClusterObserverTest, CallsAClusterGoneOnlyWhenItIsNotFoundAndTheSubscriptionCanBeRead) {
  for (auto const* code : {"ResourceNotFound", "ParentResourceNotFound", "ResourceGroupNotFound"}) {
    cloud_.FailNext("GetCluster", test::AzureError(Code::kNotFound, code));
    ForceLook();
    EXPECT_TRUE(observer_->View().is_missing) << code;
  }
  ForceLook();
  EXPECT_FALSE(observer_->View().is_missing);
}

TEST_F(ClusterObserverTest, NeverCallsAClusterGoneThatItMayNotSee) {
  for (auto const& [code, service_code] : {std::pair{Code::kForbidden, "AuthorizationFailed"},
                                           {Code::kUnauthorized, "InvalidToken"},
                                           {Code::kNotFound, "SubscriptionNotFound"},
                                           {Code::kNotFound, "InvalidTenant"}}) {
    cloud_.FailNext("GetCluster", test::AzureError(code, service_code));
    ForceLook();
    EXPECT_FALSE(observer_->View().is_missing) << service_code;
  }
  EXPECT_EQ(cloud_.Count("CanReadSubscription"), 0U);

  cloud_.FailNext("GetCluster", test::AzureError(Code::kNotFound, "ResourceNotFound"));
  cloud_.FailNext("CanReadSubscription", test::AzureError(Code::kForbidden, "Forbidden"));
  ForceLook();
  EXPECT_FALSE(observer_->View().is_missing);
}

TEST_F(ClusterObserverTest, ProbesAsOftenAsTheShortestIntervalAsks) {
  Look();
  observer_->Subscribe("a/one", {.probe = 30s});
  observer_->Subscribe("a/two", {.probe = 10s});
  EXPECT_TRUE(observer_->IsProbeDue(clock_.Steady()));

  EXPECT_THAT(observer_->Probe({}), SizeIs(1));
  EXPECT_EQ(UntilDue(), 10s);

  observer_->Unsubscribe("a/two");
  clock_.Advance(10s);
  observer_->Probe({});
  EXPECT_EQ(UntilDue(), 30s);
}

TEST_F(ClusterObserverTest, ProbesNobodyWhoDidNotAsk) {
  Look();

  EXPECT_FALSE(observer_->IsProbeDue(clock_.Steady() + 24h));
}

TEST_F(ClusterObserverTest, GivesNoVersionsWhereNoneCanBeRead) {
  observer_->Subscribe("a/one", {.probe = 30s});
  EXPECT_THAT(observer_->Probe({}), IsEmpty());
  EXPECT_EQ(cloud_.Count("show databases"), 0U);
  Look();
  cloud_.FailNext("show databases", test::AzureError(Code::kUnavailable, ""));

  EXPECT_THAT(observer_->Probe({}), IsEmpty());
  EXPECT_THAT(observer_->Probe({}), SizeIs(1));
}

TEST_F(ClusterObserverTest, IsNeverDueWithoutSubscribers) {
  observer_->Unsubscribe("team-a/sales");

  EXPECT_FALSE(observer_->IsWanted());
  EXPECT_FALSE(observer_->NextDue());
}

}  // namespace
}  // namespace adxf::azure
