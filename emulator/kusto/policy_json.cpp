#include "emulator/kusto/policy_json.hpp"

#include <string>
#include <utility>

namespace adxf::emulator::kusto {

Json CachingJson(CachingPolicy const& policy) {
  Json json = {{"DataHotSpan", {{"Value", TimespanText(policy.data_hot)}}},
               {"IndexHotSpan", {{"Value", TimespanText(policy.index_hot)}}}};
  if (policy.windows.empty()) return json;
  Json windows = Json::array();
  for (auto const& window : policy.windows)
    windows.push_back({{"MinTime", Iso8601(window.from)}, {"MaxTime", Iso8601(window.to)}});
  json["HotWindows"] = std::move(windows);
  return json;
}

Json GrantJson(Grant const& grant) {
  Json principal = {{"FullyQualifiedName", grant.principal.Fqn()},
                    {"PrincipalType", PrincipalTypeText(grant.principal.kind)},
                    {"DisplayName", grant.principal.display_name},
                    {"ObjectId", grant.principal.object_id}};
  return {
      {"Principal", std::move(principal)}, {"Role", ToString(grant.role)}, {"Notes", grant.notes}};
}

std::string_view PrincipalTypeText(PrincipalKind kind) {
  if (kind == PrincipalKind::kUser) return "AAD User";
  return kind == PrincipalKind::kGroup ? "AAD Group" : "AAD Application";
}

}  // namespace adxf::emulator::kusto
