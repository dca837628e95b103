#include "emulator/arm/attachment_body.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <ranges>

namespace adxf::emulator::arm {

namespace {

using nlohmann::json;

constexpr std::size_t kMaxEntries = 100;

struct ListField {
  char const* name = nullptr;
  std::vector<std::string> SharingLists::* list = nullptr;
};
constexpr std::array<ListField, 8> kLists{
    {{"tablesToInclude", &SharingLists::tables_include},
     {"tablesToExclude", &SharingLists::tables_exclude},
     {"externalTablesToInclude", &SharingLists::external_include},
     {"externalTablesToExclude", &SharingLists::external_exclude},
     {"materializedViewsToInclude", &SharingLists::views_include},
     {"materializedViewsToExclude", &SharingLists::views_exclude},
     {"functionsToInclude", &SharingLists::functions_include},
     {"functionsToExclude", &SharingLists::functions_exclude}}};

std::unexpected<ServiceError> Bad(std::string message) {
  return std::unexpected(ServiceError{400, "BadRequest", "[BadRequest] " + std::move(message)});
}

std::unexpected<ServiceError> Mistyped(std::string_view member) {
  return std::unexpected(ServiceError{
      400, "InvalidRequestContent",
      fmt::format(
          "The request content was invalid and could not be deserialized: '{}' has the wrong type.",
          member)});
}

/// Present, null or a string; anything else is an error.
std::expected<std::string, ServiceError> StringMember(json const& object, char const* name) {
  auto const found = object.find(name);
  if (found == object.end() || found->is_null()) return std::string{};
  if (!found->is_string()) return Mistyped(name);
  return found->get<std::string>();
}

std::expected<std::vector<std::string>, ServiceError> NameList(json const& value,
                                                               char const* name) {
  if (!value.is_array()) return Mistyped(name);
  std::vector<std::string> names;
  for (auto const& entry : value) {
    if (!entry.is_string()) return Mistyped(name);
    names.push_back(entry.get<std::string>());
    auto const& text = names.back();
    if (text.empty()) return Bad(fmt::format("Property '{}' holds an empty name.", name));
    if (auto const star = text.find('*'); star != std::string::npos && star + 1 != text.size()) {
      return Bad(fmt::format(
          "Entry '{}' of property '{}' is not valid: a wildcard is allowed at the end only.", text,
          name));
    }
  }
  return names;
}

std::optional<ServiceError> CheckNames(Attachment const& attachment) {
  auto const bad = [](std::string message) {
    return ServiceError{400, "BadRequest", "[BadRequest] " + std::move(message)};
  };
  bool const follows_all = attachment.database_name == "*";
  if (follows_all && attachment.sharing && !attachment.sharing->IsEmpty()) {
    return bad("Table level sharing is not supported when following all databases.");
  }
  if (follows_all && !attachment.name_override.empty()) {
    return bad("Property 'databaseNameOverride' is not supported when following all databases.");
  }
  if (!attachment.name_override.empty() && !attachment.name_prefix.empty()) {
    return bad(
        "Properties 'databaseNameOverride' and 'databaseNamePrefix' cannot be used together.");
  }
  return std::nullopt;
}

/// Fills one string member; the first error stays.
void Take(json const& object, char const* name, std::string& out,
          std::optional<ServiceError>& error) {
  auto value = StringMember(object, name);
  if (value) {
    out = std::move(*value);
  } else if (!error) {
    error = value.error();
  }
}

}  // namespace

std::expected<SharingLists, ServiceError> ParseSharing(json const& object) {
  if (!object.is_object()) return Mistyped("tableLevelSharingProperties");
  SharingLists sharing;
  for (auto const& field : kLists) {
    auto const found = object.find(field.name);
    if (found == object.end() || found->is_null()) continue;
    auto names = NameList(*found, field.name);
    if (!names) return std::unexpected(names.error());
    sharing.*field.list = std::move(*names);
  }
  if (sharing.Entries() > kMaxEntries) {
    return Bad(
        fmt::format("Table level sharing properties hold {} entries; at most {} are allowed.",
                    sharing.Entries(), kMaxEntries));
  }
  return sharing;
}

std::expected<Attachment, ServiceError> ParseAttachment(json const& body) {
  auto const found = body.find("properties");
  if (found == body.end() || !found->is_object()) {
    return std::unexpected(ServiceError{400, "InvalidRequestContent",
                                        "The request content was invalid and could not be "
                                        "deserialized: 'properties' is required."});
  }
  json const& properties = *found;
  Attachment attachment;
  std::optional<ServiceError> error;
  std::string kind;
  Take(body, "location", attachment.location, error);
  Take(properties, "databaseName", attachment.database_name, error);
  Take(properties, "clusterResourceId", attachment.leader_id, error);
  Take(properties, "defaultPrincipalsModificationKind", kind, error);
  Take(properties, "databaseNameOverride", attachment.name_override, error);
  Take(properties, "databaseNamePrefix", attachment.name_prefix, error);
  if (error) return std::unexpected(*error);
  if (attachment.database_name.empty()) return Bad("Property 'databaseName' is required.");
  if (attachment.leader_id.empty()) return Bad("Property 'clusterResourceId' is required.");
  if (kind.empty()) return Bad("Property 'defaultPrincipalsModificationKind' is required.");
  auto const parsed = ParseModificationKind(kind);
  if (!parsed)
    return Bad(
        fmt::format("Value '{}' of property 'defaultPrincipalsModificationKind' is not one of "
                    "Union, Replace, None.",
                    kind));
  attachment.default_principals = *parsed;
  if (auto const lists = properties.find("tableLevelSharingProperties");
      lists != properties.end() && !lists->is_null()) {
    auto sharing = ParseSharing(*lists);
    if (!sharing) return std::unexpected(sharing.error());
    attachment.sharing = std::move(*sharing);
  }
  if (auto refused = CheckNames(attachment)) return std::unexpected(*refused);
  return attachment;
}

json SharingJson(SharingLists const& sharing) {
  json object = json::object();
  for (auto const& field : kLists) {
    if (auto const& names = sharing.*field.list; !names.empty()) object[field.name] = names;
  }
  return object;
}

json AttachmentJson(Estate const& estate, Cluster const& cluster, Attachment const& attachment,
                    LocationForm form) {
  json properties{{"databaseName", attachment.database_name},
                  {"clusterResourceId", attachment.leader_id},
                  {"defaultPrincipalsModificationKind", ToString(attachment.default_principals)},
                  {"provisioningState", attachment.provisioning_state}};
  if (attachment.sharing)
    properties["tableLevelSharingProperties"] = SharingJson(*attachment.sharing);
  if (!attachment.name_override.empty())
    properties["databaseNameOverride"] = attachment.name_override;
  if (!attachment.name_prefix.empty()) properties["databaseNamePrefix"] = attachment.name_prefix;
  if (attachment.provisioning_state == "Succeeded") {
    auto names = json::array();
    for (auto const& followed : cluster.followed | std::views::values) {
      if (SameName(followed.attachment, attachment.name)) names.push_back(followed.name);
    }
    properties["attachedDatabaseNames"] = std::move(names);
  }
  auto const& location = attachment.location.empty() ? cluster.location : attachment.location;
  return {
      {"id", cluster.Id() + "/AttachedDatabaseConfigurations/" + attachment.name},
      {"name", cluster.name + "/" + attachment.name},
      {"type", "Microsoft.Kusto/Clusters/AttachedDatabaseConfigurations"},
      {"location", form == LocationForm::kAsSent ? location : DisplayLocation(estate, location)},
      {"properties", std::move(properties)}};
}

}  // namespace adxf::emulator::arm
