#include "emulator/arm/attach_rules.hpp"

#include "emulator/arm/context.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <ranges>

namespace adxf::emulator::arm {

namespace {

ServiceError BadInput(std::string message) {
  return {400, "BadRequest", "[BadRequest] " + std::move(message)};
}

std::size_t FollowersOf(Estate const& estate, std::string_view leader_id) {
  return static_cast<std::size_t>(
      std::ranges::count_if(estate.clusters | std::views::values, [&](Cluster const& cluster) {
        return std::ranges::any_of(
            cluster.attachments | std::views::values,
            [&](Attachment const& a) { return SameName(a.leader_id, leader_id); });
      }));
}

/// The name under which the database would appear is taken, by the follower itself or by others.
std::optional<ServiceError> RefuseTakenName(Cluster const& follower, Attachment const& wanted,
                                            Database const& source) {
  auto const name =
      wanted.name_override.empty() ? wanted.name_prefix + source.name : wanted.name_override;
  auto const taken = follower.followed.find(name);
  bool const is_others =
      taken != follower.followed.end() && !SameName(taken->second.attachment, wanted.name);
  if (!follower.databases.contains(name) && !is_others) return std::nullopt;
  return ServiceError{400, "DatabaseNameAlreadyInUse",
                      fmt::format("[BadRequest] Database '{}' already exists in cluster '{}'.",
                                  name, follower.name)};
}

}  // namespace

std::optional<ServiceError> RefuseAtOnce(Estate const& estate, Cluster const& follower,
                                         Attachment const& wanted) {
  auto const& settings = estate.settings;
  auto const* const leader = FindClusterById(estate, wanted.leader_id);
  if (leader == nullptr)
    return BadInput(fmt::format("Leader cluster '{}' was not found.", wanted.leader_id));
  if (leader == &follower) return BadInput("A cluster cannot follow its own databases.");
  if (ShortLocation(leader->location) != ShortLocation(follower.location)) {
    return BadInput(
        fmt::format("Leader cluster '{}' is in region '{}' and follower cluster '{}' is in region "
                    "'{}'. Both must be in the same region.",
                    leader->name, leader->location, follower.name, follower.location));
  }
  if (!wanted.location.empty() &&
      ShortLocation(wanted.location) != ShortLocation(follower.location)) {
    return ServiceError{
        400, "InvalidResourceLocation",
        fmt::format("The resource '{}' must be in the location of its cluster, '{}'.", wanted.name,
                    follower.location)};
  }
  if (follower.attachments.contains(wanted.name)) return std::nullopt;
  if (follower.attachments.size() >= settings.max_attachments) {
    return BadInput(
        fmt::format("Cluster '{}' has reached the limit of {} attached database configurations.",
                    follower.name, settings.max_attachments));
  }
  bool const follows_it = std::ranges::any_of(
      follower.attachments | std::views::values,
      [&](Attachment const& a) { return SameName(a.leader_id, wanted.leader_id); });
  if (!follows_it && FollowersOf(estate, wanted.leader_id) >= settings.max_followers) {
    return BadInput(fmt::format("Leader cluster '{}' has reached the limit of {} followers.",
                                leader->name, settings.max_followers));
  }
  return std::nullopt;
}

std::optional<ServiceError> RefuseLater(Estate const& estate, Cluster const& follower,
                                        Attachment const& wanted) {
  auto const existing = follower.attachments.find(wanted.name);
  bool const exists = existing != follower.attachments.end();
  if (exists && (!SameName(existing->second.leader_id, wanted.leader_id) ||
                 !SameName(existing->second.database_name, wanted.database_name))) {
    return ServiceError{
        400, "CannotAlterFollowerDatabase",
        fmt::format("[BadRequest] Cannot alter leader cluster '{}' for resource name '{}'.",
                    follower.name, wanted.name)};
  }
  auto const slash = wanted.leader_id.rfind('/');
  auto const* const leader =
      FindCluster(estate, std::string_view(wanted.leader_id).substr(slash + 1));
  if (leader == nullptr) return BadInput("The leader cluster is gone.");
  if (leader->state != "Running")
    return BadInput(fmt::format("Leader cluster '{}' is not running, its state is '{}'.",
                                leader->name, leader->state));
  bool const has_key = leader->customer_managed_key || follower.customer_managed_key;
  if (has_key && (!leader->attachments.empty() || FollowersOf(estate, follower.Id()) > 0)) {
    return BadInput(
        fmt::format("Cluster '{}' uses customer managed keys; chains of followers are not "
                    "supported with them.",
                    leader->customer_managed_key ? leader->name : follower.name));
  }
  if (wanted.database_name == "*") return std::nullopt;
  auto const source = leader->databases.find(wanted.database_name);
  if (source == leader->databases.end()) {
    return BadInput(fmt::format("Database '{}' was not found in leader cluster '{}'.",
                                wanted.database_name, leader->name));
  }
  return RefuseTakenName(follower, wanted, source->second);
}

std::optional<ServiceError> RefuseStopped(Cluster const& cluster) {
  if (cluster.state == "Running") return std::nullopt;
  return ServiceError{
      409, "ClusterNotRunning",
      fmt::format(
          "[Conflict] Cluster '{}' is not running, its state is '{}'. Start it and try again.",
          cluster.name, cluster.state)};
}

}  // namespace adxf::emulator::arm
