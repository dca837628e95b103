#include "azure/observer_pool.hpp"

#include "unit/azure/observer_scene.hpp"

#include <condition_variable>
#include <latch>
#include <mutex>
#include <set>
#include <vector>

namespace adxf::azure {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Ne;

class Listener final : public ObserverListener {
 public:
  void Looked(ClusterObserver& observer, News const& news) override {
    heard.push_back(std::string(observer.Cluster().Name()) + (news.IsAny() ? " changed" : " same"));
  }
  void Probed(ClusterObserver& observer, std::vector<DatabaseRow> const& rows, TimePoint) override {
    heard.push_back(std::string(observer.Cluster().Name()) + " probed " +
                    std::to_string(rows.size()));
  }
  void LatencyRead(ClusterObserver& observer, LatencySample const& sample) override {
    heard.push_back(std::string(observer.Cluster().Name()) + " latency " +
                    std::to_string(sample.latency / 1ms));
  }
  std::vector<std::string> heard;
};

class ObserverPoolTest : public ObserverScene {
 protected:
  int RunAll() {
    int count = 0;
    while (pool_.RunOne()) ++count;
    return count;
  }

  Listener listener_;
  ObserverPool pool_{ticks_, clock_, random_, Log(log_), listener_};
};

TEST_F(ObserverPoolTest, SharesOneObserverForAClusterAndASession) {
  auto const one = pool_.Subscribe(id_, session_, "a/one", {.as_follower = true});
  auto const two = pool_.Subscribe(id_, session_, "a/two", {.as_follower = true});
  auto const other_session = std::make_shared<test::FakeSession>(cloud_);
  auto const three = pool_.Subscribe(id_, other_session, "a/three", {.as_follower = true});

  EXPECT_EQ(one, two);
  EXPECT_THAT(three, Ne(one));
}

TEST_F(ObserverPoolTest, ReadsAClusterOnceForAllWhoFollowOnIt) {
  for (int i = 0; i < 100; ++i)
    pool_.Subscribe(id_, session_, "a/" + std::to_string(i), {.as_follower = true, .probe = 30s});

  RunAll();
  EXPECT_THAT(listener_.heard, ElementsAre("reporting changed", "reporting probed 1"));

  clock_.Advance(15min);
  RunAll();
  EXPECT_EQ(cloud_.Count("ListAttachments"), 2U);
  EXPECT_EQ(cloud_.Count("ListDatabases"), 2U);
  EXPECT_EQ(cloud_.Count("show follower databases"), 2U);
  EXPECT_EQ(cloud_.Count("show databases"), 2U);
}

TEST_F(ObserverPoolTest, TellsAzuresFigureOfTheLagEveryFiveMinutes) {
  cloud_.SetLatency(id_, {.latency = 1500ms, .at = clock_.Now()});
  pool_.Subscribe(id_, session_, "a/one", {.latency = true});
  RunAll();
  EXPECT_THAT(listener_.heard, ElementsAre("reporting changed", "reporting latency 1500"));

  for (int minutes = 0; minutes < 14; ++minutes) {
    clock_.Advance(1min);
    RunAll();
  }

  EXPECT_EQ(cloud_.Count("ReadFollowerLatency"), 3U);
}

TEST_F(ObserverPoolTest, RunsNothingBeforeItsTime) {
  pool_.Subscribe(id_, session_, "a/one", {.as_follower = true});
  RunAll();

  clock_.Advance(14min);
  EXPECT_EQ(RunAll(), 0);

  clock_.Advance(1min);
  EXPECT_EQ(RunAll(), 1);
}

TEST_F(ObserverPoolTest, RunsFirstWhatIsDueLongest) {
  auto const other = ClusterId("second");
  cloud_.AddCluster(other);
  pool_.Subscribe(other, session_, "a/one", {});
  clock_.Advance(1s);
  pool_.Subscribe(id_, session_, "a/two", {});

  RunAll();

  EXPECT_THAT(listener_.heard, ElementsAre("second changed", "reporting changed"));
}

TEST_F(ObserverPoolTest, LooksQuicklyAtNoMoreThanFortyClustersASecond) {
  constexpr int kClusters = 100;
  for (int i = 0; i < kClusters; ++i) {
    pool_.Subscribe(ClusterId("c" + std::to_string(i)), session_, "a/one", {.as_follower = true});
  }
  EXPECT_EQ(RunAll(), kClusters) << "the first look is no quick one";

  clock_.Advance(5s);  // none of them is there, so each is tried again soon
  EXPECT_EQ(RunAll(), 40);
  EXPECT_EQ(RunAll(), 0);
  clock_.Advance(1s);
  EXPECT_EQ(RunAll(), 40);
  clock_.Advance(500ms);
  EXPECT_EQ(RunAll(), 20);
}

TEST_F(ObserverPoolTest, LooksQuicklyAtFewClustersWhileThereIsMuchToDo) {
  constexpr int kClusters = 100;
  for (int i = 0; i < kClusters; ++i) {
    pool_.Subscribe(ClusterId("c" + std::to_string(i)), session_, "a/one", {.as_follower = true});
  }
  pool_.NoteBacklog(true);
  EXPECT_EQ(RunAll(), kClusters) << "the first look is no quick one";

  clock_.Advance(5s);  // none of them is there, so each is tried again soon
  EXPECT_EQ(RunAll(), 10);
  clock_.Advance(1s);
  EXPECT_EQ(RunAll(), 5);
  pool_.NoteBacklog(false);
  EXPECT_EQ(RunAll(), 40) << "the others when the work is done";
}

// Where more clusters ask for quick looks than there are, none waits for ever behind the others.
TEST_F(ObserverPoolTest, LooksQuicklyAtThoseFirstThatWaitLongest) {
  constexpr int kClusters = 100;
  for (int i = 0; i < kClusters; ++i) {
    pool_.Subscribe(ClusterId("c" + std::to_string(i)), session_, "a/one", {.as_follower = true});
  }
  RunAll();
  listener_.heard.clear();

  for (int round = 0; round < 3; ++round) {
    clock_.Advance(20s);  // each is due again, those that were just looked at, too
    EXPECT_EQ(RunAll(), 40);
  }

  EXPECT_EQ(std::set(listener_.heard.begin(), listener_.heard.end()).size(), kClusters);
}

TEST_F(ObserverPoolTest, WakesItsThreadsForASubscriberOnlyIfSomethingIsDueEarlier) {
  Interest const following{.as_follower = true, .probe = 30s};
  auto const wakes_for = [&](std::string const& who, Interest const& interest) {
    auto const before = pool_.Wakes();
    pool_.Subscribe(id_, session_, who, interest);
    return pool_.Wakes() - before;
  };
  EXPECT_EQ(wakes_for("a/one", following), 1U);
  EXPECT_EQ(wakes_for("a/one", following), 0U);
  RunAll();
  clock_.Advance(1s);

  EXPECT_EQ(wakes_for("a/one", following), 0U);
  EXPECT_EQ(wakes_for("a/two", following), 0U);
  EXPECT_EQ(wakes_for("a/two", {.as_follower = true, .probe = 10s}), 1U);
}

TEST_F(ObserverPoolTest, DropsAnObserverThatNobodyWants) {
  auto const first = pool_.Subscribe(id_, session_, "a/one", {.as_follower = true});
  pool_.Subscribe(id_, session_, "a/two", {.as_follower = true});

  pool_.Unsubscribe(*first, "a/one");
  EXPECT_EQ(pool_.Subscribe(id_, session_, "a/two", {.as_follower = true}), first);

  pool_.Unsubscribe(*first, "a/two");
  EXPECT_EQ(RunAll(), 0);
  EXPECT_THAT(pool_.Subscribe(id_, session_, "a/one", {.as_follower = true}), Ne(first));
}

TEST_F(ObserverPoolTest, MakesWhatEachIdentityReadStaleAfterAWrite) {
  auto const other_session = std::make_shared<test::FakeSession>(cloud_);
  auto const second = ClusterId("second");
  cloud_.AddCluster(second);
  auto const mine = pool_.Subscribe(id_, session_, "a/one", {.as_follower = true});
  auto const theirs = pool_.Subscribe(id_, other_session, "b/one", {.as_follower = true});
  auto const elsewhere = pool_.Subscribe(second, session_, "a/one", {});
  RunAll();
  clock_.Advance(1s);

  pool_.NoteWrite(id_);

  EXPECT_FALSE(mine->View().is_fresh);
  EXPECT_FALSE(theirs->View().is_fresh);
  EXPECT_TRUE(elsewhere->View().is_fresh);
}

TEST_F(ObserverPoolTest, TellsNobodyWhatAStoppedLookFound) {
  pool_.Subscribe(id_, session_, "a/one", {.as_follower = true, .probe = 30s});
  std::stop_source stop;
  stop.request_stop();

  pool_.RunOne(stop.get_token());

  EXPECT_THAT(listener_.heard, IsEmpty());
}

// The thread that slept until the earliest moment is busy now. Should its look hang, what is due
// next must not wait for it.
TEST_F(ObserverPoolTest, HandsOverTheWatchBeforeItLooks) {
  pool_.Subscribe(id_, session_, "a/one", {});
  auto const before = pool_.Wakes();
  auto during = before;
  cloud_.BeforeEach([&](std::string const& name, http::CallContext const&) {
    if (name == "GetCluster") during = pool_.Wakes();
  });

  RunAll();

  EXPECT_GT(during, before);
}

TEST_F(ObserverPoolTest, WakesItsThreadsForWhatIsExpected) {
  auto const observer = pool_.Subscribe(id_, session_, "a/one", {});
  RunAll();
  auto const before = pool_.Wakes();

  pool_.Expect(*observer);

  EXPECT_GT(pool_.Wakes(), before);
  clock_.Advance(2s);
  listener_.heard.clear();
  RunAll();
  EXPECT_THAT(listener_.heard, ElementsAre("reporting same"));
}

TEST_F(ObserverPoolTest, StopsWhileALookHangs) {
  std::latch begun(1);
  std::mutex mutex;
  std::condition_variable_any never;
  cloud_.BeforeEach([&](std::string const& name, http::CallContext const& call) {
    if (name != "GetCluster") return;
    begun.count_down();
    std::unique_lock lock(mutex);
    never.wait(lock, call.stop, [] { return false; });
  });
  pool_.Subscribe(id_, session_, "a/one", {.as_follower = true});

  pool_.Start(2);
  begun.wait();
  pool_.Stop();

  EXPECT_THAT(listener_.heard, IsEmpty());
}

}  // namespace
}  // namespace adxf::azure
