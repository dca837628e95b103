#include "azure/commands/show_follower_databases.hpp"

#include "azure/json_fields.hpp"
#include "model/text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <tuple>

namespace adxf::azure {
namespace {

/// The first of several spellings that holds text.
std::string FirstText(nlohmann::json const& object,
                      std::initializer_list<std::string_view> members) {
  for (auto const member : members) {
    if (auto text = TextAt(object, member); !text.empty()) return text;
  }
  return {};
}

/// Fills ids that the JSON leaves out from "aaduser=<object id>;<tenant id>".
void ReadIdsFromName(FollowerPrincipal& principal) {
  auto const& name = principal.fully_qualified_name;
  auto const equals = name.find('=');
  if (equals == std::string::npos) return;
  auto const semicolon = name.find(';', equals);
  auto const id =
      name.substr(equals + 1, semicolon == std::string::npos ? semicolon : semicolon - equals - 1);
  if (principal.object_id.empty() && model::IsGuid(id)) principal.object_id = id;
  if (principal.tenant_id.empty() && semicolon != std::string::npos)
    principal.tenant_id = name.substr(semicolon + 1);
}

FollowerPrincipal ReadPrincipal(nlohmann::json const& item) {
  auto const& nested = At(item, "Principal");
  auto const& who = nested.is_object() ? nested : item;
  FollowerPrincipal principal{
      .fully_qualified_name = FirstText(who, {"FullyQualifiedName", "PrincipalFQN"}),
      .object_id = FirstText(who, {"ObjectId", "AadObjectId", "PrincipalObjectId"}),
      .tenant_id = FirstText(who, {"TenantId", "Authority"}),
      .display_name = FirstText(who, {"DisplayName", "PrincipalDisplayName"}),
      .notes = FirstText(item, {"Notes"}),
      .role = ParseFollowerRole(FirstText(item, {"Role", "RoleName"}))};
  if (principal.notes.empty()) principal.notes = FirstText(who, {"Notes"});
  principal.is_partial = !principal.role || !(item.contains("Notes") || who.contains("Notes"));
  ReadIdsFromName(principal);
  return principal;
}

std::vector<FollowerPrincipal> ReadPrincipals(nlohmann::json const& list) {
  std::vector<FollowerPrincipal> principals;
  if (!list.is_array()) return principals;
  for (auto const& item : list) {
    auto principal = ReadPrincipal(item);
    if (!principal.fully_qualified_name.empty()) principals.push_back(std::move(principal));
  }
  // The service promises no order, and another one must not look like news.
  std::ranges::sort(principals, {}, [](FollowerPrincipal const& it) {
    return std::tie(it.role, it.fully_qualified_name, it.notes);
  });
  return principals;
}

Boxed<CachingPolicy> InBox(std::optional<CachingPolicy> policy) {
  if (!policy) return std::nullopt;
  return std::move(*policy);
}

std::map<std::string, CachingPolicy> ReadTables(nlohmann::json const& tables) {
  std::map<std::string, CachingPolicy> policies;
  if (!tables.is_object()) return policies;
  for (auto const& [name, overrides] : tables.items()) {
    if (auto policy = ReadCachingPolicy(At(overrides, "CachingPolicyOverride")))
      policies.emplace(name, std::move(*policy));
  }
  return policies;
}

}  // namespace

bool FollowerRow::IsPartial() const {
  return std::ranges::any_of(principals, &FollowerPrincipal::is_partial);
}

Csl ShowFollowerDatabases::Render() const {
  return names.empty() ? Csl::Of(".show follower databases")
                       : Csl::Of(".show follower databases ({})", CommaList(names));
}

Result<std::vector<FollowerRow>> ShowFollowerDatabases::Parse(KustoTable const& table) {
  if (auto columns =
          table.Require({"DatabaseName", "CachingPolicyOverride", "AuthorizedPrincipalsOverride"});
      !columns) {
    return std::unexpected(columns.error());
  }
  std::vector<FollowerRow> rows;
  rows.reserve(table.RowCount());
  for (std::size_t row = 0; row < table.RowCount(); ++row) {
    rows.push_back(
        {.database = table.Text(row, "DatabaseName"),
         .leader_path = table.Text(row, "LeaderClusterMetadataPath"),
         .caching = InBox(ReadCachingPolicy(table.Json(row, "CachingPolicyOverride"))),
         .principals = ReadPrincipals(table.Json(row, "AuthorizedPrincipalsOverride")),
         .principals_kind =
             ParseModificationKind(table.Text(row, "AuthorizedPrincipalsModificationKind")),
         .caching_kind = ParseModificationKind(table.Text(row, "CachingPoliciesModificationKind")),
         .prefetch = table.Flag(row, "IsAutoPrefetchEnabled"),
         .tables = ReadTables(table.Json(row, "TableMetadataOverrides"))});
  }
  return rows;
}

}  // namespace adxf::azure
