#include "azure/resource_json.hpp"

#include "azure/azure_error.hpp"
#include "azure/json_fields.hpp"

#include <nlohmann/json.hpp>

#include <array>
#include <vector>

namespace adxf::azure {
namespace {

struct SharingList {
  std::string_view name;
  std::vector<std::string> TableSharing::* list;
};

constexpr std::array kSharingLists{
    SharingList{"tablesToInclude", &TableSharing::tables_to_include},
    SharingList{"tablesToExclude", &TableSharing::tables_to_exclude},
    SharingList{"externalTablesToInclude", &TableSharing::external_tables_to_include},
    SharingList{"externalTablesToExclude", &TableSharing::external_tables_to_exclude},
    SharingList{"materializedViewsToInclude", &TableSharing::materialized_views_to_include},
    SharingList{"materializedViewsToExclude", &TableSharing::materialized_views_to_exclude},
    SharingList{"functionsToInclude", &TableSharing::functions_to_include},
    SharingList{"functionsToExclude", &TableSharing::functions_to_exclude},
};

std::string LastPart(std::string const& path) { return path.substr(path.rfind('/') + 1); }

}  // namespace

std::string LastPartOfId(nlohmann::json const& resource) {
  return LastPart(TextAt(resource, "id"));
}

std::string OwnName(nlohmann::json const& resource) {
  auto name = LastPart(TextAt(resource, "name"));
  return name.empty() ? LastPartOfId(resource) : name;
}

std::string ProvisioningState(nlohmann::json const& properties) {
  auto state = TextAt(properties, "provisioningState");
  return state.empty() ? "Succeeded" : state;
}

Failure Unreadable(std::string_view what, std::string_view field, std::string_view value) {
  return Fail(Code::kUnavailable, "Azure answered with " + std::string(what) + " whose " +
                                      std::string(field) + " cannot be read: '" + CleanText(value) +
                                      "'; it will be read again");
}

Result<model::ResourceId> ReadId(std::string_view what, std::string_view field,
                                 nlohmann::json const& object) {
  auto const text = TextAt(object, field);
  auto id = model::ResourceId::Parse(text);
  if (!id) return Unreadable(what, field, text);
  return id;
}

nlohmann::json SharingBody(TableSharing const& sharing) {
  auto body = nlohmann::json::object();
  for (auto const& [name, list] : kSharingLists) {
    if (!(sharing.*list).empty()) body[std::string(name)] = sharing.*list;
  }
  return body;
}

TableSharing ReadSharing(nlohmann::json const& properties) {
  TableSharing sharing;
  auto const& lists = At(properties, "tableLevelSharingProperties");
  for (auto const& [name, list] : kSharingLists) sharing.*list = TextsAt(lists, name);
  return sharing;
}

}  // namespace adxf::azure
