#include "emulator/arm/followers.hpp"

#include "emulator/arm/attachment_body.hpp"
#include "emulator/arm/attachments.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <ranges>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

/// The attachments, on any cluster, that follow this leader.
std::vector<json> FollowersOf(Estate const& estate, Cluster const& leader) {
  std::vector<json> followers;
  for (auto const& follower : estate.clusters | std::views::values) {
    for (auto const& attachment : follower.attachments | std::views::values) {
      if (!SameName(attachment.leader_id, leader.Id()) ||
          attachment.provisioning_state == "Creating")
        continue;
      json item{{"clusterResourceId", follower.Id()},
                {"attachedDatabaseConfigurationName", attachment.name},
                {"databaseName", attachment.database_name},
                {"databaseShareOrigin", attachment.origin}};
      if (attachment.sharing)
        item["tableLevelSharingProperties"] = SharingJson(*attachment.sharing);
      followers.push_back(std::move(item));
    }
  }
  return followers;
}

}  // namespace

WireReply ListFollowersPost(Context& context) {
  return JsonReply(200, {{"value", FollowersOf(context.estate, *context.cluster)}});
}

WireReply ListFollowersGet(Context& context) {
  if (context.api_version < "2024-04-13") {
    return ErrorReply(
        405, "MethodNotAllowed",
        "The requested resource does not support http method 'GET' in this api-version.");
  }
  auto value = json::array();
  for (auto& item : FollowersOf(context.estate, *context.cluster))
    value.push_back({{"properties", std::move(item)}});
  return JsonReply(200, {{"value", std::move(value)}});
}

WireReply DetachFollower(Context& context) {
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto const follower_id = Text(*body, "clusterResourceId");
  auto const name = Text(*body, "attachedDatabaseConfigurationName");
  if (follower_id.empty() || name.empty()) {
    return ErrorReply(
        400, "BadRequest",
        "[BadRequest] 'clusterResourceId' and 'attachedDatabaseConfigurationName' are required.");
  }
  auto* const follower = FindClusterById(context.estate, follower_id);
  auto const found =
      follower == nullptr ? ByName<Attachment>::iterator{} : follower->attachments.find(name);
  bool const is_ours = follower != nullptr && found != follower->attachments.end() &&
                       SameName(found->second.leader_id, context.cluster->Id());
  if (!is_ours) {
    return ErrorReply(404, "FollowerDatabaseNotFound",
                      fmt::format("[NotFound] Attached database configuration '{}' of cluster '{}' "
                                  "does not follow cluster '{}'.",
                                  name, follower_id, context.cluster->name));
  }
  return StartDetach(context, *follower, found->second);
}

}  // namespace adxf::emulator::arm
