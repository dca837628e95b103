#pragma once

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/kind.hpp"
#include "runtime/change.hpp"
#include "runtime/controller.hpp"
#include "runtime/store_feed.hpp"
#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_kube.hpp"
#include "support/fake_random.hpp"
#include "support/fake_sessions.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>

#include <set>
#include <string>
#include <vector>

/// The whole kind in memory: an API server, Azure, and everything between, moved by hand.
namespace adxf::follower_database {

using namespace std::chrono_literals;

class EventList final : public kube::EventSink {
 public:
  void Publish(kube::ObjectEvent event) override {
    reasons.push_back(event.reason);
    notes.push_back(event.note);
  }
  std::vector<std::string> reasons;
  std::vector<std::string> notes;
};

/// Lets the pool exist before the reconciler.
class Relay final : public azure::ObserverListener {
 public:
  void Looked(azure::ClusterObserver& observer, azure::News const& news) override {
    target->Looked(observer, news);
  }
  void Probed(azure::ClusterObserver& observer, std::vector<azure::DatabaseRow> const& rows,
              TimePoint started) override {
    target->Probed(observer, rows, started);
  }
  void LatencyRead(azure::ClusterObserver& observer, azure::LatencySample const& sample) override {
    target->LatencyRead(observer, sample);
  }
  azure::ObserverListener* target = nullptr;
};

class ReconcilerScene : public ::testing::Test {
 protected:
  ReconcilerScene() {
    relay_.target = &reconciler_;
    azure_.AddCluster(follower_);
    azure_.AddCluster(leader_);
    azure_.AddDatabase(leader_, "Sales");
    azure_.AddDatabase(leader_, "Orders");
    finalizers_.OnLetGo([this](kube::ObjectKey const& key) { feed_.LetGo(key); });
    store_.BeginInit();
    store_.FinishInit();
  }

  static model::ResourceId Cluster(std::string const& name) {
    return model::ResourceId::Parse(
               "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/" + name)
        .value();
  }
  static kube::ObjectKey Key(std::string const& name) { return {.ns = "team-a", .name = name}; }
  static std::string Attachment(std::string const& name) { return "team-a." + name + ".1234abcd"; }

  /// As a user with kubectl; the API server fills in the default status.
  void Apply(std::string const& name, std::string const& database = "Sales",
             std::string const& leader = "corp") {
    kube_.Put(ResourceTypeOfKind(),
              {{"metadata", {{"namespace", "team-a"}, {"name", name}}},
               {"spec",
                {{"followerCluster", {{"resourceId", follower_.Text()}}},
                 {"source",
                  {{"leader",
                    {{"clusterResourceId", Cluster(leader).Text()}, {"database", database}}}}}}},
               {"status", {{"observedGeneration", -1}}}});
  }
  void Edit(std::string const& name, std::function<void(nlohmann::json&)> const& change) {
    kube_.Edit(ResourceTypeOfKind(), Key(name), change);
  }
  void Delete(std::string const& name) { kube_.Delete(ResourceTypeOfKind(), Key(name)); }

  /// From now on the watch brings nothing, as on a busy API server; and then everything at once.
  void HoldWatch(bool holds) { is_watch_held_ = holds; }

  /// What the watch would bring. Returns whether there was anything.
  bool Sync() {
    if (is_watch_held_) return false;
    bool did = false;
    std::set<kube::ObjectKey> there;
    for (auto const& json : kube_.All(ResourceTypeOfKind())) {
      auto const object = DecodeFollowerDatabase(json).value();
      auto const key = runtime::KeyOf(object);
      there.insert(key);
      if (delivered_[key] == object.metadata.resource_version) continue;
      delivered_[key] = object.metadata.resource_version;
      EXPECT_TRUE(feed_.OnApply(json));
      did = true;
    }
    for (auto const& object : store_.List()) {
      auto const key = runtime::KeyOf(*object);
      if (there.contains(key) || object->metadata.is_gone) continue;
      EXPECT_TRUE(feed_.OnDelete(kube_.Last(ResourceTypeOfKind(), key)));
      did = true;
    }
    return did;
  }

  /// Everything that is due now, until nothing is.
  void Run() {
    for (int turns = 0; turns < 10'000; ++turns) {
      bool const has_synced = Sync();
      bool const has_passed = controller_.RunOne();
      bool const has_looked = pool_.RunOne();
      if (!has_synced && !has_passed && !has_looked) return;
    }
    FAIL() << "there is always something to do";
  }

