#pragma once

#include "base/text.hpp"
#include "kinds/follower_database/plan_input.hpp"
#include "model/object_meta.hpp"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

/// What tests of decisions begin with: two clusters that run, and nothing attached.
namespace adxf::follower_database {

inline constexpr TimePoint kNow{std::chrono::seconds(1'800'000'000)};
inline std::string const kClusters =
    "/subscriptions/s/resourceGroups/g/providers/Microsoft.Kusto/clusters/";
inline std::string const kFollowerId = kClusters + "reporting";
inline std::string const kLeaderId = kClusters + "corp";

/// Of an object that was looked at before and has the finalizer.
inline model::ObjectMeta Metadata(std::string finalizer) {
  model::ObjectMeta metadata{.name = "sales",
                             .name_space = "analytics",
                             .uid = "u",
                             .resource_version = "7",
                             .generation = 3};
  metadata.finalizers = {std::move(finalizer)};
  return metadata;
}

inline SeenCluster Cluster(std::string const& id) {
  return {.readability = Readability::kReadable,
          .key = ToLower(id),
          .uri = "https://c",
          .location = "westus2",
          .state = "Running"};
}

inline Observed NothingAttached(std::vector<std::string> leader_databases = {"Sales"}) {
  Observed seen{.instance = "12345678"};
  seen.follower = Cluster(kFollowerId);
  seen.leader = Cluster(kLeaderId);
  seen.leader_databases = std::move(leader_databases);
  seen.is_inventory_fresh = true;
  seen.overrides_readability = Readability::kReadable;
  return seen;
}

}  // namespace adxf::follower_database
