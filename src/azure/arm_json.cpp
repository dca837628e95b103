#include "azure/arm_json.hpp"

#include "azure/json_fields.hpp"
#include "azure/resource_json.hpp"
#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>

namespace adxf::azure {
namespace {

Boxed<std::string> OptionalText(nlohmann::json const& object, std::string_view member) {
  auto text = TextAt(object, member);
  if (text.empty()) return std::nullopt;
  return text;
}

std::vector<SharedText> Shared(std::vector<std::string> const& texts) {
  return {texts.begin(), texts.end()};
}

/// Whom a cluster can act as ("identity" of the ARM contract on managed identities).
void ReadIdentity(ClusterInfo& cluster, nlohmann::json const& identity) {
  cluster.has_system_identity =
      ToLower(TextAt(identity, "type")).find("systemassigned") != std::string::npos;
  auto const& assigned = At(identity, "userAssignedIdentities");
  if (!assigned.is_object()) return;
  for (auto const& it : assigned) {
    for (auto const* id : {"principalId", "clientId"}) {
      if (auto text = TextAt(it, id); !text.empty())
        cluster.user_identities.push_back(ToLower(text));
    }
  }
  std::ranges::sort(cluster.user_identities);
}

}  // namespace

Result<nlohmann::json> ReadObject(std::string_view body, std::string_view what) {
  auto object = nlohmann::json::parse(body, nullptr, false);
  if (object.is_object()) return object;
  return Fail(
      Code::kUnavailable,
      std::string(what) +
          ": Azure's answer is not the JSON object that it should be; it will be asked again");
}

nlohmann::json AttachmentBody(AttachmentSpec const& spec) {
  nlohmann::json properties = {
      {"clusterResourceId", spec.leader.Text()},
      {"databaseName", spec.database.Text()},
      {"defaultPrincipalsModificationKind", ToString(spec.principals_kind)}};
  if (spec.name_override) properties["databaseNameOverride"] = *spec.name_override;
  if (spec.name_prefix) properties["databaseNamePrefix"] = *spec.name_prefix;
  if (!spec.sharing->IsEmpty())
    properties["tableLevelSharingProperties"] = SharingBody(*spec.sharing);
  return {{"location", spec.location.Text()}, {"properties", std::move(properties)}};
}

Result<ClusterInfo> ReadCluster(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto id, ReadId("a cluster", "id", resource));
  ClusterInfo cluster{
      .id = std::move(id),
      .location = model::NormaliseLocation(TextAt(resource, "location")),
      .state = TextAt(properties, "state"),
      .provisioning_state = ProvisioningState(properties),
      .uri = TextAt(properties, "uri"),
      .streaming_ingest = FlagAt(properties, "enableStreamingIngest"),
      .has_customer_key = !TextAt(At(properties, "keyVaultProperties"), "keyName").empty()};
  ReadIdentity(cluster, At(resource, "identity"));
  if (auto const& tenants = At(properties, "trustedExternalTenants"); tenants.is_array()) {
    for (auto const& tenant : tenants) cluster.trusted_tenants.push_back(TextAt(tenant, "value"));
  }
  return cluster;
}

Result<Attachment> ReadAttachment(nlohmann::json const& resource) {
  constexpr std::string_view kWhat = "an attached database configuration";
  auto const& properties = At(resource, "properties");
  auto const name = OwnName(resource);
  if (name.empty()) return Unreadable(kWhat, "name", "");
  TRY_ASSIGN(auto leader, ReadId(kWhat, "clusterResourceId", properties));
  auto const kind_text = TextAt(properties, "defaultPrincipalsModificationKind");
  auto const kind = ParseModificationKind(kind_text);
  if (!kind) return Unreadable(kWhat, "defaultPrincipalsModificationKind", kind_text);
  return Attachment{.name = name,
                    .spec = {.location = model::NormaliseLocation(TextAt(resource, "location")),
                             .leader = std::move(leader),
                             .database = TextAt(properties, "databaseName"),
                             .name_override = OptionalText(properties, "databaseNameOverride"),
                             .name_prefix = OptionalText(properties, "databaseNamePrefix"),
                             .principals_kind = *kind,
                             .sharing = ReadSharing(properties)},
                    .provisioning_state = ProvisioningState(properties),
                    .attached_databases = Shared(TextsAt(properties, "attachedDatabaseNames"))};
}

Result<ArmDatabase> ReadDatabase(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  ArmDatabase database{
      .name = OwnName(resource),
      .is_following = EqualsIgnoreCase(TextAt(resource, "kind"), "ReadOnlyFollowing"),
      .hot_cache_period = TextAt(properties, "hotCachePeriod"),
      .provisioning_state = ProvisioningState(properties),
      .is_followed = FlagAt(properties, "isFollowed"),
      .is_suspended = At(properties, "suspensionDetails").is_object()};
  if (database.name.empty()) return Unreadable("a database", "name", "");
  database.original_name = database.name;
  if (!database.is_following) return database;
  TRY_ASSIGN(auto const leader,
             ReadId("a followed database", "leaderClusterResourceId", properties));
  database.leader_id_key = leader.Key();
  database.attachment_name = TextAt(properties, "attachedDatabaseConfigurationName");
  database.share_origin = TextAt(properties, "databaseShareOrigin");
  database.principals_kind = TextAt(properties, "principalsModificationKind");
  if (auto const original = OptionalText(properties, "originalDatabaseName"))
    database.original_name = *original;
  return database;
}

Result<FollowerOfLeader> ReadFollower(nlohmann::json const& item) {
  auto const& nested = At(item, "properties");
  auto const& fields = nested.is_object() ? nested : item;
  TRY_ASSIGN(auto follower, ReadId("a follower", "clusterResourceId", fields));
  return FollowerOfLeader{.follower = std::move(follower),
                          .attachment_name = TextAt(fields, "attachedDatabaseConfigurationName"),
                          .database = TextAt(fields, "databaseName"),
                          .share_origin = TextAt(fields, "databaseShareOrigin"),
                          .sharing = ReadSharing(fields)};
}

}  // namespace adxf::azure
