#include "azure/share_json.hpp"

#include "azure/json_fields.hpp"
#include "azure/resource_json.hpp"
#include "base/time_format.hpp"

#include <nlohmann/json.hpp>

#include <string_view>
#include <utility>

namespace adxf::azure {
namespace {

nlohmann::json Properties(nlohmann::json properties) {
  return {{"properties", std::move(properties)}};
}

/// A time without an offset is UTC, as .NET writes one whose kind it does not know.
std::optional<TimePoint> TimeAt(nlohmann::json const& object, std::string_view member) {
  auto const text = TextAt(object, member);
  auto const at = ParseRfc3339(text);
  return at ? at : ParseRfc3339(text + "Z");
}

/// Which property names what is shared; empty for what is not Kusto's.
std::string_view TargetField(DataSetKind kind) {
  switch (kind) {
    case DataSetKind::kKustoCluster: return "kustoClusterResourceId";
    case DataSetKind::kKustoDatabase:
    case DataSetKind::kKustoTable: return "kustoDatabaseResourceId";
    case DataSetKind::kOther: break;
  }
  return "";
}

/// The name of a resource that is of no use without one.
Result<std::string> NameOf(std::string_view what, nlohmann::json const& resource) {
  auto name = OwnName(resource);
  if (name.empty()) return Unreadable(what, "name", "");
  return name;
}

/// A GUID by which others name the resource; without it nothing can be done with it.
Result<std::string> GuidAt(std::string_view what, std::string_view field,
                           nlohmann::json const& properties) {
  auto guid = TextAt(properties, field);
  if (guid.empty()) return Unreadable(what, field, "");
  return guid;
}

}  // namespace

nlohmann::json AccountBody(std::string const& location) {
  return {{"location", location}, {"identity", {{"type", "SystemAssigned"}}}};
}

nlohmann::json ShareBody(ShareSpec const& spec) {
  return Properties(
      {{"shareKind", "InPlace"}, {"description", spec.description}, {"terms", spec.terms}});
}

nlohmann::json DataSetBody(DataSetSpec const& spec) {
  nlohmann::json properties;
  properties[std::string(TargetField(spec.kind))] = spec.target.Text();
  if (spec.kind == DataSetKind::kKustoTable)
    properties["tableLevelSharingProperties"] = SharingBody(spec.sharing);
  return {{"kind", ToString(spec.kind)}, {"properties", std::move(properties)}};
}

nlohmann::json InvitationBody(InvitationSpec const& spec) {
  auto properties = nlohmann::json::object();
  if (!spec.email.empty()) properties["targetEmail"] = spec.email;
  if (!spec.tenant_id.empty()) properties["targetActiveDirectoryId"] = spec.tenant_id;
  if (!spec.object_id.empty()) properties["targetObjectId"] = spec.object_id;
  if (spec.expires_at) properties["expirationDate"] = FormatRfc3339(*spec.expires_at);
  return Properties(std::move(properties));
}

nlohmann::json ExpirationBody(TimePoint expires_at) {
  return Properties({{"expirationDate", FormatRfc3339(expires_at)}});
}

nlohmann::json SubscriptionBody(ConsumerInvitation const& invitation) {
  return Properties(
      {{"invitationId", invitation.id}, {"sourceShareLocation", invitation.location}});
}

nlohmann::json MappingBody(DataSetMapping const& mapping) {
  return {
      {"kind", ToString(mapping.kind)},
      {"properties",
       {{"kustoClusterResourceId", mapping.cluster.Text()}, {"dataSetId", mapping.data_set_id}}}};
}

Result<ShareAccount> ReadAccount(nlohmann::json const& resource) {
  TRY_ASSIGN(auto id, ReadId("a Data Share account", "id", resource));
  auto const& identity = At(resource, "identity");
  return ShareAccount{.id = std::move(id),
                      .location = model::NormaliseLocation(TextAt(resource, "location")),
                      .principal_id = TextAt(identity, "principalId"),
                      .tenant_id = TextAt(identity, "tenantId"),
                      .provisioning_state = ProvisioningState(At(resource, "properties"))};
}

Result<Share> ReadShare(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto name, NameOf("a share", resource));
  return Share{.name = std::move(name),
               .spec = {.description = TextAt(properties, "description"),
                        .terms = TextAt(properties, "terms")},
               .kind = TextAt(properties, "shareKind"),
               .provisioning_state = ProvisioningState(properties)};
}

