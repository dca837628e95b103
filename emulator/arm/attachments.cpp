#include "emulator/arm/attachments.hpp"

#include "emulator/arm/access.hpp"
#include "emulator/arm/attach_rules.hpp"
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

/// What Data Share made is its own: nobody else changes or removes it (our guess; Azure tells only
/// that such attachments exist).
std::optional<ServiceError> RefuseShared(Attachment const& attachment) {
  if (attachment.origin != "DataShare") return std::nullopt;
  return BadInput(fmt::format(
      "Attached database configuration '{}' is managed by Azure Data Share and cannot be changed "
      "or deleted here.",
      attachment.name));
}

/// The end of an attach operation: the record becomes what was wanted, or goes away if it was new.
std::optional<ServiceError> FinishAttach(Estate& estate, std::string const& key,
                                         Attachment wanted) {
  auto* const follower = FindCluster(estate, key);
  if (follower == nullptr) return BadInput("The cluster is gone.");
  RefreshFollowed(estate, *follower);
  auto error = RefuseLater(estate, *follower, wanted);
  auto const record = follower->attachments.find(wanted.name);
  bool const was_new =
      record != follower->attachments.end() && record->second.provisioning_state == "Creating";
  if (error) {
    if (was_new) follower->attachments.erase(record);
  } else {
    wanted.provisioning_state = "Succeeded";
    follower->attachments.insert_or_assign(wanted.name, std::move(wanted));
  }
  RefreshFollowed(estate, *follower);
  return error;
}

/// Why the attachment cannot be put as things stand.
std::optional<ServiceError> PutRefusal(Context const& context, Attachment const& wanted) {
  auto const& follower = *context.cluster;
  if (auto error = RefuseAtOnce(context.estate, follower, wanted)) return error;
  if (auto error = RefuseStopped(follower)) return error;
  auto const existing = follower.attachments.find(wanted.name);
  if (existing != follower.attachments.end()) {
    if (auto error = RefuseShared(existing->second)) return error;
    if (IsBusy(existing->second)) return NotTerminal(existing->second);
  }
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
  if (auto error = PutRefusal(context, *wanted)) return ErrorReply(*error);

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
  if (auto error = RefuseShared(attachment)) return ErrorReply(*error);
  if (IsBusy(attachment)) return ErrorReply(NotTerminal(attachment));
  if (auto error = RefuseStopped(follower)) return ErrorReply(*error);
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
