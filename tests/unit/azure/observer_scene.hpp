#pragma once

#include "azure/cluster_observer.hpp"
#include "support/fake_azure.hpp"
#include "support/fake_clock.hpp"
#include "support/fake_random.hpp"
#include "support/fake_sessions.hpp"
#include "support/memory_log.hpp"

#include <gmock/gmock.h>

#include <memory>
#include <string>

/// A cluster and what looks at it, for the tests of observers.
namespace adxf::azure {

using namespace std::chrono_literals;

inline model::ResourceId ClusterId(std::string const& name) {
  return model::ResourceId::Parse(
             "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/" + name)
      .value();
}

class ObserverScene : public ::testing::Test {
 protected:
  ObserverScene() {
    cloud_.AddCluster(id_);
    cloud_.AddDatabase(id_, "Own");
  }

  std::unique_ptr<ClusterObserver> Make() {
    return std::make_unique<ClusterObserver>(id_, session_, ticks_, clock_, random_, Log(log_));
  }

  model::ResourceId const id_ = ClusterId("reporting");
  test::FakeClock clock_;
  test::FakeRandom random_{0.5};
  test::MemoryLog log_;
  test::FakeAzure cloud_{clock_};
  std::shared_ptr<test::FakeSession> session_ = std::make_shared<test::FakeSession>(cloud_);
  ObserverTicks ticks_{};
};

}  // namespace adxf::azure