  /// Passes alone, as while a look runs on another thread.
  void Pass() {
    for (bool goes_on = true; goes_on;) {
      bool const has_synced = Sync();
      goes_on = controller_.RunOne() || has_synced;
    }
  }

  void RunFor(Duration span, Duration step = 500ms) {
    Run();
    for (Duration gone{0}; gone < span; gone += step) {
      clock_.Advance(step);
      Run();
    }
  }

  FollowerDatabase Object(std::string const& name) const {
    return DecodeFollowerDatabase(kube_.Find(ResourceTypeOfKind(), Key(name)).value()).value();
  }
  bool IsReady(std::string const& name) const {
    return model::IsTrue(Object(name).status.conditions, kReady);
  }
  std::string ReasonOf(std::string const& name, std::string_view type = kReady) const {
    auto const object = Object(name);
    auto const* condition = model::FindCondition(object.status.conditions, type);
    return condition == nullptr ? "absent" : condition->reason;
  }
  bool Exists(std::string const& name) const {
    return kube_.Find(ResourceTypeOfKind(), Key(name)).has_value();
  }

  /// The client that a session was opened for last.
  std::string LastClient() const { return sessions_.opened().back().client_id; }

  model::ResourceId const follower_ = Cluster("reporting");
  model::ResourceId const leader_ = Cluster("corp");
  test::FakeClock clock_;
  test::FakeRandom random_{0.5};
  test::MemoryLog log_;
  test::FakeKube kube_;
  test::FakeAzure azure_{clock_};
  EventList events_;

 private:
  void Hear(runtime::Change<FollowerDatabase> const& change) {
    reconciler_.NoteChange(change);
    if (auto const priority = runtime::PriorityOf(change)) queue_.Add(change.key, *priority);
  }
  static azure_access::IdentityOptions OwnIdentity() {
    azure_access::IdentityOptions options;
    options.own =
        azure::Credential{.tenant_id = "t",
                          .client_id = "c",
                          .proof = azure::ClientSecretCredential{.secret = Secret("own")}};
    options.allowed = {{.name = "team-a"}};
    return options;
  }
  void Wake(std::string const& holder) {
    auto const slash = holder.find('/');
    queue_.Add({.ns = holder.substr(0, slash), .name = holder.substr(slash + 1)});
  }

  Relay relay_;
  runtime::QueueObserver queue_observer_;
  runtime::ControllerObserver controller_observer_;
  test::FakeSessions sessions_{azure_};
  runtime::KubeSecretReader secrets_{kube_};
  azure_access::Identities identities_{secrets_, sessions_, OwnIdentity(), clock_};
  runtime::StatusWriter statuses_{kube_};
  runtime::Finalizers finalizers_{kube_, ResourceTypeOfKind(), std::string(kFinalizer), clock_};

 protected:
  runtime::Store<FollowerDatabase> store_;
  runtime::StoreFeed<FollowerDatabase> feed_{store_,
                                             DecodeFollowerDatabase,
                                             [this](auto const& change) { Hear(change); },
                                             {},
                                             &finalizers_};
  runtime::WorkQueue queue_{{}, clock_, random_, queue_observer_};

 private:
  azure::WriteSlots slots_{[this](std::string const& holder) { Wake(holder); }};
  azure::ObserverPool pool_{{}, clock_, random_, Log(log_), relay_};
  LagBook lag_;
  Metrics metrics_{clock_, {}};
  Observation observation_{identities_, pool_, {.instance = "1234abcd"}, clock_};
  Executor executor_{{.kube = kube_,
                      .finalizers = finalizers_,
                      .statuses = statuses_,
                      .slots = slots_,
                      .pool = pool_,
                      .identities = identities_,
                      .clock = clock_}};
  FollowerDatabaseReconciler reconciler_{{.store = store_,
                                          .queue = queue_,
                                          .observation = observation_,
                                          .executor = executor_,
                                          .statuses = statuses_,
                                          .pool = pool_,
                                          .slots = slots_,
                                          .events = events_,
                                          .lag = lag_,
                                          .metrics = metrics_,
                                          .clock = clock_,
                                          .log = Log(log_)}};
  runtime::Controller controller_{{.name = "followerdatabase"},
                                  {.reconciler = reconciler_,
                                   .queue = queue_,
                                   .caches = {&store_.Ready()},
                                   .clock = clock_,
                                   .random = random_,
                                   .observer = controller_observer_,
                                   .log = Log(log_)}};
  std::map<kube::ObjectKey, std::string> delivered_;
  bool is_watch_held_ = false;
};

}  // namespace adxf::follower_database
