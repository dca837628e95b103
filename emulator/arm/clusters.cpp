#include "emulator/arm/clusters.hpp"

#include "emulator/arm/operations.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <ranges>
#include <utility>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

std::string EtagOf(Cluster const& cluster) {
  return fmt::format("\"{}\"", StableGuid(cluster.Key(), cluster.etag));
}

/// "SystemAssigned, UserAssigned" and the like, as the ARM contract on managed identities spells
/// it.
json IdentityJson(Cluster const& cluster) {
  bool const has_system = !cluster.identity_principal_id.empty();
  bool const has_user = !cluster.user_identities.empty();
  json body{
      {"type", fmt::format("{}{}{}", has_system ? "SystemAssigned" : "",
                           has_system && has_user ? ", " : "", has_user ? "UserAssigned" : "")}};
  if (has_system) {
    body["principalId"] = cluster.identity_principal_id;
    body["tenantId"] = cluster.tenant_id;
  }
  for (auto const& identity : cluster.user_identities | std::views::values) {
    body["userAssignedIdentities"][identity.id] = {{"principalId", identity.principal_id},
                                                   {"clientId", identity.client_id}};
  }
  return body;
}

/// The identities of a PATCH replace those that the cluster has. Their principals are made up.
void ApplyIdentity(Cluster& cluster, json const& identity) {
  auto const type = Text(identity, "type");
  bool const is_system = type.find("SystemAssigned") != std::string::npos;
  if (!is_system) cluster.identity_principal_id.clear();
  if (is_system && cluster.identity_principal_id.empty())
    cluster.identity_principal_id = StableGuid(cluster.Key() + "/system-identity");
  auto const known = std::exchange(cluster.user_identities, {});
  auto const wanted = identity.find("userAssignedIdentities");
  if (wanted == identity.end() || !wanted->is_object()) return;
  for (auto const& [id, ignored] : wanted->items()) {
    auto const same = known.find(id);
    cluster.user_identities[id] =
        same != known.end() ? same->second
                            : UserIdentity{.id = id,
                                           .principal_id = StableGuid(Lower(id)),
                                           .client_id = StableGuid(Lower(id) + "/client")};
  }
}

json ClusterJson(Estate const& estate, Cluster const& cluster) {
  auto tenants = json::array();
  for (auto const& tenant : cluster.trusted_tenants) tenants.push_back({{"value", tenant}});
  json properties{{"state", cluster.state},
                  {"provisioningState", cluster.provisioning_state},
                  {"uri", cluster.told_uri.value_or(cluster.uri)},
                  {"dataIngestionUri", cluster.told_uri.value_or(cluster.uri)},
                  {"enableStreamingIngest", cluster.streaming_ingest},
                  {"enableAutoStop", cluster.auto_stop},
                  {"enableDiskEncryption", false},
                  {"enableDoubleEncryption", false},
                  {"enablePurge", false},
                  {"engineType", "V3"},
                  {"publicNetworkAccess", "Enabled"},
                  {"publicIPType", "IPv4"},
                  {"restrictOutboundNetworkAccess", "Disabled"},
                  {"trustedExternalTenants", std::move(tenants)}};
  if (cluster.customer_managed_key) {
    properties["keyVaultProperties"] = {{"keyName", "emulated"},
                                        {"keyVaultUri", "https://emulated.vault.azure.net/"}};
  }
  json body{{"id", cluster.Id()},
            {"name", cluster.name},
            {"type", "Microsoft.Kusto/Clusters"},
            {"location", DisplayLocation(estate, cluster.location)},
            {"tags", json::object()},
            {"sku",
             {{"name", cluster.sku_name},
              {"tier", cluster.sku_tier},
              {"capacity", cluster.sku_capacity}}},
            {"etag", EtagOf(cluster)},
            {"properties", std::move(properties)}};
  for (auto const& [name, value] : cluster.tags) body["tags"][name] = value;
  if (!cluster.identity_principal_id.empty() || !cluster.user_identities.empty())
    body["identity"] = IdentityJson(cluster);
  return body;
}

void ApplyTags(Cluster& cluster, json const& body) {
  auto const tags = body.find("tags");
  if (tags == body.end() || !tags->is_object()) return;
  cluster.tags.clear();
  for (auto const& [name, value] : tags->items())
    cluster.tags[name] = value.is_string() ? value.get<std::string>() : value.dump();
}

void ApplyFlag(bool& flag, json const& properties, std::string_view name) {
  auto const given = properties.find(name);
  if (given != properties.end() && given->is_boolean()) flag = given->get<bool>();
}

void ApplyTrustedTenants(Cluster& cluster, json const& properties) {
  auto const list = properties.find("trustedExternalTenants");
  if (list == properties.end() || !list->is_array()) return;
  cluster.trusted_tenants.clear();
  for (auto const& entry : *list) cluster.trusted_tenants.push_back(Text(entry, "value"));
}

