#include "emulator/arm/attachments.hpp"

#include "emulator/arm/access.hpp"
#include "emulator/arm/attachment_body.hpp"
#include "emulator/arm/followers.hpp"
#include "emulator/arm/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

constexpr std::string_view kType = "Microsoft.Kusto/clusters/attachedDatabaseConfigurations";

ServiceError BadInput(std::string message) {
  return {400, "BadRequest", "[BadRequest] " + std::move(message)};
}

bool IsBusy(Attachment const& attachment) {
  return attachment.provisioning_state == "Creating" || attachment.provisioning_state == "Deleting";
}

ServiceError NotTerminal(Attachment const& attachment) {
  return {409, "RequestConflict",
          fmt::format("[Conflict] Cannot modify resource '{}': the resource entity provisioning "
                      "state is not terminal. Please wait "
                      "for the provisioning state to become terminal and then retry the request.",
                      attachment.name)};
}

std::size_t FollowersOf(Estate const& estate, std::string_view leader_id) {
  return static_cast<std::size_t>(
      std::ranges::count_if(estate.clusters | std::views::values, [&](Cluster const& cluster) {
        return std::ranges::any_of(
            cluster.attachments | std::views::values,
            [&](Attachment const& a) { return SameName(a.leader_id, leader_id); });
      }));
}

