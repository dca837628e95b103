#pragma once

#include "kinds/follower_database/conditions.hpp"
#include "kinds/follower_database/plan.hpp"
#include "unit/kinds/plan_scene.hpp"
#include "unit/kinds/plan_told.hpp"

#include <string>
#include <string_view>
#include <utility>

/// One database, wanted and attached.
namespace adxf::follower_database {

inline FollowerDatabase Wanted() {
  FollowerDatabase want;
  want.metadata = Metadata(std::string(kFinalizer));
  want.spec.follower_cluster.resource_id = kFollowerId;
  want.spec.source.leader = LeaderSource{.cluster_resource_id = kLeaderId, .database = "Sales"};
  want.status.observed_generation = -1;
  return want;
}

inline SeenAttachment Attachment(std::string name = "analytics.sales.12345678") {
  return {.name = std::move(name),
          .leader_key = ToLower(kLeaderId),
          .leader_id = kLeaderId,
          .database = "Sales",
          .provisioning_state = "Succeeded"};
}

inline Observed Attached() {
  auto seen = NothingAttached();
  seen.attachments = {Attachment()};
  seen.databases = {{.name = "Sales",
                     .is_following = true,
                     .leader_key = ToLower(kLeaderId),
                     .attachment_name = "analytics.sales.12345678",
                     .original_name = "Sales"}};
  return seen;
}

}  // namespace adxf::follower_database