/// Applies what of a PATCH the emulator keeps; other members of the schema are taken and forgotten.
std::optional<ServiceError> ApplyPatch(Cluster& cluster, json const& body) {
  ApplyTags(cluster, body);
  if (auto const identity = body.find("identity"); identity != body.end() && identity->is_object())
    ApplyIdentity(cluster, *identity);
  auto const properties = body.find("properties");
  if (properties == body.end() || properties->is_null()) return std::nullopt;
  if (!properties->is_object())
    return ServiceError{400, "InvalidRequestContent",
                        "The request content was invalid: 'properties' is not an object."};
  ApplyFlag(cluster.streaming_ingest, *properties, "enableStreamingIngest");
  ApplyFlag(cluster.auto_stop, *properties, "enableAutoStop");
  ApplyTrustedTenants(cluster, *properties);
  return std::nullopt;
}

/// Moves a cluster through a passing state to its final one.
WireReply ChangeState(Context& context, std::string_view kind, std::string const& passing,
                      std::string const& final_state) {
  auto& cluster = *context.cluster;
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  WireReply reply;
  reply.status = 202;
  bool const will_fail = !cluster.maintenance.empty();
  if (!will_fail) cluster.state = passing;
  StartOperation(
      context, cluster,
      {.kind = std::string(kind),
       .location = DisplayLocation(context.estate, cluster.location),
       .finish = [key = cluster.Key(), final_state](Estate& estate) -> std::optional<ServiceError> {
         if (auto* const target = FindCluster(estate, key)) target->state = final_state;
         return std::nullopt;
       }},
      reply);
  return reply;
}

bool IsFollowed(Estate const& estate, Cluster const& leader) {
  return std::ranges::any_of(estate.clusters | std::views::values, [&](Cluster const& follower) {
    return std::ranges::any_of(
        follower.attachments | std::views::values,
        [&](Attachment const& it) { return SameName(it.leader_id, leader.Id()); });
  });
}

}  // namespace

WireReply ListClusters(Context& context) {
  auto value = json::array();
  auto const group = context.params.find("group");
  for (auto const& cluster : context.estate.clusters | std::views::values) {
    if (!SameName(cluster.subscription, context.Param("subscription"))) continue;
    if (group != context.params.end() && !SameName(cluster.resource_group, group->second)) continue;
    value.push_back(ClusterJson(context.estate, cluster));
  }
  return JsonReply(200, {{"value", std::move(value)}});
}

WireReply GetCluster(Context& context) {
  auto reply = JsonReply(200, ClusterJson(context.estate, *context.cluster));
  reply.headers["ETag"] = EtagOf(*context.cluster);
  return reply;
}

WireReply PatchCluster(Context& context) {
  auto const body = JsonBody(context);
  if (!body) return body.error();
  auto& cluster = *context.cluster;
  auto const if_match = context.request.Header("If-Match");
  if (!if_match.empty() && if_match != "*" && if_match != EtagOf(cluster)) {
    return ErrorReply(412, "PreconditionFailed",
                      "The condition specified by the ETag is not satisfied.");
  }
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  auto changed = cluster;
  if (auto error = ApplyPatch(changed, *body)) return ErrorReply(*error);
  ++changed.etag;
  if (cluster.maintenance.empty()) cluster = std::move(changed);
  auto reply = JsonReply(202, ClusterJson(context.estate, cluster));
  StartOperation(context, cluster,
                 {.kind = "ServiceConfigurationAlter",
                  .location = DisplayLocation(context.estate, cluster.location),
                  .finish = nullptr},
                 reply);
  return reply;
}

WireReply DeleteCluster(Context& context) {
  WireReply reply;
  reply.status = 204;
  if (context.cluster == nullptr) return reply;
  auto& cluster = *context.cluster;
  if (IsFollowed(context.estate, cluster)) {
    return ErrorReply(409, "ClusterIsFollowed",
                      fmt::format("[Conflict] Cluster '{}' is followed by another cluster. Detach "
                                  "the followers before deleting it.",
                                  cluster.name));
  }
  if (auto error = WriteRefusal(context.estate, cluster)) return ErrorReply(*error);
  reply.status = 202;
  if (cluster.maintenance.empty()) {
    cluster.state = "Deleting";
    cluster.provisioning_state = "Deleting";
  }
  StartOperation(context, cluster,
                 {.kind = "ServiceDrop",
                  .location = DisplayLocation(context.estate, cluster.location),
                  .finish = [key = cluster.Key()](Estate& estate) -> std::optional<ServiceError> {
                    estate.clusters.erase(key);
                    RefreshFollowed(estate);
                    return std::nullopt;
                  }},
                 reply);
  return reply;
}

WireReply StartCluster(Context& context) {
  return ChangeState(context, "ServiceStart", "Starting", "Running");
}
WireReply StopCluster(Context& context) {
  return ChangeState(context, "ServiceStop", "Stopping", "Stopped");
}

}  // namespace adxf::emulator::arm
