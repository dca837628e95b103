#include "emulator/datashare/data_set_body.hpp"

#include "emulator/arm/attachment_body.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <utility>

namespace adxf::emulator::datashare {

namespace {

using nlohmann::json;

constexpr std::string_view kTablesSince = "2021-08-01";

std::unexpected<ServiceError> Bad(std::string code, std::string message) {
  return std::unexpected(ServiceError{400, std::move(code), std::move(message)});
}

/// Splits the id of a database into that of its cluster, and its name.
std::optional<ServiceError> TakeDatabase(DataSet& data_set) {
  auto const parts = PathParts(data_set.resource_id);
  if (parts.size() != 10 || !SameName(parts[8], "databases")) {
    return ServiceError{400, "LinkedInvalidPropertyId",
                        fmt::format("Property id '{}' at path "
                                    "'properties.kustoDatabaseResourceId' is invalid.",
                                    data_set.resource_id)};
  }
  auto const at = Lower(data_set.resource_id).rfind("/databases/");
  data_set.cluster_id = data_set.resource_id.substr(0, at);
  data_set.database = parts[9];
  return std::nullopt;
}

std::optional<ServiceError> TakeLists(DataSet& data_set, json const& properties) {
  auto const lists = properties.find("tableLevelSharingProperties");
  if (lists == properties.end() || lists->is_null()) {
    return ServiceError{400, "InvalidRequestContent",
                        "'tableLevelSharingProperties' is required for kind KustoTable."};
  }
  for (auto const* const name : {"functionsToInclude", "functionsToExclude"}) {
    if (!lists->is_object() || !lists->contains(name)) continue;
    return ServiceError{
        400, "InvalidRequestContent",
        fmt::format("Could not find member '{}' on 'tableLevelSharingProperties'.", name)};
  }
  auto sharing = arm::ParseSharing(*lists);
  if (!sharing) return sharing.error();
  data_set.sharing = std::move(*sharing);
  return std::nullopt;
}

}  // namespace

std::expected<DataSetKind, ServiceError> KindOf(json const& body, std::string_view api_version) {
  auto const text = arm::Text(body, "kind");
  auto const kind = ParseDataSetKind(text);
  if (!kind)
    return Bad("InvalidDataSetKind",
               fmt::format("The kind '{}' is not supported for in-place sharing.", text));
  if (*kind == DataSetKind::kTable && api_version < kTablesSince)
    return Bad("InvalidDataSetKind",
               fmt::format("The kind '{}' is not known in api-version '{}'.", text, api_version));
  return *kind;
}

std::expected<DataSet, ServiceError> ParseDataSet(json const& body, std::string_view api_version) {
  auto const kind = KindOf(body, api_version);
  if (!kind) return std::unexpected(kind.error());
  auto const properties = PropertiesOf(body);
  bool const is_cluster = *kind == DataSetKind::kCluster;
  auto const* const member = is_cluster ? "kustoClusterResourceId" : "kustoDatabaseResourceId";
  DataSet data_set{.kind = *kind, .resource_id = arm::Text(properties, member)};
  if (data_set.resource_id.empty())
    return Bad("InvalidRequestContent", fmt::format("'{}' is required.", member));
  if (is_cluster) {
    data_set.cluster_id = data_set.resource_id;
    data_set.database = "*";
    return data_set;
  }
  if (auto error = TakeDatabase(data_set)) return std::unexpected(*error);
  if (*kind != DataSetKind::kTable) return data_set;
  if (auto error = TakeLists(data_set, properties)) return std::unexpected(*error);
  return data_set;
}

}  // namespace adxf::emulator::datashare