/// What Azure knows at once, before it starts an operation.
std::optional<ServiceError> CheckClusters(Context const& context, Attachment const& wanted,
                                          Cluster const* leader) {
  auto const& follower = *context.cluster;
  auto const& settings = context.estate.settings;
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
  if (!follows_it && FollowersOf(context.estate, wanted.leader_id) >= settings.max_followers) {
    return BadInput(fmt::format("Leader cluster '{}' has reached the limit of {} followers.",
                                leader->name, settings.max_followers));
  }
  return std::nullopt;
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

/// What comes to light while the operation runs, as it was before the PUT.
std::optional<ServiceError> Attach(Estate const& estate, Cluster const& follower,
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

/// The end of an attach operation: the record becomes what was wanted, or goes away if it was new.
std::optional<ServiceError> FinishAttach(Estate& estate, std::string const& key,
                                         Attachment wanted) {
  auto* const follower = FindCluster(estate, key);
  if (follower == nullptr) return BadInput("The cluster is gone.");
  RefreshFollowed(estate);
  auto error = Attach(estate, *follower, wanted);
  auto const record = follower->attachments.find(wanted.name);
  bool const was_new =
      record != follower->attachments.end() && record->second.provisioning_state == "Creating";
  if (error) {
    if (was_new) follower->attachments.erase(record);
  } else {
    wanted.provisioning_state = "Succeeded";
    follower->attachments.insert_or_assign(wanted.name, std::move(wanted));
  }
  RefreshFollowed(estate);
  return error;
}

ServiceError NotRunning(Cluster const& cluster) {
  return {409, "ClusterNotRunning",
          fmt::format(
              "[Conflict] Cluster '{}' is not running, its state is '{}'. Start it and try again.",
              cluster.name, cluster.state)};
}

/// Why the attachment cannot be put as things stand.
std::optional<ServiceError> PutRefusal(Context const& context, Attachment const& wanted,
                                       Cluster const* leader) {
  auto const& follower = *context.cluster;
  if (auto error = CheckClusters(context, wanted, leader)) return error;
  if (follower.state != "Running") return NotRunning(follower);
  auto const existing = follower.attachments.find(wanted.name);
  if (existing != follower.attachments.end() && IsBusy(existing->second))
    return NotTerminal(existing->second);
  return WriteRefusal(context.estate, follower);
}

/// No right on the leader that the body names.
WireReply RefuseLinked(Context const& context, Attachment const& wanted, Cluster const* leader) {
  constexpr std::string_view kAction =
      "Microsoft.Kusto/clusters/attachedDatabaseConfigurations/write";
  auto const scope = context.cluster->Id() + "/attachedDatabaseConfigurations/" + wanted.name;
  bool const is_abroad =
      leader != nullptr && !SameName(leader->tenant_id, context.caller.tenant_id);
  if (is_abroad)
    return LinkedTenantNotAuthorized(context.caller, kAction, scope, leader->subscription);
  return LinkedAuthorizationFailed(context.caller, kAction, scope, wanted.leader_id);
}

}  // namespace

WireReply ListAttachments(Context& context) {
  auto value = json::array();
  for (auto const& attachment : context.cluster->attachments | std::views::values) {
    value.push_back(
        AttachmentJson(context.estate, *context.cluster, attachment, LocationForm::kDisplay));
  }
  return JsonReply(200, {{"value", std::move(value)}});
}

WireReply GetAttachment(Context& context) {
  auto const found = context.cluster->attachments.find(context.Param("attachment"));
  if (found == context.cluster->attachments.end()) {
    return NotFound(kType, context.cluster->name + "/" + context.Param("attachment"),
                    context.cluster->resource_group);
  }
  return JsonReply(
      200, AttachmentJson(context.estate, *context.cluster, found->second, LocationForm::kDisplay));
}

WireReply PutAttachment(Context& context) {
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto& follower = *context.cluster;
  auto wanted = ParseAttachment(*body);
  if (!wanted) return ErrorReply(wanted.error());
  wanted->name = context.Param("attachment");
  auto const* const leader = FindClusterById(context.estate, wanted->leader_id);
  if (!MayDo(context.estate, context.caller, Right::kWrite, wanted->leader_id))
    return RefuseLinked(context, *wanted, leader);
  if (auto error = PutRefusal(context, *wanted, leader)) return ErrorReply(*error);

  auto const existing = follower.attachments.find(wanted->name);
  bool const exists = existing != follower.attachments.end();
  wanted->created = exists ? existing->second.created : context.Now();
  wanted->name = exists ? existing->second.name : wanted->name;
  wanted->provisioning_state = exists ? "Running" : "Creating";
  auto reply = JsonReply(exists ? 200 : 201,
                         AttachmentJson(context.estate, follower, *wanted, LocationForm::kAsSent));
  if (!exists) {
    // An operation that starts while the cluster is held fails in the end, and leaves this behind.
    auto stored = *wanted;
    if (!follower.maintenance.empty()) stored.provisioning_state = "Failed";
    follower.attachments.emplace(wanted->name, std::move(stored));
  }
  auto const location = wanted->location.empty() ? follower.location : wanted->location;
  StartOperation(context, follower,
                 {.kind = exists ? "FollowerDatabaseAlter" : "FollowerDatabaseCreate",
                  .location = location,
                  .finish = [key = follower.Key(), want = *wanted](
                                Estate& estate) { return FinishAttach(estate, key, want); }},
                 reply);
  return reply;
}

WireReply DeleteAttachment(Context& context) {
  auto const found = context.cluster->attachments.find(context.Param("attachment"));
  if (found == context.cluster->attachments.end()) {
    WireReply absent;
    absent.status = 204;
    return absent;
  }
  return StartDetach(context, *context.cluster, found->second);
}

WireReply StartDetach(Context& context, Cluster& follower, Attachment& attachment) {
  if (IsBusy(attachment)) return ErrorReply(NotTerminal(attachment));
  if (follower.state != "Running") return ErrorReply(NotRunning(follower));
  if (auto error = WriteRefusal(context.estate, follower)) return ErrorReply(*error);
  bool const will_fail = !follower.maintenance.empty();
  WireReply reply;
  reply.status = 202;
  if (!will_fail) attachment.provisioning_state = "Deleting";
  StartOperation(context, follower,
                 {.kind = "FollowerDatabaseDetach",
                  .location = DisplayLocation(context.estate, follower.location),
                  .finish = [key = follower.Key(), name = attachment.name](
                                Estate& estate) -> std::optional<ServiceError> {
                    if (auto* const cluster = FindCluster(estate, key))
                      cluster->attachments.erase(name);
                    RefreshFollowed(estate);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

}  // namespace adxf::emulator::arm