Result<DataSet> ReadDataSet(nlohmann::json const& resource) {
  constexpr std::string_view kWhat = "a data set";
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto name, NameOf(kWhat, resource));
  DataSetSpec spec{.kind = ParseDataSetKind(TextAt(resource, "kind"))};
  if (spec.kind != DataSetKind::kOther) {
    TRY_ASSIGN(spec.target, ReadId(kWhat, TargetField(spec.kind), properties));
  }
  if (spec.kind == DataSetKind::kKustoTable) spec.sharing = ReadSharing(properties);
  return DataSet{.name = std::move(name),
                 .spec = std::move(spec),
                 .id = TextAt(properties, "dataSetId"),
                 .provisioning_state = ProvisioningState(properties)};
}

Result<ShareInvitation> ReadInvitation(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto name, NameOf("an invitation", resource));
  return ShareInvitation{.name = std::move(name),
                         .spec = {.email = TextAt(properties, "targetEmail"),
                                  .tenant_id = TextAt(properties, "targetActiveDirectoryId"),
                                  .object_id = TextAt(properties, "targetObjectId"),
                                  .expires_at = TimeAt(properties, "expirationDate")},
                         .id = TextAt(properties, "invitationId"),
                         .status = TextAt(properties, "invitationStatus"),
                         .sent_at = TimeAt(properties, "sentAt"),
                         .responded_at = TimeAt(properties, "respondedAt")};
}

Result<ProviderSubscription> ReadProviderSubscription(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  auto id = LastPartOfId(resource);
  if (id.empty()) id = OwnName(resource);
  if (id.empty()) return Unreadable("a consumer of a share", "id", "");
  return ProviderSubscription{.id = std::move(id),
                              .status = TextAt(properties, "shareSubscriptionStatus"),
                              .consumer_name = TextAt(properties, "consumerName"),
                              .consumer_email = TextAt(properties, "consumerEmail"),
                              .consumer_tenant = TextAt(properties, "consumerTenantName"),
                              .created_at = TimeAt(properties, "createdAt"),
                              .shared_at = TimeAt(properties, "sharedAt"),
                              .expires_at = TimeAt(properties, "expirationDate")};
}

Result<ConsumerInvitation> ReadConsumerInvitation(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto id, GuidAt("a received invitation", "invitationId", properties));
  return ConsumerInvitation{.id = std::move(id),
                            .location = TextAt(properties, "location"),
                            .share_name = TextAt(properties, "shareName"),
                            .provider_name = TextAt(properties, "providerName"),
                            .provider_email = TextAt(properties, "providerEmail"),
                            .provider_tenant = TextAt(properties, "providerTenantName"),
                            .terms = TextAt(properties, "termsOfUse"),
                            .status = TextAt(properties, "invitationStatus"),
                            .expires_at = TimeAt(properties, "expirationDate"),
                            .data_set_count = NumberAt(properties, "dataSetCount").value_or(0)};
}

Result<ShareSubscription> ReadShareSubscription(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto name, NameOf("a share subscription", resource));
  return ShareSubscription{.name = std::move(name),
                           .invitation_id = TextAt(properties, "invitationId"),
                           .source_location = TextAt(properties, "sourceShareLocation"),
                           .status = TextAt(properties, "shareSubscriptionStatus"),
                           .share_name = TextAt(properties, "shareName"),
                           .provider_name = TextAt(properties, "providerName"),
                           .provider_email = TextAt(properties, "providerEmail"),
                           .provider_tenant = TextAt(properties, "providerTenantName"),
                           .terms = TextAt(properties, "shareTerms"),
                           .expires_at = TimeAt(properties, "expirationDate"),
                           .provisioning_state = ProvisioningState(properties)};
}

Result<SourceDataSet> ReadSourceDataSet(nlohmann::json const& resource) {
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto id, GuidAt("a shared data set", "dataSetId", properties));
  return SourceDataSet{.id = std::move(id),
                       .kind = ParseDataSetKind(TextAt(properties, "dataSetType")),
                       .name = TextAt(properties, "dataSetName"),
                       .path = TextAt(properties, "dataSetPath"),
                       .location = TextAt(properties, "dataSetLocation")};
}

Result<DataSetMapping> ReadMapping(nlohmann::json const& resource) {
  constexpr std::string_view kWhat = "a data set mapping";
  auto const& properties = At(resource, "properties");
  TRY_ASSIGN(auto name, NameOf(kWhat, resource));
  DataSetMapping mapping{.name = std::move(name),
                         .kind = ParseDataSetKind(TextAt(resource, "kind")),
                         .data_set_id = TextAt(properties, "dataSetId"),
                         .status = TextAt(properties, "dataSetMappingStatus"),
                         .provisioning_state = ProvisioningState(properties)};
  if (mapping.kind != DataSetKind::kOther) {
    TRY_ASSIGN(mapping.cluster, ReadId(kWhat, "kustoClusterResourceId", properties));
  }
  return mapping;
}

}  // namespace adxf::azure
